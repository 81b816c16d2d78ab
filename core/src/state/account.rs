//! A peer's penalty points and offence count.

use core::time::Duration;

use crate::causes::Causes;
use crate::config::Config;
use crate::penalty::{DecayRate, Points};
use crate::saved::{SavedDebt, TimeOffset};
use crate::state::decaying::{DecayingPoints, worth};
use crate::state::number::Number;
use crate::subject::Cause;
use crate::time::{Instant, Until, nanos};

/// A peer's penalty points and offences, as of some moment.
///
/// Small and copied freely: a question about a later moment advances a copy.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Account {
    debt: DecayingPoints,
    offences: u32,
    /// Whether a ban by penalty was withheld, and announced once.
    pub(crate) withheld: bool,
    /// Of a peer here: whether it is in standing from before it came.
    pub(crate) in_standing: bool,
    /// Of a peer here: whether its latest score since it came was low.
    pub(crate) scored_low: bool,
    /// Of a peer here: whether its heat is kept aside. Else it is what the peer owes.
    pub(crate) own_heat: bool,
    /// Since when the peer has been clean, counted from the end of its last ban, less the periods
    /// for which an offence has been forgiven already. Means nothing during a ban.
    ///
    /// Of a peer here without offence: the latest of that, when it came, and when a report last left
    /// it owing too much for standing.
    clean_since: Instant,
}

impl Account {
    /// Returns the account of a new peer.
    pub(crate) fn new(config: &Config) -> Self {
        Self {
            debt: DecayingPoints::none(rate_of_offence(config, 0)),
            offences: 0,
            withheld: false,
            in_standing: false,
            scored_low: false,
            own_heat: false,
            clean_since: Instant::ORIGIN,
        }
    }

    /// Returns the account in saved form, seen from `now`: the points, the offences, and since when
    /// it is clean.
    pub(crate) fn save(&self, now: Instant) -> (SavedDebt, u32, TimeOffset) {
        (self.debt.save(now), self.offences, TimeOffset::of(self.clean_since, now))
    }

    /// Restores a saved account, seen from `now`.
    pub(crate) fn restore(debt: SavedDebt, offences: u32, clean: TimeOffset, now: Instant) -> Self {
        let debt = DecayingPoints::restore(debt, now);
        Self {
            debt,
            offences,
            withheld: false,
            in_standing: false,
            scored_low: false,
            own_heat: false,
            clean_since: clean.in_past(now),
        }
    }

    /// Brings what was restored into step with the policy, under which debts may fall otherwise;
    /// `causes` are those of the ban, if there is one.
    pub(crate) fn adopt(&mut self, causes: Option<&Causes>, now: Instant, config: &Config) {
        if causes.is_none() {
            self.advance_clean(now, config);
        }
        if !causes.is_some_and(|causes| causes.contains(Cause::Penalty)) {
            self.debt.change_rate(now, self.accrual_rate(config));
            return;
        }
        self.debt.change_rate(now, self.ban_rate(config));
        self.cap(now, config);
    }

    /// Lets time pass up to `now`: causes that are over leave `causes`, offences are forgiven, the
    /// rate of decay changes with them. Gives the end of the ban if the last cause went.
    ///
    /// Advancing in steps and at once come to the same.
    pub(crate) fn advance(
        &mut self,
        causes: &mut Causes,
        now: Instant,
        config: &Config,
    ) -> Option<Instant> {
        let mut ended = None;
        if !causes.is_empty() {
            let owes_for_ban = causes.contains(Cause::Penalty);
            let end = causes.expire(now)?;
            if owes_for_ban && !causes.contains(Cause::Penalty) {
                self.debt = DecayingPoints::none(self.accrual_rate(config));
            }
            if !causes.is_empty() {
                return None;
            }
            self.clean_since = end;
            ended = Some(end);
        }
        self.advance_clean(now, config);
        ended
    }

    /// Does the same as [`advance`](Self::advance), for a peer that is not banned.
    #[inline]
    pub(crate) fn advance_clean(&mut self, now: Instant, config: &Config) {
        if self.offences > 0 {
            self.forgive(now, config);
        }
    }

    /// Returns the penalty points at `now`, up to which the account has been advanced.
    #[inline]
    pub(crate) fn owed(&self, now: Instant) -> Points {
        self.debt.amount(now)
    }

    /// Returns whether, at that moment, there are penalty points or an offence on record.
    pub(crate) fn is_tainted(&self, now: Instant) -> bool {
        self.offences > 0 || self.owed(now) > Points::ZERO
    }

    /// Returns the penalty points, as a number that falls as heat does.
    pub(crate) fn heat(&self) -> Number {
        self.debt.number()
    }

    /// Returns whether what a peer owes that is not banned falls as fast as heat does.
    pub(crate) fn falls_like_heat(&self, config: &Config) -> bool {
        self.accrual_rate(config) == rate_of_offence(config, 0)
    }

    /// Returns since when, seen from `now`, the peer has been without fault; `None` with an offence
    /// on record.
    pub(crate) fn faultless_since(mut self, now: Instant, config: &Config) -> Option<Instant> {
        self.advance_clean(now, config);
        (self.offences == 0).then_some(self.clean_since)
    }

    /// Returns whether there are no penalty points at `now`.
    pub(crate) fn is_debt_free(&self, now: Instant) -> bool {
        self.owed(now) == Points::ZERO
    }

    /// Starts the time without fault at `now`, unless an offence is on record; returns whether it
    /// did. For peers that are not banned.
    pub(crate) fn start_clean(&mut self, now: Instant) -> bool {
        let faultless = self.offences == 0;
        if faultless {
            self.clean_since = now;
        }
        faultless
    }

    /// Returns since when the peer has been clean.
    pub(crate) fn clean_since(&self) -> Instant {
        self.clean_since
    }

    /// Returns how many offences are on record.
    pub(crate) fn offences(&self) -> u32 {
        self.offences
    }

    /// Sets the penalty points at `now`; `banned` says whether the peer is banned by penalty.
    #[inline]
    pub(crate) fn owe(&mut self, points: Points, now: Instant, banned: bool, config: &Config) {
        let rate = if banned { self.ban_rate(config) } else { self.accrual_rate(config) };
        self.debt = DecayingPoints::new(points, now, rate);
    }

    /// Counts one more offence at `now`.
    pub(crate) fn offend(&mut self, now: Instant, config: &Config) {
        self.offences = self.offences.saturating_add(1);
        self.clean_since = now;
        self.debt.change_rate(now, self.accrual_rate(config));
    }

    /// Rounds the penalty points at `now`, when an automatic ban begins. `banned` says whether the
    /// peer is banned by penalty.
    pub(crate) fn settle(&mut self, now: Instant, banned: bool, config: &Config) {
        self.owe(self.owed(now), now, banned, config);
    }

    /// Adopts the policy `config` at `now`, up to which the account was advanced under the one
    /// before. `causes` are those of the peer's ban.
    ///
    /// The period under way, clean since the last one, is as long as the new policy says: where
    /// more has passed already, that is forgiven at once, and the peer without fault from `now` on.
    pub(crate) fn reconfigure(&mut self, now: Instant, causes: &Causes, config: &Config) {
        if causes.is_empty()
            && let Some(period) = config.forgive_after()
        {
            let forgiven = self.due_to_forgive(period, now);
            self.take_off(forgiven, period);
            if forgiven > 0 {
                self.start_clean(now);
            }
        }
        let banned = causes.contains(Cause::Penalty);
        let rate = if banned { self.ban_rate(config) } else { self.accrual_rate(config) };
        self.debt.change_rate(now, rate);
    }

    /// Brings the penalty points of a peer banned by penalty down to the longest sentence.
    pub(crate) fn cap(&mut self, now: Instant, config: &Config) {
        let most = self.most_owed_in_ban(config);
        if self.owed(now) > most {
            self.owe(most, now, true, config);
        }
    }

    /// Returns the most penalty points that a ban by penalty can have.
    pub(crate) fn most_owed_in_ban(&self, config: &Config) -> Points {
        // At least one, or the ban would be over at once.
        let cap = |longest| worth(self.ban_rate(config), nanos(longest)).max(1);
        Points::from_micros(config.max_sentence().map_or(u64::MAX, cap))
    }

    /// Keeps the penalty points of a peer that is not banned for them any more.
    pub(crate) fn resume_accrual(&mut self, now: Instant, config: &Config) {
        self.debt.change_rate(now, self.accrual_rate(config));
    }

    /// Sets the penalty points to zero.
    pub(crate) fn waive(&mut self, config: &Config) {
        self.debt = DecayingPoints::none(self.accrual_rate(config));
    }

    /// Notes that the ban ended at `now`: from then on the peer is clean.
    pub(crate) fn come_clean(&mut self, now: Instant) {
        self.clean_since = now;
    }

    /// Returns the rate at which a debt falls during a ban by penalty.
    fn ban_rate(&self, config: &Config) -> DecayRate {
        rate_of_offence(config, self.offences)
    }

    /// Returns when the debt is paid, with each change of rate on the way. Not for a ban by
    /// penalty, which has one rate: there it is [`sentence_over`](Self::sentence_over).
    pub(crate) fn paid(&self, config: &Config) -> Instant {
        let mut debt = self.debt;
        for Change { at, rate, .. } in self.changes_of_rate(config) {
            if debt.zero_at() <= at {
                break;
            }
            debt.change_rate(at, rate);
        }
        debt.zero_at()
    }

    /// Returns when a debt that keeps its rate is paid.
    pub(crate) fn sentence_over(&self) -> Instant {
        self.debt.zero_at()
    }

    /// Returns when the next offence is forgiven. For peers that are not banned.
    pub(crate) fn next_forgiven(&self, config: &Config) -> Option<Instant> {
        let period = config.forgive_after().filter(|_| self.offences > 0)?;
        Some(forgiven_at(self.clean_since, period, 1))
    }

    /// Returns the rate at which a debt falls while the peer is not banned for it.
    #[inline]
    fn accrual_rate(&self, config: &Config) -> DecayRate {
        rate_of_offence(config, if config.slow_accrual() { self.offences } else { 0 })
    }

    fn forgive(&mut self, now: Instant, config: &Config) {
        let Some(period) = config.forgive_after() else {
            return;
        };
        let forgiven = self.due_to_forgive(period, now);
        let mut debt = self.debt;
        // Counted by periods: a moment beyond the last one there is looks as if it were reached.
        for change in self.changes_of_rate(config).take_while(|change| change.forgiven <= forgiven)
        {
            debt.change_rate(change.at, change.rate);
        }
        self.debt = debt;
        self.take_off(forgiven, period);
    }

    /// Returns how many offences the full periods that the peer has been clean take off the record.
    fn due_to_forgive(&self, period: Duration, now: Instant) -> u32 {
        let periods = nanos(now.saturating_duration_since(self.clean_since)) / nanos(period).max(1);
        u32::try_from(periods).unwrap_or(u32::MAX).min(self.offences)
    }

    fn take_off(&mut self, forgiven: u32, period: Duration) {
        self.clean_since = forgiven_at(self.clean_since, period, forgiven);
        self.offences -= forgiven;
    }

    /// Returns when and to what the rate of a debt changes because offences are forgiven, earliest
    /// first.
    fn changes_of_rate(&self, config: &Config) -> impl Iterator<Item = Change> {
        let period = config.forgive_after().filter(|_| config.slow_accrual());
        let steps = u32::try_from(config.decay().len()).unwrap_or(u32::MAX).min(self.offences);
        let (offences, clean_since) = (self.offences, self.clean_since);
        (1..steps).rev().filter_map(move |left| {
            let forgiven = offences - left;
            let at = forgiven_at(clean_since, period?, forgiven);
            Some(Change { at, forgiven, rate: rate_of_offence(config, left) })
        })
    }
}

/// A change of the rate at which a debt falls.
struct Change {
    at: Instant,
    /// How many offences have been forgiven by then.
    forgiven: u32,
    rate: DecayRate,
}

/// Returns when this number of offences is forgiven, if the peer is clean since `since`.
fn forgiven_at(since: Instant, period: Duration, offences: u32) -> Instant {
    since.saturating_add(period.saturating_mul(offences))
}

/// Returns the entry of the decay list for this number of offences: at least the first, at most the
/// last.
#[inline]
fn rate_of_offence(config: &Config, offences: u32) -> DecayRate {
    let decay = config.decay();
    let at = usize::try_from(offences.saturating_sub(1)).unwrap_or(usize::MAX);
    let rate = decay.get(at).or_else(|| decay.last());
    rate.copied().unwrap_or(DecayRate::MIN)
}

/// Returns the end of a ban by score or by the application: by the entry for this number of
/// offences, at least the first, at most the last.
pub(crate) fn end_of_usual_ban(config: &Config, offences: u32, now: Instant) -> Until {
    let durations = config.ban_durations();
    let at = usize::try_from(offences.saturating_sub(1)).unwrap_or(usize::MAX);
    let duration = durations.get(at).or_else(|| durations.last()).copied().unwrap_or(Duration::MAX);
    Until::At(now.saturating_add(duration))
}
