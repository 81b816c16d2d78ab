//! State that one row holds: of a peer, or of a network and of the place that it is.

use std::net::IpAddr;
use std::time::Duration;

use peerwarden_core::{
    Cause, Instant, Saved, SavedDebt, SavedNetwork, SavedNumber, SavedPeer, SavedPlace, Subject,
    TimeOffset,
};
use serde::{Deserialize, Serialize};

use crate::engine::{Engine, EngineKey};
use crate::overrides::Overrides;
use crate::peer::PeerName;

/// What one row holds.
///
/// A network has one row, whether it is banned, protected or pardoned, answers for its peers as a
/// place, or both.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub(super) enum RowState<P> {
    Network { network: Option<SavedNetwork>, place: Option<SavedPlace> },
    Peer(SavedPeer<P>),
}

impl<P: PeerName> RowState<P> {
    /// What there is to keep of `subject`, if there is something.
    pub(super) fn new<K: EngineKey<P>>(
        engine: &Engine<P, K>,
        overrides: &Overrides<P>,
        subject: &Subject<P>,
        now: Instant,
    ) -> Option<Self> {
        let saved = engine.save(subject, now);
        // Where it was last seen opens the gate for it, whoever protects it.
        let opens_gate =
            matches!(&saved, Some(Saved::Peer(peer)) if peer.protected && peer.addr.is_some());
        let saved = saved.map(|saved| overrides.kept(saved, now));
        let kept = match (subject, saved) {
            (Subject::Addr(net), saved) => {
                let network = match saved {
                    Some(Saved::Network(network)) => Some(network),
                    Some(Saved::Peer(_) | Saved::Place(_)) | None => None,
                };
                Self::Network { network, place: engine.save_place(*net, now) }
            }
            (Subject::Peer(_), Some(Saved::Peer(peer))) => Self::Peer(peer),
            (Subject::Peer(_), Some(Saved::Network(_) | Saved::Place(_)) | None) => return None,
        };
        kept.without_transient_state(opens_gate)
    }

    /// Whether it is of a peer in standing.
    pub(super) fn is_in_standing(&self) -> bool {
        matches!(self, Self::Peer(peer) if is_in_standing(peer))
    }

    /// Where a peer was last seen of which there is nothing else to remember: it was protected, and not
    /// by the operator.
    pub(super) fn place_alone(&self) -> Option<(&P, IpAddr)> {
        match self {
            Self::Peer(peer) if !needs_row(peer) => Some((&peer.peer, peer.addr?)),
            Self::Peer(_) | Self::Network { .. } => None,
        }
    }

    /// The subject that it is about, if it is about one and no other.
    pub(super) fn subject(&self) -> Option<Subject<P>> {
        match self {
            Self::Network { network: Some(network), place: Some(place) } => {
                (network.net == place.net).then_some(Subject::Addr(network.net))
            }
            Self::Network { network, place } => {
                let net = network.as_ref().map(|network| network.net);
                net.or_else(|| place.as_ref().map(|place| place.net)).map(Subject::Addr)
            }
            Self::Peer(peer) => Some(Subject::Peer(peer.peer.clone())),
        }
    }

    /// Whether it is of a ban for this cause.
    pub(super) fn is_banned_for(&self, cause: Cause) -> bool {
        let ban = match self {
            Self::Network { network, .. } => network.as_ref().and_then(|it| it.ban.as_ref()),
            Self::Peer(peer) => peer.ban.as_ref(),
        };
        ban.is_some_and(|ban| ban.causes.iter().any(|(each, _)| *each == cause))
    }

    /// For an engine to be restored from, `elapsed` later.
    pub(super) fn into_saved(self, elapsed: Duration) -> impl Iterator<Item = Saved<P>> {
        let (network, place, peer) = match self {
            Self::Network { network, place } => (network, place, None),
            Self::Peer(peer) => (None, None, Some(peer)),
        };
        let network = network.map(Saved::Network);
        let all = network.into_iter().chain(place.map(Saved::Place)).chain(peer.map(Saved::Peer));
        all.map(move |saved| saved.aged(elapsed))
    }

    /// When the engine may have dropped some of it without a word, as seen from the moment that it is
    /// of. It is to be looked at again then.
    pub(super) fn look_again(&self) -> Option<Duration> {
        let Self::Network { network, place } = self else {
            return None;
        };
        let grace = network.as_ref().and_then(|network| {
            let TimeOffset(nanos) = network.grace?;
            let alone = network.ban.is_none() && !network.protected;
            alone.then_some(nanos).and_then(|nanos| u64::try_from(nanos).ok())
        });
        let grace = grace.filter(|nanos| *nanos > 0).map(Duration::from_nanos);
        let place = place.as_ref().map(place_is_kept_for);
        grace.into_iter().chain(place).min()
    }

    /// The same without what does not outlive the node, scores that were low, of which nobody says so
    /// when a good one follows, and without what is over; `None` if that leaves nothing. Of a peer that
    /// `opens_gate` where it was last seen, that is left.
    fn without_transient_state(self, opens_gate: bool) -> Option<Self> {
        match self {
            Self::Network { network, place } => {
                let network = network.filter(|network| {
                    network.ban.is_some() || network.protected || is_ahead(network.grace)
                });
                let place = place.map(|place| SavedPlace {
                    debts: or_nothing(place.debts),
                    crowd: or_nothing(place.crowd),
                    ..place
                });
                let some = network.is_some() || place.is_some();
                some.then_some(Self::Network { network, place })
            }
            Self::Peer(peer) => {
                let peer = SavedPeer {
                    low_scores: 0,
                    long: or_nothing(peer.long),
                    hearsay: or_nothing(peer.hearsay),
                    deliveries: or_nothing(peer.deliveries),
                    ..peer
                };
                (opens_gate || needs_row(&peer)).then_some(Self::Peer(peer))
            }
        }
    }
}

fn needs_row<P>(peer: &SavedPeer<P>) -> bool {
    peer.ban.is_some()
        || peer.protected
        || peer.offences > 0
        || owes(&peer.debt)
        || is_ahead(peer.grace)
        || is_in_standing(peer)
        || peer.long.micros > 0
}

fn is_in_standing<P>(peer: &SavedPeer<P>) -> bool {
    peer.standing.is_some_and(|standing| standing.until > TimeOffset(0))
}

/// The number, of which no moment is kept if it is zero.
fn or_nothing(number: SavedNumber) -> SavedNumber {
    if number.micros == 0 { SavedNumber::default() } else { number }
}

/// Whether it is not paid yet. A single report mostly is before the next checkpoint.
fn owes(debt: &SavedDebt) -> bool {
    let elapsed = u128::from(debt.at.0.min(0).unsigned_abs());
    let fallen = u128::from(debt.rate.as_micros_per_second()) * elapsed / NANOS_PER_SEC;
    u128::from(debt.points.as_micros()) > fallen
}

/// For how long a place has something to answer for, or until it is to be looked at again: how fast a
/// crowd falls is for the policy to say.
fn place_is_kept_for(place: &SavedPlace) -> Duration {
    let debts = Duration::from_secs(place.debts.micros / MICROS_A_SECOND + 1);
    let over = place.over.map_or(0, |TimeOffset(nanos)| u64::try_from(nanos).unwrap_or(0));
    let over = place.over.map(|_| Duration::from_nanos(over) + REST);
    let crowd = (place.crowd != SavedNumber::default()).then_some(CROWD);
    [Some(debts), over, crowd].into_iter().flatten().max().unwrap_or(debts)
}

fn is_ahead(moment: Option<TimeOffset>) -> bool {
    moment.is_some_and(|moment| moment > TimeOffset(0))
}

const NANOS_PER_SEC: u128 = 1_000_000_000;

/// How fast the debts of a place fall, in millionths of a point a second.
const MICROS_A_SECOND: u64 = 100_000_000;

/// How long the engine remembers that a place was banned, after the ban.
const REST: Duration = Duration::from_secs(86_400);

/// How long a crowd takes to fall, about.
const CROWD: Duration = Duration::from_secs(600);
