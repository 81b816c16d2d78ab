//! Names that are nearly those of known misbehaviors.

use peerwarden_core::Misbehavior;

/// Returns the known kind for which this name was likely meant, if it is none itself.
///
/// That is so if all of it is a slip of the known name, or each word is one of the known name's or short
/// for it, in any order; of three words and more one may be missing.
pub(super) fn nearest(name: &str) -> Option<Misbehavior> {
    let known = Misbehavior::KNOWN;
    if known.iter().any(|kind| kind.as_str() == name) {
        return None;
    }
    known.into_iter().find(|kind| is_slip(name, kind.as_str()) || means(name, kind.as_str()))
}

/// Returns whether one name becomes the other by two slips at most.
fn is_slip(name: &str, known: &str) -> bool {
    // There may be a great many names, and nearly all of them are told apart by this. A slip brings in one
    // letter and takes out another, at most.
    let apart = (letters(name) ^ letters(known)).count_ones() > 2 * SLIPS as u32;
    !apart && strsim::osa_distance(known, name) <= SLIPS
}

fn means(name: &str, known: &str) -> bool {
    let mut left: Vec<_> = known.split('-').collect();
    let may_miss = usize::from(left.len() > 2);
    for word in name.split('-') {
        let Some(at) = left.iter().position(|known| stands_for(word, known)) else {
            return false;
        };
        left.remove(at);
    }
    left.len() <= may_miss
}

/// Returns whether a word is the known one, one slip away from it, short for it, or a form of it with another
/// ending: `publisher`.
fn stands_for(word: &str, known: &str) -> bool {
    let ending = word.strip_prefix(known).filter(|_| known.len() >= 5);
    is_short_for(word, known)
        || ending.is_some_and(|ending| ending.len() <= 3)
        || strsim::osa_distance(word, known) <= 1
}

/// Returns whether the word is some of the letters of the known one in order, the first among them, and
/// three at least: `msg` for `message`.
fn is_short_for(word: &str, known: &str) -> bool {
    let mut rest = known.bytes();
    word.len() >= 3
        && word.bytes().next() == known.bytes().next()
        && word.bytes().all(|letter| rest.any(|each| each == letter))
}

/// The set of bytes in a name of `a-z`, `0-9` and `-`.
fn letters(name: &str) -> u64 {
    name.bytes().fold(0, |set, byte| set | 1 << (byte % 64))
}

/// How many letters may be missing, wrong, too many or swapped in a slip.
const SLIPS: usize = 2;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_swapped_misspelt_and_missing_words_are_known() {
        for (name, known) in [
            ("invald-message", "invalid-message"),
            ("invalid-msg", "invalid-message"),
            ("message-invalid", "invalid-message"),
            ("invalid-messages", "invalid-message"),
            ("stale-msg", "stale-message"),
            ("unsolicited-msg", "unsolicited-message"),
            ("unknown-message", "unknown-message-type"),
            ("unknown-msg-type", "unknown-message-type"),
            ("unautorized-publisher", "unauthorized-publish"),
            ("unauthorised-sender", "unauthorized-sender"),
            ("publish-unauthorized", "unauthorized-publish"),
            ("resource-request", "resource-intensive-request"),
            ("ejected-sender", "sender-ejected"),
        ] {
            assert_eq!(nearest(name).as_ref().map(Misbehavior::as_str), Some(known), "{name}");
        }
    }

    #[test]
    fn kinds_of_the_nodes_own_and_known_ones_are_let_alone() {
        let own = ["oversized-request", "oversized-message", "bad-block", "spam", "late-response"];
        let more = ["invalid-block", "invalid-signature", "unknown-parent", "message", "home-made"];
        let known = Misbehavior::KNOWN;
        for name in own.iter().chain(&more).copied().chain(known.iter().map(Misbehavior::as_str)) {
            assert_eq!(nearest(name), None, "{name}");
        }
    }
}
