//! Turns inputs and denials into metrics and log lines.

use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;

use peerwarden_core::{Config, Event, Instant, IpNet};

use crate::gate::Gate;
use crate::gate_refusal::GateRefusal;
use crate::log::{self, Line, LogRateLimit};
use crate::outcome::Outcome;
use crate::peer::PeerName;
use crate::tallies::{InputTimer, Tally};

/// Counts and logs. Nothing of it runs under the engine's lock, apart from
/// the start of an input, which reads the system's clock for some of them.
///
/// Each kind of line has its own limit, so that what strangers cause in great numbers does not hide
/// what is rare.
#[derive(Debug)]
pub struct Telemetry {
    pub(crate) tally: Arc<Tally>,
    lines: LogRateLimit,
}

impl Telemetry {
    pub(crate) fn new(config: &Config) -> Self {
        Self { tally: Arc::new(Tally::new(config)), lines: LogRateLimit::default() }
    }

    /// The engine gets to work on `event`.
    pub(crate) fn begin<P: PeerName>(&self, event: &Event<P>) -> InputTimer {
        self.tally.begin(event)
    }

    /// The engine has made this of what it got to work on then.
    pub(crate) fn input<P: PeerName>(&self, timer: InputTimer, outcome: &Outcome<P>, now: Instant) {
        self.tally.input(timer, outcome);
        for on in &outcome.incidents {
            if let Some(suppressed) = self.admit(Line::Incident(*on), now) {
                log::incident(*on, suppressed);
            }
        }
        for event in &outcome.ban_events {
            let line = Line::from_event(event);
            if line.is_wanted()
                && let Some(suppressed) = self.lines.admit(line, now)
            {
                log::ban_event(event, now, suppressed);
            }
        }
        for warned in &outcome.warned {
            if let Some(suppressed) = self.admit(Line::Warned, now) {
                log::warned(warned, suppressed);
            }
        }
    }

    /// Logs that a dial of the driver's own failed, and that the peer is given up if that was the last of
    /// so many tries.
    pub fn redial_failed(
        &self,
        peer: &impl fmt::Display,
        error: &impl fmt::Display,
        gave_up: Option<u32>,
        now: Instant,
    ) {
        if let Some(suppressed) = self.admit(Line::RedialFailed, now) {
            log::redial_failed(peer, error, suppressed);
        }
        if let Some(tries) = gave_up
            && let Some(suppressed) = self.admit(Line::RedialGivenUp, now)
        {
            log::redial_gave_up(peer, tries, suppressed);
        }
    }

    /// A connection was refused.
    pub(crate) fn refused<P: PeerName>(&self, gate: Gate, refusal: &GateRefusal<P>) {
        let line = match refusal {
            GateRefusal::Address(_) => {
                self.tally.refused_address(gate);
                Line::AddressRefused
            }
            GateRefusal::Banned(denied) => {
                self.tally.denied(gate, denied.denial.cause);
                Line::Refused
            }
        };
        if let Some(suppressed) = self.admit(line, refusal.at()) {
            log::refused(gate, refusal, suppressed);
        }
    }

    /// This node itself was to be accused or banned.
    pub(crate) fn accused(&self, what: &str, now: Instant) {
        if let Some(suppressed) = self.admit(Line::Ourselves, now) {
            log::ourselves(what, suppressed);
        }
    }

    /// A network that is banned, or was to be, holds an address of this node.
    pub(crate) fn holds_us(&self, net: &IpNet, ip: IpAddr, what: &str, now: Instant) {
        if let Some(suppressed) = self.admit(Line::Ourselves, now) {
            log::holds_us(net, ip, what, suppressed);
        }
    }

    /// How many lines of the kind were suppressed since its last one, if there is to be one now.
    fn admit(&self, line: Line, now: Instant) -> Option<u64> {
        if line.is_wanted() { self.lines.admit(line, now) } else { None }
    }
}
