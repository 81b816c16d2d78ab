//! Errors of reading scenario files.

use alloc::borrow::ToOwned as _;
use alloc::format;
use alloc::string::{String, ToString as _};
use core::error::Error;
use core::fmt;

/// Why a text is no step, scenario or header. Says where in the text, and what is wrong there.
#[derive(Debug)]
pub struct ReadError(serde_json::Error);

impl ReadError {
    /// Returns what is wrong, without where.
    #[must_use]
    pub fn message(&self) -> String {
        let message = self.0.to_string();
        let place = format!(" at line {} column {}", self.line(), self.column());
        message.strip_suffix(&place).unwrap_or(&message).to_owned()
    }

    /// Returns the line in the text, counted from 1.
    #[must_use]
    pub fn line(&self) -> usize {
        self.0.line()
    }

    /// Returns the byte in that line, counted from 1.
    #[must_use]
    pub fn column(&self) -> usize {
        self.0.column()
    }
}

impl From<serde_json::Error> for ReadError {
    fn from(error: serde_json::Error) -> Self {
        Self(error)
    }
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Error for ReadError {}
