//! Overrides of the policy for single subjects: protection tags, bans by the settings, static peers,
//! this node itself.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use peerwarden_core::{Cause, Instant, Origin, Saved, SavedBan, Subject, TimeOffset, Until};

use crate::answers::Protected;
use crate::local_node::LocalNode;
use crate::note::{BanNotes, Note};
use crate::peer::PeerName;
use crate::tag::Tag;

/// Tags of protected subjects, bans by the settings, and this node's own id and addresses.
///
/// The engine has one flag of protection and one word of the operator a subject. What is to be
/// written to the store is less than that: neither the settings' protection nor their bans. Subjects
/// are in their canonical form.
#[derive(Debug)]
pub(crate) struct Overrides<P> {
    tags: BTreeMap<Subject<P>, BTreeSet<Tag>>,
    listed: BTreeMap<Subject<P>, SettingsBan>,
    /// Of bans that were noted on, as far as there is something.
    notes: BTreeMap<Subject<P>, BanNotes>,
    /// Where peers were last seen before the node was restarted that are to be protected anew.
    places: BTreeMap<P, IpAddr>,
    /// Subjects whose bans by lists the operator lifted, until no list names them any more.
    remote_lifted: BTreeSet<Subject<P>>,
    pub(crate) local: LocalNode<P>,
}

/// A subject that the settings ban.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum SettingsBan {
    /// The settings' ban is in force, for ever. `said` is when the operator's own ban of the subject
    /// ends, if there is one beside it.
    InForce { said: Option<Until> },
    /// It was lifted at run time, until the next start.
    Lifted,
}

impl<P: PeerName> Overrides<P> {
    /// The store remembers that the operator protects these.
    pub(crate) fn restored(&mut self, subjects: impl IntoIterator<Item = Subject<P>>) {
        for subject in subjects {
            self.tags.entry(subject.canonical()).or_default().insert(Tag::OPERATOR);
        }
    }

    /// The store remembers where these were last seen.
    pub(crate) fn restored_places(&mut self, places: impl IntoIterator<Item = (P, IpAddr)>) {
        self.places.extend(places);
    }

    /// Takes out where the peer was last seen before the node was restarted.
    pub(crate) fn take_place(&mut self, subject: &Subject<P>) -> Option<IpAddr> {
        match subject {
            Subject::Peer(peer) => self.places.remove(peer),
            Subject::Addr(_) => None,
        }
    }

    /// Puts a tag on. Whether it was not there.
    pub(crate) fn tag(&mut self, subject: &Subject<P>, tag: Tag) -> bool {
        self.tags.entry(subject.clone()).or_default().insert(tag)
    }

    /// Takes a tag off. Whether it was there.
    pub(crate) fn untag(&mut self, subject: &Subject<P>, tag: &Tag) -> bool {
        let Some(tags) = self.tags.get_mut(subject) else {
            return false;
        };
        let was = tags.remove(tag);
        if tags.is_empty() {
            self.tags.remove(subject);
        }
        was
    }

    /// The tags that stand on a subject, in the order of their names.
    pub(crate) fn tags(&self, subject: &Subject<P>) -> Vec<Tag> {
        self.tags.get(subject).into_iter().flatten().cloned().collect()
    }

    pub(crate) fn is_protected(&self, subject: &Subject<P>) -> bool {
        self.tags.contains_key(subject)
    }

    /// How many subjects are protected.
    #[cfg(feature = "admin")]
    pub(crate) fn protected_count(&self) -> usize {
        self.tags.len()
    }

    /// The subjects with this tag.
    pub(crate) fn tagged(&self, tag: &Tag) -> Vec<Subject<P>> {
        let tagged = self.tags.iter().filter(|(_, tags)| tags.contains(tag));
        tagged.map(|(subject, _)| subject.clone()).collect()
    }

    /// The protected subjects that come after this one, with their tags.
    pub(crate) fn protected<'a>(
        &'a self,
        after: Option<&'a Subject<P>>,
    ) -> impl Iterator<Item = Protected<P>> + 'a {
        use std::ops::Bound::{Excluded, Unbounded};
        let from = after.map_or(Unbounded, Excluded);
        let range = self.tags.range::<Subject<P>, _>((from, Unbounded));
        range.map(|(subject, tags)| Protected {
            subject: subject.clone(),
            tags: tags.iter().cloned().collect(),
        })
    }

    pub(crate) fn listed(&self, subject: &Subject<P>) -> Option<SettingsBan> {
        self.listed.get(subject).copied()
    }

    /// The subjects that the settings ban, whether that is in force or not.
    pub(crate) fn all_listed(&self) -> Vec<Subject<P>> {
        self.listed.keys().cloned().collect()
    }

    pub(crate) fn list(&mut self, subject: Subject<P>, listed: SettingsBan) {
        self.listed.insert(subject, listed);
    }

    pub(crate) fn delist(&mut self, subject: &Subject<P>) -> Option<SettingsBan> {
        self.listed.remove(subject)
    }

    /// The operator lifted the ban that lists keep up of this subject.
    pub(crate) fn lift_remote(&mut self, subject: Subject<P>) {
        self.remote_lifted.insert(subject);
    }

    /// Lists ban the subject anew, or name it no longer.
    #[cfg(feature = "lists")]
    pub(crate) fn end_remote_lift(&mut self, subject: &Subject<P>) {
        self.remote_lifted.remove(subject);
    }

    #[cfg(feature = "lists")]
    pub(crate) fn is_remote_lifted(&self, subject: &Subject<P>) -> bool {
        self.remote_lifted.contains(subject)
    }

    /// The store remembers these notes.
    pub(crate) fn restored_notes(
        &mut self,
        notes: impl IntoIterator<Item = (Subject<P>, BanNotes)>,
    ) {
        self.notes.extend(notes.into_iter().filter(|(_, notes)| !notes.is_empty()));
    }

    /// Replaces the note on the ban of a subject by this origin, and returns the one before.
    pub(crate) fn replace_note(
        &mut self,
        subject: &Subject<P>,
        origin: Origin,
        note: Option<Note>,
    ) -> Option<Note> {
        if note.is_none() && !self.notes.contains_key(subject) {
            return None;
        }
        let notes = self.notes.entry(subject.clone()).or_default();
        let before = notes.replace(origin, note);
        if notes.is_empty() {
            self.notes.remove(subject);
        }
        before
    }

    /// The notes on the bans of a subject, of some that are over perhaps.
    pub(crate) fn notes(&self, subject: &Subject<P>) -> BanNotes {
        self.notes.get(subject).cloned().unwrap_or_default()
    }

    /// The note on the ban of a subject for this cause.
    pub(crate) fn note(&self, subject: &Subject<P>, cause: Cause) -> Option<Note> {
        self.notes.get(subject)?.get(cause).cloned()
    }

    /// The subject is not banned any more.
    pub(crate) fn forget_notes(&mut self, subject: &Subject<P>) {
        self.notes.remove(subject);
    }

    /// What of `saved` outlives the node: protection by the operator alone, and the operator's ban
    /// without the settings'.
    pub(crate) fn kept(&self, mut saved: Saved<P>, now: Instant) -> Saved<P> {
        let subject = match &saved {
            Saved::Network(network) => Subject::Addr(network.net),
            Saved::Peer(peer) => Subject::Peer(peer.peer.clone()),
            Saved::Place(_) => return saved,
        };
        let by_operator = self.tags.get(&subject).is_some_and(|tags| tags.contains(&Tag::OPERATOR));
        match &mut saved {
            Saved::Network(network) => network.protected &= by_operator,
            Saved::Peer(peer) => peer.protected &= by_operator,
            Saved::Place(_) => {}
        }
        if let Some(SettingsBan::InForce { said }) = self.listed.get(&subject) {
            let said = said.filter(|said| !said.is_over(now));
            match &mut saved {
                Saved::Network(network) => replace(&mut network.ban, said, now),
                Saved::Place(_) => {}
                Saved::Peer(peer) => {
                    replace(&mut peer.ban, said, now);
                    if peer.ban.is_none() {
                        // For the store, the peer has just ceased to be banned.
                        peer.clean_since = TimeOffset(0);
                        peer.redial = false;
                    }
                }
            }
        }
        saved
    }
}

impl<P> Default for Overrides<P> {
    fn default() -> Self {
        Self {
            tags: BTreeMap::new(),
            listed: BTreeMap::new(),
            notes: BTreeMap::new(),
            places: BTreeMap::new(),
            remote_lifted: BTreeSet::new(),
            local: LocalNode::default(),
        }
    }
}

/// The subjects that are protected in what a store remembers: all of them by the operator.
pub(crate) fn protected_in<P: PeerName>(saved: &[Saved<P>]) -> Vec<Subject<P>> {
    let protected = saved.iter().filter_map(|saved| match saved {
        Saved::Network(network) => network.protected.then_some(Subject::Addr(network.net)),
        Saved::Peer(peer) => peer.protected.then_some(Subject::Peer(peer.peer.clone())),
        Saved::Place(_) => None,
    });
    protected.collect()
}

/// Has the operator's word in a ban be this one.
fn replace(saved: &mut Option<SavedBan>, said: Option<Until>, now: Instant) {
    let Some(ban) = saved else {
        return;
    };
    ban.causes.retain(|(cause, _)| *cause != Cause::Operator);
    if let Some(said) = said {
        let end = said.instant().map(|end| {
            let left = end.saturating_duration_since(now).as_nanos();
            TimeOffset(i64::try_from(left).unwrap_or(i64::MAX))
        });
        ban.causes.push((Cause::Operator, end));
    }
    if ban.causes.is_empty() {
        *saved = None;
    }
}
