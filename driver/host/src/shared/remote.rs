//! Words of remote lists, told to the engine a few at a time.

use peerwarden_core::{BanDuration, Cause, Event, Instant, IpNet, Origin, Subject};

use super::{Shared, State, WakeOnDrop};
use crate::closed::Closed;
use crate::denials;
use crate::driver::Driver;
use crate::lists::ListRefusal;
use crate::notice::NoticeKind;
use crate::outcome::Outcome;
use crate::peer::PeerName;
use crate::tallies::{InputTimer, Tally};

/// What the lists say of a subject.
#[derive(Clone, Copy, Debug)]
pub(crate) enum RemoteWord {
    /// It is banned for so long; `None` for as long as the policy lets a list ban.
    Ban(Option<BanDuration>),
    /// It is banned for so long, unless the operator lifted that.
    Move(Option<BanDuration>),
    /// As `Move`, but only if more than half of the longest ban would be added.
    Renew(Option<BanDuration>),
    /// No list names it any more.
    TakeBack,
}

/// What came of a word.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum RemoteAnswer {
    /// The subject is banned until the end that was told, or no longer.
    Done,
    /// Nothing: it was so already, or the operator had lifted the ban.
    Left,
    /// It is not banned.
    Refused(ListRefusal),
}

impl<P: PeerName, D: Driver<P>> Shared<P, D> {
    /// Tells subscribers of something that is none of the engine's.
    pub(crate) fn notify(&self, kind: NoticeKind<P>) {
        self.broadcast.send(self.now(), || Some(kind));
        self.broadcast.wake();
    }

    /// Tells the engine what lists say. The lock is held for [`AT_ONCE`] words at a time.
    pub(crate) fn tell_remote(
        &self,
        mut words: impl Iterator<Item = (Subject<P>, RemoteWord)>,
        mut answered: impl FnMut(Subject<P>, RemoteAnswer),
    ) -> Result<(), Closed> {
        loop {
            // The iterator is the caller's, and does not run under the lock.
            let slice: Vec<_> = words.by_ref().take(AT_ONCE).collect();
            if slice.is_empty() {
                return Ok(());
            }
            let now = self.now();
            let mut answers = Vec::with_capacity(slice.len());
            let mut state = self.lock_for_input_if_open(now)?;
            for (subject, word) in slice {
                let (answer, done) = state.hear(&subject, word, now, &self.telemetry.tally);
                answers.push((subject, answer, done));
            }
            let wake = WakeOnDrop(state.take_waker_if_needed());
            drop(state);
            self.broadcast.wake();
            for (subject, answer, done) in answers {
                if let Some((timer, outcome)) = done {
                    self.telemetry.tally.input(timer, &outcome);
                }
                answered(subject, answer);
            }
            drop(wake);
        }
    }
}

impl<P: PeerName, D: Driver<P>> Shared<P, D> {
    /// Says of each subject why no list could ban it, as far as its own nature goes and not its number.
    pub(crate) fn judge_remote<'a>(
        &self,
        mut subjects: impl Iterator<Item = &'a Subject<P>>,
        protected: &[IpNet],
        mut judged: impl FnMut(&'a Subject<P>, Option<ListRefusal>),
    ) -> Result<(), Closed> {
        loop {
            let slice: Vec<_> = subjects.by_ref().take(AT_ONCE).collect();
            if slice.is_empty() {
                return Ok(());
            }
            let state = self.lock_if_open()?;
            let answers: Vec<_> =
                slice.into_iter().map(|each| (each, state.judge(each, protected))).collect();
            drop(state);
            for (subject, answer) in answers {
                judged(subject, answer);
            }
        }
    }
}

type Done<P> = (InputTimer, Outcome<P>);

impl<P: PeerName, D: Driver<P>> State<P, D> {
    fn judge(&self, subject: &Subject<P>, protected: &[IpNet]) -> Option<ListRefusal> {
        if self.overrides.local.refuses(subject, Origin::Remote).is_some() {
            return Some(ListRefusal::Ours);
        }
        if let Subject::Addr(net) = subject {
            let touches = |exempt: &IpNet| exempt.contains(net) || net.contains(exempt);
            if self.engine.config().exempt().iter().any(touches) {
                return Some(ListRefusal::Exempt);
            }
            if protected.iter().any(|outer| outer.contains(net)) {
                return Some(ListRefusal::Protected);
            }
        }
        self.overrides.is_protected(subject).then_some(ListRefusal::Protected)
    }

    fn hear(
        &mut self,
        subject: &Subject<P>,
        word: RemoteWord,
        now: Instant,
        tally: &Tally,
    ) -> (RemoteAnswer, Option<Done<P>>) {
        let before = denials::causes(&self.engine, subject, now).end_of(Cause::Remote);
        if matches!(word, RemoteWord::Ban(_) | RemoteWord::TakeBack) {
            self.overrides.end_remote_lift(subject);
        } else if before.is_none() && self.overrides.is_remote_lifted(subject) {
            return (RemoteAnswer::Left, None);
        }
        let duration = match word {
            RemoteWord::Ban(left) | RemoteWord::Move(left) => left,
            RemoteWord::Renew(wanted) => {
                let longest = self.engine.config().max_remote_ban();
                let wanted_left = wanted.map_or(longest, BanDuration::get).min(longest);
                let left = before.map(|end| match end.instant() {
                    Some(end) => end.saturating_duration_since(now),
                    None => longest,
                });
                if left.is_some_and(|left| wanted_left.saturating_sub(left) <= longest / 2) {
                    return (RemoteAnswer::Left, None);
                }
                wanted
            }
            RemoteWord::TakeBack => {
                if before.is_none() {
                    return (RemoteAnswer::Left, None);
                }
                let _ = self.overrides.replace_note(subject, Origin::Remote, None);
                let event = Event::Unban { subject: subject.clone(), cause: Some(Cause::Remote) };
                let timer = tally.begin(&event);
                let outcome = self.input(event, now);
                return (RemoteAnswer::Done, Some((timer, outcome)));
            }
        };
        if self.overrides.local.refuses(subject, Origin::Remote).is_some() {
            return (RemoteAnswer::Refused(ListRefusal::Ours), None);
        }
        let event = Event::Ban { subject: subject.clone(), duration, origin: Origin::Remote };
        let timer = tally.begin(&event);
        let outcome = self.input(event, now);
        let answer = match outcome.withheld(subject, Cause::Remote) {
            Some(why) => RemoteAnswer::Refused(ListRefusal::from_withheld(why)),
            None => RemoteAnswer::Done,
        };
        (answer, Some((timer, outcome)))
    }
}

/// How many words are told under one lock, which takes some hundred microseconds.
const AT_ONCE: usize = 32;
