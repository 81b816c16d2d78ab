//! One step of a scenario: an input or a question, at a time.

use peerwarden_core::{
    Amplification, BanDuration, Cause, Direction, Event, Instant, Misbehavior, Origin, Points,
    Score,
};
use serde::Deserialize;
use std::error::Error;
use std::net::IpAddr;

use crate::number::{End, Micropoints, Number, Seconds, present};
use crate::subject::{self, Gate};

/// What happens or is asked, and when.
#[derive(Debug, Deserialize)]
#[serde(try_from = "Keys")]
pub(crate) struct Step {
    pub(crate) at: Instant,
    pub(crate) what: What,
}

/// An input or a question.
#[derive(Debug)]
pub(crate) enum What {
    Check { gate: Gate, verdict: Answer },
    Input { input: Input, times: u32, expect: Option<Vec<String>> },
    Status { peer: String, status: Status },
}

/// Something to feed in.
#[derive(Debug)]
pub(crate) enum Input {
    Event(Event<String>),
    /// What it costs is for the policy to say.
    Report {
        peer: String,
        misbehavior: Misbehavior,
        amplify: Amplification,
        via: Option<String>,
    },
}

/// The answer at a gate for inbound connections.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Answer {
    Allow,
    Deny,
}

/// What a status has to say; nothing of what is left out.
#[derive(Debug)]
pub(crate) struct Status {
    pub(crate) penalty: Option<Micropoints>,
    pub(crate) offences: Option<u32>,
    pub(crate) causes: Option<Vec<String>>,
    pub(crate) until: Option<End>,
    pub(crate) standing: Option<bool>,
}

impl TryFrom<Keys> for Step {
    type Error = String;

    fn try_from(mut keys: Keys) -> Result<Self, String> {
        let at = keys.at.take().ok_or("a step without \"at\"")?.instant();
        let what = keys.take_what().map_err(|error| error.to_string())?;
        if keys == Keys::default() {
            Ok(Self { at, what })
        } else {
            Err(format!("keys that do not belong to the step: {keys:?}"))
        }
    }
}

/// A step as it is written: the keys of every kind of step.
#[derive(Debug, Default, Deserialize, PartialEq)]
#[serde(default, deny_unknown_fields)]
struct Keys {
    at: Option<Seconds>,
    expect: Option<Vec<String>>,
    // The kinds of step.
    ban: Option<String>,
    check: Option<String>,
    connect: Option<String>,
    disconnect: Option<String>,
    expel: Option<String>,
    heartbeat: Option<bool>,
    protect: Option<String>,
    report: Option<String>,
    score: Option<String>,
    score_unavailable: Option<String>,
    status: Option<String>,
    tick: Option<bool>,
    unban: Option<String>,
    unprotect: Option<String>,
    valid: Option<String>,
    waive: Option<String>,
    // What goes with them.
    addr: Option<String>,
    amplify: Option<Number>,
    cause: Option<String>,
    causes: Option<Vec<String>>,
    count: Option<u64>,
    r#for: Option<Seconds>,
    inbound: Option<bool>,
    misbehavior: Option<String>,
    offences: Option<u32>,
    origin: Option<String>,
    penalty: Option<Micropoints>,
    points: Option<Micropoints>,
    standing: Option<bool>,
    times: Option<u32>,
    #[serde(deserialize_with = "present")]
    until: Option<End>,
    value: Option<Number>,
    via: Option<String>,
    verdict: Option<Answer>,
}

impl Keys {
    fn take_what(&mut self) -> Result<What, Box<dyn Error>> {
        if let Some(subject) = self.check.take() {
            return Ok(What::Check {
                gate: Gate::read(&subject, self.addr.take().as_deref())?,
                verdict: self.verdict.take().ok_or("a check without \"verdict\"")?,
            });
        }
        if let Some(peer) = self.status.take() {
            let status = Status {
                penalty: self.penalty.take(),
                offences: self.offences.take(),
                causes: self.causes.take(),
                until: self.until.take(),
                standing: self.standing.take(),
            };
            return Ok(What::Status { peer, status });
        }
        let input = if let Some(peer) = self.report.take() {
            self.take_report(peer)?
        } else {
            Input::Event(self.take_event()?)
        };
        Ok(What::Input { input, times: self.times.take().unwrap_or(1), expect: self.expect.take() })
    }

    fn take_report(&mut self, peer: String) -> Result<Input, Box<dyn Error>> {
        let misbehavior = self.take_misbehavior()?;
        let amplify = self.amplify.take().map(|Number(n)| n.try_into());
        Ok(Input::Report {
            peer,
            misbehavior,
            amplify: amplify.transpose()?.unwrap_or_default(),
            via: self.via.take(),
        })
    }

    fn take_misbehavior(&mut self) -> Result<Misbehavior, Box<dyn Error>> {
        let misbehavior = self.misbehavior.take().map(|name| name.parse());
        Ok(misbehavior.transpose()?.unwrap_or(Misbehavior::INVALID_MESSAGE))
    }

    fn take_event(&mut self) -> Result<Event<String>, Box<dyn Error>> {
        if let Some(subject) = self.ban.take() {
            let duration = self.r#for.take().map(|s| BanDuration::try_from(s.duration()));
            return Ok(Event::Ban {
                subject: subject::read(&subject)?,
                duration: duration.transpose()?,
                origin: read_origin(self.origin.take().as_deref())?,
            });
        }
        if let Some(peer) = self.connect.take() {
            let addr: Option<Result<IpAddr, _>> = self.addr.take().map(|addr| addr.parse());
            let inbound = self.inbound.take().unwrap_or(false);
            return Ok(Event::Connected {
                peer,
                addr: addr.transpose()?,
                direction: if inbound { Direction::Inbound } else { Direction::Outbound },
            });
        }
        if let Some(peer) = self.score.take() {
            let Number(value) = self.value.take().ok_or("a score without \"value\"")?;
            let score = Score::try_from(value)?;
            return Ok(Event::Score { peer, score });
        }
        if let Some(peer) = self.expel.take() {
            let duration = self.r#for.take().map(|s| BanDuration::try_from(s.duration()));
            let (misbehavior, duration) = (self.take_misbehavior()?, duration.transpose()?);
            return Ok(Event::Expel { peer, misbehavior, duration });
        }
        if let Some(peer) = self.valid.take() {
            return Ok(Event::Valid { peer, count: self.count.take().unwrap_or(1) });
        }
        if let Some(peer) = self.waive.take() {
            let Micropoints(micros) = self.points.take().ok_or("a waiver without \"points\"")?;
            return Ok(Event::Waive { peer, points: Points::from_micros(micros) });
        }
        if let Some(subject) = self.protect.take() {
            let addr = self.addr.take().map(|addr| addr.parse());
            let subject = subject::read(&subject)?;
            return Ok(Event::Protect { subject, addr: addr.transpose()? });
        }
        if let Some(subject) = self.unban.take() {
            let cause = self.cause.take().map(|name| read_cause(&name));
            return Ok(Event::Unban {
                subject: subject::read(&subject)?,
                cause: cause.transpose()?,
            });
        }
        self.take_plain_event()
    }

    /// An event that is said with one key.
    fn take_plain_event(&mut self) -> Result<Event<String>, Box<dyn Error>> {
        if let Some(peer) = self.disconnect.take() {
            Ok(Event::Disconnected { peer })
        } else if let Some(peer) = self.score_unavailable.take() {
            Ok(Event::ScoreUnavailable { peer })
        } else if let Some(subject) = self.unprotect.take() {
            subject::read(&subject).map(|subject| Event::Unprotect { subject })
        } else if self.heartbeat.take_if(|on| *on).is_some() {
            Ok(Event::Heartbeat)
        } else if self.tick.take_if(|on| *on).is_some() {
            Ok(Event::Tick)
        } else {
            Err("a step that is neither an input nor a question".into())
        }
    }
}

fn read_cause(name: &str) -> Result<Cause, Box<dyn Error>> {
    Cause::ALL
        .into_iter()
        .find(|cause| cause.as_str() == name)
        .ok_or_else(|| format!("{name} is no cause").into())
}

fn read_origin(name: Option<&str>) -> Result<Origin, Box<dyn Error>> {
    match name {
        None | Some("operator") => Ok(Origin::Operator),
        Some("remote") => Ok(Origin::Remote),
        Some(name) => Err(format!("{name} is no origin").into()),
    }
}
