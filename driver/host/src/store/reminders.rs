//! Subjects whose rows are to be looked at again at some moment.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound;

use crate::peer::PeerName;
use peerwarden_core::{Instant, Subject};

/// Subjects of which the engine says nothing when their state changes, such as at the end of a grace
/// or when a peer comes to be in standing, and when to look at each. One moment a subject.
#[derive(Debug)]
pub(super) struct Reminders<P> {
    moments: BTreeMap<Subject<P>, Instant>,
    order: BTreeSet<(Instant, Subject<P>)>,
}

impl<P: PeerName> Reminders<P> {
    /// The subject is to be looked at then, or sooner if that was said before.
    pub(super) fn set(&mut self, subject: Subject<P>, at: Instant) {
        if self.moments.get(&subject).is_some_and(|known| *known <= at) {
            return;
        }
        if let Some(known) = self.moments.insert(subject.clone(), at) {
            self.order.remove(&(known, subject.clone()));
        }
        self.order.insert((at, subject));
    }

    /// The subject need not be looked at.
    pub(super) fn remove(&mut self, subject: &Subject<P>) {
        if let Some(at) = self.moments.remove(subject) {
            self.order.remove(&(at, subject.clone()));
        }
    }

    /// So many subjects, in the order of their names, after this one.
    pub(super) fn page(&self, after: Option<&Subject<P>>, at_most: usize) -> Vec<Subject<P>> {
        let from = after.map_or(Bound::Unbounded, Bound::Excluded);
        let range = self.moments.range::<Subject<P>, _>((from, Bound::Unbounded));
        range.map(|(subject, _)| subject.clone()).take(at_most).collect()
    }

    /// The first subject whose moment has come by `now`. It is not in here any more.
    pub(super) fn pop(&mut self, now: Instant) -> Option<Subject<P>> {
        if self.order.first().is_none_or(|(at, _)| *at > now) {
            return None;
        }
        let (_, subject) = self.order.pop_first()?;
        self.moments.remove(&subject);
        Some(subject)
    }
}

impl<P> Default for Reminders<P> {
    fn default() -> Self {
        Self { moments: BTreeMap::new(), order: BTreeSet::new() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_subject_comes_up_once_at_its_soonest_moment() {
        let mut reminders = Reminders::<String>::default();
        let net = |text: &str| Subject::Addr(text.parse().unwrap());
        let (one, two, three) = (net("10.0.0.0/8"), net("10.0.0.1/32"), net("::/0"));
        let at = Instant::from_secs;
        reminders.set(one.clone(), at(10));
        reminders.set(two.clone(), at(5));
        reminders.set(one.clone(), at(20));
        reminders.set(two.clone(), at(2));
        reminders.set(three.clone(), at(1));
        reminders.remove(&three);

        assert_eq!(reminders.pop(at(1)), None);
        assert_eq!(reminders.pop(at(15)), Some(two));
        assert_eq!(reminders.pop(at(15)), Some(one));
        assert_eq!(reminders.pop(at(100)), None);
    }
}
