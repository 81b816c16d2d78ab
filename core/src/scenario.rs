//! Scenario files and recordings: histories as data, read and written.
//!
//! A scenario is a JSON document: a policy and a list of [`Step`]s, each an input or a question with the
//! time at which it comes, and what is to come of it. A recording is what happened on a running node in the
//! same words: a [`Header`] in the first line, and a step in each further one.
//!
//! ```
//! use peerwarden_core::scenario::{Entry, Scenario, Step};
//!
//! let json = r#"{ "name": "a fatal misdeed", "set": { "threshold": 10 }, "steps": [
//!     { "at": 0.5, "report": "mallory", "misbehavior": "invalid-message", "points": 12,
//!       "expect": ["ban peer:mallory penalty until 0.512"] } ] }"#;
//! let scenarios = Scenario::read(json)?;
//! assert_eq!(scenarios[0].policy().config()?.threshold().to_string(), "10");
//!
//! let line = r#"{"at":12.25,"valid":"alice","count":3}"#;
//! let step: Step<String> = Step::read(line)?;
//! assert!(matches!(step.entry, Entry::Input { times: 1, .. }));
//! assert_eq!(step.to_string(), line);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Numbers are exact to the last digit: moments and durations are seconds with up to nine decimals, points
//! have up to six. Names of peers are texts here; [`Step::map_peers`] turns them into what an engine uses.
//!
//! # Hash of the actions
//!
//! A recording has, every thousand inputs, a step with an [`ActionHash`]: the 64-bit FNV-1a hash of all
//! actions since its start, each as a line of its moment, a space, the action's
//! [`Display`](core::fmt::Display) and a newline. A replay under the same policy comes to the same hash, or
//! was not exact.

mod action_hash;
mod action_line;
mod file;
mod header;
mod number;
mod policy;
mod read_error;
mod settings;
mod status;
mod step;
mod subject;
mod text;

pub use action_hash::{ActionHash, ActionHashError};
pub use action_line::{ActionLine, ActionLineError};
pub use file::Scenario;
pub use header::{Header, HeaderError};
pub use policy::{Policy, Preset};
pub use read_error::ReadError;
pub use settings::Settings;
pub use status::{Answer, ExpectedStatus};
pub use step::{Entry, Input, Question, Step};
pub use subject::Gate;
