//! Standing, earned by long connection without fault.

use peerwarden_core::Config;

use super::record::Record;
use super::{Model, Nanos, nanos};

/// The standing of a peer that is here no longer.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Left {
    pub(crate) until: Nanos,
    /// Says who left first.
    pub(crate) serial: u64,
}

impl Record {
    pub(crate) fn in_standing(&self, now: Nanos, config: &Config) -> bool {
        if config.standing_after().is_none() {
            return false;
        }
        match &self.here {
            // "It stays so while it is here [...]"
            Some(here) => {
                let after = config.standing_after().map(nanos);
                let since = self.faultless_since(config);
                let faultless = since.and_then(|since| now.checked_sub(since));
                here.standing || faultless.zip(after).is_some_and(|(time, after)| time >= after)
            }
            // "[...] and, when it is here no longer, for `standing_for` (7 d)".
            None => self.left.is_some_and(|left| now < left.until),
        }
    }

    /// "A peer here without offence is in standing once `standing_after` (30 min) has passed since
    /// the latest of: it came here; a report (hearsay aside) last left it owing T/10 or more; its
    /// last offence was forgiven."
    pub(crate) fn standing_from(&self, config: &Config) -> Option<Nanos> {
        let after = nanos(config.standing_after()?);
        Some(self.faultless_since(config)?.saturating_add(after))
    }

    /// The latest of: it came here; a report last left it owing much; its last offence was forgiven,
    /// or will be.
    fn faultless_since(&self, config: &Config) -> Option<Nanos> {
        let came = self.here.as_ref()?.since;
        let forgiven = self.last_forgiven(config)?;
        let latest = came.max(self.owed_much.unwrap_or(0)).max(forgiven);
        // One that will be forgiven later is on record until then.
        Some(latest)
    }

    /// "It is lost at once, here or not".
    pub(crate) fn lose_standing(&mut self) {
        self.left = None;
        if let Some(here) = &mut self.here {
            here.standing = false;
        }
    }

    /// "When a report (hearsay aside) leaves the peer owing T/10 or more."
    pub(crate) fn judge_standing(&mut self, now: Nanos, config: &Config) {
        let owed = u128::from(self.owes(now, config));
        if owed * 10 >= u128::from(config.threshold().as_micros()) {
            self.lose_standing();
            self.owed_much = Some(now);
        }
    }

    /// "Spared: in standing, or in grace after a pardon: cause `Address` does not touch the peer."
    pub(crate) fn is_spared(&self, now: Nanos, config: &Config) -> bool {
        self.in_standing(now, config) || now < self.grace_until
    }

    /// Keeps its standing for its absence, unless a ban is what makes it leave: "it is lost [...] when
    /// it is banned, by whatever cause".
    pub(crate) fn leave_standing(&mut self, now: Nanos, config: &Config, serial: u64) {
        if self.is_here() && !self.banned(now) && self.in_standing(now, config) {
            let until = now.saturating_add(nanos(config.standing_for()));
            self.left = Some(Left { until, serial });
        }
    }
}

impl Model {
    /// How many peers are in standing and not here.
    pub(crate) fn standing_away(&self) -> usize {
        let away =
            |record: &&Record| !record.is_here() && record.in_standing(self.now, &self.config);
        self.records.iter().filter(away).count()
    }

    /// "Peers in standing that are not here are at most `max_standing` (10 000): of more, the one
    /// whose standing ends first loses it, of these the one that left first."
    pub(crate) fn bound_standing(&mut self) {
        loop {
            let (now, config) = (self.now, &self.config);
            let absent = self
                .records
                .iter_mut()
                .filter(|record| !record.is_here() && record.in_standing(now, config));
            let mut absent: Vec<_> = absent.collect();
            if absent.len() <= config.max_standing() {
                return;
            }
            let first = absent
                .iter_mut()
                .min_by_key(|record| record.left.map(|left| (left.until, left.serial)));
            if let Some(record) = first {
                record.lose_standing();
            }
        }
    }
}
