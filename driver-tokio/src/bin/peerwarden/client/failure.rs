//! Reasons why a command fails, with their exit codes.

use std::fmt;
use std::path::Path;
use std::time::Duration;

use humantime::format_duration;
use peerwarden_tokio::OneLine;
use serde_json::{Value, json};

use crate::streams::CLOSED_PIPE;

/// Why a command fails: a sentence that says the way out, and the exit code.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Failure {
    pub(crate) code: u8,
    /// Stable name, as in the errors of the admin API.
    error: String,
    message: String,
    field: Option<String>,
}

impl Failure {
    pub(crate) fn new(code: u8, error: &str, message: impl Into<String>) -> Self {
        Self { code, error: error.to_owned(), message: message.into(), field: None }
    }

    /// An argument is wrong.
    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Self::new(USAGE, "usage", message)
    }

    /// The node refuses, or something failed.
    pub(crate) fn refused(message: impl Into<String>) -> Self {
        Self::new(REFUSED, "refused", message)
    }

    /// Nothing listens at the socket.
    pub(crate) fn no_node(socket: &Path, why: &str) -> Self {
        let message =
            format!("no node answers at {} ({why}). Is it running?", OneLine(socket.display()));
        Self::new(NO_NODE, "no_node", message)
    }

    /// The answer did not come in time.
    pub(crate) fn too_slow(socket: &Path, timeout: Duration) -> Self {
        let message = format!(
            "no answer in {} from {}: try again, or give it longer with --timeout",
            format_duration(timeout),
            OneLine(socket.display())
        );
        Self::new(TOO_SLOW, "too_slow", message)
    }

    /// Nor did the answer to a change, which is shown by the command `see`.
    pub(crate) fn too_slow_change(socket: &Path, timeout: Duration, see: &str) -> Self {
        let message = format!(
            "no answer in {} from {}: it may still be carried out, so see {see} before you try again, or give it \
             longer with --timeout",
            format_duration(timeout),
            OneLine(socket.display())
        );
        Self::new(TOO_SLOW, "too_slow", message)
    }

    /// Another version, or something that is no node at all.
    pub(crate) fn versions(message: impl Into<String>) -> Self {
        Self::new(VERSIONS, "versions", message)
    }

    /// Whoever read the output has gone, as `head` does.
    pub(crate) fn closed_pipe() -> Self {
        Self::new(CLOSED_PIPE, "closed_pipe", "")
    }

    /// What the node answered instead of doing it.
    pub(crate) fn answered(status: u16, answer: &Value) -> Self {
        let text = |key: &str| answer.get(key).and_then(Value::as_str).map(str::to_owned);
        let error = text("error").unwrap_or_else(|| "unknown".to_owned());
        let message = text("message").unwrap_or_else(|| format!("the node answered {status}"));
        let code = match (status, error.as_str()) {
            (401 | 403, _) => NOT_ALLOWED,
            (404, "no_route") | (405, _) => VERSIONS,
            (404, _) => NOTHING,
            (408, _) => TOO_SLOW,
            (503, "closed") => NO_NODE,
            _ => REFUSED,
        };
        Self { code, error, message, field: text("field") }
    }

    /// The same with other words.
    pub(crate) fn saying(self, message: impl Into<String>) -> Self {
        Self { message: message.into(), ..self }
    }

    /// Whether there is nothing to say of it, and no reader.
    pub(crate) const fn is_silent(&self) -> bool {
        self.code == CLOSED_PIPE
    }

    /// What it is about, as the API names it.
    pub(crate) fn field(&self) -> Option<&str> {
        self.field.as_deref()
    }

    /// The stable name.
    pub(crate) fn error(&self) -> &str {
        &self.error
    }

    /// As an object, for `--json`.
    pub(crate) fn json(&self) -> Value {
        json!({ "error": self.error, "message": self.message, "field": self.field })
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

/// Everything was done.
pub(crate) const DONE: u8 = 0;
/// The node refused or something failed; of `status`: the node is not healthy.
pub(crate) const REFUSED: u8 = 1;
/// An argument is wrong.
pub(crate) const USAGE: u8 = 2;
/// No node is there.
pub(crate) const NO_NODE: u8 = 3;
/// This user may not.
pub(crate) const NOT_ALLOWED: u8 = 4;
/// There was nothing to act on.
pub(crate) const NOTHING: u8 = 5;
/// Some of it was done.
pub(crate) const PARTLY: u8 = 6;
/// The answer took too long, or events were missed.
pub(crate) const TOO_SLOW: u8 = 7;
/// The node and this program do not understand each other.
pub(crate) const VERSIONS: u8 = 8;
/// `check`: the connection would be refused.
pub(crate) const DENY: u8 = 10;
