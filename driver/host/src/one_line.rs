//! Text that others chose, made fit for a log.

use std::fmt::{self, Display, Write};

/// Prints what it holds on one line of at most 512 bytes.
///
/// What could end the line or pass for something else, such as control characters and those that
/// change the direction of text, is escaped as [`char::escape_debug`] does it, backslashes included
/// and quotes not. Of anything longer, `..` stands for the rest.
///
/// Addresses are chosen by strangers, and libp2p prints them and the errors about them as they are.
/// peerwarden's own errors, events and log lines need no such care.
///
/// ```
/// use peerwarden_host::OneLine;
///
/// let address = "/dns4/a\nINFO unbanned/tcp/1";
/// assert_eq!(OneLine(address).to_string(), "/dns4/a\\nINFO unbanned/tcp/1");
/// ```
#[derive(Clone, Copy)]
pub struct OneLine<T>(pub T);

impl<T: Display> Display for OneLine<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut line = Line { out: f, room: LONGEST, is_full: false };
        match write!(line, "{}", self.0) {
            Err(fmt::Error) if line.is_full => Ok(()),
            written => written,
        }
    }
}

/// The same: whoever debugs reads it in a log as well.
impl<T: Display> fmt::Debug for OneLine<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Display::fmt(self, f)
    }
}

/// Returns whether [`OneLine`] prints `text` as it is.
pub fn is_plain(text: &str) -> bool {
    text.chars().all(|each| escaped(each).eq([each]))
}

struct Line<'a, 'b> {
    out: &'a mut fmt::Formatter<'b>,
    room: usize,
    is_full: bool,
}

impl Write for Line<'_, '_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for each in text.chars() {
            let escaped = escaped(each);
            let bytes: usize = escaped.clone().map(char::len_utf8).sum();
            if self.is_full || bytes > self.room {
                if !self.is_full {
                    self.is_full = true;
                    self.out.write_str("..")?;
                }
                return Err(fmt::Error);
            }
            self.room -= bytes;
            { escaped }.try_for_each(|each| self.out.write_char(each))?;
        }
        Ok(())
    }
}

/// Quotes need no escaping: no line of a log ends at one.
fn escaped(each: char) -> impl Iterator<Item = char> + Clone {
    let quote = matches!(each, '\'' | '"').then_some(each);
    let other = quote.is_none().then(|| each.escape_debug());
    quote.into_iter().chain(other.into_iter().flatten())
}

/// Room for an address that is kept, in full.
const LONGEST: usize = 512;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_could_end_a_line_or_hide_in_one_is_escaped() {
        let text = "it's \"x\"\r\n\u{1b}[2K\u{2028}\u{202e}\\n\0é";

        let line = OneLine(text).to_string();

        assert_eq!(line, "it's \"x\"\\r\\n\\u{1b}[2K\\u{2028}\\u{202e}\\\\n\\0é");
        assert_eq!(format!("{:?}", OneLine(text)), line);
        assert!(is_plain("/dns4/it's.example/tcp/1"));
        for odd in ["a\nb", "\u{85}", "\u{2029}", "\\n", "\u{7f}", "\u{200b}"] {
            assert!(!is_plain(odd), "{odd:?}");
        }
    }

    #[test]
    fn a_line_is_cut_between_characters_and_escapes() {
        let fits = "a".repeat(LONGEST);
        assert_eq!(OneLine(&fits).to_string(), fits);
        assert_eq!(OneLine(format!("{fits}b")).to_string(), format!("{fits}.."));

        let room = "a".repeat(LONGEST - 1);
        for wide in ["é", "\n"] {
            assert_eq!(OneLine(format!("{room}{wide}b")).to_string(), format!("{room}.."));
        }
    }
}
