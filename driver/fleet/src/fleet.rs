//! State machine of one node's part in a fleet.

mod decide;
mod entries;
mod view;

use std::collections::BTreeMap;
use std::time::Duration;

use peerwarden_core::Subject;
use peerwarden_host::{Note, PeerName};

use crate::alarm::Alarm;
use crate::brakes::Brakes;
use crate::counts::{Ceased, FleetCounts, Refused, Resync, Withheld, count};
use crate::key::{Author, Key};
use crate::name::{FleetName, MemberName};
use crate::own::{JITTER, Own, OwnBan};
use crate::roster::Roster;
use crate::rules::{FleetRules, Mode};
use crate::signing::{PublicKey, SecretKey};
use crate::statement::Says;
use crate::unix_millis::UnixMillis;
use crate::votes::Votes;

pub use view::{MemberStatus, VoteView};

/// One node's part in a fleet, without I/O: what is read and what happens on the node goes in, and what to
/// ban and what to write comes out.
///
/// The clock is given with each input. The same inputs give the same decisions, but for a few hundred
/// milliseconds of delay that are drawn by lot so that nodes do not all speak at once.
///
/// It keeps what it was told: that an entry is missing from the bucket says nothing. A vote ends by its own
/// end, by a newer statement of its author, or with its author's place on the roster.
#[derive(Debug)]
pub struct Fleet<P> {
    name: FleetName,
    key: SecretKey,
    operators: Vec<PublicKey>,
    /// Whether the members are in the settings, and no roster in the bucket counts.
    has_fixed_roster: bool,
    roster: Roster,
    roster_seq: u64,
    /// This node itself, if it is on the roster, by number and name.
    myself: Option<(u32, MemberName)>,
    rules: FleetRules,
    votes: Votes<P>,
    believed: BTreeMap<Subject<P>, Belief>,
    /// What has a quorum, or had, and is not banned here.
    withheld: BTreeMap<Subject<P>, Withheld>,
    brakes: Brakes,
    own: Own<P>,
    counts: FleetCounts,
    is_linked: bool,
    is_caught_up: bool,
    in_incident: bool,
    /// Whether statements were refused because their authors are not on the roster.
    missed_members: bool,
    /// When the operator was told last that bans have to wait.
    told_of_rate: Option<UnixMillis>,
    swept: UnixMillis,
    random: fastrand::Rng,
}

/// Which fleet a node is in, as which member, and by which rules.
#[derive(Debug)]
pub struct FleetConfig {
    /// The name of the fleet.
    pub name: FleetName,
    /// The key that signs what the node says.
    pub key: SecretKey,
    /// The members, if the settings have them; otherwise the fleet follows the roster in the bucket that an
    /// operator has signed.
    pub roster: Option<Roster>,
    /// The keys of the operators, whose orders and pardons hold for the fleet.
    pub operators: Vec<PublicKey>,
    /// The rules.
    pub rules: FleetRules,
}

/// A ban that is believed, and on the list.
#[derive(Clone, Copy, Debug)]
struct Belief {
    until: UnixMillis,
    /// Whether it is known from before the start alone.
    is_carried: bool,
}

/// What a node knows of the peers that are connected with it.
pub trait Neighbors<P> {
    /// Returns how many peers are connected.
    fn connected(&self) -> usize;

    /// Returns how many of them a ban of this subject hits.
    fn hit_by(&self, subject: &Subject<P>) -> usize;
}

/// Something that happened.
#[derive(Debug)]
#[non_exhaustive]
pub enum Input<P> {
    /// A ban of this node itself began, or its end moved.
    Banned(OwnBan<P>),
    /// Everything that was in the bucket was read.
    CaughtUp,
    /// An entry of the bucket.
    Entry {
        /// Its key.
        key: Key,
        /// Its value.
        value: Vec<u8>,
        /// How long ago it was put there, by the server's clock.
        age: Duration,
    },
    /// An incident of this node begins or ends: while it lasts nothing new is said.
    Incident(bool),
    /// The connection with the bucket was lost.
    LinkLost,
    /// A ban of this node itself is over.
    Lifted(Subject<P>),
    /// The operator of this node has pardoned the subject here.
    Pardoned {
        /// The subject.
        subject: Subject<P>,
        /// Who pardoned it and why.
        note: Option<Note>,
    },
    /// The bucket is read from where it was left: nothing was missed.
    Resumed,
    /// The operator has looked at what the brakes stopped: bans may go on.
    ResumeBans,
    /// Everything in the bucket is going to be read.
    SnapshotBegan,
    /// A statement was written, or could not be.
    Stored {
        /// On which subject.
        subject: Subject<P>,
        /// Its number.
        seq: u64,
        /// Whether the bucket has taken it.
        is_stored: bool,
    },
    /// Time has passed.
    Tick,
    /// These are all bans of this node itself.
    Walked(Vec<OwnBan<P>>),
}

/// Something to do.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Decision<P> {
    /// Tell the operator.
    Alarm(Alarm<P>),
    /// Have the subject be on the list until then.
    Believe {
        /// The subject.
        subject: Subject<P>,
        /// When its ban ends.
        until: UnixMillis,
    },
    /// Take the subject off the list.
    Cease {
        /// The subject.
        subject: Subject<P>,
        /// Why.
        why: Ceased,
    },
    /// Delete a key of this node itself.
    Delete(Key),
    /// Write a value, and say whether that succeeded.
    Put {
        /// Its key.
        key: Key,
        /// The value.
        value: Vec<u8>,
        /// The subject, for [`Input::Stored`].
        subject: Subject<P>,
        /// The number of the statement, for [`Input::Stored`].
        seq: u64,
        /// What it says.
        says: Says,
    },
    /// Read the whole bucket again: the roster has members whose statements were not counted.
    ReadAnew,
}

impl<P: PeerName> Fleet<P> {
    /// Returns the part that a node has in a fleet.
    ///
    /// `carried` is what was believed before the start, with its ends: it counts until these, unless something
    /// that was said on it says otherwise. `seed` is for delays.
    #[must_use]
    pub fn new(
        config: FleetConfig,
        carried: Vec<(Subject<P>, UnixMillis)>,
        seed: u64,
        now: UnixMillis,
    ) -> Self {
        let believed = carried
            .into_iter()
            .map(|(subject, until)| (subject.canonical(), Belief { until, is_carried: true }));
        let FleetConfig { name, key, roster, operators, rules } = config;
        let mut fleet = Self {
            votes: Votes::new(&operators),
            name,
            key,
            operators,
            has_fixed_roster: roster.is_some(),
            roster: Roster::default(),
            roster_seq: 0,
            myself: None,
            rules,
            believed: believed.collect(),
            withheld: BTreeMap::new(),
            brakes: Brakes::default(),
            own: Own::new(now),
            counts: FleetCounts::default(),
            is_linked: false,
            is_caught_up: false,
            in_incident: false,
            missed_members: false,
            told_of_rate: None,
            swept: now,
            random: fastrand::Rng::with_seed(seed),
        };
        if let Some(roster) = roster {
            fleet.follow(roster);
        }
        fleet
    }

    /// Takes in what happened, and returns what to do about it, in order.
    pub fn handle(
        &mut self,
        input: Input<P>,
        now: UnixMillis,
        neighbors: &impl Neighbors<P>,
    ) -> Vec<Decision<P>> {
        let mut out = Vec::new();
        match input {
            Input::Banned(ban) => {
                let delay = self.delay();
                self.own.ban(ban, &self.rules, now, delay);
            }
            Input::CaughtUp => self.caught_up(now, neighbors, &mut out),
            Input::Entry { key, value, age } => {
                self.entry(&key, &value, age, now, neighbors, &mut out);
            }
            Input::Incident(on) => self.in_incident = on,
            Input::LinkLost => (self.is_linked, self.is_caught_up) = (false, false),
            Input::Lifted(subject) => {
                let delay = self.delay();
                self.own.lift(&subject.canonical(), now, delay);
            }
            Input::Pardoned { subject, note } => {
                self.pardon(subject.canonical(), note, now, &mut out);
            }
            Input::Resumed => (self.is_linked, self.is_caught_up) = (true, true),
            Input::ResumeBans => {
                self.brakes.resume();
                self.reckon_withheld(now, neighbors, &mut out);
            }
            Input::SnapshotBegan => {
                (self.is_linked, self.is_caught_up) = (true, false);
                self.missed_members = false;
                self.own.snapshot_began();
            }
            Input::Stored { subject, seq, is_stored } => {
                if is_stored {
                    let says =
                        self.myself.as_ref().and_then(|(me, _)| self.votes.get(&subject, *me));
                    let says = says.map_or(Says::Withdrawn, |vote| vote.says);
                    count(&mut self.counts.published, says);
                } else {
                    self.counts.publish_errors = self.counts.publish_errors.saturating_add(1);
                }
                self.own.stored(&subject, seq, is_stored, now);
            }
            Input::Tick => {}
            Input::Walked(bans) => {
                let random = &mut self.random;
                self.own.walk(bans, &self.rules, now, || jitter(random));
            }
        }
        self.sweep_if_due(now, neighbors, &mut out);
        self.say(now, neighbors, &mut out);
        out
    }

    /// Returns when [`Input::Tick`] is due, at the latest.
    #[must_use]
    pub fn deadline(&self) -> UnixMillis {
        let sweep = self.swept.later(SWEEP);
        let may_say = self.is_caught_up && self.myself.is_some();
        self.own.deadline().filter(|_| may_say).map_or(sweep, |due| due.min(sweep))
    }

    /// Has counts say that everything is read or compared anew, and why.
    pub fn count_resync(&mut self, why: Resync) {
        count(&mut self.counts.resyncs, why);
    }

    /// Takes note that the list has refused a ban that is believed, and why.
    pub fn refused_by_list(&mut self, subject: &Subject<P>, why: Withheld) {
        if self.believed.contains_key(subject)
            && self.withheld.insert(subject.clone(), why) != Some(why)
        {
            count(&mut self.counts.withheld, why);
        }
    }

    /// Follows another roster. Returns the subjects to count again.
    fn follow(&mut self, roster: Roster) -> Vec<Subject<P>> {
        let changed = self.votes.follow(&roster);
        let id = self.key.public();
        self.myself = roster.with_id(&id).and_then(|member| {
            let author = Author::Member(member.name.clone());
            self.votes.known(&author).map(|(number, _)| (number, member.name.clone()))
        });
        self.roster = roster;
        changed
    }

    fn refuse(&mut self, why: Refused) {
        count(&mut self.counts.refused, why);
    }

    fn delay(&mut self) -> Duration {
        jitter(&mut self.random)
    }

    fn mode(&self) -> Mode {
        self.rules.mode
    }

    fn my_number(&self) -> Option<u32> {
        self.myself.as_ref().map(|(number, _)| *number)
    }
}

fn jitter(random: &mut fastrand::Rng) -> Duration {
    let most = u64::try_from(JITTER.as_millis()).unwrap_or(u64::MAX);
    Duration::from_millis(random.u64(0..most))
}

/// How often what is over is forgotten, and what is withheld looked at again.
const SWEEP: Duration = Duration::from_secs(60);
