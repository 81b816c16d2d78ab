//! Names of fields and words that answers and notices have as JSON.
//!
#![doc = include_str!("../../JSON.md")]
