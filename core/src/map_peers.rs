//! Conversions from one name of peers to another.

use crate::action::Action;
use crate::event::Event;
use crate::live::{Live, LivePeer};
use crate::restore::RestoreError;
use crate::saved::{Saved, SavedPeer};
use crate::status::Ban;
use crate::subject::Subject;

impl<P> Subject<P> {
    /// Returns the same subject with its peer, if it is one, named by `name`.
    ///
    /// For engines that know peers by a compact form of the ids that their network has.
    pub fn map_peer<Q>(self, name: impl FnOnce(P) -> Q) -> Subject<Q> {
        match self {
            Self::Addr(net) => Subject::Addr(net),
            Self::Peer(peer) => Subject::Peer(name(peer)),
        }
    }
}

impl<P> Event<P> {
    /// Returns the same event with its peers named by `name`.
    pub fn map_peers<Q>(self, mut name: impl FnMut(P) -> Q) -> Event<Q> {
        match self {
            Self::Ban { subject, duration, origin } => {
                Event::Ban { subject: subject.map_peer(name), duration, origin }
            }
            Self::Connected { peer, addr, direction } => {
                Event::Connected { peer: name(peer), addr, direction }
            }
            Self::Disconnected { peer } => Event::Disconnected { peer: name(peer) },
            Self::Expel { peer, misbehavior, duration } => {
                Event::Expel { peer: name(peer), misbehavior, duration }
            }
            Self::Heartbeat => Event::Heartbeat,
            Self::Protect { subject, addr } => {
                Event::Protect { subject: subject.map_peer(name), addr }
            }
            Self::Reconfigure { config } => Event::Reconfigure { config },
            Self::Report { peer, misbehavior, penalty, via } => {
                Event::Report { peer: name(peer), misbehavior, penalty, via: via.map(name) }
            }
            Self::Score { peer, score } => Event::Score { peer: name(peer), score },
            Self::ScoreUnavailable { peer } => Event::ScoreUnavailable { peer: name(peer) },
            Self::Tick => Event::Tick,
            Self::Unban { subject, cause } => {
                Event::Unban { subject: subject.map_peer(name), cause }
            }
            Self::Unprotect { subject } => Event::Unprotect { subject: subject.map_peer(name) },
            Self::Valid { peer, count } => Event::Valid { peer: name(peer), count },
            Self::Waive { peer, points } => Event::Waive { peer: name(peer), points },
        }
    }
}

impl<P> Action<P> {
    /// Returns the same action with its peer, if there is one, named by `name`.
    pub fn map_peer<Q>(self, name: impl FnOnce(P) -> Q) -> Action<Q> {
        match self {
            Self::Amend { subject, cause, until } => {
                Action::Amend { subject: subject.map_peer(name), cause, until }
            }
            Self::Ban { subject, cause, until } => {
                Action::Ban { subject: subject.map_peer(name), cause, until }
            }
            Self::Dial { peer } => Action::Dial { peer: name(peer) },
            Self::Disconnect { peer } => Action::Disconnect { peer: name(peer) },
            Self::Forget { peer } => Action::Forget { peer: name(peer) },
            Self::Incident { on } => Action::Incident { on },
            Self::RequestScore { peer, gone } => Action::RequestScore { peer: name(peer), gone },
            Self::Unban { subject, cause } => {
                Action::Unban { subject: subject.map_peer(name), cause }
            }
            Self::Warn { peer } => Action::Warn { peer: name(peer) },
            Self::Withhold { subject, cause, why } => {
                Action::Withhold { subject: subject.map_peer(name), cause, why }
            }
        }
    }
}

impl<P> Ban<P> {
    /// Returns the same ban with its peer, if it is of one, named by `name`.
    pub fn map_peer<Q>(self, name: impl FnOnce(P) -> Q) -> Ban<Q> {
        let Self { cursor, subject, causes, until, began, addr, direction } = self;
        let subject = subject.map_peer(name);
        Ban { cursor, subject, causes, until, began, addr, direction }
    }
}

impl<P> Saved<P> {
    /// Returns the same with its peer, if it is of one, named by `name`.
    pub fn map_peer<Q>(self, name: impl FnOnce(P) -> Q) -> Saved<Q> {
        match self {
            Self::Network(network) => Saved::Network(network),
            Self::Peer(peer) => Saved::Peer(peer.map_peer(name)),
            Self::Place(place) => Saved::Place(place),
        }
    }
}

impl<P> SavedPeer<P> {
    /// Returns the same with its peer named by `name`.
    pub fn map_peer<Q>(self, name: impl FnOnce(P) -> Q) -> SavedPeer<Q> {
        SavedPeer {
            peer: name(self.peer),
            created: self.created,
            debt: self.debt,
            offences: self.offences,
            clean_since: self.clean_since,
            ban: self.ban,
            score: self.score,
            redial: self.redial,
            announced: self.announced,
            addr: self.addr,
            protected: self.protected,
            grace: self.grace,
            low_scores: self.low_scores,
            penalty_withheld: self.penalty_withheld,
            score_withheld: self.score_withheld,
            misdeeds: self.misdeeds,
            reported: self.reported,
            last_low: self.last_low,
            standing: self.standing,
            long: self.long,
            hearsay: self.hearsay,
            deliveries: self.deliveries,
        }
    }
}

impl<P> Live<P> {
    /// Returns the same with its peers named by `name`.
    pub fn map_peers<Q>(self, mut name: impl FnMut(P) -> Q) -> Live<Q> {
        let Self { peers, networks, incident, valid_seen, displaced, hearsay_charged } = self;
        let peers = peers.into_iter().map(|live| LivePeer {
            peer: name(live.peer),
            connection: live.connection,
            ban_direction: live.ban_direction,
            due: live.due,
            rank: live.rank,
        });
        let peers = peers.collect();
        Live { peers, networks, incident, valid_seen, displaced, hearsay_charged }
    }
}

impl<P> RestoreError<P> {
    /// Returns the same error with its peer, if it is about one, named by `name`.
    pub fn map_peer<Q>(self, name: impl FnOnce(P) -> Q) -> RestoreError<Q> {
        RestoreError { subject: self.subject.map_peer(name), why: self.why }
    }
}
