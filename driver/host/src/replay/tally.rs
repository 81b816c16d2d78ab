//! Tally of what one policy does.

use std::collections::{BTreeMap, BTreeSet};

use hashbrown::HashMap;
use peerwarden_core::{Action, Cause, Instant, Subject, Withheld};

use super::in_force::{Changes, InForce};
use super::names::{Names, NumberHasher, PeerNo};
use super::report::{BannedSubject, HonestOutcome, HonestPeer, Span};

/// Bans of one policy, counted from a moment on.
#[derive(Debug, Default)]
pub(super) struct Tally {
    subjects: HashMap<Subject<PeerNo>, Banned, NumberHasher>,
    pub(super) bans: BTreeMap<Cause, u64>,
    pub(super) withheld: BTreeMap<Withheld, u64>,
    pub(super) incidents: u64,
    pub(super) first_ban: Option<Instant>,
    /// Peers that were disconnected without a ban of their own, and when first.
    shut_out: HashMap<PeerNo, Instant, NumberHasher>,
    peers_now: usize,
    networks_now: usize,
    changes: Changes,
}

/// One peer or network that was banned.
#[derive(Debug)]
struct Banned {
    first: Instant,
    cause: Cause,
    before: bool,
    spans: Vec<(Instant, Option<Instant>)>,
}

impl Tally {
    /// Begins to count at this moment, with these bans in force.
    pub(super) fn begin(
        &mut self,
        at: Instant,
        in_force: impl Iterator<Item = (Subject<PeerNo>, Cause)>,
    ) {
        *self = Self::default();
        for (subject, cause) in in_force {
            let banned = Banned { first: at, cause, before: true, spans: vec![(at, None)] };
            *self.now(&subject) += 1;
            self.subjects.insert(subject, banned);
        }
        self.changed(at);
    }

    /// Counts an action at this moment, which is not earlier than any before.
    pub(super) fn count(&mut self, action: &Action<PeerNo>, at: Instant) {
        match action {
            Action::Ban { subject, cause, .. } => self.banned(subject, *cause, at),
            Action::Unban { subject, .. } => self.unbanned(subject, at),
            Action::Disconnect { peer } => {
                // Of a banned peer, its ban comes first.
                if !self.is_banned(*peer) {
                    self.shut_out.entry(*peer).or_insert(at);
                }
            }
            Action::Incident { on: true } => self.incidents = self.incidents.saturating_add(1),
            Action::Withhold { why, .. } => *self.withheld.entry(*why).or_default() += 1,
            Action::Amend { .. }
            | Action::Dial { .. }
            | Action::Forget { .. }
            | Action::Incident { on: false }
            | Action::RequestScore { .. }
            | Action::Warn { .. } => {}
        }
    }

    fn banned(&mut self, subject: &Subject<PeerNo>, cause: Cause, at: Instant) {
        *self.bans.entry(cause).or_default() += 1;
        self.first_ban.get_or_insert(at);
        let banned = self.subjects.entry(subject.clone()).or_insert_with(|| Banned {
            first: at,
            cause,
            before: false,
            spans: Vec::new(),
        });
        // A further cause of a ban that is in force begins no other.
        if !matches!(banned.spans.last(), Some((_, None))) {
            banned.spans.push((at, None));
            *self.now(subject) += 1;
            self.changed(at);
        }
    }

    fn unbanned(&mut self, subject: &Subject<PeerNo>, at: Instant) {
        let last = self.subjects.get_mut(subject).and_then(|banned| banned.spans.last_mut());
        if let Some((_, until @ None)) = last {
            *until = Some(at);
            let now = self.now(subject);
            *now = now.saturating_sub(1);
            self.changed(at);
        }
    }

    fn is_banned(&self, peer: PeerNo) -> bool {
        let banned = self.subjects.get(&Subject::Peer(peer));
        banned.is_some_and(|banned| matches!(banned.spans.last(), Some((_, None))))
    }

    const fn now(&mut self, subject: &Subject<PeerNo>) -> &mut usize {
        match subject {
            Subject::Addr(_) => &mut self.networks_now,
            Subject::Peer(_) => &mut self.peers_now,
        }
    }

    fn changed(&mut self, at: Instant) {
        let (peers, networks) = (self.peers_now, self.networks_now);
        self.changes.push(InForce { at, peers, networks });
    }

    /// Returns which of the honest peers were hit.
    pub(super) fn honest(&self, honest: &BTreeSet<String>, names: &Names) -> HonestOutcome {
        let known = honest.iter().filter_map(|name| Some((name, names.find(name)?)));
        let mut hit: Vec<_> = known
            .clone()
            .filter_map(|(name, peer)| {
                let banned = self.subjects.get(&Subject::Peer(peer)).map(|banned| banned.first);
                let shut_out = self.shut_out.get(&peer).copied();
                let first = banned.into_iter().chain(shut_out).min()?;
                Some(HonestPeer { peer: name.clone(), first, network_only: banned.is_none() })
            })
            .collect();
        hit.sort_by_key(|peer| peer.first);
        HonestOutcome { asked: honest.len(), present: known.count(), hit }
    }

    /// Returns every subject that was banned, in the order in which they were first, and how many bans were
    /// in force over time.
    pub(super) fn close(self, end: Instant, names: &Names) -> (Vec<BannedSubject>, Vec<InForce>) {
        let mut all: Vec<_> = self
            .subjects
            .into_iter()
            .map(|(subject, banned)| {
                let spans = banned.spans.into_iter();
                BannedSubject {
                    subject: subject.map_peer(|peer| names.name(peer).to_owned()),
                    first: banned.first,
                    cause: banned.cause,
                    before: banned.before,
                    spans: spans
                        .map(|(from, until)| Span { from, until: until.unwrap_or(end) })
                        .collect(),
                }
            })
            .collect();
        all.sort_by(|one, other| (one.first, &one.subject).cmp(&(other.first, &other.subject)));
        (all, self.changes.into_vec())
    }
}
