//! Texts that are printed: names cut to fit, numbers, and what strangers chose.

use peerwarden_tokio::OneLine;

/// A subject by its bare name, as the node writes it with `peer:` or `addr:` in front.
pub(crate) fn bare(subject: &str) -> &str {
    let name = subject.strip_prefix("peer:").or_else(|| subject.strip_prefix("addr:"));
    name.unwrap_or(subject)
}

/// The name of a subject on one line, cut like `12D3KooW…kq7Zpb` if it is a peer's.
pub(crate) fn brief(subject: &str) -> String {
    let name = bare(subject);
    if subject.starts_with("addr:") || name.contains([':', '.', '/']) {
        return plain(name);
    }
    middle(&plain(name), BRIEF)
}

/// A text on one line, without characters that could end it or pass for something else.
pub(crate) fn plain(text: &str) -> String {
    OneLine(text).to_string()
}

/// A text of so many characters at most, `…` for what is cut out of its middle.
pub(crate) fn middle(text: &str, width: usize) -> String {
    let length = text.chars().count();
    if length <= width {
        return text.to_owned();
    }
    let room = width.saturating_sub(1);
    let tail = room.saturating_mul(3) / 7;
    let head: String = text.chars().take(room - tail).collect();
    let tail: String = text.chars().skip(length - tail).collect();
    format!("{head}…{tail}")
}

/// A text of so many characters at most, `…` for what is cut off its end.
pub(crate) fn start(text: &str, width: usize) -> String {
    if text.chars().count() <= width {
        return text.to_owned();
    }
    let head: String = text.chars().take(width.saturating_sub(1)).collect();
    format!("{}…", head.trim_end())
}

/// Points without their fraction: a debt that is left is at least one.
pub(crate) fn points(points: f64) -> String {
    format!("{}", points.ceil())
}

/// `1st`, `2nd`, `11th`.
pub(crate) fn ordinal(number: u64) -> String {
    let ending = match (number % 100, number % 10) {
        (11..=13, _) => "th",
        (_, 1) => "st",
        (_, 2) => "nd",
        (_, 3) => "rd",
        _ => "th",
    };
    format!("{number}{ending}")
}

/// Characters of a peer id that is cut: eight, `…` and six.
const BRIEF: usize = 15;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_cut_in_their_middle_and_networks_are_not() {
        let id = "peer:12D3KooWK3mWd6H4tkoJPjNHv2gDTS2SrhWjBgNs39zHtswG6cJc";
        assert_eq!(brief(id), "12D3KooW…wG6cJc");
        assert_eq!(brief("addr:2001:db8:1234:5678::/64"), "2001:db8:1234:5678::/64");
        assert_eq!(brief("peer:alice"), "alice");
        assert_eq!(brief("peer:a\u{1b}[2J"), "a\\u{1b}[2J");
    }

    #[test]
    fn ordinals_have_the_right_ending() {
        assert_eq!(
            [1, 2, 3, 4, 11, 12, 13, 21, 111].map(ordinal).join(" "),
            "1st 2nd 3rd 4th 11th 12th 13th 21st 111th"
        );
    }
}
