//! Markdown files that tables are written into.

use std::io::ErrorKind;
use std::path::Path;

/// Writes the tables into the file: between its markers if it has some, else as all there is in it.
///
/// # Errors
///
/// The file cannot be read or written, or has a first marker and no last one behind it.
pub(crate) fn write(file: &Path, tables: &str) -> Result<(), String> {
    let before = match std::fs::read_to_string(file) {
        Ok(text) => text,
        Err(error) if error.kind() == ErrorKind::NotFound => String::new(),
        Err(error) => return Err(format!("cannot read {}: {error}", file.display())),
    };
    let text = replaced(&before, tables)
        .ok_or_else(|| format!("{} has {FIRST} without {LAST} behind it", file.display()))?;
    std::fs::write(file, text).map_err(|error| format!("cannot write {}: {error}", file.display()))
}

/// The text with the tables between its markers; nothing if there is only the first.
fn replaced(text: &str, tables: &str) -> Option<String> {
    let Some((head, rest)) = text.split_once(FIRST) else { return Some(tables.to_owned()) };
    let (_, tail) = rest.split_once(LAST)?;
    Some(format!("{head}{FIRST}\n\n{tables}\n{LAST}{tail}"))
}

const FIRST: &str = "<!-- tables: written by the program -->";
const LAST: &str = "<!-- end of tables -->";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_between_the_markers_is_replaced_and_the_rest_is_kept() {
        let text = format!("before\n{FIRST}\nold\n{LAST}\nafter\n");
        let expected = format!("before\n{FIRST}\n\nnew\n{LAST}\nafter\n");
        assert_eq!(replaced(&text, "new"), Some(expected.clone()));
        assert_eq!(replaced(&expected, "new"), Some(expected));
    }

    #[test]
    fn a_file_without_markers_becomes_the_tables_and_half_a_pair_is_refused() {
        assert_eq!(replaced("anything", "new"), Some("new".to_owned()));
        assert_eq!(replaced(&format!("{LAST}{FIRST}"), "new"), None);
    }
}
