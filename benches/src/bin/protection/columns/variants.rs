//! `default()` without one of its rules each, and with other durations.

use std::num::NonZeroU32;
use std::time::Duration;

use peerwarden_core::{Config, ConfigError, PlaceLevel, Points};

use super::{Column, Make, SCORES, Table, VALID, knowledge};
use crate::time::{days, hours, mins};

/// What is changed is named; the rest is as in the column `+valid`, or `+scores` where it is about
/// scores.
pub(super) const ALL: &[Column] = &[
    Column {
        name: "no places",
        about: "neither debts nor crowds",
        make: Make::Engine(|| Ok(reports().with_places(false))),
        ..WITHOUT
    },
    Column {
        name: "no debts",
        about: "places are banned for crowds only",
        make: Make::Engine(|| levels(|level| PlaceLevel { debts: ENDLESS, ..level })),
        ..WITHOUT
    },
    Column {
        name: "no crowds",
        about: "places are banned for debts only",
        make: Make::Engine(|| levels(|level| PlaceLevel { crowd: u32::MAX, ..level })),
        ..WITHOUT
    },
    Column {
        name: "no standing",
        about: "a ban of a place spares nobody",
        make: Make::Engine(|| Ok(reports().with_standing_after(None))),
        ..WITHOUT
    },
    Column {
        name: "no incident",
        about: "whoever is over is banned",
        make: Make::Engine(|| Ok(reports().with_incident(false))),
        ..WITHOUT
    },
    Column {
        name: "no hearsay",
        about: "authors answer for what others deliver",
        make: Make::Engine(|| Ok(reports().with_hearsay(false))),
        ..WITHOUT
    },
    Column {
        name: "no long budget",
        about: "valid messages are counted, and the long number is off",
        knowledge: knowledge::REPORTS,
        make: Make::Engine(|| Ok(reports().with_long_budget(None))),
        ..WITHOUT
    },
    Column {
        name: "scores, not at leave",
        about: "`+scores` without `check_on_leave`",
        make: Make::Engine(|| Ok(Config::default().with_check_on_leave(false))),
        ..SCORED
    },
    Column {
        name: "scores, 1 low",
        about: "`+scores` with one confirmation",
        make: Make::Engine(|| Ok(Config::default().with_confirmations(NonZeroU32::MIN))),
        ..SCORED
    },
    Column {
        name: "scores, longer",
        about: "`+scores` with bans of 1 h, 6 h, 24 h, 7 d",
        make: Make::Engine(|| {
            Config::default().with_ban_durations(&[hours(1), hours(6), days(1), days(7)])
        }),
        ..SCORED
    },
    Column {
        name: "to 10 min",
        about: "every ban of a place lasts 10 min",
        make: Make::Engine(|| ladder(&[mins(10)])),
        ..LADDER
    },
    Column {
        name: "to 40 min",
        about: "10, 40 min",
        make: Make::Engine(|| ladder(&[mins(10), mins(40)])),
        ..LADDER
    },
    Column {
        name: "to 60 min",
        about: "10, 40, 60 min",
        make: Make::Engine(|| ladder(&[mins(10), mins(40), mins(60)])),
        ..LADDER
    },
    Column {
        name: "to 80 min",
        about: "10, 40, 80 min",
        make: Make::Engine(|| ladder(&[mins(10), mins(40), mins(80)])),
        ..LADDER
    },
    Column {
        name: "to 120 min",
        about: "10, 40, 120 min",
        make: Make::Engine(|| ladder(&[mins(10), mins(40), mins(120)])),
        ..LADDER
    },
    Column {
        name: "to 160 min",
        about: "10, 40, 160 min",
        make: Make::Engine(|| ladder(&[mins(10), mins(40), mins(160)])),
        ..LADDER
    },
    Column {
        name: "to 640 min",
        about: "10, 40, 160, 640 min",
        make: Make::Engine(|| ladder(&[mins(10), mins(40), mins(160), mins(640)])),
        ..LADDER
    },
    Column {
        name: "to 16 h",
        about: "10, 40, 160, 640 min, 16 h",
        make: Make::Engine(|| ladder(&[mins(10), mins(40), mins(160), mins(640), hours(16)])),
        ..LADDER
    },
];

const WITHOUT: Column = Column { table: Table::Rules, variant_of: Some("+valid"), ..VALID };
const SCORED: Column = Column { table: Table::Rules, variant_of: Some("+scores"), ..SCORES };
const LADDER: Column = Column { table: Table::Ladder, ..WITHOUT };

/// More than anybody can owe in a run.
const ENDLESS: Points = Points::from_points(u64::MAX / 10_000_000);

fn reports() -> Config {
    Config::default().with_scores(false)
}

fn ladder(durations: &[Duration]) -> Result<Config, ConfigError> {
    reports().with_place_durations(durations)
}

/// `default()` with every level of places changed.
fn levels(change: fn(PlaceLevel) -> PlaceLevel) -> Result<Config, ConfigError> {
    let config = reports();
    let v4: Vec<_> = config.places_v4().map(change).collect();
    let v6: Vec<_> = config.places_v6().map(change).collect();
    config.with_places_v4(&v4)?.with_places_v6(&v6)
}
