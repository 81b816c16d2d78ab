//! Steps put together from their keys.

use alloc::borrow::Cow;
use alloc::format;
use alloc::string::{String, ToString as _};

use super::keys::{Key, Keys, Kind};
use super::{Entry, Input, Question, Step};
use crate::event::{BanDuration, Event};
use crate::misbehavior::Misbehavior;
use crate::penalty::Penalty;
use crate::scenario::status::ExpectedStatus;
use crate::scenario::subject;
use crate::subject::{Direction, Origin};

impl<'a> Keys<'a> {
    /// Returns the step that the keys make, all of them.
    pub(super) fn build<P: From<Cow<'a, str>>>(mut self) -> Result<Step<P>, String> {
        let at = self.at.ok_or("a step without \"at\"")?;
        let entry = match self.kind.take() {
            Some((key, Kind::Text(text))) => self.text(key, text)?,
            Some((Key::Heartbeat, Kind::On(true))) => self.input(Event::Heartbeat),
            Some((Key::Tick, Kind::On(true))) => self.input(Event::Tick),
            Some((_, Kind::Number(inputs))) => Entry::Gap { inputs },
            Some((_, Kind::Policy(config))) => self.input(Event::Reconfigure { config }),
            Some((_, Kind::On(_))) | None => {
                return Err("a step that is neither an input nor a question".into());
            }
        };
        match self.left() {
            None => Ok(Step { at, entry }),
            Some(key) => Err(format!("\"{}\" does not belong to the step", key.name())),
        }
    }

    #[expect(clippy::wildcard_enum_match_arm, reason = "no other key has a text")]
    fn text<P: From<Cow<'a, str>>>(
        &mut self,
        key: Key,
        text: Cow<'a, str>,
    ) -> Result<Entry<P>, String> {
        let event = match key {
            Key::Report => return self.report(text.into()),
            Key::Check => {
                let gate = subject::gate(text, self.addr.take())?;
                let verdict = self.verdict.take().ok_or("a check without \"verdict\"")?;
                return Ok(Entry::Question(Question::Check { gate, verdict }));
            }
            Key::Status => {
                let status = ExpectedStatus {
                    penalty: self.penalty.take(),
                    offences: self.offences.take(),
                    causes: self.causes.take(),
                    until: self.until.take(),
                    standing: self.standing.take(),
                };
                return Ok(Entry::Question(Question::Status { peer: text.into(), status }));
            }
            Key::Hash => {
                let hash = text.parse().map_err(to_string)?;
                let inputs = self.inputs.take().ok_or("a hash without \"inputs\"")?;
                return Ok(Entry::Hash { hash, inputs });
            }
            Key::Ban => Event::Ban {
                subject: subject::read(text)?,
                duration: self.duration()?,
                origin: self.origin.take().unwrap_or(Origin::Operator),
            },
            Key::Connect => Event::Connected {
                peer: text.into(),
                addr: self.addr.take(),
                direction: match self.inbound.take() {
                    Some(true) => Direction::Inbound,
                    Some(false) | None => Direction::Outbound,
                },
            },
            Key::Disconnect => Event::Disconnected { peer: text.into() },
            Key::Expel => Event::Expel {
                peer: text.into(),
                misbehavior: self.misbehavior(),
                duration: self.duration()?,
            },
            Key::Protect => {
                Event::Protect { subject: subject::read(text)?, addr: self.addr.take() }
            }
            Key::Score => Event::Score {
                peer: text.into(),
                score: self.value.take().ok_or("a score without \"value\"")?,
            },
            Key::ScoreUnavailable => Event::ScoreUnavailable { peer: text.into() },
            Key::Unban => Event::Unban { subject: subject::read(text)?, cause: self.cause.take() },
            Key::Unprotect => Event::Unprotect { subject: subject::read(text)? },
            Key::Valid => Event::Valid { peer: text.into(), count: self.count.take().unwrap_or(1) },
            Key::Waive => Event::Waive {
                peer: text.into(),
                points: self.points.take().ok_or("a waiver without \"points\"")?,
            },
            other => return Err(format!("\"{}\" with a text", other.name())),
        };
        Ok(self.input(event))
    }

    /// Reads a report: with `points` of what it costs, or by the policy.
    fn report<P: From<Cow<'a, str>>>(&mut self, peer: P) -> Result<Entry<P>, String> {
        let misbehavior = self.misbehavior();
        let via = self.via.take().map(P::from);
        let input = match self.points.take() {
            Some(points) => {
                let penalty = Penalty::from_micros(points.as_micros()).map_err(to_string)?;
                Input::Event(Event::Report { peer, misbehavior, penalty, via })
            }
            None => {
                let amplify = self.amplify.take().unwrap_or_default();
                Input::Report { peer, misbehavior, amplify, via }
            }
        };
        Ok(self.fed(input))
    }

    fn input<P>(&mut self, event: Event<P>) -> Entry<P> {
        self.fed(Input::Event(event))
    }

    fn fed<P>(&mut self, input: Input<P>) -> Entry<P> {
        let times = self.times.take().unwrap_or(1);
        Entry::Input { input, times, expect: self.expect.take() }
    }

    fn misbehavior(&mut self) -> Misbehavior {
        self.misbehavior.take().unwrap_or(Misbehavior::INVALID_MESSAGE)
    }

    fn duration(&mut self) -> Result<Option<BanDuration>, String> {
        self.duration.take().map(BanDuration::try_from).transpose().map_err(to_string)
    }
}

fn to_string(error: impl core::fmt::Display) -> String {
    error.to_string()
}
