//! Shadow policies: what other policies would do on this node, live.
//!
//! A shadow policy is judged by an engine of its own, which is given every input that the node's engine is
//! given, and whose bans are only told: by [`Handle::shadows`](crate::Handle::shadows), by notices of the kind
//! [`Shadow`](crate::NoticeKind::Shadow), and by metrics with the label `policy`. So a stricter policy can be
//! watched for a week before it is put in force, with
//! [`Handle::promote_shadow`](crate::Handle::promote_shadow). [`Handle::shadow`](crate::Handle::shadow)
//! begins one, and so does a table `[shadow.NAME]` in the settings.
//!
//! # What it costs
//!
//! Under the engine's lock an input is copied into memory that is there already; a thread judges it. An engine
//! of its own takes as much memory as the node's, and begins as a copy of that: it is taken in pages of a few
//! microseconds, so that nothing waits for it. If inputs come faster than the thread can judge for as long as
//! 65 536 of them take, some are lost to the shadow policies, and their status says how many.
//!
//! # What it cannot know
//!
//! A peer that would have been banned is still here, and goes on as it does under the policy in force. What it
//! would have done after a ban is not known. While it would be banned, its reports count as those of a banned
//! peer; once that ban would be over, it counts as having come back at that moment.

mod board;
mod control;
mod judge;
mod name;
mod status;
mod thread;

pub(crate) use control::ShadowControl;
pub use control::ShadowError;
pub use name::{ShadowName, ShadowNameError};
pub(crate) use status::ShadowTallies;
pub use status::{ShadowBan, ShadowBans, ShadowNotice, ShadowStatus, ShadowVerdict};
