//! The reference model, for peers with names as in scenario files.

use peerwarden_core::{
    Action, Config, Direction, Event, Instant, Live, PeerStatus, Saved, Subject, Verdict,
};
use std::net::IpAddr;

use crate::judge::Judge;
use crate::model::{Model, Peer};

/// A model, and the names of its peers in the order in which they came up.
pub(crate) struct Named {
    model: Model,
    names: Vec<String>,
}

impl Judge for Named {
    fn new(config: Config) -> Self {
        Self { model: Model::new(config), names: Vec::new() }
    }

    fn resume(
        config: Config,
        saved: Vec<Saved<String>>,
        live: Option<Live<String>>,
        _: Instant,
    ) -> Result<Self, String> {
        if saved.is_empty() && live.is_none_or(|live| live == Live::default()) {
            Ok(Self::new(config))
        } else {
            Err("the model starts with nothing remembered".to_owned())
        }
    }

    fn handle_input(&mut self, event: Event<String>, now: Instant) -> Vec<Action<String>> {
        let event = self.event(event);
        let actions = self.model.handle_input(event, now);
        actions.into_iter().map(|action| self.action(action)).collect()
    }

    fn refuses_peer(&self, peer: &str, addr: Option<IpAddr>, now: Instant) -> bool {
        let number = self.find(peer).unwrap_or(NOBODY);
        refuses(&self.model.check_peer(number, addr, now))
    }

    fn refuses_addr(&self, addr: IpAddr, now: Instant) -> bool {
        refuses(&self.model.check_addr(addr, now))
    }

    fn status(&self, peer: &str, now: Instant) -> Option<PeerStatus> {
        self.model.status(self.find(peer)?, now)
    }
}

impl Named {
    fn event(&mut self, event: Event<String>) -> Event<Peer> {
        match event {
            Event::Ban { subject, duration, origin } => {
                Event::Ban { subject: self.subject(subject), duration, origin }
            }
            Event::Connected { peer, addr, direction } => {
                Event::Connected { peer: self.number(peer), addr, direction }
            }
            Event::Disconnected { peer } => Event::Disconnected { peer: self.number(peer) },
            Event::Expel { peer, misbehavior, duration } => {
                Event::Expel { peer: self.number(peer), misbehavior, duration }
            }
            Event::Heartbeat => Event::Heartbeat,
            Event::Protect { subject, addr } => {
                Event::Protect { subject: self.subject(subject), addr }
            }
            Event::Reconfigure { config } => Event::Reconfigure { config },
            Event::Report { peer, misbehavior, penalty, via } => {
                let (peer, via) = (self.number(peer), via.map(|via| self.number(via)));
                Event::Report { peer, misbehavior, penalty, via }
            }
            Event::Score { peer, score } => Event::Score { peer: self.number(peer), score },
            Event::ScoreUnavailable { peer } => Event::ScoreUnavailable { peer: self.number(peer) },
            Event::Tick => Event::Tick,
            Event::Unban { subject, cause } => {
                Event::Unban { subject: self.subject(subject), cause }
            }
            Event::Unprotect { subject } => Event::Unprotect { subject: self.subject(subject) },
            Event::Valid { peer, count } => Event::Valid { peer: self.number(peer), count },
            Event::Waive { peer, points } => Event::Waive { peer: self.number(peer), points },
            event => unreachable!("no scenario says {event:?}"),
        }
    }

    fn action(&self, action: Action<Peer>) -> Action<String> {
        let subject = |subject| match subject {
            Subject::Peer(peer) => Subject::Peer(self.name(peer)),
            Subject::Addr(net) => Subject::Addr(net),
        };
        match action {
            Action::Amend { subject: whose, cause, until } => {
                Action::Amend { subject: subject(whose), cause, until }
            }
            Action::Ban { subject: who, cause, until } => {
                Action::Ban { subject: subject(who), cause, until }
            }
            Action::Dial { peer } => Action::Dial { peer: self.name(peer) },
            Action::Disconnect { peer } => Action::Disconnect { peer: self.name(peer) },
            Action::Forget { peer } => Action::Forget { peer: self.name(peer) },
            Action::Incident { on } => Action::Incident { on },
            Action::RequestScore { peer, gone } => {
                Action::RequestScore { peer: self.name(peer), gone }
            }
            Action::Unban { subject: who, cause } => Action::Unban { subject: subject(who), cause },
            Action::Warn { peer } => Action::Warn { peer: self.name(peer) },
            Action::Withhold { subject: whose, cause, why } => {
                Action::Withhold { subject: subject(whose), cause, why }
            }
        }
    }

    fn subject(&mut self, subject: Subject<String>) -> Subject<Peer> {
        match subject {
            Subject::Peer(name) => Subject::Peer(self.number(name)),
            Subject::Addr(net) => Subject::Addr(net),
        }
    }

    fn number(&mut self, name: String) -> Peer {
        self.find(&name).unwrap_or_else(|| {
            self.names.push(name);
            Peer::try_from(self.names.len() - 1).expect("a scenario has few peers")
        })
    }

    fn name(&self, peer: Peer) -> String {
        self.names[usize::from(peer)].clone()
    }

    fn find(&self, name: &str) -> Option<Peer> {
        let number = self.names.iter().position(|each| each == name)?;
        Peer::try_from(number).ok()
    }
}

/// Whether each of the possible verdicts refuses an inbound connection.
fn refuses(verdicts: &[Verdict]) -> bool {
    verdicts.iter().all(|verdict| verdict.denial(Direction::Inbound).is_some())
}

/// A peer that no scenario gets to.
const NOBODY: Peer = Peer::MAX;
