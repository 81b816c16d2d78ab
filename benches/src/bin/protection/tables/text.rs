//! Figures as text.

use crate::ledger::Figures;
use crate::scenario::{Scenario, Tells};

/// What the row is about.
pub(super) fn shown(scenario: &Scenario, figures: &Figures) -> String {
    match scenario.tells {
        Tells::Harm => harm(figures),
        Tells::Lost if figures.honest_lost < 0.005 && figures.honest_banned == 0 => {
            "0 %".to_owned()
        }
        Tells::Lost => format!("**{}** ({})", percent(figures.honest_lost), figures.honest_banned),
        Tells::Up => format!("{} up", figures.up_at_end),
    }
}

fn harm(figures: &Figures) -> String {
    let about = if figures.cut_short { "~" } else { "" };
    let mut text = format!("{about}{} ({})", short(figures.harm), short(figures.harm_an_hour));
    if figures.honest_lost >= 0.005 {
        text += &format!(" **{}**", percent(figures.honest_lost));
    }
    if let Some(lost) = figures.newcomers_lost.filter(|lost| *lost >= 0.005) {
        text += &format!(" (new: {})", percent(lost));
    }
    match figures.remembered {
        Some(true) => text += " remembered",
        Some(false) => text += " forgotten",
        None => {}
    }
    text
}

/// The other figures.
pub(super) fn details(_: &Scenario, figures: &Figures) -> String {
    let first = figures.first_ban.map_or_else(|| "-".to_owned(), |at| format!("{at:.1} s"));
    let up = figures.fewest_up.map_or_else(|| "-".to_owned(), |up| up.to_string());
    format!(
        "{first} / {} / {} / {up} / {}",
        short(figures.banned_ids as f64),
        short(figures.place_bans as f64),
        short(figures.largest_table as f64),
    )
}

/// Whether two runs differ by more than chance would have it: a tenth of the harm, half a point of time.
pub(super) fn differ(one: Option<&Figures>, other: Option<&Figures>) -> bool {
    let (Some(one), Some(other)) = (one, other) else { return false };
    let apart =
        |one: f64, other: f64, least: f64| (one - other).abs() > (0.1 * one.max(other)).max(least);
    let newcomers = |figures: &Figures| figures.newcomers_lost.unwrap_or_default();
    apart(one.harm, other.harm, 50.0)
        || apart(one.harm_an_hour, other.harm_an_hour, 50.0)
        || apart(one.honest_lost, other.honest_lost, 0.5)
        || apart(newcomers(one), newcomers(other), 1.0)
}

fn percent(value: f64) -> String {
    if value < 10.0 { format!("{value:.2} %") } else { format!("{value:.0} %") }
}

/// A number with three digits or so.
pub(crate) fn short(value: f64) -> String {
    match value {
        ..9_999.5 => format!("{value:.0}"),
        ..99_950.0 => format!("{:.1}k", value / 1e3),
        ..999_500.0 => format!("{:.0}k", value / 1e3),
        ..99.95e6 => format!("{:.1}M", value / 1e6),
        _ => format!("{:.0}M", value / 1e6),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_keep_three_digits_or_so() {
        let shown = [0.0, 9_999.0, 10_040.0, 99_960.0, 999_600.0, 3.4e8].map(short);
        assert_eq!(shown, ["0", "9999", "10.0k", "100k", "1.0M", "340M"]);
    }
}
