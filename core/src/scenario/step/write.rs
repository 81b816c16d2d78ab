//! Steps as lines.

use core::fmt;
use core::net::IpAddr;

use super::{Entry, Input, Question, Step};
use crate::event::{BanDuration, Event};
use crate::penalty::Amplification;
use crate::scenario::action_line::ActionLine;
use crate::scenario::number::Span;
use crate::scenario::policy::Policy;
use crate::scenario::status::ExpectedStatus;
use crate::scenario::subject::{Gate, Verbatim};
use crate::scenario::text::Quoted;
use crate::subject::{Direction, Origin};
use crate::time::Until;

/// The line of the step, in JSON, without a newline.
impl<P: fmt::Display> fmt::Display for Step<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{{\"at\":{}", self.at)?;
        let mut keys = Line { f };
        match &self.entry {
            Entry::Gap { inputs } => keys.value("gap", inputs)?,
            Entry::Hash { hash, inputs } => {
                keys.text("hash", hash)?;
                keys.value("inputs", inputs)?;
            }
            Entry::Input { input, times, expect } => {
                keys.input(input)?;
                if *times != 1 {
                    keys.value("times", times)?;
                }
                if let Some(expect) = expect {
                    keys.expect(expect)?;
                }
            }
            Entry::Question(Question::Check { gate, verdict }) => {
                keys.text("check", gate)?;
                if let Gate::Peer { addr, .. } = gate {
                    keys.addr(addr.as_ref())?;
                }
                keys.text("verdict", verdict)?;
            }
            Entry::Question(Question::Status { peer, status }) => {
                keys.text("status", peer)?;
                keys.status(status)?;
            }
        }
        keys.f.write_str("}")
    }
}

/// A line under way.
struct Line<'a, 'f> {
    f: &'a mut fmt::Formatter<'f>,
}

impl Line<'_, '_> {
    fn text(&mut self, key: &str, text: impl fmt::Display) -> fmt::Result {
        write!(self.f, ",\"{key}\":{}", Quoted(text))
    }

    fn value(&mut self, key: &str, value: impl fmt::Display) -> fmt::Result {
        write!(self.f, ",\"{key}\":{value}")
    }

    fn addr(&mut self, addr: Option<&IpAddr>) -> fmt::Result {
        addr.map_or(Ok(()), |addr| self.text("addr", addr))
    }

    fn duration(&mut self, duration: Option<BanDuration>) -> fmt::Result {
        duration.map_or(Ok(()), |duration| self.value("for", Span(duration.get())))
    }

    fn via(&mut self, via: Option<&impl fmt::Display>) -> fmt::Result {
        via.map_or(Ok(()), |via| self.text("via", via))
    }

    fn input<P: fmt::Display>(&mut self, input: &Input<P>) -> fmt::Result {
        match input {
            Input::Event(event) => self.event(event),
            Input::Report { peer, misbehavior, amplify, via } => {
                self.text("report", peer)?;
                self.text("misbehavior", misbehavior)?;
                if *amplify != Amplification::ONE {
                    self.value("amplify", amplify)?;
                }
                self.via(via.as_ref())
            }
        }
    }

    fn event<P: fmt::Display>(&mut self, event: &Event<P>) -> fmt::Result {
        match event {
            Event::Ban { subject, duration, origin } => {
                self.text("ban", Verbatim(subject))?;
                self.duration(*duration)?;
                match origin {
                    Origin::Operator => Ok(()),
                    Origin::Remote => self.text("origin", origin),
                }
            }
            Event::Connected { peer, addr, direction } => {
                self.text("connect", peer)?;
                self.addr(addr.as_ref())?;
                match direction {
                    Direction::Inbound => self.value("inbound", true),
                    Direction::Outbound => Ok(()),
                }
            }
            Event::Disconnected { peer } => self.text("disconnect", peer),
            Event::Expel { peer, misbehavior, duration } => {
                self.text("expel", peer)?;
                self.text("misbehavior", misbehavior)?;
                self.duration(*duration)
            }
            Event::Heartbeat => self.value("heartbeat", true),
            Event::Protect { subject, addr } => {
                self.text("protect", Verbatim(subject))?;
                self.addr(addr.as_ref())
            }
            Event::Reconfigure { config } => {
                let policy = serde_json::to_string(&Policy::of(config)).map_err(|_| fmt::Error)?;
                self.value("reconfigure", policy)
            }
            Event::Report { peer, misbehavior, penalty, via } => {
                self.text("report", peer)?;
                self.text("misbehavior", misbehavior)?;
                self.value("points", penalty)?;
                self.via(via.as_ref())
            }
            Event::Score { peer, score } => {
                self.text("score", peer)?;
                // The shortest that reads the same again, with an exponent where that is far from 1.
                write!(self.f, ",\"value\":{:?}", score.get())
            }
            Event::ScoreUnavailable { peer } => self.text("score_unavailable", peer),
            Event::Tick => self.value("tick", true),
            Event::Unban { subject, cause } => {
                self.text("unban", Verbatim(subject))?;
                cause.map_or(Ok(()), |cause| self.text("cause", cause))
            }
            Event::Unprotect { subject } => self.text("unprotect", Verbatim(subject)),
            Event::Valid { peer, count } => {
                self.text("valid", peer)?;
                if *count == 1 { Ok(()) } else { self.value("count", count) }
            }
            Event::Waive { peer, points } => {
                self.text("waive", peer)?;
                self.value("points", points)
            }
        }
    }

    fn expect(&mut self, lines: &[ActionLine]) -> fmt::Result {
        self.list("expect", lines)
    }

    fn status(&mut self, status: &ExpectedStatus) -> fmt::Result {
        let ExpectedStatus { penalty, offences, causes, until, standing } = status;
        if let Some(points) = penalty {
            self.value("penalty", points)?;
        }
        if let Some(offences) = offences {
            self.value("offences", offences)?;
        }
        if let Some(causes) = causes {
            self.list("causes", causes)?;
        }
        match until {
            None => {}
            Some(None) => self.value("until", "null")?,
            Some(Some(Until::At(at))) => self.value("until", at)?,
            Some(Some(Until::Forever)) => self.text("until", "forever")?,
        }
        standing.map_or(Ok(()), |standing| self.value("standing", standing))
    }

    fn list<T: fmt::Display>(&mut self, key: &str, items: &[T]) -> fmt::Result {
        write!(self.f, ",\"{key}\":[")?;
        for (at, item) in items.iter().enumerate() {
            let comma = if at == 0 { "" } else { "," };
            write!(self.f, "{comma}{}", Quoted(item))?;
        }
        self.f.write_str("]")
    }
}
