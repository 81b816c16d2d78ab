//! Damage to a snapshot: one field of one record becomes something else.

use arbitrary::{Arbitrary, Unstructured};
use peerwarden_core::{
    Cause, DecayRate, Misbehavior, Points, Saved, SavedBan, SavedDebt, SavedMisdeed, SavedNetwork,
    SavedNumber, SavedPeer, SavedPlace, SavedStanding, Score, Subject, TimeOffset,
};

use crate::checks::Peer;
use crate::small_world;

/// What is damaged in one record, whichever it is.
#[derive(Arbitrary, Clone, Debug)]
pub enum Damage {
    Again,
    Ban(Option<AnyBan>),
    Debt(u64, Near, u32),
    Flags(bool, bool, bool, bool),
    Grace(Option<Near>),
    Bans(u32, Option<Near>),
    LowScores(u32, Near),
    Numbers([(u64, Near); 3]),
    Standing(Option<(Near, u64)>),
    Misdeeds(Vec<(Misbehavior, u32, Near)>),
    Offences(u32, Near, Near),
    Order(u64, u64),
    Subject(DamagedSubject),
    ScoredAt(Option<Score>),
}

/// A ban with any causes.
#[derive(Arbitrary, Clone, Debug)]
pub struct AnyBan {
    order: u64,
    began: Near,
    causes: Vec<(Cause, Option<Near>)>,
}

/// Some seconds away, or anywhere.
#[derive(Arbitrary, Clone, Copy, Debug)]
pub enum Near {
    Seconds(i8),
    Anywhere(i64),
}

/// Another subject.
#[derive(Clone, Debug)]
pub struct DamagedSubject(Subject<Peer>);

impl<'a> Arbitrary<'a> for DamagedSubject {
    fn arbitrary(u: &mut Unstructured<'a>) -> arbitrary::Result<Self> {
        u.arbitrary().map(Self)
    }
}

impl Damage {
    /// Does it to one of the records.
    pub(crate) fn apply(self, saved: &mut Vec<Saved<Peer>>, which: u8) {
        let count = saved.len().max(1);
        let Some(victim) = saved.get_mut(usize::from(which) % count) else {
            saved.push(Saved::Peer(nobody(which)));
            return;
        };
        if let Self::Again = self {
            let twin = victim.clone();
            saved.push(twin);
            return;
        }
        match victim {
            Saved::Network(network) => self.apply_to_network(network),
            Saved::Peer(peer) => self.apply_to_peer(peer),
            Saved::Place(place) => self.apply_to_place(place),
        }
    }

    fn apply_to_place(self, place: &mut SavedPlace) {
        match self {
            Self::Bans(bans, over) => (place.bans, place.over) = (bans, over.map(TimeOffset::from)),
            Self::Numbers([debts, crowd, _]) => {
                (place.debts, place.crowd) = (number(debts), number(crowd));
            }
            Self::Order(created, _) => place.created = created,
            Self::Subject(DamagedSubject(Subject::Addr(net))) => place.net = small_world::net(net),
            _ => {}
        }
    }

    fn apply_to_network(self, network: &mut SavedNetwork) {
        match self {
            Self::Ban(ban) => network.ban = ban.map(SavedBan::from),
            Self::Flags(protected, ..) => network.protected = protected,
            Self::Grace(grace) => network.grace = grace.map(TimeOffset::from),
            Self::Subject(DamagedSubject(Subject::Addr(net))) => {
                network.net = small_world::net(net)
            }
            _ => {}
        }
    }

    fn apply_to_peer(self, peer: &mut SavedPeer<Peer>) {
        match self {
            Self::Again | Self::Bans(..) => {}
            Self::Ban(ban) => peer.ban = ban.map(SavedBan::from),
            Self::Debt(points, at, rate) => peer.debt = debt(points, at.into(), rate),
            Self::Flags(protected, redial, penalty, score) => {
                peer.protected = protected;
                peer.redial = redial;
                peer.penalty_withheld = penalty;
                peer.score_withheld = score;
            }
            Self::Grace(grace) => peer.grace = grace.map(TimeOffset::from),
            Self::LowScores(low_scores, last) => {
                (peer.low_scores, peer.last_low) = (low_scores, last.into());
            }
            Self::Numbers(numbers) => {
                [peer.long, peer.hearsay, peer.deliveries] = numbers.map(number);
            }
            Self::Standing(standing) => {
                let standing = standing.map(|(until, left)| (until.into(), left));
                peer.standing = standing.map(|(until, left)| SavedStanding { until, left });
            }
            Self::Misdeeds(misdeeds) => {
                let misdeeds = misdeeds.into_iter().map(|(misbehavior, times, last)| {
                    SavedMisdeed { misbehavior, times, last: last.into() }
                });
                peer.misdeeds = misdeeds.collect();
            }
            Self::Offences(offences, clean_since, announced) => {
                peer.offences = offences;
                peer.clean_since = clean_since.into();
                peer.announced = announced.into();
            }
            Self::Order(created, order) => {
                peer.created = created;
                peer.ban.iter_mut().for_each(|ban| ban.order = order);
            }
            Self::Subject(DamagedSubject(Subject::Peer(other))) => {
                peer.peer = small_world::peer(other)
            }
            Self::Subject(DamagedSubject(Subject::Addr(net))) => {
                peer.addr = Some(small_world::ip(net.addr()))
            }
            Self::ScoredAt(score) => peer.score = score,
        }
    }
}

impl From<AnyBan> for SavedBan {
    fn from(ban: AnyBan) -> Self {
        let causes = ban.causes.into_iter().map(|(cause, end)| (cause, end.map(TimeOffset::from)));
        Self { order: ban.order, began: ban.began.into(), causes: causes.collect() }
    }
}

impl From<Near> for TimeOffset {
    fn from(near: Near) -> Self {
        match near {
            Near::Seconds(seconds) => Self(i64::from(seconds) * 1_000_000_000),
            Near::Anywhere(nanos) => Self(nanos),
        }
    }
}

/// A peer of whom nothing is remembered.
pub(crate) fn nobody(peer: Peer) -> SavedPeer<Peer> {
    SavedPeer {
        peer: small_world::peer(peer),
        created: 0,
        debt: debt(0, TimeOffset::default(), 0),
        offences: 0,
        clean_since: TimeOffset::default(),
        ban: None,
        score: None,
        redial: false,
        announced: TimeOffset::default(),
        addr: None,
        protected: false,
        grace: None,
        low_scores: 0,
        penalty_withheld: false,
        score_withheld: false,
        misdeeds: Vec::new(),
        reported: Points::ZERO,
        last_low: TimeOffset::default(),
        standing: None,
        long: SavedNumber::default(),
        hearsay: SavedNumber::default(),
        deliveries: SavedNumber::default(),
    }
}

fn number((micros, at): (u64, Near)) -> SavedNumber {
    SavedNumber { micros, at: at.into() }
}

fn debt(points: u64, at: TimeOffset, rate: u32) -> SavedDebt {
    let rate = DecayRate::from_points_per_second(rate.into()).unwrap_or(DecayRate::MIN);
    SavedDebt { points: Points::from_micros(points), at, rate }
}
