//! `FleetHandle`: what a fleet believes and says, from any thread.

use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_channel::{Receiver, Sender};
use peerwarden_core::Subject;
use peerwarden_host::{Closed, Note, PeerName};
use serde::Serialize;

use crate::alarm::{Alarm, Alarms};
use crate::counts::Withheld;
use crate::fleet::{Decision, Fleet, Input, MemberStatus, Neighbors, VoteView};
use crate::key::Author;
use crate::link::{LinkError, LinkHealth};
use crate::name::FleetName;
use crate::quorum::Tally;
use crate::status::FleetStatus;
use crate::unix_millis::UnixMillis;

/// Looks at one node's part in a fleet, and orders, from any thread. Clones are of the same part.
///
/// It keeps nothing running: once the node is shut down, orders fail, and what can be seen stays as it was.
#[derive(Debug)]
pub struct FleetHandle<P: PeerName> {
    shared: Arc<SharedFleet<P>>,
    commands: Sender<Command<P>>,
}

/// An order of the node's operator.
#[derive(Debug)]
pub(crate) enum Command<P> {
    Pardon { subject: Subject<P>, note: Option<Note> },
    Resume,
}

/// Why a subject is believed to be banned, or not. Prints as a sentence without the subject.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[serde(bound = "P: PeerName")]
#[non_exhaustive]
pub struct Standing<P> {
    /// The subject, in its canonical form.
    pub subject: Subject<P>,
    /// Until when the fleet's ban of it is believed here; `None` if it is not.
    pub believed_until: Option<UnixMillis>,
    /// Why it is not banned here all the same, or not believed, if something was said on it.
    pub withheld: Option<Withheld>,
    /// How many members ban it, each group counted once where groups are distinct.
    pub votes: usize,
    /// How many it takes.
    pub quorum: usize,
    /// Until when a pardon clears it.
    pub pardoned_until: Option<UnixMillis>,
    /// Who said what.
    pub statements: Vec<VoteView<P>>,
}

/// `banned by the fleet until 2026-11-29T04:00:00Z; 3 votes of 3: n1 says ban, n2 says ban, n3 says ban`.
impl<P: PeerName> fmt::Display for Standing<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.believed_until, self.withheld) {
            (Some(until), None) => write!(f, "banned by the fleet until {}", Moment(until))?,
            (_, Some(why)) => f.write_str(match why {
                Withheld::Limit => "not banned: the list of bans refuses it",
                Withheld::Observe => "not banned: this node only observes",
                Withheld::Pardon => "not banned: it was pardoned",
                Withheld::Protected => "not banned: it is protected here",
                Withheld::Quorum => "not banned: too few members say so",
                Withheld::Rate => "not banned yet: as many bans began in this hour as may",
                Withheld::Share => "not banned: the brakes have stopped all further bans",
            })?,
            (None, None) => write!(f, "not banned by the fleet")?,
        }
        if let Some(until) = self.pardoned_until {
            write!(f, "; pardoned until {}", Moment(until))?;
        }
        let votes = if self.votes == 1 { "vote" } else { "votes" };
        write!(f, "; {} {votes} of {}", self.votes, self.quorum)?;
        for (at, vote) in self.statements.iter().enumerate() {
            write!(f, "{}{} says {}", if at == 0 { ": " } else { ", " }, vote.author, vote.says)?;
        }
        Ok(())
    }
}

/// A moment, to the second.
struct Moment(UnixMillis);

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", humantime::format_rfc3339_seconds(self.0.system_time()))
    }
}

impl<P: PeerName> FleetHandle<P> {
    pub(crate) fn new(
        fleet: Fleet<P>,
        name: FleetName,
        now: UnixMillis,
    ) -> (Self, Receiver<Command<P>>) {
        let (sender, receiver) = async_channel::bounded(MAX_COMMANDS);
        let link = LinkState::new(now);
        let shared = SharedFleet {
            name,
            fleet: Mutex::new(fleet),
            link: Mutex::new(link),
            listeners: Mutex::default(),
            closed: AtomicBool::new(false),
        };
        (Self { shared: Arc::new(shared), commands: sender }, receiver)
    }

    pub(crate) const fn shared(&self) -> &Arc<SharedFleet<P>> {
        &self.shared
    }

    /// Returns how the node's part in the fleet is doing, at a moment of the wall clock.
    #[must_use]
    pub fn status(&self, now: UnixMillis) -> FleetStatus {
        self.shared.status(now)
    }

    /// Returns the members, in the order of their names.
    #[must_use]
    pub fn members(&self) -> Vec<MemberStatus> {
        self.shared.lock().members()
    }

    /// Returns up to `at_most` statements of an author, or of all, on the subjects after `after`; networks come
    /// first.
    #[must_use]
    pub fn votes(
        &self,
        author: Option<&Author>,
        after: Option<&Subject<P>>,
        at_most: usize,
    ) -> Vec<VoteView<P>> {
        self.shared.lock().votes_of(author, after, at_most)
    }

    /// Returns what the fleet believes of exactly this subject and why, at a moment of the wall clock.
    #[must_use]
    pub fn standing(&self, subject: &Subject<P>, now: UnixMillis) -> Standing<P> {
        let subject = subject.clone().canonical();
        let fleet = self.shared.lock();
        let Tally { votes, pardoned, .. } = fleet.tally_of(&subject, now);
        Standing {
            believed_until: fleet.believed_until(&subject).filter(|until| *until > now),
            withheld: fleet.withheld(&subject),
            votes,
            quorum: fleet.rules().quorum,
            pardoned_until: pardoned,
            statements: fleet.votes_on(&subject),
            subject,
        }
    }

    /// Returns up to `at_most` subjects that are believed to be banned and until when, after the subject
    /// `after`; networks come first.
    #[must_use]
    pub fn believed(
        &self,
        after: Option<&Subject<P>>,
        at_most: usize,
    ) -> Vec<(Subject<P>, UnixMillis)> {
        let fleet = self.shared.lock();
        let believed =
            fleet.believed().filter(|(subject, _)| after.is_none_or(|after| *subject > after));
        believed.take(at_most).map(|(subject, until)| (subject.clone(), until)).collect()
    }

    /// Returns a stream of alarms from here on.
    pub fn alarms(&self) -> Alarms<P> {
        let (sender, receiver) = async_channel::bounded(Alarms::<P>::CAPACITY);
        if !self.shared.closed.load(Ordering::Acquire) {
            self.shared.listeners().push(sender);
        }
        Alarms::new(receiver)
    }

    /// Has the fleet's bans of this subject kept out of this node for
    /// [`pardon_for`](crate::FleetRules::pardon_for). Other nodes go on to ban it.
    ///
    /// # Errors
    ///
    /// [`Closed`] if the node was shut down.
    pub fn pardon(&self, subject: Subject<P>, note: Option<Note>) -> Result<(), Closed> {
        self.send(Command::Pardon { subject, note })
    }

    /// Has bans go on that the brakes have stopped, for too large a share of the connected peers would have been
    /// banned.
    ///
    /// # Errors
    ///
    /// [`Closed`] if the node was shut down.
    pub fn resume(&self) -> Result<(), Closed> {
        self.send(Command::Resume)
    }

    fn send(&self, command: Command<P>) -> Result<(), Closed> {
        if self.shared.closed.load(Ordering::Acquire) {
            return Err(Closed);
        }
        self.commands.send_blocking(command).map_err(|_| Closed)
    }
}

impl<P: PeerName> Clone for FleetHandle<P> {
    fn clone(&self) -> Self {
        Self { shared: Arc::clone(&self.shared), commands: self.commands.clone() }
    }
}

/// What the task and all handles share.
#[derive(Debug)]
pub(crate) struct SharedFleet<P> {
    name: FleetName,
    fleet: Mutex<Fleet<P>>,
    link: Mutex<LinkState>,
    /// Streams of alarms.
    listeners: Mutex<Vec<Sender<Alarm<P>>>>,
    closed: AtomicBool,
}

#[derive(Debug)]
struct LinkState {
    connected: bool,
    since: UnixMillis,
    error: Option<String>,
    /// Why what this node says is not taken.
    write_error: Option<String>,
    health: LinkHealth,
}

impl LinkState {
    fn new(now: UnixMillis) -> Self {
        let health = LinkHealth::default();
        Self { connected: false, since: now, error: None, write_error: None, health }
    }
}

impl<P: PeerName> SharedFleet<P> {
    pub(crate) fn lock(&self) -> MutexGuard<'_, Fleet<P>> {
        self.fleet.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn link(&self) -> MutexGuard<'_, LinkState> {
        self.link.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn listeners(&self) -> MutexGuard<'_, Vec<Sender<Alarm<P>>>> {
        self.listeners.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Tells all streams of alarms. Of what is not read in time, the oldest is lost.
    pub(crate) fn tell(&self, alarm: &Alarm<P>) {
        self.listeners().retain(|listener| listener.force_send(alarm.clone()).is_ok());
    }

    pub(crate) fn give(
        &self,
        input: Input<P>,
        now: UnixMillis,
        neighbors: &impl Neighbors<P>,
    ) -> Vec<Decision<P>> {
        self.lock().handle(input, now, neighbors)
    }

    pub(crate) fn connected(&self, now: UnixMillis) {
        let mut link = self.link();
        if !link.connected {
            (link.connected, link.since, link.error) = (true, now, None);
        }
    }

    pub(crate) fn disconnected(&self, error: &LinkError, now: UnixMillis) {
        let mut link = self.link();
        if link.connected {
            (link.connected, link.since) = (false, now);
        }
        link.error = Some(error.to_string());
    }

    /// Takes note of whether a value was taken.
    pub(crate) fn written(&self, failed: Option<&LinkError>) {
        self.link().write_error = failed.map(LinkError::to_string);
    }

    pub(crate) fn set_health(&self, health: LinkHealth) {
        self.link().health = health;
    }

    pub(crate) fn close(&self) {
        self.closed.store(true, Ordering::Release);
        self.link().connected = false;
        self.listeners().clear();
    }

    pub(crate) fn status(&self, now: UnixMillis) -> FleetStatus {
        let link = self.link();
        let (connected, since, health) = (link.connected, link.since, link.health);
        let (error, write_error) = (link.error.clone(), link.write_error.clone());
        drop(link);
        let fleet = self.lock();
        let members = fleet.members();
        let me = members.iter().find(|member| member.is_myself);
        let ends = || fleet.believed().map(|(_, until)| until).filter(|until| *until > now);
        FleetStatus {
            fleet: self.name.to_string(),
            member: me.map(|me| me.name.clone()),
            mode: fleet.rules().mode,
            quorum: fleet.rules().quorum,
            connected,
            since,
            error,
            write_error,
            caught_up: fleet.is_caught_up(),
            members: members.len(),
            members_seen: members.iter().filter(|member| member.heard.is_some()).count(),
            statements: fleet.statements(),
            said: fleet.said(now),
            believed: ends().count(),
            first_end: ends().min(),
            last_end: ends().max(),
            stopped: fleet.is_stopped(),
            link: health,
            counts: fleet.counts().clone(),
            now,
        }
    }
}

/// How many orders wait, at most; a caller waits for room beyond that.
const MAX_COMMANDS: usize = 64;
