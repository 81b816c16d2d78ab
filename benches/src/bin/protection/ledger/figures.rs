//! Figures of one run.

/// What came of one run.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Figures {
    /// Bad messages of attackers accepted in the run.
    pub(crate) harm: f64,
    /// The same an hour, in the second half.
    pub(crate) harm_an_hour: f64,
    /// Whether the run ended early, so that both are reckoned from what was until then.
    pub(crate) cut_short: bool,
    /// Time that honest peers wanted to be connected and were not, in percent.
    pub(crate) honest_lost: f64,
    /// The same of those with a new id each time, if there are any.
    pub(crate) newcomers_lost: Option<f64>,
    /// Honest peers that were banned at least once.
    pub(crate) honest_banned: usize,
    /// Seconds until the first ban of an attacker or of a network.
    pub(crate) first_ban: Option<f64>,
    /// Bans of attackers' ids.
    pub(crate) banned_ids: u64,
    /// Bans of networks.
    pub(crate) place_bans: u64,
    /// Fewest honest peers up at any time.
    pub(crate) fewest_up: Option<u32>,
    /// Honest peers up at the end.
    pub(crate) up_at_end: u32,
    /// Entries that the policy held at most.
    pub(crate) largest_table: usize,
    /// Whether the policy still knows the offender that a flood was to make it forget.
    pub(crate) remembered: Option<bool>,
    /// Bad messages accepted in each part of the run.
    pub(crate) harm_by_part: Vec<u64>,
    /// Fewest honest peers up in each part of the run; `u32::MAX` where that was not looked at.
    pub(crate) up_by_part: Vec<u32>,
    /// Length of a part in hours.
    pub(crate) part_hours: f64,
}
