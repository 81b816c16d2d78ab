//! Cost of a heartbeat.

use std::time::Duration;

use peerwarden_benches::baselines::flow::Manager;
use peerwarden_benches::baselines::op_node::Scorer;
use peerwarden_benches::engines::{self, Known, START};
use peerwarden_benches::hashers::SipHash;
use peerwarden_benches::measure::{for_each, in_rounds, in_turns, times};
use peerwarden_benches::peers::peers;
use peerwarden_core::{Event, Warden};
use peerwarden_libp2p::compact_peer_id::CompactPeerId;

use crate::results::Results;
use crate::scale::Scale;

pub(crate) fn measure(scale: &Scale, results: &mut Results) {
    nothing_due(scale, results);
    for bans in [1, 1_000, 100_000] {
        if bans <= scale.bans {
            ends(bans, scale, results);
        }
    }
}

/// With nothing due: many peers against few, and against the loops of others over as many.
fn nothing_due(scale: &Scale, results: &mut Results) {
    let engine_of =
        |size| engines::engine::<SipHash>(&peers(size, 1), Known::Owing, engines::roomy(size));
    let beat = |warden: &mut Warden<CompactPeerId, SipHash>| {
        times(scale.batch, || warden.handle_input(Event::Heartbeat, START))
    };
    let (mut small, mut large) = (engine_of(scale.smallest()), engine_of(scale.largest()));
    let growth = in_turns(scale.turns, || beat(&mut large), || beat(&mut small));
    results.compared("heartbeat/growth", &growth);

    let turns = scale.turns.min(5);
    for size in &scale.sizes {
        let (mut warden, peers) = (engine_of(*size), peers(*size, 1));
        let manager = Manager::<SipHash>::new(&peers, 43_200.0);
        let flow = || times(1, || assert_eq!(manager.heartbeat(), (0, 0), "nobody's changes"));
        let flow = in_turns(turns, flow, || beat(&mut warden));
        let scorer = Scorer::<SipHash>::new(&peers, 1e9);
        let decay = || times(1, || assert_eq!(scorer.decay(), *size, "all have something left"));
        let decay = in_turns(turns, decay, || beat(&mut warden));
        for (name, compared) in [("flow", flow), ("op_node", decay)] {
            results.compared(&format!("heartbeat/{name}/{size}"), &compared);
            if *size == scale.largest() {
                results.add(format!("heartbeat/{name}/most"), compared.ratio, "x");
            }
        }
    }
}

/// One heartbeat in which so many bans end, against the reports that made them.
fn ends(bans: usize, scale: &Scale, results: &mut Results) {
    let peers = peers(bans, 1);
    let mut order = peers.clone();
    fastrand::Rng::with_seed(2).shuffle(&mut order);
    let mut round = || {
        let mut warden = engines::engine::<SipHash>(&peers, Known::Owing, engines::roomy(bans));
        let (mut now, mut banned) = (START, 0);
        let made = for_each(&order, |peer| {
            now = now.saturating_add(MOMENT);
            banned +=
                engines::bans(&warden.handle_input(engines::report(peer, engines::fatal()), now));
        });
        assert_eq!(banned, bans, "each report bans");
        let over = now.saturating_add(LONGER_THAN_A_BAN);
        let mut actions = Vec::new();
        let (took, _) = times(1, || actions = warden.handle_input(Event::Heartbeat, over));
        assert_eq!(engines::unbans(&actions), bans, "all of them end at once");
        ((took, bans), made)
    };
    let turns = (scale.batch / bans).clamp(scale.turns.min(9), 1_000);
    results.compared(&format!("heartbeat/ends/{bans}"), &in_rounds(turns, &mut round));
}

/// So far apart are two reports.
const MOMENT: Duration = Duration::from_micros(1);
/// A first offence of twice the threshold takes half as long.
const LONGER_THAN_A_BAN: Duration = Duration::from_secs(300);
