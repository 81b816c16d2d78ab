//! Texts of JSON, borrowed where they can be.

use alloc::borrow::{Cow, ToOwned as _};
use alloc::string::String;
use core::fmt::{self, Write as _};

use serde::de::{Error, Visitor};
use serde::{Deserialize, Deserializer};

/// A text, borrowed from the line unless something in it is escaped.
#[derive(Debug)]
pub(super) struct Text<'a>(pub(super) Cow<'a, str>);

impl<'de: 'a, 'a> Deserialize<'de> for Text<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(TextVisitor).map(Self)
    }
}

struct TextVisitor;

impl<'de> Visitor<'de> for TextVisitor {
    type Value = Cow<'de, str>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text")
    }

    fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(Cow::Borrowed(text))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Cow::Owned(text.to_owned()))
    }

    fn visit_string<E: Error>(self, text: String) -> Result<Self::Value, E> {
        Ok(Cow::Owned(text))
    }
}

/// What something prints, as a text of JSON.
pub(super) struct Quoted<T>(pub(super) T);

impl<T: fmt::Display> fmt::Display for Quoted<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_char('"')?;
        write!(Escaped { to: f }, "{}", self.0)?;
        f.write_char('"')
    }
}

/// Passes texts on with what JSON has to escape escaped.
struct Escaped<'a, 'f> {
    to: &'a mut fmt::Formatter<'f>,
}

impl fmt::Write for Escaped<'_, '_> {
    fn write_str(&mut self, mut text: &str) -> fmt::Result {
        while let Some(at) = text.bytes().position(is_escaped) {
            // What is escaped is ASCII, so both cuts are between characters.
            let (plain, rest) = text.split_at_checked(at).unwrap_or((text, ""));
            self.to.write_str(plain)?;
            let mut chars = rest.chars();
            match chars.next() {
                Some(special @ ('"' | '\\')) => write!(self.to, "\\{special}")?,
                Some(control) => write!(self.to, "\\u{:04x}", u32::from(control))?,
                None => {}
            }
            text = chars.as_str();
        }
        self.to.write_str(text)
    }
}

const fn is_escaped(byte: u8) -> bool {
    byte < 0x20 || byte == b'"' || byte == b'\\'
}
