//! Test that frequent calls allocate nothing.

use allocation_counter::measure;
use libp2p::Multiaddr;
use libp2p::swarm::{ConnectionId, NetworkBehaviour};
use peerwarden_libp2p::{Behaviour, Config, ManualTimer, Misbehavior, Score};

#[test]
fn a_report_or_score_that_changes_nothing_and_an_open_gate_allocate_nothing() {
    tracing::subscriber::with_default(tracing_subscriber::registry(), || {
        let mut behaviour = Behaviour::new(Config::default(), ManualTimer::new());
        #[cfg(feature = "metrics")]
        {
            behaviour = behaviour.with_metrics(&mut Default::default());
        }
        let handle = behaviour.handle();
        let peer = libp2p::identity::Keypair::generate_ed25519().public().to_peer_id();
        let score = Score::try_from(1.0).unwrap();
        let (here, there): (Multiaddr, Multiaddr) =
            ("/ip4/192.0.2.1/tcp/1".parse().unwrap(), "/ip4/192.0.2.2/tcp/2".parse().unwrap());
        handle.report(peer, Misbehavior::STALE_MESSAGE).unwrap();

        let reports = measure(|| {
            for _ in 0..10 {
                handle.report(peer, Misbehavior::STALE_MESSAGE).unwrap();
                handle.score(peer, score).unwrap();
                handle.score_unavailable(peer).unwrap();
            }
        });
        let gate = measure(|| {
            let id = ConnectionId::new_unchecked(1);
            let passed = behaviour.handle_pending_inbound_connection(id, &here, &there);
            assert!(passed.is_ok());
        });

        assert_eq!((reports.count_total, gate.count_total), (0, 0));
    });
}
