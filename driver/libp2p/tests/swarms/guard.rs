//! A guarded behaviour: the wrapper that asks the warden first.

mod books;
mod late;
mod network;
mod scores;
