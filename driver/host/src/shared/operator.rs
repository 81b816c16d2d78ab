//! Bans, pardons and protection by operator and settings, each with its answer.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use peerwarden_core::{BanDuration, Cause, Event, Instant, Origin, Subject, Until, Withheld};

use super::{Shared, State};
use crate::answers::{BanChange, Banned, Ours, Protection};
use crate::closed::Closed;
use crate::denials;
use crate::driver::Driver;
use crate::expected::Source;
use crate::known_peer::{Host, KnownPeer};
use crate::note::{BanNotes, Note};
use crate::options::DriverOptions;
use crate::overrides::SettingsBan;
use crate::peer::PeerName;
use crate::tag::Tag;

impl<P: PeerName, D: Driver<P>> Shared<P, D> {
    /// See [`Handle::ban`](crate::Handle::ban).
    pub(crate) fn ban(
        &self,
        subject: Subject<P>,
        duration: Option<BanDuration>,
        origin: Origin,
        note: Option<Note>,
    ) -> Result<Banned<P>, Closed> {
        let (subject, now, cause) = (subject.canonical(), self.now(), Cause::from(origin));
        let mut state = self.lock_for_input_if_open(now)?;
        if let Some(ours) = state.overrides.local.refuses(&subject, origin) {
            let answer = state.banned(subject, cause, BanChange::Refused(ours), 0, now);
            drop(state);
            self.tell_of_refused_ban(&answer, now);
            return Ok(answer);
        }
        if origin == Origin::Operator
            && let Some(SettingsBan::InForce { .. }) = state.overrides.listed(&subject)
        {
            // The settings' ban is in force for ever. The operator's own counts once that is gone.
            let said = Some(end_of(duration, now));
            state.overrides.list(subject.clone(), SettingsBan::InForce { said });
            let _ = state.overrides.replace_note(&subject, origin, note);
            state.keep(&subject);
            let change = BanChange::Unchanged { until: Until::Forever };
            return Ok(state.banned(subject, cause, change, 0, now));
        }
        let before = denials::causes(&state.engine, &subject, now).end_of(cause);
        // Before the ban, so that it is told with it. What is withheld changes nothing.
        let earlier = state.overrides.replace_note(&subject, origin, note);
        let event = Event::Ban { subject: subject.clone(), duration, origin };
        let answer =
            self.handle_input(state, event, now, State::take_waker_if_needed, |state, outcome| {
                let after = denials::causes(&state.engine, &subject, now).end_of(cause);
                let change = match (outcome.withheld(&subject, cause), before, after) {
                    (Some(why), _, _) => BanChange::Withheld(why),
                    (None, None, Some(until)) => BanChange::Began { until },
                    (None, Some(from), Some(until)) if from != until => {
                        BanChange::Moved { from, until }
                    }
                    (None, Some(_), Some(until)) => BanChange::Unchanged { until },
                    (None, _, None) => BanChange::Withheld(Withheld::Limit),
                };
                state.banned(subject, cause, change, outcome.disconnected, now)
            });
        if let BanChange::Withheld(_) = answer.change {
            let mut state = self.lock_if_open()?;
            let _ = state.overrides.replace_note(&answer.subject, origin, earlier);
        }
        if let (Subject::Addr(net), Some(ip), BanChange::Began { .. }) =
            (&answer.subject, answer.ours, answer.change)
        {
            self.telemetry.holds_us(net, ip, "a banned network holds an address of this node", now);
        }
        Ok(answer)
    }

    /// See [`Handle::notes`](crate::Handle::notes).
    pub(crate) fn notes(&self, subject: &Subject<P>) -> Result<BanNotes, Closed> {
        let (subject, now) = (subject.clone().canonical(), self.now());
        let state = self.lock_if_open()?;
        let causes = denials::causes(&state.engine, &subject, now);
        Ok(state.overrides.notes(&subject).active(&causes))
    }

    /// See [`Handle::disconnect`](crate::Handle::disconnect).
    pub(crate) fn disconnect(&self, peer: &P) -> Result<bool, Closed> {
        let mut state = self.lock_if_open()?;
        let connected = state.scores.is_connected(peer);
        if connected {
            state.driver.disconnect(peer);
        }
        self.wake(state);
        Ok(connected)
    }

    /// See [`Handle::protect`](crate::Handle::protect).
    pub(crate) fn protect(&self, subject: Subject<P>, tag: Tag) -> Result<Protection<P>, Closed> {
        let (subject, now) = (subject.canonical(), self.now());
        let mut state = self.lock_for_input_if_open(now)?;
        let was = state.overrides.is_protected(&subject);
        let addr = state.overrides.take_place(&subject);
        let is_kept = tag == Tag::OPERATOR;
        let is_new = state.overrides.tag(&subject, tag);
        if is_new && is_kept {
            state.keep(&subject);
        }
        if was && addr.is_none() {
            return Ok(state.protection(subject, false, now));
        }
        let event = Event::Protect { subject: subject.clone(), addr };
        Ok(self.handle_input(state, event, now, State::take_waker_if_needed, |state, _| {
            state.protection(subject, !was, now)
        }))
    }

    /// See [`Handle::unprotect`](crate::Handle::unprotect).
    pub(crate) fn unprotect(
        &self,
        subject: Subject<P>,
        tag: &Tag,
    ) -> Result<Protection<P>, Closed> {
        let (subject, now) = (subject.canonical(), self.now());
        let mut state = self.lock_for_input_if_open(now)?;
        let was = state.overrides.untag(&subject, tag);
        if was && *tag == Tag::OPERATOR {
            state.keep(&subject);
        }
        if let Subject::Peer(peer) = &subject
            && *tag == Tag::SETTINGS
        {
            state.engine.expected().forget(peer);
        }
        if !was || state.overrides.is_protected(&subject) {
            return Ok(state.protection(subject, false, now));
        }
        let event = Event::Unprotect { subject: subject.clone() };
        let answer =
            self.handle_input(state, event, now, State::take_waker_if_needed, |state, _| {
                state.protection(subject, true, now)
            });
        #[cfg(feature = "lists")]
        self.lists.renew_soon();
        Ok(answer)
    }

    /// Protects and bans whom `options` name, and no longer whom earlier options named alone.
    pub(crate) fn apply_options<A: KnownPeer<P>>(&self, options: &DriverOptions<P, A>) {
        let listed = options.protect().iter().map(|subject| subject.clone().canonical());
        let statics = options.static_peers().iter().map(|peer| Subject::Peer(peer.peer().clone()));
        let protect: Vec<_> = listed.chain(statics).collect();
        let before = self.lock().overrides.tagged(&Tag::SETTINGS);
        let named: BTreeSet<_> = protect.iter().cloned().collect();
        for subject in before {
            if !named.contains(&subject) {
                let _ = self.unprotect(subject, &Tag::SETTINGS);
            }
        }
        for subject in protect {
            let _ = self.protect(subject, Tag::SETTINGS);
        }
        let expected = options.static_peers().iter().map(|it| (it.peer().clone(), sources(it)));
        self.lock().engine.expected().replace(expected.collect());

        let ban: Vec<_> = options.ban().iter().map(|subject| subject.clone().canonical()).collect();
        let named: BTreeSet<_> = ban.iter().cloned().collect();
        let before = self.lock().overrides.all_listed();
        for subject in before {
            if !named.contains(&subject) {
                self.delist(&subject);
            }
        }
        for subject in ban {
            self.list(subject);
        }
    }

    /// A name of a static peer's leads to these IPs, unless it is none any more.
    pub(crate) fn expect(&self, peer: &P, name: &str, ips: &[IpAddr]) {
        if let Ok(mut state) = self.lock_if_open() {
            state.engine.expected().resolved(peer, name, ips);
        }
    }

    /// Bans by the settings, unless that was lifted at run time.
    fn list(&self, subject: Subject<P>) {
        let now = self.now();
        let mut state = self.lock_for_input(now);
        if state.overrides.listed(&subject).is_some() {
            return;
        }
        if let Some(ours) = state.overrides.local.refuses(&subject, Origin::Operator) {
            let refused = BanChange::Refused(ours);
            let answer = state.banned(subject, Cause::Operator, refused, 0, now);
            drop(state);
            self.tell_of_refused_ban(&answer, now);
            return;
        }
        let said = denials::causes(&state.engine, &subject, now).end_of(Cause::Operator);
        state.overrides.list(subject.clone(), SettingsBan::InForce { said });
        let ours = state.ours(&subject);
        let event =
            Event::Ban { subject: subject.clone(), duration: None, origin: Origin::Operator };
        self.handle_input(state, event, now, State::take_waker_if_needed, |_, _| ());
        if let (Subject::Addr(net), Some(ip)) = (&subject, ours) {
            self.telemetry.holds_us(net, ip, "a banned network holds an address of this node", now);
        }
    }

    /// The settings ban the subject no longer: the operator's own ban counts, if there is one.
    fn delist(&self, subject: &Subject<P>) {
        let now = self.now();
        let mut state = self.lock_for_input(now);
        let Some(SettingsBan::InForce { said }) = state.overrides.delist(subject) else {
            return;
        };
        let subject = subject.clone();
        let left = said.map(|said| said.instant().map(|end| end.saturating_duration_since(now)));
        let event = match left {
            Some(None) => return,
            Some(Some(left)) => match BanDuration::try_from(left) {
                Ok(left) => Event::Ban { subject, duration: Some(left), origin: Origin::Operator },
                Err(_) => Event::Unban { subject, cause: Some(Cause::Operator) },
            },
            None => Event::Unban { subject, cause: Some(Cause::Operator) },
        };
        self.handle_input(state, event, now, State::take_waker_if_needed, |_, _| ());
    }

    fn tell_of_refused_ban(&self, answer: &Banned<P>, now: Instant) {
        match (&answer.subject, answer.change) {
            (Subject::Addr(net), BanChange::Refused(Ours::Address(ip))) => {
                let what =
                    "a list's ban of a network that holds an address of this node was refused";
                self.telemetry.holds_us(net, ip, what, now);
            }
            _ => self.telemetry.accused("a ban of this node itself was refused", now),
        }
    }
}

impl<P: PeerName, D: Driver<P>> State<P, D> {
    fn banned(
        &self,
        subject: Subject<P>,
        cause: Cause,
        change: BanChange,
        disconnected: usize,
        at: Instant,
    ) -> Banned<P> {
        let mut also_refused = denials::of(&self.engine, &subject, at);
        match change {
            BanChange::Began { .. } | BanChange::Moved { .. } | BanChange::Unchanged { .. } => {
                also_refused.retain(|denial| denial.network.is_some() || denial.cause != cause);
            }
            BanChange::Refused(_) | BanChange::Withheld(_) => {}
        }
        let ours = self.ours(&subject);
        let note = match change {
            BanChange::Began { .. } | BanChange::Moved { .. } | BanChange::Unchanged { .. } => {
                self.overrides.note(&subject, cause)
            }
            BanChange::Refused(_) | BanChange::Withheld(_) => None,
        };
        Banned { subject, change, note, disconnected, ours, also_refused, at }
    }

    fn ours(&self, subject: &Subject<P>) -> Option<IpAddr> {
        match subject {
            Subject::Addr(net) => self.overrides.local.inside(net),
            Subject::Peer(_) => None,
        }
    }

    fn protection(&self, subject: Subject<P>, changed: bool, at: Instant) -> Protection<P> {
        let tags = self.overrides.tags(&subject);
        let still_refused = denials::of(&self.engine, &subject, at);
        Protection { subject, changed, tags, still_refused, at }
    }

    /// The subject's row is out of date, although the engine knows of no change.
    fn keep(&mut self, subject: &Subject<P>) {
        if let Some(dirty) = &mut self.dirty {
            dirty.mark_urgent(subject.clone());
        }
    }

    /// The event, unless it accuses this node itself; without this node among the accusers.
    pub(super) fn admitted(&self, mut event: Event<P>) -> Option<Event<P>> {
        let own = &self.overrides.local;
        if own.is_accused(&event) {
            return None;
        }
        if let Event::Report { via, .. } = &mut event {
            *via = via.take().filter(|via| own.peer() != Some(via));
        }
        Some(event)
    }
}

/// What says where a static peer is expected, with what is known already.
fn sources<P, A: KnownPeer<P>>(peer: &A) -> BTreeMap<Source, Vec<IpAddr>> {
    let mut sources = BTreeMap::<Source, Vec<IpAddr>>::new();
    for host in peer.hosts() {
        match host {
            Host::Ip(ip) => sources.entry(None).or_default().push(ip),
            Host::Name { name, .. } => drop(sources.entry(Some(name)).or_default()),
            Host::Untold => {}
        }
    }
    sources
}

fn end_of(duration: Option<BanDuration>, now: Instant) -> Until {
    duration.map_or(Until::Forever, |duration| Until::At(now.saturating_add(duration.get())))
}
