//! Answers to orders: what changed, and what still refuses the subject.

use std::fmt;
use std::net::IpAddr;

use peerwarden_core::{ActiveCause, Denial, Instant, Points, Subject, Until, Withheld};
use serde::Serialize;

use crate::json::points;
use crate::note::Note;
use crate::one_line::OneLine;
use crate::peer::PeerName;
use crate::remaining::Remaining;
use crate::tag::Tag;

/// What came of [`Handle::ban`](crate::Handle::ban). Prints as a sentence.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[serde(bound = "P: PeerName")]
#[non_exhaustive]
pub struct Banned<P> {
    /// The subject, in its canonical form.
    pub subject: Subject<P>,
    /// What changed.
    pub change: BanChange,
    /// What is noted on the ban, if the ban is in force.
    pub note: Option<Note>,
    /// How many connected peers are being disconnected for it.
    pub disconnected: usize,
    /// One of this node's own addresses that the network holds, if it holds one. Such a ban by the
    /// operator is carried out: it refuses others there, and never this node itself.
    pub ours: Option<IpAddr>,
    /// What else refuses the subject: its other bans and, of a peer where it was last seen, those of
    /// the networks that hold it.
    pub also_refused: Vec<Denial>,
    /// When this was so, on the behaviour's clock.
    pub at: Instant,
}

/// What an order to ban changed.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum BanChange {
    /// The ban began.
    Began {
        /// When it is due to end.
        until: Until,
    },
    /// The subject was banned by the same origin already, until another time.
    Moved {
        /// When the ban was due to end before.
        from: Until,
        /// When it is due to end now.
        until: Until,
    },
    /// Nothing: this node itself was to be banned, or by a list a network that it listens in.
    Refused(Ours),
    /// The subject was banned by the same origin until that time already or, by the settings, for ever,
    /// which no ban at run time shortens. It counts once the settings' ban is taken away.
    Unchanged {
        /// When the ban is due to end.
        until: Until,
    },
    /// The ban was due, but is not carried out.
    Withheld(Withheld),
}

/// What of this node a ban was to hit.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Ours {
    /// An address of this node is in the network that a remote list wanted banned.
    Address(IpAddr),
    /// It is this node's own peer id.
    Peer,
}

/// What came of [`Handle::unban`](crate::Handle::unban). Prints as a sentence.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[serde(bound = "P: PeerName")]
#[non_exhaustive]
pub struct Unbanned<P> {
    /// The subject, in its canonical form.
    pub subject: Subject<P>,
    /// The causes that ended, and when each would have. Empty if it was not banned on such grounds.
    pub lifted: Vec<ActiveCause>,
    /// What a peer owed and owes no longer or, of a place, what its peers had left unpaid in it.
    #[serde(serialize_with = "points")]
    pub waived: Points,
    /// Whether offences of its peers counted against a place, and do so no longer.
    pub crowd_cleared: bool,
    /// Until when automatic bans of the subject are withheld because of this pardon; `None` if it gave
    /// nothing of the kind. See [`Config::with_unban_grace`](crate::Config::with_unban_grace).
    pub grace: Option<Instant>,
    /// What refuses the subject all the same: causes that were not lifted and, of a peer where it was
    /// last seen, bans of the networks that hold it.
    pub still_refused: Vec<Denial>,
    /// Whether the settings ban the subject, so that it is banned again at the next start unless it
    /// is taken off there.
    pub in_settings: bool,
    /// The lists that name exactly this subject, in the order of their names. What the operator lifted stays
    /// lifted until the next start, or until none of them names it.
    pub in_lists: Vec<String>,
    /// When this was so, on the behaviour's clock.
    pub at: Instant,
}

impl<P: PeerName> Unbanned<P> {
    /// Whether anything was lifted, waived or cleared, or a grace begins.
    #[must_use]
    pub fn changed(&self) -> bool {
        !self.lifted.is_empty()
            || self.waived > Points::ZERO
            || self.crowd_cleared
            || self.grace.is_some()
    }
}

/// What came of [`Handle::protect`](crate::Handle::protect) and
/// [`Handle::unprotect`](crate::Handle::unprotect). Prints as a sentence.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[serde(bound = "P: PeerName")]
#[non_exhaustive]
pub struct Protection<P> {
    /// The subject, in its canonical form.
    pub subject: Subject<P>,
    /// Whether it became protected, or ceased to be.
    pub changed: bool,
    /// The tags that stand on it now, in the order of their names. It is protected if there are any.
    pub tags: Vec<Tag>,
    /// What refuses the subject all the same, such as the operator's own ban of it.
    pub still_refused: Vec<Denial>,
    /// When this was so, on the behaviour's clock.
    pub at: Instant,
}

/// A protected subject, and the tags that protect it.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[serde(bound = "P: PeerName")]
#[non_exhaustive]
pub struct Protected<P> {
    /// The subject, in its canonical form.
    pub subject: Subject<P>,
    /// The tags that stand on it, in the order of their names; at least one.
    pub tags: Vec<Tag>,
}

/// `12D3.. is banned forever; 1 peer is disconnected`.
impl<P: PeerName> fmt::Display for Banned<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = Name(&self.subject);
        let left = |until| Remaining { until, now: self.at }.as_end();
        match self.change {
            BanChange::Began { until } => write!(f, "{name} is banned {}", left(until))?,
            BanChange::Moved { from, until } => {
                write!(f, "the ban of {name} now lasts {}, not {}", left(until), left(from))?;
            }
            BanChange::Refused(Ours::Peer) => {
                write!(f, "{name} is this node itself, and is not banned")?;
            }
            BanChange::Refused(Ours::Address(ip)) => {
                write!(f, "{name} holds {ip}, an address of this node, and is not banned")?;
            }
            BanChange::Unchanged { until } => {
                write!(f, "{name} was banned {} already", left(until))?;
            }
            BanChange::Withheld(why) => write!(f, "{name} is not banned: {}", words(why))?,
        }
        match self.disconnected {
            0 => {}
            1 => write!(f, "; 1 peer is disconnected")?,
            more => write!(f, "; {more} peers are disconnected")?,
        }
        if let (Some(ip), BanChange::Began { .. } | BanChange::Moved { .. }) =
            (self.ours, self.change)
        {
            write!(f, "; it holds {ip}, an address of this node")?;
        }
        if let Some(note) = &self.note {
            write!(f, "; note: {note}")?;
        }
        refusals(f, "; also refused: ", &self.also_refused, self.at)
    }
}

/// `12D3.. is no longer banned by penalty; still refused: 203.0.113.0/24 is banned by operator ..`.
impl<P: PeerName> fmt::Display for Unbanned<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = Name(&self.subject);
        if self.lifted.is_empty() {
            write!(f, "there was no such ban of {name}")?;
        } else {
            write!(f, "{name} is no longer banned by ")?;
            for (at, active) in self.lifted.iter().enumerate() {
                write!(f, "{}{}", if at == 0 { "" } else { ", " }, active.cause)?;
            }
        }
        if self.waived > Points::ZERO {
            write!(f, "; {} points are waived", self.waived)?;
        }
        if self.crowd_cleared {
            write!(f, "; the offences of its peers count no longer")?;
        }
        // Of one that was banned that goes without saying.
        if let Some(until) = self.grace.filter(|_| self.lifted.is_empty()) {
            let left = Remaining { until: Until::At(until), now: self.at }.in_words();
            write!(f, "; automatic bans of it are withheld {left}")?;
        }
        if !self.changed() {
            write!(f, "; nothing was changed")?;
        }
        refusals(f, "; still refused: ", &self.still_refused, self.at)?;
        if self.in_settings {
            write!(f, "; the settings ban it again at the next start")?;
        }
        match self.in_lists.as_slice() {
            [] => {}
            [list] => write!(f, "; list {list} names it and bans it again at the next start")?,
            lists => {
                let lists = lists.join(", ");
                write!(f, "; lists {lists} name it and ban it again at the next start")?;
            }
        }
        Ok(())
    }
}

/// `12D3.. is protected by committee, operator`.
impl<P: PeerName> fmt::Display for Protection<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = Name(&self.subject);
        let still = if self.changed { "" } else { "still " };
        if self.tags.is_empty() {
            let longer = if self.changed { "no longer " } else { "not " };
            write!(f, "{name} is {longer}protected")?;
        } else {
            write!(f, "{name} is {still}protected by ")?;
            for (at, tag) in self.tags.iter().enumerate() {
                write!(f, "{}{tag}", if at == 0 { "" } else { ", " })?;
            }
        }
        refusals(f, "; still refused: ", &self.still_refused, self.at)
    }
}

fn refusals(
    f: &mut fmt::Formatter<'_>,
    introduction: &str,
    denials: &[Denial],
    now: Instant,
) -> fmt::Result {
    for (at, denial) in denials.iter().enumerate() {
        f.write_str(if at == 0 { introduction } else { ", " })?;
        match denial.network {
            Some(network) => write!(f, "{network} is ")?,
            None => write!(f, "it is itself ")?,
        }
        let left = Remaining { until: denial.until, now }.in_words();
        write!(f, "banned by {} {left}", denial.cause)?;
    }
    Ok(())
}

fn words(why: Withheld) -> &'static str {
    match why {
        Withheld::DryRun => "the policy is only being tried out",
        Withheld::Exempt => "it is inside an exempt network or holds one",
        Withheld::Grace => "it was pardoned a short while ago",
        Withheld::Guard => "too few peers would be left",
        Withheld::Incident => "so many behave badly that the fault is likely this node's",
        Withheld::Limit => "the network is too wide, or there is no room for more bans by lists",
        Withheld::Protected => "it is protected",
        _ => why.as_str(),
    }
}

/// A subject by its bare name, on one line.
struct Name<'a, P>(&'a Subject<P>);

impl<P: fmt::Display> fmt::Display for Name<'_, P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Subject::Addr(net) => net.fmt(f),
            Subject::Peer(peer) => OneLine(peer).fmt(f),
        }
    }
}
