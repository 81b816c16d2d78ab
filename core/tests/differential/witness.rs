//! Contradictions visible in inputs and actions alone.

use peerwarden_core::{Action, Cause, Event, Subject};

use crate::model::Peer;

/// Observer of inputs and actions, and of nothing else.
#[derive(Debug, Default)]
pub(crate) struct Witness {
    banned: Vec<Subject<Peer>>,
    protected: Vec<Peer>,
    /// Peers with a connection that was not yet ordered to be closed.
    connected: Vec<Peer>,
    /// Whether an incident is on.
    incident: bool,
}

impl Witness {
    /// An error if one of these actions cannot be the answer to `event`.
    pub(crate) fn see(
        &mut self,
        event: &Event<Peer>,
        actions: &[Action<Peer>],
    ) -> Result<(), String> {
        if let Event::Connected { peer, .. } | Event::Disconnected { peer } = event {
            self.connected.retain(|each| each != peer);
        }
        if let Event::Connected { peer, .. } = event {
            self.connected.push(*peer);
        }
        if let Event::Protect { subject: Subject::Peer(peer), .. }
        | Event::Unprotect { subject: Subject::Peer(peer) } = event
        {
            self.protected.retain(|each| each != peer);
        }
        if let Event::Protect { subject: Subject::Peer(peer), .. } = event {
            self.protected.push(*peer);
        }
        for action in actions {
            self.see_action(action).map_err(|why| format!("{action}: {why}"))?;
        }
        Ok(())
    }

    pub(crate) fn is_banned(&self, subject: &Subject<Peer>) -> bool {
        self.banned.contains(subject)
    }

    fn see_action(&mut self, action: &Action<Peer>) -> Result<(), &'static str> {
        match action {
            Action::Ban { subject, cause, .. } => {
                if !self.is_banned(subject) {
                    self.banned.push(subject.clone());
                }
                match subject {
                    Subject::Peer(peer) if self.protected.contains(peer) => {
                        ensure(*cause == Cause::Operator, "it is protected")
                    }
                    Subject::Peer(_) | Subject::Addr(_) => Ok(()),
                }
            }
            Action::Unban { subject, cause: _ } => {
                let banned = self.is_banned(subject);
                self.banned.retain(|each| each != subject);
                ensure(banned, "it is not banned")
            }
            Action::Amend { subject, .. } => ensure(self.is_banned(subject), "it is not banned"),
            Action::Disconnect { peer } => {
                let connected = self.connected.contains(peer);
                self.connected.retain(|each| each != peer);
                ensure(connected, "it is not connected, or was told before")
            }
            Action::Dial { peer } => {
                let banned = self.is_banned(&Subject::Peer(*peer));
                ensure(!banned && !self.connected.contains(peer), "it is banned or connected")
            }
            // It may connect by the very input before which it is forgotten.
            Action::Forget { peer } => {
                ensure(!self.is_banned(&Subject::Peer(*peer)), "it is banned")
            }
            Action::RequestScore { peer, gone } => {
                ensure(*gone != self.connected.contains(peer), "only the connected are asked about")
            }
            Action::Incident { on } => {
                let changes = self.incident != *on;
                self.incident = *on;
                ensure(changes, "that was said before")
            }
            Action::Warn { peer } => {
                ensure(!self.is_banned(&Subject::Peer(*peer)), "it is banned already")
            }
            Action::Withhold { .. } => Ok(()),
        }
    }
}

fn ensure(holds: bool, otherwise: &'static str) -> Result<(), &'static str> {
    if holds { Ok(()) } else { Err(otherwise) }
}
