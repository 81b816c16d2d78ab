//! Figures of one run, collected while it goes on.

mod figures;

use std::time::Duration;

use peerwarden_core::Instant;

pub(crate) use figures::Figures;

use crate::peer::{Class, PeerNo, Peers};
use crate::time::in_hours;

/// What happened since the attack, or whatever is looked at, began.
#[derive(Debug)]
pub(crate) struct Ledger {
    from: Instant,
    length: Duration,
    /// Bad messages accepted, by part of the run.
    harm: Vec<u64>,
    /// Fewest honest peers that were up, by part of the run.
    fewest_up: Vec<u32>,
    accepted: u64,
    /// Bad messages after which the run ends, and when half of them had been accepted.
    enough: u64,
    halfway: Instant,
    first_ban: Option<Instant>,
    banned_ids: u64,
    honest_banned: Peers<()>,
    place_bans: u64,
    largest_table: usize,
    residents: Presence,
    newcomers: Presence,
    /// When presence was last added up.
    counted: Instant,
}

/// How many of one class want to be connected, and are; and the sums of both over time.
#[derive(Clone, Copy, Debug, Default)]
struct Presence {
    wanting: u32,
    up: u32,
    wanted: Duration,
    been: Duration,
}

impl Ledger {
    /// Of a run that is looked at from `from` on, for `length` or until `enough` bad messages.
    pub(crate) fn new(from: Instant, length: Duration, enough: u64) -> Self {
        Self {
            from,
            length,
            harm: vec![0; PARTS],
            fewest_up: vec![u32::MAX; PARTS],
            accepted: 0,
            enough,
            halfway: from,
            first_ban: None,
            banned_ids: 0,
            honest_banned: Peers::default(),
            place_bans: 0,
            largest_table: 0,
            residents: Presence::default(),
            newcomers: Presence::default(),
            counted: from,
        }
    }

    /// A bad message of an attacker was accepted.
    pub(crate) fn harmed(&mut self, now: Instant) {
        if now < self.from {
            return;
        }
        self.accepted += 1;
        if self.accepted == self.enough / 2 {
            self.halfway = now;
        }
        let part = self.part(now);
        if let Some(harm) = self.harm.get_mut(part) {
            *harm += 1;
        }
    }

    /// Whether so many bad messages were accepted that nothing more is to be learned.
    pub(crate) fn is_enough(&self) -> bool {
        self.accepted >= self.enough
    }

    /// A peer was banned.
    pub(crate) fn banned(&mut self, peer: PeerNo, class: Class, now: Instant) {
        if class.is_honest() {
            self.honest_banned.insert(peer, ());
        } else {
            self.banned_ids += 1;
            self.first_ban = self.first_ban.or(Some(now));
        }
    }

    /// A network was banned.
    pub(crate) fn place_banned(&mut self, now: Instant) {
        self.place_bans += 1;
        self.first_ban = self.first_ban.or(Some(now));
    }

    /// The policy holds so many entries.
    pub(crate) fn table(&mut self, entries: usize) {
        self.largest_table = self.largest_table.max(entries);
    }

    /// An honest peer wants to be connected from now on, or no longer.
    pub(crate) fn wants(&mut self, class: Class, wants: bool, now: Instant) {
        self.count(now);
        if let Some(presence) = self.presence(class) {
            change(&mut presence.wanting, wants);
        }
    }

    /// A connection came up, or went down. One that is being closed is down.
    pub(crate) fn up(&mut self, class: Class, up: bool, now: Instant) {
        self.count(now);
        if let Some(presence) = self.presence(class) {
            change(&mut presence.up, up);
        }
        self.note_fewest(now);
    }

    /// Adds up who has been here until now. To be called at least once in each part of the run.
    pub(crate) fn count(&mut self, now: Instant) {
        let since = now.saturating_duration_since(self.counted);
        if now > self.counted {
            self.counted = now;
        }
        for presence in [&mut self.residents, &mut self.newcomers] {
            presence.wanted += since.saturating_mul(presence.wanting);
            presence.been += since.saturating_mul(presence.up.min(presence.wanting));
        }
    }

    /// Notes how many honest peers are up now.
    pub(crate) fn note_fewest(&mut self, now: Instant) {
        if now < self.from {
            return;
        }
        let up = self.residents.up + self.newcomers.up;
        let part = self.part(now);
        if let Some(fewest) = self.fewest_up.get_mut(part) {
            *fewest = up.min(*fewest);
        }
    }

    /// The figures of a run that ended at `end`, early if that is before its length was over.
    pub(crate) fn close(mut self, end: Instant) -> Figures {
        self.count(end);
        let ran = end.saturating_duration_since(self.from).min(self.length);
        let (cut_short, part) = (ran < self.length, in_hours(self.length) / PARTS as f64);
        let rest = in_hours(self.length) - in_hours(ran);
        let an_hour = if cut_short {
            // What it was for the second half of the messages goes on to the end.
            let took = in_hours(end.saturating_duration_since(self.halfway));
            (self.accepted - self.enough / 2) as f64 / took.max(1e-9)
        } else {
            let late: u64 = self.harm.iter().skip(PARTS / 2).sum();
            late as f64 / (in_hours(self.length) / 2.0)
        };
        let lost = |all: &[Presence]| {
            let wanted: Duration = all.iter().map(|each| each.wanted).sum();
            let been: Duration = all.iter().map(|each| each.been).sum();
            (wanted > Duration::ZERO)
                .then(|| (1.0 - been.as_secs_f64() / wanted.as_secs_f64()).max(0.0) * 100.0)
        };
        Figures {
            harm: self.accepted as f64 + an_hour * rest,
            harm_an_hour: an_hour,
            cut_short,
            honest_lost: lost(&[self.residents, self.newcomers]).unwrap_or(0.0),
            newcomers_lost: lost(&[self.newcomers]),
            honest_banned: self.honest_banned.len(),
            first_ban: self
                .first_ban
                .map(|at| at.saturating_duration_since(self.from).as_secs_f64()),
            banned_ids: self.banned_ids,
            place_bans: self.place_bans,
            fewest_up: self.fewest_up.iter().copied().filter(|up| *up < u32::MAX).min(),
            up_at_end: self.residents.up + self.newcomers.up,
            largest_table: self.largest_table,
            remembered: None,
            harm_by_part: self.harm,
            up_by_part: self.fewest_up,
            part_hours: part,
        }
    }

    fn part(&self, now: Instant) -> usize {
        let since = now.saturating_duration_since(self.from).as_nanos();
        let part = since * PARTS as u128 / self.length.as_nanos().max(1);
        usize::try_from(part).unwrap_or(PARTS).min(PARTS - 1)
    }

    fn presence(&mut self, class: Class) -> Option<&mut Presence> {
        match class {
            Class::Attacker => None,
            Class::Resident => Some(&mut self.residents),
            Class::Newcomer => Some(&mut self.newcomers),
        }
    }
}

fn change(count: &mut u32, up: bool) {
    *count = if up { count.saturating_add(1) } else { count.saturating_sub(1) };
}

/// Parts into which a run is divided.
pub(crate) const PARTS: usize = 240;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::hours;

    fn at(mins: u64) -> Instant {
        Instant::from_secs(mins * 60)
    }

    #[test]
    fn time_lost_is_the_share_of_wanted_time_not_connected_since_the_start() {
        let mut ledger = Ledger::new(at(60), hours(1), u64::MAX);
        for _ in 0..2 {
            ledger.wants(Class::Resident, true, at(0));
        }
        ledger.up(Class::Resident, true, at(1));
        ledger.up(Class::Resident, true, at(90));
        let figures = ledger.close(at(120));
        assert!((figures.honest_lost - 25.0).abs() < 1e-9);
        assert_eq!(figures.newcomers_lost, None);
        assert_eq!(figures.fewest_up, Some(2), "one more came while it was looked at");
    }

    #[test]
    fn harm_an_hour_is_that_of_the_second_half() {
        let mut ledger = Ledger::new(at(0), hours(2), u64::MAX);
        for minute in 0..120 {
            for _ in 0..if minute < 60 { 10 } else { 3 } {
                ledger.harmed(at(minute));
            }
        }
        let figures = ledger.close(at(120));
        assert!((figures.harm - 780.0).abs() < 1e-9);
        assert!((figures.harm_an_hour - 180.0).abs() < 1e-9);
    }

    #[test]
    fn a_run_cut_short_goes_on_at_its_rate_until_then() {
        let mut ledger = Ledger::new(at(0), hours(10), 60);
        for minute in 1..=60 {
            ledger.harmed(at(minute));
        }
        assert!(ledger.is_enough());
        let figures = ledger.close(at(60));
        assert!(figures.cut_short);
        assert!((figures.harm_an_hour - 60.0).abs() < 1e-9);
        assert!((figures.harm - 600.0).abs() < 1e-9);
    }
}
