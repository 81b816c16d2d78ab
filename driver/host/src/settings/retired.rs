//! Settings that there were once, and what has their part now.

/// What to set instead of a setting of earlier versions, if that is one.
pub(super) fn instead_of(key: &str) -> Option<&'static str> {
    let found = RETIRED.iter().find(|(retired, _)| *retired == key);
    found.map(|(_, instead)| *instead)
}

/// What to say to an operator who sets one.
pub(super) fn hint(instead: &str) -> String {
    format!("places have taken the part of colocation: set {instead}")
}

const RETIRED: [(&str, &str); 5] = [
    ("max_banned_peers", "crowd in places_v4 and places_v6, or places to false to switch it off"),
    ("colocation_duration", "place_durations"),
    ("colocation_prefix_v4", "length in places_v4"),
    ("colocation_prefix_v6", "length in places_v6"),
    ("colocation_exempt", "exempt"),
];
