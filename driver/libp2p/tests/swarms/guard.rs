//! A guarded behaviour: the wrapper that asks the warden first.

mod books;
mod farewell;
mod late;
#[cfg(feature = "gossipsub")]
mod messages;
mod network;
mod scores;
