//! The engine.

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::vec::Vec;
use core::hash::{BuildHasher, Hash};
use core::net::IpAddr;
use core::ops::Bound;

use crate::action::Action;
use crate::config::Config;
use crate::counts::Counts;
use crate::event::Event;
use crate::rules::redial;
use crate::state::deadlines::{Deadlines, SubjectKey};
use crate::state::eviction::EvictionOrder;
use crate::state::gate_index::GateIndex;
use crate::state::incident::Incident;
use crate::state::interner::Interner;
use crate::state::length_counts::LengthCounts;
use crate::state::network::{NetworkBan, NetworkKey, Networks};
use crate::state::peers_by_ip::PeersByIp;
use crate::state::place::Places;
use crate::state::queue::Queue;
use crate::state::record::{PeerBan, Record, RecordKey};
use crate::state::standing::AwayPeers;
use crate::state::table::Table;
use crate::status::{Ban, Cursor, PeerStatus};
use crate::subject::{Direction, Subject};
use crate::time::{Instant, Until};

/// The engine: turns events into actions.
///
/// Generic over the peer's id `P` and the hasher `S`. See the [crate documentation](crate) for the
/// loop around it.
#[derive(Clone, Debug)]
pub struct Warden<P, S> {
    pub(crate) config: Config,
    pub(crate) hasher: S,
    pub(crate) records: Table<RecordKey, Record<P>>,
    pub(crate) gate_index: GateIndex,
    pub(crate) misbehaviors: Interner,
    pub(crate) networks: Networks,
    /// The bans in force, in the order in which they began.
    pub(crate) banned: BTreeMap<u64, SubjectKey>,
    /// The ends of the bans of networks with cause `Address`, ties in the order they began.
    pub(crate) address_ends: BTreeSet<(Until, u64, NetworkKey)>,
    /// How many of these there are of each prefix length.
    pub(crate) address_lengths: LengthCounts,
    pub(crate) deadlines: Deadlines,
    pub(crate) eviction_order: EvictionOrder,
    pub(crate) queue: Queue,
    pub(crate) connected_at: PeersByIp,
    pub(crate) protected_at: PeersByIp,
    /// The spared peers that are not here.
    pub(crate) spared_at: PeersByIp,
    /// The peers in standing that are not here.
    pub(crate) away: AwayPeers,
    pub(crate) places: Places,
    pub(crate) incident: Incident,
    /// Whether there was an [`Event::Valid`].
    pub(crate) valid_seen: bool,
    pub(crate) counts: Counts,
    /// The latest moment seen.
    pub(crate) now: Instant,
    /// Position that the next record, ban or connection gets in their order.
    pub(crate) next_order: u64,
}

impl<P: Clone + Eq + Hash, S: BuildHasher> Warden<P, S> {
    /// Returns an engine that knows no peer yet and judges by `config`.
    ///
    /// Peers choose their ids, so seed the hasher with something that they cannot know.
    #[must_use]
    pub fn new(config: Config, hasher: S) -> Self {
        Self {
            config,
            hasher,
            records: Table::new(),
            gate_index: GateIndex::default(),
            misbehaviors: Interner::default(),
            networks: Networks::new(),
            banned: BTreeMap::new(),
            address_ends: BTreeSet::new(),
            address_lengths: LengthCounts::default(),
            deadlines: Deadlines::default(),
            eviction_order: EvictionOrder::default(),
            queue: Queue::default(),
            connected_at: PeersByIp::default(),
            protected_at: PeersByIp::default(),
            spared_at: PeersByIp::default(),
            away: AwayPeers::default(),
            places: Places::new(),
            incident: Incident::default(),
            valid_seen: false,
            counts: Counts::default(),
            now: Instant::ORIGIN,
            next_order: 0,
        }
    }

    /// Takes in one event and returns what to do about it, in the order to do it.
    ///
    /// First time passes up to `now`: bans that are over end, and records with nothing left in them
    /// go. Then the event is looked at. The list is complete: nothing is queued for a later call.
    /// It is most often empty, and an empty list does not allocate.
    ///
    /// A `now` earlier than one already seen counts as that later one, so a clock that steps back
    /// neither shortens nor lengthens anything.
    #[must_use = "nothing happens until the caller carries the actions out"]
    pub fn handle_input(&mut self, event: Event<P>, now: Instant) -> Vec<Action<P>> {
        let mut actions = Vec::new();
        self.let_time_pass(now, &mut actions);
        let passed = actions.len();
        // The one event of which there are a great many: it spares them a call (benches, `report`).
        if let Event::Report { peer, misbehavior, penalty, via } = &event {
            self.report(peer, misbehavior, *penalty, via.as_ref(), &mut actions);
        } else {
            self.judge(&event, &mut actions);
        }
        self.displace(&event, &mut actions);
        if passed > 0 {
            redial::drop_superseded_dials(&mut actions, passed, &event);
        }
        actions
    }

    /// Returns the earliest moment at which a [`Heartbeat`](Event::Heartbeat) can have something to
    /// do, or `None` if nothing waits for time to pass.
    ///
    /// Never late. May be early, or in the past. After a heartbeat at this moment the next one is
    /// strictly later, so a driver that sleeps until it does not spin. May change with every input.
    /// To forget a record is not urgent, and waits for the next full second.
    #[must_use]
    pub fn next_deadline(&self) -> Option<Instant> {
        self.deadlines.next().into_iter().chain(self.incident.end).min()
    }

    /// Returns the status of `peer` at `now`; `None` if nothing is remembered of it.
    #[must_use]
    pub fn status(&self, peer: &P, now: Instant) -> Option<PeerStatus> {
        let record = self.records.get(self.records.find(&self.hasher, peer)?)?;
        record.status(now.max(self.now), &self.config, &self.misbehaviors)
    }

    /// Returns the IP at which `peer` was last seen or is expected, and which side opened the connections
    /// that are up, as in its [`status`](Self::status): for callers that need nothing else of that.
    #[must_use]
    pub fn last_seen(&self, peer: &P) -> (Option<IpAddr>, Option<Direction>) {
        let record = self.records.find(&self.hasher, peer).and_then(|key| self.records.get(key));
        record.map_or((None, None), |record| (record.addr, record.direction()))
    }

    /// Returns the bans in force at `now`, in the order in which they began.
    pub fn bans(&self, now: Instant) -> impl Iterator<Item = Ban<P>> + '_ {
        self.bans_after(None, now)
    }

    /// Returns the same as [`bans`](Self::bans), but only those that began after the one at this
    /// cursor, to read them a page at a time.
    ///
    /// However many bans begin and end between two pages, one that is in force all the while is
    /// read exactly once. To find the first takes O(log *n*).
    pub fn bans_after(
        &self,
        after: Option<Cursor>,
        now: Instant,
    ) -> impl Iterator<Item = Ban<P>> + '_ {
        let now = now.max(self.now);
        let after = after.map_or(Bound::Unbounded, |Cursor(order)| Bound::Excluded(order));
        let rest = self.banned.range((after, Bound::Unbounded));
        rest.filter_map(move |(order, key)| {
            let ban = self.ban_of(*order, *key)?;
            let causes = ban.causes.at(now);
            Some(Ban { causes, until: causes.until()?, ..ban })
        })
    }

    /// Returns how much is held, as of the last input.
    #[must_use]
    pub fn counts(&self) -> Counts {
        let mut counts = self.counts;
        counts.records = self.records.len();
        counts.networks = self.networks.table.len();
        counts.places = self.places.table.len();
        counts.standing_away = self.standing_away();
        counts.connected = self.queue.len();
        counts.incident = self.incident.end.is_some();
        counts.largest_index = self.largest_index();
        counts
    }

    /// Returns the prefix lengths of IPv4 networks that are banned with cause
    /// [`Address`](crate::Cause::Address), shortest first, and how many are of each, as of the last
    /// input.
    pub fn banned_places_v4(&self) -> impl Iterator<Item = (u8, usize)> + '_ {
        self.address_lengths.v4()
    }

    /// Returns the same as [`banned_places_v4`](Self::banned_places_v4), of IPv6 networks.
    pub fn banned_places_v6(&self) -> impl Iterator<Item = (u8, usize)> + '_ {
        self.address_lengths.v6()
    }

    /// Returns the policy.
    #[must_use]
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// Hands the event to the rule that it is for.
    ///
    /// It is handed on where it is: to move it from rule to rule was a third of what a report takes
    /// beyond its look-up (benches, `report`).
    fn judge(&mut self, event: &Event<P>, actions: &mut Vec<Action<P>>) {
        match event {
            Event::Ban { subject, duration, origin } => {
                self.order_ban(subject, *duration, *origin, actions);
            }
            Event::Connected { peer, addr, direction } => {
                self.connected(peer, *addr, *direction, actions);
            }
            Event::Disconnected { peer } => self.disconnected(peer, actions),
            Event::Expel { peer, misbehavior, duration } => {
                self.expel(peer, misbehavior, *duration, actions);
            }
            Event::Heartbeat | Event::ScoreUnavailable { .. } => {}
            Event::Protect { subject, addr } => self.protect(subject, *addr, actions),
            Event::Reconfigure { config } => self.reconfigure(config, actions),
            Event::Report { peer, misbehavior, penalty, via } => {
                self.report(peer, misbehavior, *penalty, via.as_ref(), actions);
            }
            Event::Score { peer, score } => self.score(peer, *score, actions),
            Event::Tick => self.tick(actions),
            Event::Unban { subject, cause } => self.unban(subject, *cause, actions),
            Event::Unprotect { subject } => self.unprotect(subject, actions),
            Event::Valid { peer, count } => self.valid(peer, *count),
            Event::Waive { peer, points } => self.waive(peer, *points, actions),
        }
    }

    fn ban_of(&self, order: u64, key: SubjectKey) -> Option<Ban<P>> {
        let (cursor, until) = (Cursor(order), Until::Forever);
        match key {
            SubjectKey::Network(key) => {
                let network = self.networks.table.get(key)?;
                let NetworkBan { began, causes, .. } = *network.ban.as_ref()?;
                let subject = Subject::Addr(network.net);
                Some(Ban { cursor, subject, causes, until, began, addr: None, direction: None })
            }
            SubjectKey::Peer(key) => {
                let record = self.records.get(key)?;
                let PeerBan { began, causes, direction, .. } = **record.ban.as_ref()?;
                let (subject, addr) = (Subject::Peer(record.peer.clone()), record.addr);
                Some(Ban { cursor, subject, causes, until, began, addr, direction })
            }
        }
    }
}
