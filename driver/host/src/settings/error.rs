//! Errors of reading settings.

use std::io;
use std::path::PathBuf;

use super::keys::KEYS;
use super::retired::hint as hint_of_retired;
use crate::one_line::OneLine;

/// What is wrong with a settings text. Lines are counted from 1.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum SettingsError {
    /// Something in the table of weights is not the name of a kind of misdeed.
    #[error("line {line}: invalid misbehavior name {}: {}", OneLine(.name), OneLine(.expected))]
    Kind {
        /// Where it is.
        line: usize,
        /// The name, as it is written.
        name: String,
        /// What would be right.
        expected: String,
    },
    /// There was such a setting once, and another has its part now.
    #[error("line {line}: setting {} was removed: {}", OneLine(.key), hint_of_retired(.instead))]
    Retired {
        /// Where it is.
        line: usize,
        /// The key.
        key: String,
        /// What to set instead.
        instead: &'static str,
    },
    /// The text is not TOML.
    #[error("line {line}: not TOML: {}", OneLine(.problem))]
    Syntax {
        /// Where reading ended.
        line: usize,
        /// What is wrong there.
        problem: String,
    },
    /// There are settings in a table, where none belong.
    #[error(
        "line {line}: unknown {} {}: settings stand at the top of this file, in no table but \
         [weights]",
        if KEYS.contains(&.key.as_str()) { "table" } else { "setting" },
        OneLine(.key)
    )]
    Table {
        /// Where it is.
        line: usize,
        /// The name of the table.
        key: String,
    },
    /// There is no such setting.
    #[error("line {line}: unknown setting {}: {}", OneLine(.key), hint(*.nearest, .known))]
    UnknownKey {
        /// Where it is.
        line: usize,
        /// The key.
        key: String,
        /// The setting that it most resembles, if it resembles any.
        nearest: Option<&'static str>,
        /// All settings.
        known: &'static [&'static str],
    },
    /// A value makes no sense.
    #[error("line {line}: {} is {}: {}", OneLine(.key), OneLine(.value), OneLine(.expected))]
    Value {
        /// Where it is.
        line: usize,
        /// The setting.
        key: String,
        /// The value, or the entry of a list, as it is written.
        value: String,
        /// What would be right.
        expected: String,
    },
}

/// Why a settings file was refused.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReadSettingsError {
    /// The file cannot be read.
    #[error("{}: cannot be read: {error}", OneLine(.path.display()))]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why not.
        #[source]
        error: io::Error,
    },
    /// What it says is wrong.
    #[error("{}: {error}", OneLine(.path.display()))]
    Wrong {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        #[source]
        error: SettingsError,
    },
}

/// What to say to somebody who wrote an unknown key.
pub(super) fn hint(nearest: Option<&str>, known: &[&str]) -> String {
    match nearest {
        Some(nearest) => format!("did you mean {nearest}?"),
        None => format!("there are {}", known.join(", ")),
    }
}
