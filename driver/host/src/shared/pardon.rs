//! Pardons, and what they lift.

use std::time::Duration;

use peerwarden_core::{
    Cause, Config, Event, Instant, Origin, Points, Saved, SavedNumber, SavedPlace, Subject,
};

use super::{Shared, State};
use crate::answers::Unbanned;
use crate::closed::Closed;
use crate::denials;
use crate::driver::Driver;
use crate::overrides::SettingsBan;
use crate::peer::PeerName;

impl<P: PeerName, D: Driver<P>> Shared<P, D> {
    /// See [`Handle::unban`](crate::Handle::unban).
    pub(crate) fn unban(
        &self,
        subject: Subject<P>,
        cause: Option<Cause>,
    ) -> Result<Unbanned<P>, Closed> {
        let (subject, now) = (subject.canonical(), self.now());
        let mut state = self.lock_for_input_if_open(now)?;
        let before = denials::causes(&state.engine, &subject, now);
        let owed = state.owed(&subject, now);
        let (crowd, grace) = (state.has_crowd(&subject, now), state.grace(&subject, now));
        let in_settings = state.overrides.listed(&subject).is_some();
        if in_settings && cause.is_none_or(|cause| cause == Cause::Operator) {
            state.overrides.list(subject.clone(), SettingsBan::Lifted);
        }
        if let Some(origin) = cause.and_then(origin_of) {
            let _ = state.overrides.replace_note(&subject, origin, None);
        }
        if before.contains(Cause::Remote) && cause.is_none_or(|cause| cause == Cause::Remote) {
            state.overrides.lift_remote(subject.clone());
        }
        let event = Event::Unban { subject: subject.clone(), cause };
        let named = subject.clone();
        let mut answer =
            self.handle_input(state, event, now, State::take_waker_if_needed, |state, _| {
                let after = denials::causes(&state.engine, &subject, now);
                let lifted = before.iter().filter(|active| !after.contains(active.cause)).collect();
                let left = state.owed(&subject, now);
                Unbanned {
                    lifted,
                    waived: Points::from_micros(owed.as_micros().saturating_sub(left.as_micros())),
                    crowd_cleared: crowd && !state.has_crowd(&subject, now),
                    grace: state
                        .grace(&subject, now)
                        .filter(|_| cause.is_none())
                        .filter(|end| grace.is_none_or(|before| before < *end)),
                    still_refused: denials::of(&state.engine, &subject, now),
                    in_settings,
                    in_lists: Vec::new(),
                    subject,
                    at: now,
                }
            });
        answer.in_lists = self.lists_naming(&named);
        Ok(answer)
    }

    /// The names of the lists that name this subject.
    fn lists_naming(&self, subject: &Subject<P>) -> Vec<String> {
        #[cfg(feature = "lists")]
        return self.lists.naming(subject, self.clocks().0);
        #[cfg(not(feature = "lists"))]
        {
            let _ = subject;
            Vec::new()
        }
    }
}

impl<P: PeerName, D: Driver<P>> State<P, D> {
    /// What a peer owes, or what its peers have left unpaid in a place.
    pub(super) fn owed(&self, subject: &Subject<P>, now: Instant) -> Points {
        match subject {
            Subject::Addr(net) => {
                self.engine.save_place(*net, now).map_or(Points::ZERO, |place| left_in(&place))
            }
            Subject::Peer(peer) => {
                self.engine.status(peer, now).map_or(Points::ZERO, |status| status.penalty)
            }
        }
    }

    /// Whether offences count against a place.
    fn has_crowd(&self, subject: &Subject<P>, now: Instant) -> bool {
        let Subject::Addr(net) = subject else {
            return false;
        };
        let place = self.engine.save_place(*net, now);
        place.is_some_and(|place| crowd_of(&place, self.engine.config()) > 0)
    }

    /// Until when automatic bans of the subject are withheld after a pardon.
    fn grace(&self, subject: &Subject<P>, now: Instant) -> Option<Instant> {
        let grace = match self.engine.save(subject, now)? {
            Saved::Network(network) => network.grace?,
            Saved::Peer(peer) => peer.grace?,
            Saved::Place(_) => return None,
        };
        let left = u64::try_from(grace.0).ok().filter(|left| *left > 0)?;
        Some(now.saturating_add(Duration::from_nanos(left)))
    }
}

/// What is left by now of the debts of a place, which fall at 100 points a second.
fn left_in(place: &SavedPlace) -> Points {
    Points::from_micros(fallen(place.debts, 100_000_000, NANOS_A_SECOND))
}

/// What is left by now of the offences of a place, in millionths.
fn crowd_of(place: &SavedPlace, config: &Config) -> u64 {
    let length = place.net.prefix_len();
    let level = if place.net.addr().is_ipv4() {
        config.places_v4().find(|level| level.length == length)
    } else {
        config.places_v6().find(|level| level.length == length)
    };
    let crowd = level.map_or(0, |level| u64::from(level.crowd));
    fallen(place.crowd, (crowd + 1).saturating_mul(1_000_000), 600 * NANOS_A_SECOND)
}

/// A number that falls by so much a period, as of now.
fn fallen(number: SavedNumber, by: u64, period: u64) -> u64 {
    let passed = u128::from(number.at.0.min(0).unsigned_abs());
    let fell = u128::from(by) * passed / u128::from(period);
    u64::try_from(u128::from(number.micros).saturating_sub(fell)).unwrap_or(0)
}

const NANOS_A_SECOND: u64 = 1_000_000_000;

fn origin_of(cause: Cause) -> Option<Origin> {
    match cause {
        Cause::Operator => Some(Origin::Operator),
        Cause::Remote => Some(Origin::Remote),
        Cause::Address | Cause::Application | Cause::Penalty | Cause::Score | _ => None,
    }
}
