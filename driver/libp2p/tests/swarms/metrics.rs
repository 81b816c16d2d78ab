//! Tests of metrics.

mod documents;

use std::collections::BTreeSet;
use std::convert::Infallible;
use std::num::NonZeroU32;
use std::time::Duration;

use libp2p::core::transport::dummy::DummyTransport;
use libp2p::core::transport::{DialOpts, PortUse, TransportError};
use libp2p::core::{Endpoint, Transport};
use libp2p::metrics::{Metrics, Registry};
use libp2p::multiaddr::Protocol;
use libp2p::swarm::{ConnectionId, NetworkBehaviour};
use libp2p::{Multiaddr, PeerId};
use peerwarden_libp2p::{
    Behaviour, Config, DialGate, DialGateError, ManualTimer, Misbehavior, Origin, Penalty, Score,
    Subject, SwarmMetrics,
};
use prometheus_client::encoding::text::encode;

use crate::by_hand::ByHand;
use crate::networks::strict_places;

#[test]
fn a_story_in_numbers() {
    let config = Config::default().with_confirmations(NonZeroU32::MIN);
    let (mut warden, registry) = start(config);
    let peer = warden.peer;
    let low = Score::try_from(-101.0).unwrap();

    // A peer comes, and is asked about, scored, banned, refused and let back in.
    warden.establish_inbound(0);
    warden.poll_all();
    warden.timer.advance(Duration::from_secs(2));
    warden.poll_all();
    warden.handle.score_unavailable(peer).unwrap();
    warden.handle.score(peer, low).unwrap();
    assert!(warden.pass_inbound_gate().is_err());
    warden.close();
    warden.timer.advance(Duration::from_secs(3_600));
    warden.poll_all();
    // It is reported, pardoned, and spared for a while.
    warden.report(101);
    warden.handle.unban(Subject::Peer(peer), None).unwrap();
    warden.report(101);
    // Others are banned by order, and one of them for a second cause.
    warden.ban_network("192.0.2.0/24");
    warden.ban_somebody(1_000_000);
    warden.handle.ban(Subject::Peer(peer), None, Origin::Remote).unwrap();
    warden.ban(60);
    let there = ["/ip4/192.0.2.2/tcp/2".parse().unwrap()];
    let id = ConnectionId::new_unchecked(2);
    let dialled =
        warden.behaviour.handle_pending_outbound_connection(id, None, &there, Endpoint::Dialer);
    assert!(dialled.is_err());
    warden.handle.report(PeerId::random(), Misbehavior::new("home-made").unwrap()).unwrap();

    assert_eq!(
        samples(&registry, |name, value| value != "0" && !name.contains("_engine_")),
        [
            r#"peerwarden_active_bans{cause="operator"} 3"#,
            r#"peerwarden_active_bans{cause="remote"} 1"#,
            r#"peerwarden_bans_total{cause="operator",subject="network"} 1"#,
            r#"peerwarden_bans_total{cause="operator",subject="peer"} 2"#,
            r#"peerwarden_bans_total{cause="penalty",subject="peer"} 1"#,
            r#"peerwarden_bans_total{cause="remote",subject="peer"} 1"#,
            r#"peerwarden_bans_total{cause="score",subject="peer"} 1"#,
            r#"peerwarden_denials_total{gate="established-inbound",cause="score"} 1"#,
            r#"peerwarden_denials_total{gate="pending-outbound",cause="operator"} 1"#,
            r#"peerwarden_reports_total{misbehavior="invalid-message"} 202"#,
            r#"peerwarden_reports_total{misbehavior="other"} 1"#,
            "peerwarden_score_requests_total 1",
            "peerwarden_scores_total 1",
            "peerwarden_scores_unavailable_total 1",
            "peerwarden_tracked_peers 3",
            "peerwarden_tracked_places 1",
            r#"peerwarden_unbans_total{cause="penalty",subject="peer"} 1"#,
            r#"peerwarden_unbans_total{cause="score",subject="peer"} 1"#,
            "peerwarden_warnings_total 2",
            r#"peerwarden_withheld_bans_total{cause="penalty",reason="grace"} 1"#,
        ]
    );
}

#[test]
fn every_gate_counts_for_itself() {
    let (mut warden, registry) = start(Config::default());
    warden.ban(60);
    warden.ban_network("192.0.2.0/24");
    let (here, there): (Multiaddr, Multiaddr) =
        ("/ip4/192.0.2.1/tcp/1".parse().unwrap(), "/ip4/192.0.2.2/tcp/2".parse().unwrap());
    let (id, peer) = (ConnectionId::new_unchecked(1), warden.peer);

    let gates = &mut warden.behaviour;
    assert!(gates.handle_pending_inbound_connection(id, &here, &there).is_err());
    for _ in 0..2 {
        assert!(gates.handle_established_inbound_connection(id, peer, &here, &there).is_err());
    }
    for _ in 0..3 {
        let (peer, role) = (Some(peer), Endpoint::Dialer);
        assert!(gates.handle_pending_outbound_connection(id, peer, &[], role).is_err());
    }
    for _ in 0..4 {
        let (role, port) = (Endpoint::Dialer, PortUse::Reuse);
        let met = gates.handle_established_outbound_connection(id, peer, &there, role, port);
        assert!(met.is_err());
    }
    let mut dials = DialGate::new(DummyTransport::<Infallible>::new(), warden.handle.clone());
    for _ in 0..5 {
        let opts = DialOpts { role: Endpoint::Dialer, port_use: PortUse::Reuse };
        let dialled = dials.dial(there.clone(), opts);
        assert!(matches!(dialled, Err(TransportError::Other(DialGateError::Denied(_)))));
    }

    // What can be read in more than one way counts for itself.
    let (twice, known) = (here.clone().with(Protocol::P2pCircuit), PeerId::random());
    let gates = &mut warden.behaviour;
    for _ in 0..6 {
        assert!(gates.handle_pending_inbound_connection(id, &here, &twice).is_err());
    }
    for _ in 0..7 {
        assert!(gates.handle_established_inbound_connection(id, known, &here, &twice).is_err());
    }

    assert_eq!(
        samples(&registry, |name, value| value != "0" && name.contains("refused_addresses")),
        [
            r#"peerwarden_refused_addresses_total{gate="established-inbound"} 7"#,
            r#"peerwarden_refused_addresses_total{gate="pending-inbound"} 6"#,
        ]
    );
    assert_eq!(
        samples(&registry, |name, value| value != "0" && name.contains("denials")),
        [
            r#"peerwarden_denials_total{gate="dial-gate",cause="operator"} 5"#,
            r#"peerwarden_denials_total{gate="established-inbound",cause="operator"} 2"#,
            r#"peerwarden_denials_total{gate="established-outbound",cause="operator"} 4"#,
            r#"peerwarden_denials_total{gate="pending-inbound",cause="operator"} 1"#,
            r#"peerwarden_denials_total{gate="pending-outbound",cause="operator"} 3"#,
        ]
    );
}

#[test]
fn a_place_that_is_banned_for_who_was_there_is_a_network_banned_for_its_address() {
    let (mut warden, registry) = start(strict_places());
    warden.establish_inbound(0);
    warden.report(101);

    assert_eq!(
        samples(&registry, |name, value| value != "0" && name.contains("bans")),
        [
            r#"peerwarden_active_bans{cause="address"} 1"#,
            r#"peerwarden_active_bans{cause="penalty"} 1"#,
            r#"peerwarden_bans_total{cause="address",subject="network"} 1"#,
            r#"peerwarden_bans_total{cause="penalty",subject="peer"} 1"#,
        ]
    );
}

#[test]
fn the_engines_inputs_are_counted_and_timed() {
    let (warden, registry) = start(Config::default());
    warden.report(1_000);

    let inputs = samples(&registry, |name, _| name.contains("engine_inputs"));
    assert_eq!(inputs, ["peerwarden_engine_inputs_total 1000"]);
    let seconds = samples(&registry, |name, _| name.contains("engine_seconds"));
    let (_, value) = seconds[0].split_once(' ').unwrap();
    let seconds: f64 = value.parse().unwrap();
    assert!(seconds > 0.0 && seconds < 60.0, "{seconds}");
}

#[test]
fn displaced_records_are_counted() {
    let (warden, registry) = start(Config::default().with_max_records(1.try_into().unwrap()));
    for _ in 0..5 {
        warden.handle.report(PeerId::random(), Misbehavior::STALE_MESSAGE).unwrap();
    }

    let displaced = samples(&registry, |name, _| name.contains("displaced"));
    assert_eq!(displaced, ["peerwarden_displaced_records_total 4"]);
}

#[test]
fn no_stranger_adds_a_series_or_gets_into_one() {
    let custom = Misbehavior::new("home-made").unwrap();
    let (mut warden, registry) = start(Config::default().with_weight(custom, Penalty::DEFAULT));
    let before = samples(&registry, |_, _| true);

    for each in 0..1_000 {
        let peer = PeerId::random();
        let kind = Misbehavior::new(&format!("kind-{each}")).unwrap();
        warden.handle.report(peer, kind).unwrap();
        warden.handle.report(peer, custom).unwrap();
        warden.handle.ban(Subject::Peer(peer), None, Origin::Remote).unwrap();
    }
    warden.ban(60);
    assert!(warden.pass_inbound_gate().is_err());

    let after = samples(&registry, |_, _| true);
    assert_eq!(names(&after), names(&before));
    assert!(after.contains(&r#"peerwarden_reports_total{misbehavior="other"} 1000"#.to_owned()));
    assert!(
        after.contains(&r#"peerwarden_reports_total{misbehavior="home-made"} 1000"#.to_owned())
    );
    assert!(!after.concat().contains(&warden.peer.to_string()));
}

#[test]
fn one_registry_holds_libp2ps_metrics_as_well() {
    let mut registry = Registry::default();
    let _libp2p = Metrics::new(&mut registry);
    let mut warden = ByHand::new(Config::default());
    warden.behaviour = warden.behaviour.with_metrics(&mut registry);
    warden.report(1);

    let text = text(&registry);
    assert!(text.contains("\npeerwarden_reports_total{misbehavior=\"invalid-message\"} 1\n"));
    assert!(text.contains("# TYPE libp2p_swarm_"), "{text}");
}

/// An L1 and an L2 in one node: each metric once on the page, and no sample twice.
#[test]
fn two_swarms_in_one_registry_are_two_label_sets() {
    let mut registry = Registry::default();
    let metrics = SwarmMetrics::new(&mut registry);
    assert_eq!(text(&registry), "# EOF\n", "a page without a swarm is empty");
    let (mut one, mut two) = (ByHand::new(Config::default()), ByHand::new(Config::default()));
    one.behaviour = one.behaviour.with_metrics_labelled(&metrics, "l1");
    two.behaviour = two.behaviour.with_metrics_labelled(&metrics, "l2 \"main\"\n");
    one.report(3);
    two.report(101);

    let page = text(&registry);

    let kind = r#"misbehavior="invalid-message""#;
    assert!(page.contains(&format!("peerwarden_reports_total{{swarm=\"l1\",{kind}}} 3\n")));
    let label = "swarm=\"l2 _main__\"";
    assert!(page.contains(&format!("peerwarden_reports_total{{{label},{kind}}} 101\n")), "{page}");
    assert!(page.contains(&format!("peerwarden_connected_peers{{{label}}} 0\n")));
    assert_is_valid(&page);
    let without = |label: &str| {
        let of = samples(&registry, |name, _| name.contains(label));
        let bare = of.iter().map(|each| each.replace(&format!("{label},"), "").replace(label, ""));
        bare.filter_map(|each| Some(each.rsplit_once(' ')?.0.to_owned())).collect::<Vec<_>>()
    };
    assert_eq!(without("swarm=\"l1\""), without(label));

    // One that is started anew takes the place of the one before.
    drop(one);
    let again = Behaviour::new(Config::default(), ManualTimer::new());
    let _again = again.with_metrics_labelled(&metrics, "l1");
    assert_is_valid(&text(&registry));
}

/// Each metric is described once, before its samples, and no sample occurs twice.
fn assert_is_valid(page: &str) {
    let (mut metrics, mut seen) = (BTreeSet::new(), BTreeSet::new());
    let mut current = "";
    for line in page.lines().filter(|line| *line != "# EOF") {
        if let Some(described) = line.strip_prefix("# ") {
            let mut words = described.split(' ');
            let (word, name) = (words.next().unwrap(), words.next().unwrap());
            if word == "HELP" {
                assert!(metrics.insert(name), "{name} is described twice");
                current = name;
            }
            assert_eq!(name, current, "{line}");
        } else {
            let (name, _) = line.rsplit_once(' ').unwrap();
            assert!(name.starts_with(current), "{line} is not of {current}");
            assert!(seen.insert(name), "{name} twice");
        }
    }
    assert!(page.ends_with("# EOF\n") && metrics.len() > 10);
}

/// What other libraries are given is what is on the page.
#[test]
fn the_page_says_what_the_tallies_do() {
    let (mut warden, registry) = start(Config::default());
    warden.report(102);
    assert!(warden.pass_inbound_gate().is_err());
    assert_is_valid(&text(&registry));

    let mut told = Vec::new();
    for family in warden.handle.tallies().unwrap().families() {
        for sample in &family.samples {
            let labels = sample.labels.iter().map(|(name, value)| format!("{name}=\"{value}\""));
            let labels = labels.collect::<Vec<_>>().join(",");
            let labels = if labels.is_empty() { labels } else { format!("{{{labels}}}") };
            if !family.name().contains("seconds") {
                told.push(format!("{}{labels} {}", family.name(), sample.value.as_f64()));
            }
        }
    }
    told.sort();
    assert_eq!(told, samples(&registry, |name, _| !name.contains("seconds")));
}

#[test]
fn two_registries_say_the_same() {
    let (mut warden, first) = start(Config::default());
    let mut second = Registry::default();
    warden.report(1);
    warden.behaviour = warden.behaviour.with_metrics(&mut second);
    warden.report(1);

    assert_eq!(samples(&first, |_, _| true), samples(&second, |_, _| true));
}

#[test]
fn gauges_end_where_the_behaviour_does() {
    let (warden, registry) = start(Config::default());
    warden.report(1);
    drop(warden);

    let left = samples(&registry, |_, _| true);
    let gauges = left.iter().filter(|sample| {
        sample.starts_with("peerwarden_tracked") || sample.starts_with("peerwarden_active")
    });
    assert_eq!(gauges.count(), 0);
    assert!(
        left.contains(&r#"peerwarden_reports_total{misbehavior="invalid-message"} 1"#.to_owned())
    );
}

fn start(config: Config) -> (ByHand, Registry) {
    let mut registry = Registry::default();
    let mut warden = ByHand::new(config);
    warden.behaviour = warden.behaviour.with_metrics(&mut registry);
    (warden, registry)
}

fn text(registry: &Registry) -> String {
    let mut text = String::new();
    encode(&mut text, registry).unwrap();
    text
}

/// The samples whose name and value are wanted, in the order of the alphabet.
fn samples(registry: &Registry, wanted: impl Fn(&str, &str) -> bool) -> Vec<String> {
    let mut samples: Vec<_> = text(registry)
        .lines()
        .filter(|line| !line.starts_with('#'))
        .filter(|line| line.rsplit_once(' ').is_some_and(|(name, value)| wanted(name, value)))
        .map(str::to_owned)
        .collect();
    samples.sort();
    samples
}

/// What is sampled, without the values.
fn names(samples: &[String]) -> Vec<&str> {
    samples.iter().filter_map(|sample| Some(sample.rsplit_once(' ')?.0)).collect()
}
