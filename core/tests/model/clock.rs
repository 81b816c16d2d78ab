//! Another clock: every moment that the model knows, on a clock that is so much ahead or behind.

use peerwarden_core::{Instant, Until};

use super::ban::Ban;
use super::network::Network;
use super::place::Place;
use super::record::Record;
use super::{Model, Nanos};

impl Model {
    /// Moves every moment by so much. None may come to lie before the origin.
    pub(crate) fn move_clock(&mut self, by: i64) {
        self.now = moved(self.now, by);
        self.records.iter_mut().for_each(|record| record.move_clock(by));
        self.networks.iter_mut().for_each(|network| network.move_clock(by));
        self.places.iter_mut().for_each(|place| place.move_clock(by));
    }
}

impl Record {
    fn move_clock(&mut self, by: i64) {
        let Self { owed_at, announced, grace_until, last_low_score, .. } = self;
        for moment in [owed_at, announced, grace_until, last_low_score] {
            *moment = moved(*moment, by);
        }
        for moment in [&mut self.last_ban_ended, &mut self.forgiven, &mut self.owed_much] {
            *moment = moment.map(|moment| moved(moment, by));
        }
        for number in [&mut self.long, &mut self.hearsay, &mut self.deliveries] {
            number.move_clock(by);
        }
        for misdeed in &mut self.misdeeds {
            misdeed.last = Instant::from_nanos(moved(misdeed.last.as_nanos(), by));
        }
        if let Some(left) = &mut self.left {
            left.until = moved(left.until, by);
        }
        self.ban.iter_mut().for_each(|ban| ban.move_clock(by));
    }
}

impl Network {
    fn move_clock(&mut self, by: i64) {
        self.grace_until = moved(self.grace_until, by);
        self.ban.iter_mut().for_each(|ban| ban.move_clock(by));
    }
}

impl Place {
    fn move_clock(&mut self, by: i64) {
        self.debts.move_clock(by);
        self.crowd.move_clock(by);
        self.last_ban_over = self.last_ban_over.map(|over| moved(over, by));
    }
}

impl Ban {
    fn move_clock(&mut self, by: i64) {
        self.began = moved(self.began, by);
        for (_, until) in &mut self.causes {
            if let Until::At(end) = until {
                *end = Instant::from_nanos(moved(end.as_nanos(), by));
            }
        }
    }
}

pub(crate) fn moved(moment: Nanos, by: i64) -> Nanos {
    moment.saturating_add_signed(by)
}
