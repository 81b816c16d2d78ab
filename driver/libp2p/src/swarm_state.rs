//! `SwarmState`: the swarm's part of the state under the engine's lock.

use std::collections::BTreeSet;

use libp2p::{Multiaddr, PeerId};
use peerwarden_core::{Action, Event, Instant, Subject};
use peerwarden_host::driver::{CloseQueue, Driver};

use crate::address_book::AddressBook;
use crate::compact_peer_id::CompactPeerId;
use crate::event::EventKind;
use crate::event_queue::EventQueue;
use crate::redial_error::RedialError;
use crate::redials::{Full, Redials};

/// The engine behind its lock, with the swarm's part.
pub(crate) type Shared = peerwarden_host::driver::Shared<PeerId, SwarmState>;

/// Everything behind the engine's lock.
pub(crate) type State = peerwarden_host::driver::State<PeerId, SwarmState>;

/// The engine by itself.
pub(crate) type Engine = peerwarden_host::driver::Engine<PeerId, CompactPeerId>;

/// The swarm's part of the state under the engine's lock: connections to close, addresses, dials and
/// events.
#[derive(Debug, Default)]
pub struct SwarmState {
    pub(crate) book: AddressBook,
    pub(crate) closes: CloseQueue<PeerId>,
    pub(crate) events: EventQueue,
    pub(crate) redials: Redials,
    /// The peers that the options keep connected.
    pub(crate) statics: BTreeSet<PeerId>,
    /// The addresses of the peer whose ban has just ended: a dial comes right after.
    released: Option<(PeerId, Vec<Multiaddr>)>,
}

impl Driver<PeerId> for SwarmState {
    type Key = CompactPeerId;

    fn before(&mut self, event: &Event<PeerId>) {
        self.closes.before(event);
        self.released = None;
    }

    fn act(&mut self, action: Action<PeerId>, engine: &Engine, now: Instant) {
        self.closes.note(&action, engine, now);
        match action {
            Action::Amend { subject, cause, until } => {
                self.events.emit(EventKind::Amended { subject, cause, until })
            }
            Action::Ban { subject, cause, until } => {
                if let Subject::Peer(peer) = &subject {
                    self.book.pin(peer);
                    self.redials.banned(peer);
                }
                let (addr, direction) = match &subject {
                    Subject::Addr(_) => (None, None),
                    Subject::Peer(peer) => engine.last_seen(peer),
                };
                self.events.emit(EventKind::Banned { subject, cause, until, addr, direction });
            }
            Action::Dial { peer } => {
                let addresses = self
                    .released
                    .take()
                    .filter(|(each, _)| *each == peer)
                    .map(|(_, addresses)| addresses)
                    .unwrap_or_default();
                if let Err(Full) = self.redials.release(peer, addresses, now) {
                    let error = RedialError::TooMany;
                    self.events.emit(EventKind::RedialGaveUp { peer, tries: 0, error });
                }
            }
            Action::Disconnect { .. } => {}
            Action::Forget { peer } => drop(self.book.unpin(&peer)),
            Action::Incident { on } => self.events.emit(EventKind::Incident { on }),
            // The host has answered already.
            Action::RequestScore { gone: true, .. } => {}
            Action::RequestScore { peer, gone: false } => {
                self.events.emit(EventKind::ScoreRequested { peer });
            }
            Action::Unban { subject, cause } => {
                if let Subject::Peer(peer) = &subject {
                    self.released = Some((*peer, self.book.unpin(peer)));
                    self.redials.unbanned(peer, now);
                }
                self.events.emit(EventKind::Unbanned { subject, cause });
            }
            Action::Warn { peer } => self.events.emit(EventKind::Warned { peer }),
            Action::Withhold { subject, cause, why } => {
                self.events.emit(EventKind::Withheld { subject, cause, why })
            }
        }
    }

    fn disconnect(&mut self, peer: &PeerId) {
        self.closes.disconnect(peer);
    }

    fn set_local_peer_id(&mut self, peer: &PeerId) {
        self.redials.let_go(peer);
    }

    fn has_work(&self) -> bool {
        !self.closes.is_empty() || !self.events.is_empty()
    }

    fn deadline(&self) -> Option<Instant> {
        self.redials.deadline().into_iter().chain(self.closes.deadline()).min()
    }
}
