//! Statements of this node itself: its own bans against its own entries of the bucket.

mod ban;
mod bucket;

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use peerwarden_core::Subject;
use peerwarden_host::{Note, PeerName};

use crate::rules::{FleetRules, LONGEST, TOLERANCE};
use crate::statement::{Says, Statement};
use crate::unix_millis::UnixMillis;

pub use ban::OwnBan;

/// Own bans and what was said of them.
#[derive(Debug)]
pub(crate) struct Own<P> {
    entries: BTreeMap<Subject<P>, OwnEntry<P>>,
    /// The bans that are said, by their ends.
    live: BTreeSet<(UnixMillis, Subject<P>)>,
    /// When something is to be said.
    due: BTreeSet<(UnixMillis, Subject<P>)>,
    /// Credit for values, in milliseconds: each costs [`PAUSE`].
    credit: u64,
    credited: UnixMillis,
    /// How many bans were not said because the node says as many as it may.
    pub(crate) left_out: u64,
}

#[derive(Debug)]
struct OwnEntry<P> {
    wanted: Option<Wanted<P>>,
    said: Option<Said>,
    due: Option<UnixMillis>,
}

/// What is to be said.
#[derive(Clone, Debug)]
enum Wanted<P> {
    Ban(OwnBan<P>),
    Pardon { until: UnixMillis, note: Option<Note> },
}

/// What was said last.
#[derive(Clone, Copy, Debug)]
struct Said {
    says: Says,
    seq: u64,
    /// When it ends, by this node's clock.
    end: UnixMillis,
    at: UnixMillis,
    /// Whether the bucket has it, as far as is known: what is being written counts as stored.
    is_stored: bool,
    /// Whether it was in the snapshot that is being read.
    is_seen: bool,
}

/// Something to write into the bucket.
#[derive(Debug)]
pub(crate) enum Saying<P> {
    Say(Statement<P>),
    /// The key is of no use to anybody any more.
    Delete(Subject<P>),
}

impl<P: PeerName> Own<P> {
    pub(crate) fn new(now: UnixMillis) -> Self {
        Self {
            entries: BTreeMap::new(),
            live: BTreeSet::new(),
            due: BTreeSet::new(),
            credit: BURST,
            credited: now,
            left_out: 0,
        }
    }

    /// When something is to be said next.
    pub(crate) fn deadline(&self) -> Option<UnixMillis> {
        let (due, _) = self.due.first()?;
        let missing = PAUSE.saturating_sub(self.credit);
        Some((*due).max(self.credited.later(Duration::from_millis(missing))))
    }

    /// How many bans this node says right now.
    pub(crate) fn live(&self, now: UnixMillis) -> usize {
        // Few are over that the last sweep has left.
        let over = self.live.iter().take_while(|(end, _)| *end <= now).count();
        self.live.len().saturating_sub(over)
    }

    /// Whether this node says that the subject is banned.
    pub(crate) fn says_ban(&self, subject: &Subject<P>, now: UnixMillis) -> bool {
        self.entries.get(subject).is_some_and(|entry| entry.says_ban(now))
    }

    /// Takes note of an own ban that began or moved.
    pub(crate) fn ban(
        &mut self,
        ban: OwnBan<P>,
        rules: &FleetRules,
        now: UnixMillis,
        delay: Duration,
    ) {
        let is_network = matches!(ban.subject, Subject::Addr(_));
        let left = ban.end.map_or(LONGEST, |end| end.since(now));
        if !rules.shares(ban.cause) || is_network && !rules.share_networks || left < rules.min_share
        {
            return;
        }
        let subject = ban.subject.clone();
        let entry = self.entry(&subject);
        if let Some(Wanted::Ban(other)) = &entry.wanted
            && other.cause != ban.cause
            && other.end_from(now) > ban.end_from(now)
        {
            return;
        }
        let end = ban.end_from(now);
        entry.wanted = Some(Wanted::Ban(ban));
        let due = match entry.said.filter(|said| said.says == Says::Ban && said.end > now) {
            None => Some(now),
            Some(said) if !said.is_stored => Some(now),
            Some(said) if has_moved(said.end, end, now) => Some(now.max(said.at.later(COALESCED))),
            Some(_) => None,
        };
        self.plan(&subject, due.map(|due| due.later(delay)));
    }

    /// Takes note that an own ban is over.
    pub(crate) fn lift(&mut self, subject: &Subject<P>, now: UnixMillis, delay: Duration) {
        let Some(entry) = self.entries.get_mut(subject) else {
            return;
        };
        if !matches!(entry.wanted, Some(Wanted::Pardon { .. })) {
            entry.wanted = None;
            let due = entry.says_ban(now).then(|| now.later(delay));
            self.plan(subject, due);
        }
    }

    /// Has this node say that the subject is pardoned on it.
    pub(crate) fn pardon(
        &mut self,
        subject: &Subject<P>,
        until: UnixMillis,
        note: Option<Note>,
        now: UnixMillis,
    ) {
        self.entry(subject).wanted = Some(Wanted::Pardon { until, note });
        self.plan(subject, Some(now));
    }

    /// Compares all own bans with what was said.
    pub(crate) fn walk(
        &mut self,
        bans: Vec<OwnBan<P>>,
        rules: &FleetRules,
        now: UnixMillis,
        mut delay: impl FnMut() -> Duration,
    ) {
        let there: BTreeSet<_> = bans.iter().map(|ban| ban.subject.clone()).collect();
        let gone = self.entries.keys().filter(|subject| !there.contains(*subject));
        let gone: Vec<_> = gone.cloned().collect();
        for subject in gone {
            self.lift(&subject, now, delay());
        }
        for ban in bans {
            self.ban(ban, rules, now, delay());
        }
    }

    /// Returns what is to be written now. While there is an incident no ban is said that was not before.
    pub(crate) fn next(
        &mut self,
        rules: &FleetRules,
        in_incident: bool,
        now: UnixMillis,
    ) -> Option<Saying<P>> {
        let earned = u64::try_from(now.since(self.credited).as_millis()).unwrap_or(u64::MAX);
        self.credit = self.credit.saturating_add(earned).min(BURST);
        self.credited = now;
        while self.credit >= PAUSE && self.due.first().is_some_and(|(due, _)| *due <= now) {
            let (_, subject) = self.due.pop_first()?;
            self.entry(&subject).due = None;
            if let Some(saying) = self.saying(&subject, rules, in_incident, now) {
                self.credit = self.credit.saturating_sub(PAUSE);
                return Some(saying);
            }
        }
        None
    }

    fn saying(
        &mut self,
        subject: &Subject<P>,
        rules: &FleetRules,
        in_incident: bool,
        now: UnixMillis,
    ) -> Option<Saying<P>> {
        let entry = self.entries.get(subject)?;
        let said = entry.said.filter(|said| said.end > now);
        let says_ban = entry.says_ban(now);
        let mut statement = match &entry.wanted {
            Some(Wanted::Ban(ban)) => {
                let lasts = ban.end_from(now).since(now);
                if lasts < rules.min_share.min(MIN_LEFT) || !says_ban && in_incident {
                    return None;
                }
                if !says_ban && self.live(now) >= rules.max_statements {
                    return self.make_room(subject, now);
                }
                let entry = self.entries.get(subject)?;
                let Some(Wanted::Ban(ban)) = &entry.wanted else {
                    return None;
                };
                ban.statement(lasts, now)
            }
            Some(Wanted::Pardon { until, note }) => {
                let lasts = until.since(now);
                if lasts.is_zero() {
                    return None;
                }
                let statement = Statement::new(subject.clone(), Says::Pardon, lasts, now, 0);
                Statement { note: note.clone(), ..statement }
            }
            None => match (said, entry.said) {
                (Some(said), _) if said.says == Says::Pardon => {
                    // Its note is not known any more, after a restart.
                    Statement::new(subject.clone(), Says::Pardon, said.end.since(now), now, 0)
                }
                (Some(said), _) if said.says != Says::Withdrawn || !said.is_stored => {
                    let lasts = said.end.since(now);
                    Statement::new(subject.clone(), Says::Withdrawn, lasts, now, 0)
                }
                (None, Some(over)) if over.end.later(TOLERANCE) <= now => {
                    self.entries.remove(subject);
                    return Some(Saying::Delete(subject.clone()));
                }
                _ => return None,
            },
        };
        let entry = self.entry(subject);
        statement.seq = entry.said.map_or(0, |said| said.seq).saturating_add(1).max(now.0);
        let (says, seq, end) = (statement.says, statement.seq, statement.end());
        self.set_said(subject, Said { says, seq, end, at: now, is_stored: true, is_seen: true });
        Some(Saying::Say(statement))
    }

    /// Takes back the ban that ends first, if that is before the one that is to be said; or leaves that out.
    fn make_room(&mut self, subject: &Subject<P>, now: UnixMillis) -> Option<Saying<P>> {
        let end = match &self.entries.get(subject)?.wanted {
            Some(Wanted::Ban(ban)) => ban.end_from(now),
            Some(Wanted::Pardon { .. }) | None => return None,
        };
        let mut live = self.live.iter().skip_while(|(end, _)| *end <= now);
        let first = live.next().filter(|(first, _)| *first < end).map(|(_, first)| first.clone());
        let Some(first) = first else {
            // The next walk finds it again, when there may be room.
            self.left_out = self.left_out.saturating_add(1);
            let entry = self.entry(subject);
            entry.wanted = None;
            if entry.said.is_none() {
                self.entries.remove(subject);
            }
            return None;
        };
        self.entry(&first).wanted = None;
        self.plan(&first, Some(now));
        // By then there is room.
        self.plan(subject, Some(now.later(Duration::from_millis(PAUSE))));
        None
    }

    /// Forgets what is over, and has keys deleted that are.
    pub(crate) fn sweep(&mut self, now: UnixMillis) {
        while self.live.first().is_some_and(|(end, _)| *end <= now) {
            self.live.pop_first();
        }
        let mut over = Vec::new();
        self.entries.retain(|subject, entry| {
            let has_ended = match &entry.wanted {
                Some(Wanted::Ban(ban)) => ban.end.is_some_and(|end| end <= now),
                Some(Wanted::Pardon { until, .. }) => *until <= now,
                None => false,
            };
            if has_ended {
                entry.wanted = None;
            }
            match entry.said {
                Some(said) if entry.wanted.is_none() && said.end.later(TOLERANCE) <= now => {
                    over.push(subject.clone());
                    true
                }
                Some(_) => true,
                None => entry.wanted.is_some() || entry.due.is_some(),
            }
        });
        for subject in over {
            self.plan(&subject, Some(now));
        }
    }

    /// Has something be the last that was said on a subject.
    fn set_said(&mut self, subject: &Subject<P>, said: Said) {
        let before = self.entry(subject).said.replace(said);
        if let Some(before) = before {
            self.live.remove(&(before.end, subject.clone()));
        }
        if said.says == Says::Ban {
            self.live.insert((said.end, subject.clone()));
        }
    }

    fn entry(&mut self, subject: &Subject<P>) -> &mut OwnEntry<P> {
        self.entries.entry(subject.clone()).or_insert(OwnEntry {
            wanted: None,
            said: None,
            due: None,
        })
    }

    /// Has something be said at a moment, in the place of the one that was planned.
    fn plan(&mut self, subject: &Subject<P>, due: Option<UnixMillis>) {
        let entry = self.entry(subject);
        let before = std::mem::replace(&mut entry.due, due);
        if let Some(before) = before {
            self.due.remove(&(before, subject.clone()));
        }
        if let Some(due) = due {
            self.due.insert((due, subject.clone()));
        }
    }
}

impl<P> OwnEntry<P> {
    fn says_ban(&self, now: UnixMillis) -> bool {
        self.said.is_some_and(|said| said.says == Says::Ban && said.end > now)
    }
}

/// Whether an end has moved by a tenth of what was left.
fn has_moved(old: UnixMillis, new: UnixMillis, now: UnixMillis) -> bool {
    let moved = new.since(old).max(old.since(new));
    moved >= old.since(now) / 10
}

/// How long it is between two statements on one subject that say nothing new.
const COALESCED: Duration = Duration::from_secs(60);

/// When what the bucket has not taken is said again.
const AGAIN: Duration = Duration::from_secs(5);

/// What of a ban is not worth a statement any more.
const MIN_LEFT: Duration = Duration::from_secs(1);

/// How many milliseconds of credit a value costs: five a second.
const PAUSE: u64 = 200;

/// The most credit there is: fifty values at once.
const BURST: u64 = 50 * PAUSE;

/// How long a statement waits at most, so that nodes that ban at once do not all speak at once.
pub(crate) const JITTER: Duration = Duration::from_secs(2);
