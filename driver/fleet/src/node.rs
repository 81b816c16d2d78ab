//! One node's part in a fleet, at work: between the node's handle and the link.

mod apply;
mod neighbors;
mod notices;
mod wait;

use std::collections::BTreeMap;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use async_channel::Receiver;
use futures_core::Stream;
use peerwarden_core::{Instant, Subject, Until};
use peerwarden_host::driver::Driver;
use peerwarden_host::lists::{ListName, RemoteLists};
use peerwarden_host::{Closed, Commands, Handle, PeerName, Subscription, Timer};

use crate::counts::Resync;
use crate::fleet::{Decision, Fleet, FleetConfig, Input};
use crate::handle::{Command, FleetHandle, SharedFleet};
use crate::link::{FleetLink, LinkError, Seen};
use crate::log::Log;
use crate::unix_millis::{UnixMillis, millis};
use neighbors::ConnectedPeers;
use wait::{Event, InFlight};

/// The name of the list on which a node has what its fleet believes: `fleet`.
pub const LIST: &str = "fleet";

/// One node's part in a fleet, at work: [`spawn`](Self::spawn) a thread for it, or [`run`](Self::run) it as
/// a task on any runtime. It ends with the node.
#[must_use = "nothing is shared until this runs"]
pub struct FleetTask<P: PeerName, L, T, D: Driver<P> = Commands<P>> {
    handle: Handle<P, D>,
    lists: RemoteLists<P, D>,
    list: ListName,
    shared: Arc<SharedFleet<P>>,
    /// Keeps the commands open.
    fleet: FleetHandle<P>,
    commands: Receiver<Command<P>>,
    link: L,
    timer: T,
    resync_interval: Duration,
    log: Log,
    watch: Option<Watch>,
    /// When the link is tried again, while there is no watch.
    retry_at: Instant,
    failures: u32,
    /// Why everything is read, if this node itself asked for it.
    reread: Option<Resync>,
    walked: Instant,
    puts: InFlight<P>,
    /// Until when the engine bans what is believed.
    banned_until: BTreeMap<Subject<P>, Until>,
    random: fastrand::Rng,
}

type Watch = Pin<Box<dyn Stream<Item = Result<Seen, LinkError>> + Send>>;

fn list_name() -> ListName {
    // The name is one.
    LIST.parse().unwrap_or_else(|_| unreachable!("{LIST} is the name of a list"))
}

/// What the list has from before the start.
fn carried<P: PeerName, D: Driver<P>>(
    lists: &RemoteLists<P, D>,
    list: &ListName,
) -> Result<Vec<(Subject<P>, UnixMillis)>, Closed> {
    let mut carried: Vec<(Subject<P>, UnixMillis)> = Vec::new();
    loop {
        let after = carried.last().map(|(subject, _)| subject);
        let page = lists.entries(list, after, PAGE)?;
        if page.is_empty() {
            return Ok(carried);
        }
        let ends = page.into_iter().map(|entry| {
            let end = entry.until.map_or(UnixMillis(u64::MAX), UnixMillis::from);
            (entry.subject, end)
        });
        carried.extend(ends);
    }
}

impl<P: PeerName, L: FleetLink, T: Timer, D: Driver<P>> FleetTask<P, L, T, D> {
    /// Takes part in a fleet with a node, over a link.
    ///
    /// What was on the node's list `fleet` from before the start counts on. Everything in the bucket is read
    /// before anything is banned or lifted. Own bans are compared with what the bucket has every
    /// `resync_interval`.
    ///
    /// # Errors
    ///
    /// [`Closed`] if the node was shut down.
    pub fn new(
        handle: &Handle<P, D>,
        config: FleetConfig,
        resync_interval: Duration,
        link: L,
        timer: T,
    ) -> Result<Self, Closed> {
        let (lists, list) = (handle.lists(), list_name());
        // Its bans are longer than the engine's for a list, at times, and have to be renewed.
        lists.keep()?;
        let now = UnixMillis::from(timer.wall_clock());
        let carried = carried(&lists, &list)?;
        let seed = now.0 ^ u64::from(std::process::id()).rotate_left(32);
        let (log, name) = (Log::new(config.name.clone()), config.name.clone());
        let fleet = Fleet::new(config, carried, seed, now);
        let (fleet, commands) = FleetHandle::new(fleet, name, now);
        let started = timer.now();
        Ok(Self {
            handle: handle.clone(),
            lists,
            list,
            shared: Arc::clone(fleet.shared()),
            fleet,
            commands,
            link,
            timer,
            resync_interval,
            log,
            watch: None,
            retry_at: started,
            failures: 0,
            reread: None,
            walked: started,
            puts: InFlight::new(),
            banned_until: BTreeMap::new(),
            random: fastrand::Rng::with_seed(seed),
        })
    }

    /// Returns a handle to look and to order with, from any thread.
    #[must_use]
    pub fn handle(&self) -> FleetHandle<P> {
        self.fleet.clone()
    }

    /// Runs on a thread of its own, until the node is shut down.
    ///
    /// # Errors
    ///
    /// Those of starting a thread.
    pub fn spawn(self) -> io::Result<()> {
        let thread = thread::Builder::new().name("peerwarden-fleet".to_owned());
        thread.spawn(move || futures_lite::future::block_on(self.run())).map(|_| ())
    }

    /// Runs until the node is shut down.
    pub async fn run(mut self) {
        // Closed: the node is gone, and with it all that there was to do.
        let _closed: Result<(), Closed> = self.work().await;
        self.shared.close();
    }

    async fn work(&mut self) -> Result<(), Closed> {
        let mut notices = self.handle.subscribe()?;
        self.remember_bans()?;
        let in_incident = self.handle.counts()?.incident;
        self.give(Input::Incident(in_incident))?;
        loop {
            self.watch_if_due();
            let event = self.next_event(&mut notices).await;
            self.take(event, &mut notices)?;
        }
    }

    fn take(&mut self, event: Event<P>, notices: &mut Subscription<P>) -> Result<(), Closed> {
        match event {
            Event::Command(command) => self.command(command)?,
            Event::Notice(None) => return Err(Closed),
            Event::Notice(Some(notice)) => self.notice(notice)?,
            Event::Seen(seen) => self.seen(seen)?,
            Event::Stored { subject, seq, result } => {
                let failed = result.as_ref().err();
                self.shared.written(failed);
                if let Some(error) = failed {
                    let now = self.now();
                    self.log.put_failed(error, now);
                }
                self.give(Input::Stored { subject, seq, is_stored: result.is_ok() })?;
            }
            Event::Time => self.give(Input::Tick)?,
        }
        // What has happened meanwhile, so that the swarm's news is not behind a long snapshot.
        while let Some(notice) = wait::ready(notices) {
            self.notice(notice)?;
        }
        self.shared.set_health(self.link.health());
        let since = self.timer.now().saturating_duration_since(self.walked);
        if since >= self.resync_interval && self.watch.is_some() {
            self.walk(Some(Resync::Interval))?;
        }
        Ok(())
    }

    /// Takes in entries: many at a time, since each may be one of a hundred thousand.
    fn seen(&mut self, seen: Vec<Option<Result<Seen, LinkError>>>) -> Result<(), Closed> {
        let mut decisions = Vec::new();
        let neighbors = ConnectedPeers::new(&self.handle);
        let now = self.now();
        for seen in seen {
            let input = match seen {
                Some(Ok(Seen::Entry { key, value, age })) => Input::Entry { key, value, age },
                Some(Ok(Seen::Snapshot { why })) => {
                    self.connected(why);
                    Input::SnapshotBegan
                }
                Some(Ok(Seen::Resumed)) => {
                    self.connected(Resync::Reconnect);
                    decisions.extend(self.shared.give(Input::Resumed, now, &neighbors));
                    self.caught_up()?;
                    continue;
                }
                Some(Ok(Seen::CaughtUp)) => {
                    decisions.extend(self.shared.give(Input::CaughtUp, now, &neighbors));
                    self.carry_out(std::mem::take(&mut decisions))?;
                    self.caught_up()?;
                    continue;
                }
                Some(Err(error)) => {
                    self.link_failed(&error);
                    Input::LinkLost
                }
                None => {
                    self.link_failed(&LinkError::new(
                        crate::link::LinkErrorKind::Lost,
                        "the connection has ended",
                    ));
                    Input::LinkLost
                }
            };
            decisions.extend(self.shared.give(input, now, &neighbors));
        }
        self.carry_out(decisions)
    }

    fn connected(&mut self, why: Resync) {
        self.shared.lock().count_resync(why);
        self.shared.connected(self.now());
        self.log.resync(why);
        self.log.connected();
    }

    fn caught_up(&mut self) -> Result<(), Closed> {
        self.failures = 0;
        self.log.caught_up(&self.shared.status(self.now()));
        self.walk(None)
    }

    fn link_failed(&mut self, error: &LinkError) {
        self.watch = None;
        let pause = LONGEST_PAUSE.min(SHORTEST_PAUSE * 2_u32.saturating_pow(self.failures));
        self.failures = self.failures.saturating_add(1).min(6);
        // Full jitter, so that not all nodes of a fleet come back at once.
        let pause = Duration::from_millis(self.random.u64(..=millis(pause)));
        self.retry_at = self.timer.now().saturating_add(pause);
        let now = self.now();
        self.shared.disconnected(error, now);
        let believed = self.shared.lock().believed().count();
        self.log.link_failed(error, believed, now);
    }

    fn watch_if_due(&mut self) {
        if self.watch.is_none() && self.timer.now() >= self.retry_at {
            self.watch = Some(Box::pin(self.link.watch(self.reread.take())));
        }
    }

    fn command(&mut self, command: Command<P>) -> Result<(), Closed> {
        match command {
            Command::Pardon { subject, note } => {
                let pardon_for = self.shared.lock().rules().pardon_for;
                self.log.pardoned(&subject, pardon_for);
                self.give(Input::Pardoned { subject, note })
            }
            Command::Resume => {
                self.log.resumed();
                self.give(Input::ResumeBans)
            }
        }
    }

    /// Hands something to the state machine, and carries out what it decides.
    fn give(&mut self, input: Input<P>) -> Result<(), Closed> {
        let neighbors = ConnectedPeers::new(&self.handle);
        let decisions = self.shared.give(input, self.now(), &neighbors);
        self.carry_out(decisions)
    }

    fn carry_out(&mut self, decisions: Vec<Decision<P>>) -> Result<(), Closed> {
        let mut edits = Vec::new();
        for decision in decisions {
            match decision {
                Decision::Alarm(alarm) => {
                    self.log.alarm(&alarm);
                    self.shared.tell(&alarm);
                }
                Decision::Believe { subject, until } => {
                    edits.push((subject, Some(until.system_time())));
                }
                Decision::Cease { subject, .. } => {
                    self.banned_until.remove(&subject);
                    edits.push((subject, None));
                }
                Decision::Delete(key) => {
                    let delete = self.link.delete(key);
                    self.puts.delete(delete);
                }
                Decision::Put { key, value, subject, seq, .. } => {
                    let put = self.link.put(key, value);
                    self.puts.put(subject, seq, put);
                }
                Decision::ReadAnew => {
                    self.reread = Some(Resync::Roster);
                    (self.watch, self.retry_at) = (None, self.timer.now());
                }
            }
        }
        self.edit(edits)
    }

    fn now(&self) -> UnixMillis {
        self.timer.wall_clock().into()
    }
}

impl<P: PeerName, L, T, D: Driver<P>> std::fmt::Debug for FleetTask<P, L, T, D> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("FleetTask").finish_non_exhaustive()
    }
}

/// How many entries of the list are read or changed at a time.
const PAGE: usize = 500;

/// How long it is until the link is tried again, at most, the first time.
const SHORTEST_PAUSE: Duration = Duration::from_secs(1);

/// How long it is until the link is tried again, at most, after many times.
const LONGEST_PAUSE: Duration = Duration::from_secs(60);
