//! Memory that peers take.

use allocation_counter::measure as allocated;
use libp2p::PeerId;
use peerwarden_benches::engines::{self, Known, START};
use peerwarden_benches::hashers::SipHash;
use peerwarden_benches::peers::peers;
use peerwarden_core::{Config, Event, Score, Warden};
use peerwarden_libp2p::compact_peer_id::CompactPeerId;

use crate::results::Results;
use crate::scale::Scale;

pub(crate) fn measure(scale: &Scale, results: &mut Results) {
    for known in Known::ALL {
        for size in &scale.sizes {
            let bytes = bytes_each(*size, known);
            results.add(format!("memory/{}/{size}", known.name()), bytes, "bytes");
            if *size == scale.largest() {
                results.add(format!("memory/{}/most", known.name()), bytes, "bytes");
            }
        }
    }
    for known in [Known::Idle, Known::Owing] {
        allocations(known, scale, results);
    }
    flood(scale, results);
}

/// What an engine holds, for each of so many peers.
fn bytes_each(size: usize, known: Known) -> f64 {
    let peers = peers(size, 1);
    let mut warden = None;
    let held = allocated(|| {
        warden = Some(engines::engine::<SipHash>(&peers, known, engines::roomy(size)));
    });
    assert_eq!(warden.map(|warden| warden.counts().records), Some(size));
    ratio(held.bytes_current, size)
}

/// What nothing comes of.
fn allocations(known: Known, scale: &Scale, results: &mut Results) {
    let peers = peers(scale.smallest(), 1);
    let mut warden = engines::engine::<SipHash>(&peers, known, engines::roomy(peers.len()));
    let fine = Score::try_from(0.0);
    let mut count =
        |what: &str, question: &mut dyn FnMut(&mut Warden<CompactPeerId, _>, PeerId)| {
            let info = allocated(|| peers.iter().for_each(|peer| question(&mut warden, *peer)));
            let name = format!("memory/allocations/{}/{what}", known.name());
            results.add(name, ratio(info.count_total, peers.len()), "each");
        };
    count("check_peer", &mut |warden, peer| {
        let _ = warden.check_peer(&peer.into(), Some([16, 0, 0, 1].into()), START);
    });
    count("check_addr", &mut |warden, _| {
        let _ = warden.check_addr([16, 0, 0, 1].into(), START);
    });
    count("score", &mut |warden, peer| {
        if let Ok(score) = fine {
            drop(warden.handle_input(Event::Score { peer: peer.into(), score }, START));
        }
    });
    if known == Known::Owing {
        count("report", &mut |warden, peer| {
            let report = engines::report(peer, engines::one_point());
            drop(warden.handle_input(report, START));
        });
    }
}

/// Fresh ids connect, misbehave and go, while the tables of records and places are full.
fn flood(scale: &Scale, results: &mut Results) {
    let most = Config::default().max_records().get().min(scale.flood / 10);
    let (residents, fresh) = (peers(most, 1), peers(scale.flood, 5));
    let mut warden = None;
    let flood = |warden: &mut Option<Warden<CompactPeerId, SipHash>>, ids: &[PeerId]| {
        for (peer, at) in ids.iter().zip(0..) {
            let Some(warden) = warden else { return };
            drop(warden.handle_input(engines::connected(*peer, at), START));
            drop(warden.handle_input(engines::report(*peer, engines::one_point()), START));
            drop(warden.handle_input(Event::Disconnected { peer: peer.into() }, START));
        }
    };
    let before = allocated(|| {
        let config = engines::bounded(most).with_max_places(most);
        warden = Some(engines::engine::<SipHash>(&residents, Known::Owing, config));
        // As many again, each from a place of its own: the table of places is full as well.
        flood(&mut warden, &peers(most.saturating_mul(2), 6));
    });
    let during = allocated(|| flood(&mut warden, &fresh));
    assert_eq!(warden.map(|warden| warden.counts().records), Some(most), "the bound holds");
    let before = ratio(before.bytes_current, 1);
    let peak = before + ratio(during.bytes_max, 1);
    results.add("memory/flood/before", before, "bytes");
    results.add("memory/flood/peak", peak, "bytes");
    results.add("memory/flood/ratio", peak / before, "x");
}

#[expect(clippy::cast_precision_loss, reason = "figures have three digits")]
fn ratio(total: impl TryInto<i64>, of: usize) -> f64 {
    total.try_into().unwrap_or(i64::MAX) as f64 / of.max(1) as f64
}
