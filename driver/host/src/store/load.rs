//! Loads the store and ages every row to the current time.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::time::{Duration, SystemTime};

use peerwarden_core::{Config, Instant, IpNet, Saved, SavedBan, Subject, TimeOffset};

use super::dirty::DirtyRows;
use super::format::{self, Entry, FORMAT};
use super::timestamp::Timestamp;
use super::{Change, Row, Store, StoreError};
use crate::engine::{Engine, EngineKey};
use crate::note::BanNotes;
use crate::one_line::OneLine;
use crate::peer::PeerName;

/// What a store holds, as of now.
pub(crate) struct Loaded<P> {
    /// For the engine to be restored from.
    pub(crate) saved: Vec<Saved<P>>,
    /// What there are rows of, and which of them are of no use any more.
    pub(crate) dirty: DirtyRows<P>,
    /// Whether there are rows that the wall clock does not agree with.
    pub(crate) clock_mismatch: bool,
    /// What was noted on bans.
    pub(crate) notes: Vec<(Subject<P>, BanNotes)>,
    /// Where peers were last seen that were protected, but not by the operator, for when they are again.
    pub(crate) places: Vec<(P, IpAddr)>,
}

impl<P: PeerName> Loaded<P> {
    /// An engine that remembers what was loaded, and what of it is to be written anew: rows that
    /// contradict each other are mended by the engine, and would contradict each other again when
    /// what mended them is gone.
    pub(crate) fn restore<K: EngineKey<P>>(
        self,
        config: Config,
        now: Instant,
        location: String,
    ) -> Result<(Engine<P, K>, DirtyRows<P>), StoreError> {
        let Self { saved, mut dirty, .. } = self;
        let networks: Vec<_> = saved.iter().filter_map(network_causes).collect();
        let engine = Engine::restore(config, saved, now)
            .map_err(|error| StoreError::Damaged { location, what: OneLine(error).to_string() })?;
        for (net, causes) in networks {
            let subject = Subject::Addr(net);
            let is = engine.save(&subject, now).as_ref().and_then(network_causes);
            if is != Some((net, causes)) {
                dirty.mark_urgent(subject);
            }
        }
        Ok((engine, dirty))
    }
}

/// A banned network, and by how many causes it is.
fn network_causes<P: PeerName>(saved: &Saved<P>) -> Option<(IpNet, usize)> {
    match saved {
        Saved::Network(network) => Some((network.net, network.ban.as_ref()?.causes.len())),
        Saved::Peer(_) | Saved::Place(_) => None,
    }
}

/// Reads the store, and makes it one of this program's if it is new.
///
/// It is `wall` by the wall clock, and `now` by the engine's.
pub(crate) fn load<P: PeerName>(
    store: &mut impl Store,
    wall: SystemTime,
    now: Instant,
) -> Result<Loaded<P>, StoreError> {
    let (location, stamp) = (store.location(), Timestamp::from_wall_clock(wall));
    let rows = store.load()?;
    let format = format::format_of(&rows, &location)?;
    let reader =
        format::reader::<P>(format.unwrap_or(FORMAT)).ok_or_else(|| StoreError::Damaged {
            location: location.clone(),
            what: format!("there has never been a format {}", format.unwrap_or(FORMAT)),
        })?;
    let entries =
        rows.iter().filter(|row| !format::is_header(row)).map(|row| reader(row, &location));
    let entries = entries.collect::<Result<Vec<_>, _>>()?;
    if format != Some(FORMAT) {
        store
            .write(&renewed(&rows, &entries).map_err(|e| StoreError::unwritable(&location, e))?)?;
    }

    let mut loaded = Loaded {
        saved: Vec::with_capacity(rows.len()),
        dirty: DirtyRows::new(),
        clock_mismatch: false,
        notes: Vec::new(),
        places: Vec::new(),
    };
    for Entry { subject, written, kept, notes } in entries {
        let elapsed = written.elapsed(stamp);
        loaded.clock_mismatch |= elapsed.is_none();
        let elapsed = elapsed.unwrap_or_default();

        let look_again =
            kept.look_again().map(|left| now.saturating_add(left.saturating_sub(elapsed)));
        let place = kept.place_alone().map(|(peer, addr)| (peer.clone(), addr));
        let look_again =
            look_again.or_else(|| place.as_ref().map(|_| now.saturating_add(PLACE_ALONE)));
        loaded.dirty.mark_stored(&subject, look_again);
        if let Some(place) = place {
            loaded.places.push(place);
            continue;
        }
        if !notes.is_empty() {
            loaded.notes.push((subject.clone(), notes));
        }
        for saved in kept.into_saved(elapsed) {
            if is_over(&saved) {
                loaded.dirty.mark_urgent(subject.clone());
            } else {
                loaded.saved.push(saved);
            }
        }
    }
    order_bans(&mut loaded.saved);
    Ok(loaded)
}

/// What turns a store that is new, or has an older format, into one of this format.
fn renewed<P: PeerName>(
    rows: &[Row],
    entries: &[Entry<P>],
) -> Result<Vec<Change>, postcard::Error> {
    let mut changes = BTreeMap::new();
    changes.extend(rows.iter().map(|row| (row.key.clone(), None)));
    for entry in entries {
        let value = format::encode(entry.written, &entry.kept, &entry.notes)?;
        changes.insert(format::key(&entry.subject), Some(value));
    }
    let header = format::header()?;
    changes.insert(header.key, header.value);
    Ok(changes.into_iter().map(|(key, value)| Change { key, value }).collect())
}

/// Whether a network is neither banned nor protected, and its pardon is long ago. The engine would
/// not remember it, nor say so; of a peer it does.
fn is_over<P>(saved: &Saved<P>) -> bool {
    match saved {
        Saved::Network(network) => {
            let grace = network.grace.is_some_and(|grace| grace > TimeOffset(0));
            network.ban.is_none() && !network.protected && !grace
        }
        Saved::Peer(_) | Saved::Place(_) => false,
    }
}

/// Puts the bans in the order in which they began. The rows' own numbers are of several runs of the
/// node, each of which counts for itself.
fn order_bans<P>(saved: &mut [Saved<P>]) {
    let mut bans: Vec<_> = saved.iter_mut().filter_map(ban_of).collect();
    bans.sort_by_key(|ban| (ban.began, ban.order));
    for (order, ban) in (0..).zip(bans) {
        ban.order = order;
    }
}

fn ban_of<P>(saved: &mut Saved<P>) -> Option<&mut SavedBan> {
    match saved {
        Saved::Network(network) => network.ban.as_mut(),
        Saved::Peer(peer) => peer.ban.as_mut(),
        Saved::Place(_) => None,
    }
}

/// For how long after the start the place of a peer is kept that is not protected any more: those who
/// protect peers at run time do so within a day.
const PLACE_ALONE: Duration = Duration::from_secs(86_400);

#[cfg(test)]
mod tests {
    use std::time::UNIX_EPOCH;

    use peerwarden_core::SavedNetwork;

    use super::*;
    use crate::store::memory::MemoryStore;
    use crate::store::row_state::RowState;
    use crate::test_peer::Peer;

    #[test]
    fn a_store_of_an_older_format_is_written_anew() {
        let wall = UNIX_EPOCH + Duration::from_secs(1_900_000_000);
        let net = "192.0.2.0/24".parse().unwrap();
        let network = SavedNetwork { net, ban: None, protected: true, grace: None };
        let saved = Saved::<Peer>::Network(network.clone());
        let kept = RowState::<Peer>::Network { network: Some(network), place: None };
        let key = format::key(&Subject::<Peer>::Addr(net));
        let mut store = MemoryStore::default();
        store.insert(b"format", vec![0]);
        store
            .insert(&key, postcard::to_stdvec(&(&kept, Timestamp::from_wall_clock(wall))).unwrap());

        for _ in 0..2 {
            assert_eq!(
                load(&mut store, wall, Instant::ORIGIN).unwrap().saved,
                std::slice::from_ref(&saved)
            );
            assert_eq!(store.get(b"format"), Some(vec![3]));
            let new = format::encode(Timestamp::from_wall_clock(wall), &kept, &BanNotes::default())
                .unwrap();
            assert_eq!(store.get(&key), Some(new));
        }
    }

    #[test]
    fn a_format_that_never_was_is_damage() {
        let mut store = MemoryStore::default();
        store.insert(b"format", vec![]);

        let said = load::<Peer>(&mut store, UNIX_EPOCH, Instant::ORIGIN)
            .map(drop)
            .unwrap_err()
            .to_string();

        assert!(said.starts_with("the store in memory is damaged: its format: "), "{said}");
    }
}
