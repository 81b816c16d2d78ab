//! `SwarmState`: the swarm's part of the state under the engine's lock.

use std::collections::BTreeSet;

use libp2p::{Multiaddr, PeerId};
use peerwarden_core::{Action, Event, Instant, Subject};
use peerwarden_host::driver::Driver;

use crate::address_book::AddressBook;
use crate::closing::{Close, CloseContext, is_by_order};
use crate::command_queue::CommandQueue;
use crate::connections::Scope;
use crate::event::EventKind;
use crate::farewells::Farewells;
use crate::redial_error::RedialError;
use crate::redials::{Full, Redials};

/// The engine behind its lock, with the swarm's part.
pub(crate) type Shared = peerwarden_host::driver::Shared<PeerId, SwarmState>;

/// Everything behind the engine's lock.
pub(crate) type State = peerwarden_host::driver::State<PeerId, SwarmState>;

/// The engine by itself.
pub(crate) type Engine = peerwarden_host::driver::Engine<PeerId>;

/// The swarm's part of the state under the engine's lock: connections to close, addresses, dials and
/// events.
#[derive(Debug, Default)]
pub struct SwarmState {
    pub(crate) book: AddressBook,
    pub(crate) commands: CommandQueue,
    /// Closes that come later than their bans.
    pub(crate) farewells: Farewells,
    pub(crate) redials: Redials,
    /// The peers that the options keep connected.
    pub(crate) statics: BTreeSet<PeerId>,
    /// The input whose actions are carried out.
    closing: CloseContext,
    /// The addresses of the peer whose ban has just ended: a dial comes right after.
    released: Option<(PeerId, Vec<Multiaddr>)>,
}

impl Driver<PeerId> for SwarmState {
    fn before(&mut self, event: &Event<PeerId>) {
        self.closing = CloseContext::new(event);
        self.released = None;
        match event {
            // The engine looks at the IP last seen of each peer; others of its connections may be
            // refused too.
            Event::Unprotect { subject } => self.commands.review(Scope::from_subject(subject)),
            Event::Disconnected { peer } => {
                self.commands.disconnected(peer);
                let _ = self.farewells.end(peer);
            }
            Event::Ban { .. }
            | Event::Connected { .. }
            | Event::Expel { .. }
            | Event::Heartbeat
            | Event::Protect { .. }
            | Event::Reconfigure { .. }
            | Event::Report { .. }
            | Event::Score { .. }
            | Event::ScoreUnavailable { .. }
            | Event::Tick
            | Event::Unban { .. }
            | Event::Valid { .. }
            | Event::Waive { .. }
            | _ => {}
        }
    }

    fn act(&mut self, action: Action<PeerId>, engine: &Engine, now: Instant) {
        match action {
            Action::Amend { subject, cause, until } => {
                self.commands.emit(EventKind::Amended { subject, cause, until })
            }
            Action::Ban { subject, cause, until } => {
                self.closing.note_ban(&subject, cause);
                match &subject {
                    Subject::Addr(_) => {
                        if is_by_order(cause) {
                            self.review(Scope::from_subject(&subject), now);
                        }
                    }
                    Subject::Peer(peer) => {
                        self.book.pin(peer);
                        self.redials.banned(peer);
                    }
                }
                let (addr, direction) = match &subject {
                    Subject::Addr(_) => (None, None),
                    Subject::Peer(peer) => engine.last_seen(peer),
                };
                self.commands.emit(EventKind::Banned { subject, cause, until, addr, direction });
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
                    self.commands.emit(EventKind::RedialGaveUp { peer, tries: 0, error });
                }
            }
            Action::Disconnect { peer } => {
                let close = self.closing.close_of(&peer, engine, now);
                if self.farewells.is_on() && self.closing.is_for_ban(&peer) {
                    self.farewells.delay_close(peer, close, now);
                } else if !self.farewells.merge(&peer, close) {
                    self.commands.close(peer, close);
                }
            }
            Action::Forget { peer } => drop(self.book.unpin(&peer)),
            Action::Incident { on } => self.commands.emit(EventKind::Incident { on }),
            // The host has answered already.
            Action::RequestScore { gone: true, .. } => {}
            Action::RequestScore { peer, gone: false } => {
                self.commands.emit(EventKind::ScoreRequested { peer });
            }
            Action::Unban { subject, cause } => {
                if let Subject::Peer(peer) = &subject {
                    self.released = Some((*peer, self.book.unpin(peer)));
                    self.redials.unbanned(peer, now);
                    // The engine takes it for one that leaves, until it is told which connection stays.
                    if let Some(close) = self.farewells.end(peer) {
                        self.commands.close(*peer, close);
                    }
                }
                self.commands.emit(EventKind::Unbanned { subject, cause });
            }
            Action::Warn { peer } => self.commands.emit(EventKind::Warned { peer }),
            Action::Withhold { subject, cause, why } => {
                self.commands.emit(EventKind::Withheld { subject, cause, why })
            }
        }
    }

    fn disconnect(&mut self, peer: &PeerId) {
        self.commands.close(*peer, Close::WHOLE);
    }

    fn set_local_peer_id(&mut self, peer: &PeerId) {
        self.redials.let_go(peer);
    }

    fn has_work(&self) -> bool {
        !self.commands.is_empty()
    }

    fn deadline(&self) -> Option<Instant> {
        self.redials.deadline().into_iter().chain(self.farewells.deadline()).min()
    }
}

impl SwarmState {
    /// A ban by order of this scope has begun.
    fn review(&mut self, scope: Scope, now: Instant) {
        if self.farewells.is_on() {
            self.farewells.delay_review(scope, now);
        } else {
            self.commands.review(scope);
        }
    }
}
