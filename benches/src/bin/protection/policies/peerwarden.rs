//! The real engine.

use std::net::IpAddr;

use foldhash::fast::FixedState;
use peerwarden_core::{
    Action, Amplification, Config, Direction, Event, Instant, Misbehavior, Penalty, Score, Subject,
    Verdict, Warden,
};

use crate::peer::{Class, PeerNo};
use crate::policy::{Order, Policy, Report};
use crate::recording;

/// `peerwarden-core` under some configuration.
#[derive(Debug)]
pub(crate) struct Peerwarden {
    warden: Warden<PeerNo, FixedState>,
    penalty: Penalty,
    scores: bool,
    recording: Option<recording::Shared>,
}

impl Peerwarden {
    /// An engine that knows nobody yet.
    pub(crate) fn new(config: Config) -> Self {
        let penalty = config.penalty(Misbehavior::INVALID_MESSAGE, Amplification::ONE);
        let scores = config.scores();
        Self {
            warden: Warden::new(config, FixedState::default()),
            penalty,
            scores,
            recording: None,
        }
    }

    /// The same, which writes down what it is told.
    pub(crate) fn recorded(self, recording: recording::Shared) -> Self {
        Self { recording: Some(recording), ..self }
    }

    fn input(&mut self, event: Event<PeerNo>, now: Instant, orders: &mut Vec<Order>) {
        let written = self.recording.as_ref().map(|recording| (recording, event.clone()));
        let actions = self.warden.handle_input(event, now);
        if let Some((recording, event)) = written {
            recording.borrow_mut().input(now, &event, &actions);
        }
        for action in actions {
            match action {
                Action::Ban { subject: Subject::Peer(peer), .. } => {
                    orders.push(Order::Banned(peer))
                }
                Action::Ban { subject: Subject::Addr(_), .. } => orders.push(Order::PlaceBanned),
                Action::Disconnect { peer } => orders.push(Order::Disconnect(peer)),
                Action::RequestScore { peer, gone: _ } => orders.push(Order::AskScore(peer)),
                // Every connection is inbound here, so nobody is dialled.
                Action::Amend { .. }
                | Action::Dial { .. }
                | Action::Forget { .. }
                | Action::Incident { .. }
                | Action::Unban { .. }
                | Action::Warn { .. }
                | Action::Withhold { .. } => {}
            }
        }
    }
}

impl Policy for Peerwarden {
    fn meet(&mut self, peer: PeerNo, class: Class) {
        if let Some(recording) = &self.recording {
            recording.borrow_mut().meet(peer, class);
        }
    }

    fn refuses_addr(&self, addr: IpAddr, now: Instant) -> bool {
        refuses(self.warden.check_addr(addr, now))
    }

    fn refuses(&self, peer: PeerNo, addr: IpAddr, now: Instant) -> bool {
        refuses(self.warden.check_peer(&peer, Some(addr), now))
    }

    fn free_at(&self, peer: PeerNo, addr: IpAddr, now: Instant) -> Option<Instant> {
        let mut at = now;
        loop {
            let verdict = self.warden.check_peer(&peer, Some(addr), at);
            let Some(denial) = verdict.denial(Direction::Inbound) else { return Some(at) };
            let end = denial.until.instant()?;
            if end <= at {
                return Some(at);
            }
            at = end;
        }
    }

    fn connected(&mut self, peer: PeerNo, addr: IpAddr, now: Instant, orders: &mut Vec<Order>) {
        let (addr, direction) = (Some(addr), Direction::Inbound);
        self.input(Event::Connected { peer, addr, direction }, now, orders);
    }

    fn disconnected(&mut self, peer: PeerNo, now: Instant, orders: &mut Vec<Order>) {
        self.input(Event::Disconnected { peer }, now, orders);
    }

    fn report(&mut self, report: Report, now: Instant, orders: &mut Vec<Order>) {
        let Report { peer, addr: _, via } = report;
        let (misbehavior, penalty) = (Misbehavior::INVALID_MESSAGE, self.penalty);
        self.input(Event::Report { peer, misbehavior, penalty, via }, now, orders);
    }

    fn valid(&mut self, peer: PeerNo, count: u64, now: Instant, orders: &mut Vec<Order>) {
        self.input(Event::Valid { peer, count }, now, orders);
    }

    fn score(&mut self, peer: PeerNo, score: f64, now: Instant, orders: &mut Vec<Order>) {
        let event = match Score::try_from(score) {
            Ok(score) => Event::Score { peer, score },
            Err(_) => Event::ScoreUnavailable { peer },
        };
        self.input(event, now, orders);
    }

    fn second(&mut self, now: Instant, orders: &mut Vec<Order>) {
        let event = if self.scores { Event::Tick } else { Event::Heartbeat };
        self.input(event, now, orders);
    }

    fn tracked(&self) -> usize {
        let counts = self.warden.counts();
        counts.records + counts.networks + counts.places
    }

    fn remembers(&self, peer: PeerNo, now: Instant) -> bool {
        self.warden.status(&peer, now).is_some_and(|status| status.offences > 0)
    }
}

fn refuses(verdict: Verdict) -> bool {
    verdict.denial(Direction::Inbound).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_101st_report_bans_and_disconnects_until_the_debt_is_gone() {
        let mut policy = Peerwarden::new(Config::default());
        let (peer, addr, now) = (PeerNo(1), IpAddr::from([192, 0, 2, 1]), Instant::from_secs(1));
        let mut orders = Vec::new();
        policy.connected(peer, addr, now, &mut orders);
        for _ in 0..100 {
            policy.report(Report { peer, addr, via: None }, now, &mut orders);
        }
        assert_eq!(orders, []);
        assert!(!policy.refuses(peer, addr, now));
        policy.report(Report { peer, addr, via: None }, now, &mut orders);
        assert_eq!(orders, [Order::Banned(peer), Order::Disconnect(peer)]);
        assert!(policy.refuses(peer, addr, now));
        let free = policy.free_at(peer, addr, now);
        assert_eq!(free, Some(Instant::from_millis(88_264)));
    }
}
