//! Notes of operators on their bans: who banned, and why.

use std::fmt;

use peerwarden_core::{Cause, Causes, Origin};
use serde::{Deserialize, Serialize};

/// A note on a ban: why it was made and, if that is said, who made it.
///
/// Both are short texts of one line, without control characters and without those that change the
/// direction of text, so that they can be printed anywhere. A note is kept with its ban, also in the
/// store, and goes with it.
///
/// ```
/// use peerwarden_host::Note;
///
/// let note = Note::new("scans our ports")?.by("ana")?;
/// assert_eq!(note.to_string(), "\"scans our ports\" (ana)");
/// assert!(Note::new("two\nlines").is_err());
/// # Ok::<(), peerwarden_host::NoteError>(())
/// ```
#[derive(Clone, Deserialize, Eq, PartialEq, Serialize)]
#[serde(try_from = "RawNote")]
pub struct Note {
    why: Box<str>,
    who: Option<Box<str>>,
}

impl Note {
    /// The longest reason, in bytes.
    pub const MAX_WHY: usize = 200;

    /// The longest name of an author, in bytes.
    pub const MAX_WHO: usize = 63;

    /// Returns a note with this reason.
    ///
    /// # Errors
    ///
    /// [`NoteError`] if it is empty, longer than [`MAX_WHY`](Self::MAX_WHY) bytes, or not fit to print.
    pub fn new(why: &str) -> Result<Self, NoteError> {
        Ok(Self { why: checked("reason", why, Self::MAX_WHY)?, who: None })
    }

    /// Returns the same note with its author.
    ///
    /// # Errors
    ///
    /// [`NoteError`] if the name is empty, longer than [`MAX_WHO`](Self::MAX_WHO) bytes, or not fit to
    /// print.
    pub fn by(self, who: &str) -> Result<Self, NoteError> {
        Ok(Self { who: Some(checked("author", who, Self::MAX_WHO)?), ..self })
    }

    /// Returns why the ban was made.
    #[must_use]
    pub fn why(&self) -> &str {
        &self.why
    }

    /// Returns who made the ban, if that was said.
    #[must_use]
    pub fn who(&self) -> Option<&str> {
        self.who.as_deref()
    }
}

/// `"scans our ports" (ana)`.
impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{}\"", self.why)?;
        match &self.who {
            Some(who) => write!(f, " ({who})"),
            None => Ok(()),
        }
    }
}

/// As [`Display`](fmt::Display).
impl fmt::Debug for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Why a text is no part of a [`Note`].
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum NoteError {
    /// A line break, a control character, or one that changes the direction of text.
    #[error("the {part} of a note has a character at byte {at} that cannot be printed on one line")]
    Character {
        /// Which part it is: `reason` or `author`.
        part: &'static str,
        /// Where the character is, in bytes from the start.
        at: usize,
    },
    /// Empty, or too long.
    #[error("the {part} of a note has {len} bytes, not 1 to {most}")]
    Length {
        /// Which part it is: `reason` or `author`.
        part: &'static str,
        /// How long it is, in bytes.
        len: usize,
        /// How long it may be.
        most: usize,
    },
}

/// Notes on the bans of one subject, one for each origin.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[non_exhaustive]
pub struct BanNotes {
    /// On the operator's ban.
    pub operator: Option<Note>,
    /// On the remote list's.
    pub remote: Option<Note>,
}

impl BanNotes {
    /// Returns whether there is none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.operator.is_none() && self.remote.is_none()
    }

    /// Returns the note on the ban for this cause.
    #[must_use]
    pub const fn get(&self, cause: Cause) -> Option<&Note> {
        match cause {
            Cause::Operator => self.operator.as_ref(),
            Cause::Remote => self.remote.as_ref(),
            Cause::Address | Cause::Application | Cause::Penalty | Cause::Score | _ => None,
        }
    }

    /// Replaces the note on the ban by this origin, and returns the one before.
    pub(crate) fn replace(&mut self, origin: Origin, note: Option<Note>) -> Option<Note> {
        match origin {
            Origin::Operator => std::mem::replace(&mut self.operator, note),
            Origin::Remote => std::mem::replace(&mut self.remote, note),
            _ => None,
        }
    }

    /// Returns those on bans that are in force.
    pub(crate) fn active(mut self, causes: &Causes) -> Self {
        self.retain(|cause| causes.contains(cause));
        self
    }

    /// Drops those on bans for causes that do not count.
    pub(crate) fn retain(&mut self, counts: impl Fn(Cause) -> bool) {
        self.operator.take_if(|_| !counts(Cause::Operator));
        self.remote.take_if(|_| !counts(Cause::Remote));
    }
}

/// A note as it is read, before it is checked.
#[derive(Deserialize)]
struct RawNote {
    why: String,
    who: Option<String>,
}

impl TryFrom<RawNote> for Note {
    type Error = NoteError;

    fn try_from(raw: RawNote) -> Result<Self, NoteError> {
        let note = Self::new(&raw.why)?;
        match raw.who {
            Some(who) => note.by(&who),
            None => Ok(note),
        }
    }
}

fn checked(part: &'static str, text: &str, most: usize) -> Result<Box<str>, NoteError> {
    if text.is_empty() || text.len() > most {
        return Err(NoteError::Length { part, len: text.len(), most });
    }
    match text.char_indices().find(|(_, each)| !is_printable(*each)) {
        Some((at, _)) => Err(NoteError::Character { part, at }),
        None => Ok(text.into()),
    }
}

/// Whether a character neither ends a line nor changes what stands around it.
fn is_printable(each: char) -> bool {
    let separates = matches!(each, '\u{2028}' | '\u{2029}');
    let directs = matches!(each, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    !(each.is_control() || separates || directs)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_note_is_short_and_of_one_line() {
        let longest = "é".repeat(Note::MAX_WHY / 2);
        for good in ["x", "a \"quoted\" \\ path <b>", &longest] {
            assert_eq!(Note::new(good).unwrap().why(), good);
        }
        let said = |note: Result<Note, NoteError>| note.unwrap_err().to_string();
        assert_eq!(said(Note::new("")), "the reason of a note has 0 bytes, not 1 to 200");
        let long = format!("{longest}é");
        assert_eq!(said(Note::new(&long)), "the reason of a note has 202 bytes, not 1 to 200");
        for bad in ["é\n", "é\u{1b}[2K", "é\u{2028}", "é\u{202e}", "é\0"] {
            let text =
                "the reason of a note has a character at byte 2 that cannot be printed on one line";
            assert_eq!(said(Note::new(bad)), text);
        }
        let note = Note::new("x").unwrap();
        let text = "the author of a note has 64 bytes, not 1 to 63";
        assert_eq!(said(note.by(&"a".repeat(64))), text);
    }

    #[test]
    fn what_is_read_is_checked_as_well() {
        let note = Note::new("scanner").unwrap().by("ana").unwrap();
        let written = postcard::to_stdvec(&note).unwrap();
        assert_eq!(postcard::from_bytes::<Note>(&written).unwrap(), note);

        let forged = postcard::to_stdvec(&("two\nlines", None::<&str>)).unwrap();
        assert!(postcard::from_bytes::<Note>(&forged).is_err());
    }
}
