//! A fleet to try things on: its keys, its clock, and statements of others.

use std::time::Duration;

use peerwarden_core::{Cause, Subject};
use peerwarden_fleet::{
    Author, Decision, Fleet, FleetConfig, FleetName, FleetRules, Input, Key, Member, Mode,
    Neighbors, OwnBan, Roster, Says, SecretKey, Statement, UnixMillis,
};

pub(crate) type Name = String;

/// Peers that are connected: none that a ban hits, unless it says so.
#[derive(Default)]
pub(crate) struct Around {
    pub(crate) connected: usize,
    pub(crate) hit: Vec<Subject<Name>>,
}

impl Neighbors<Name> for Around {
    fn connected(&self) -> usize {
        self.connected
    }

    fn hit_by(&self, subject: &Subject<Name>) -> usize {
        usize::from(self.hit.contains(subject))
    }
}

/// A node of a fleet of `n0` to `n9`: `n0`.
pub(crate) struct World {
    pub(crate) fleet: Fleet<Name>,
    pub(crate) now: UnixMillis,
    pub(crate) around: Around,
}

pub(crate) const HOUR: Duration = Duration::from_secs(3600);

pub(crate) fn at(hours: u64) -> UnixMillis {
    UnixMillis(1_800_000_000_000 + hours * 3_600_000)
}

pub(crate) fn name() -> FleetName {
    "mainnet".parse().unwrap()
}

pub(crate) fn secret(number: u8) -> SecretKey {
    SecretKey::from_seed([number + 1; 32]).unwrap()
}

pub(crate) fn operator() -> SecretKey {
    SecretKey::from_seed([200; 32]).unwrap()
}

pub(crate) fn member(number: u8) -> Member {
    let name = format!("n{number}").parse().unwrap();
    Member { id: secret(number).public(), name, group: None }
}

pub(crate) fn roster() -> Roster {
    Roster::new((0..10).map(member).collect()).unwrap()
}

pub(crate) fn peer(name: &str) -> Subject<Name> {
    Subject::Peer(name.to_owned())
}

/// Enforcing, with a quorum of three.
pub(crate) fn rules() -> FleetRules {
    let mut rules = FleetRules::default();
    rules.mode = Mode::Enforce;
    rules
}

/// A statement as `n<number>` would make it now, of an hour.
pub(crate) fn says(
    subject: &Subject<Name>,
    says: Says,
    issued: UnixMillis,
    seq: u64,
) -> Statement<Name> {
    let mut statement = Statement::new(subject.clone(), says, HOUR, issued, seq);
    statement.cause = (says == Says::Ban).then_some(Cause::Penalty);
    statement
}

pub(crate) fn own_ban(subject: &Subject<Name>, end: UnixMillis) -> OwnBan<Name> {
    OwnBan {
        subject: subject.clone(),
        cause: Cause::Penalty,
        end: Some(end),
        offences: 1,
        score: None,
        misdeeds: Vec::new(),
        note: None,
    }
}

impl World {
    pub(crate) fn new(rules: FleetRules) -> Self {
        Self::carrying(rules, Vec::new())
    }

    pub(crate) fn carrying(rules: FleetRules, carried: Vec<(Subject<Name>, UnixMillis)>) -> Self {
        let mut world = Self::silent(rules, Some(roster()), carried);
        world.give(Input::SnapshotBegan);
        world.give(Input::CaughtUp);
        world
    }

    /// One that has not read anything yet.
    pub(crate) fn silent(
        rules: FleetRules,
        roster: Option<Roster>,
        carried: Vec<(Subject<Name>, UnixMillis)>,
    ) -> Self {
        let operators = vec![operator().public()];
        let now = at(0);
        let config = FleetConfig { name: name(), key: secret(0), roster, operators, rules };
        let fleet = Fleet::new(config, carried, 7, now);
        Self { fleet, now, around: Around { connected: 100, hit: Vec::new() } }
    }

    pub(crate) fn give(&mut self, input: Input<Name>) -> Vec<Decision<Name>> {
        self.fleet.handle(input, self.now, &self.around)
    }

    pub(crate) fn pass(&mut self, time: Duration) -> Vec<Decision<Name>> {
        self.now = self.now.later(time);
        self.give(Input::Tick)
    }

    /// Has an entry be read that was put there just now.
    pub(crate) fn hear(&mut self, number: u8, statement: &Statement<Name>) -> Vec<Decision<Name>> {
        let author = Author::Member(member(number).name);
        let value = statement.seal(&name(), &author.to_string(), &secret(number)).unwrap();
        self.read(Key::statement(&author, &statement.subject), value)
    }

    pub(crate) fn hear_operator(&mut self, statement: &Statement<Name>) -> Vec<Decision<Name>> {
        let author = Author::Operator(operator().public());
        let value = statement.seal(&name(), &author.to_string(), &operator()).unwrap();
        self.read(Key::statement(&author, &statement.subject), value)
    }

    pub(crate) fn read(&mut self, key: Key, value: Vec<u8>) -> Vec<Decision<Name>> {
        self.give(Input::Entry { key, value, age: Duration::ZERO })
    }

    /// Has members from one number to another ban a subject for an hour.
    pub(crate) fn banned_by(
        &mut self,
        members: std::ops::Range<u8>,
        subject: &Subject<Name>,
    ) -> Vec<Decision<Name>> {
        let (now, mut out) = (self.now, Vec::new());
        for number in members {
            out.extend(self.hear(number, &says(subject, Says::Ban, now, now.0)));
        }
        out
    }

    pub(crate) fn refused(&self) -> Vec<(&'static str, u64)> {
        let refused = self.fleet.counts().refused.iter();
        refused.map(|(why, count)| (why.as_str(), *count)).collect()
    }

    pub(crate) fn withheld(&self) -> Vec<(&'static str, u64)> {
        let withheld = self.fleet.counts().withheld.iter();
        withheld.map(|(why, count)| (why.as_str(), *count)).collect()
    }
}

/// What was put, as subject and what is said.
pub(crate) fn said(decisions: &[Decision<Name>]) -> Vec<(String, Says)> {
    let puts = decisions.iter().filter_map(|decision| match decision {
        Decision::Put { subject, says, .. } => Some((subject.to_string(), *says)),
        Decision::Alarm(_) | Decision::Believe { .. } | Decision::Cease { .. } | _ => None,
    });
    puts.collect()
}
