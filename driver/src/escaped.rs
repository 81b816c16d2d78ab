//! Text of unknown origin, fit for one line of a log or a message.

use std::fmt::{self, Display, Write};

/// Prints what it holds on one line, whatever is in it.
///
/// Control characters, line and paragraph separators, and characters that change the direction of
/// writing are escaped; of a very long text only the beginning is printed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Escaped<T>(pub(crate) T);

impl<T: Display> Display for Escaped<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut line = Line { out: f, left: LONGEST };
        match write!(line, "{}", self.0) {
            // The text was cut off on purpose.
            Err(fmt::Error) if line.left == 0 => Ok(()),
            result => result,
        }
    }
}

struct Line<'a, 'b> {
    out: &'a mut fmt::Formatter<'b>,
    left: usize,
}

impl Write for Line<'_, '_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for character in text.chars() {
            self.left = self.left.saturating_sub(1);
            if self.left == 0 {
                self.out.write_str("..")?;
                return Err(fmt::Error);
            }
            if breaks_lines(character) {
                write!(self.out, "{}", character.escape_default())?;
            } else {
                self.out.write_char(character)?;
            }
        }
        Ok(())
    }
}

fn breaks_lines(character: char) -> bool {
    character.is_control()
        || matches!(
            character,
            '\u{61c}'
                | '\u{200e}'
                | '\u{200f}'
                | '\u{2028}'..='\u{202e}'
                | '\u{2066}'..='\u{2069}'
                | '\u{feff}'
        )
}

/// How many characters are printed, at most.
const LONGEST: usize = 512;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_stays_on_its_line() {
        let forged = "x\n2026-11-27 INFO unbanned\r\u{1b}[2J\u{2028}\u{202e}\u{85}";

        let printed = Escaped(forged).to_string();

        let escaped = "x\\n2026-11-27 INFO unbanned\\r\\u{1b}[2J\\u{2028}\\u{202e}\\u{85}";
        assert_eq!(printed, escaped);
    }

    #[test]
    fn a_text_without_such_characters_is_printed_as_it_is() {
        let text = r#"/ip4/192.0.2.1 "quoted" \ C:\bans größe"#;

        assert_eq!(Escaped(text).to_string(), text);
    }

    #[test]
    fn of_a_very_long_text_the_beginning_is_printed() {
        let printed = Escaped("a".repeat(100_000)).to_string();

        assert_eq!(printed, format!("{}..", "a".repeat(LONGEST - 1)));
        assert_eq!(Escaped("a".repeat(LONGEST - 1)).to_string(), "a".repeat(LONGEST - 1));
    }
}
