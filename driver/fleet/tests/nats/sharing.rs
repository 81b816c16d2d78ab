//! Bans that nodes tell each other over a real server.

use std::sync::mpsc::channel;
use std::thread;
use std::time::Duration;

use peerwarden_fleet::Says;

use crate::fleet::{FleetNode, Operator, banned_by, nodes, refusing, until};
use crate::server::Server;

#[test]
fn the_third_vote_has_all_five_refuse_a_peer_and_an_operator_pardons_it_everywhere() {
    let Some(server) = Server::start(5) else {
        return;
    };
    let nodes = nodes(&server);
    banned_by(&nodes, 0..2, "spammer");
    banned_by(&nodes, 0..2, "rude");
    assert_eq!(refusing(&nodes, "spammer"), 2);

    nodes[2].misbehave("spammer");
    let taken = until("all refuse the spammer", || refusing(&nodes, "spammer") == 5);
    // Two seconds of them are a node's own, before it speaks.
    assert!(taken < Duration::from_secs(5), "{taken:?}");
    assert_eq!(refusing(&nodes, "rude"), 2, "two votes never ban");

    let mut operator = Operator::new(&server);
    operator.say("spammer", Says::Pardon);
    let taken = until("nobody refuses it for the fleet", || refusing(&nodes, "spammer") == 3);
    assert!(taken < Duration::from_secs(2), "{taken:?}");
    operator.say("unwanted", Says::Ban);
    let taken = until("all refuse what the operator bans", || refusing(&nodes, "unwanted") == 5);
    assert!(taken < Duration::from_secs(2), "{taken:?}");

    let status = nodes[4].status();
    assert_eq!((status.member.as_deref(), status.members, status.connected), (Some("n4"), 5, true));
    assert!(status.counts.refused.is_empty(), "{:?}", status.counts);
    assert!(status.link.clock_ahead_ms.is_some_and(|ahead| ahead.abs() < 1_000), "{status:?}");
    assert!(status.link.bytes_allowed == Some(256 << 20), "{status:?}");
}

#[test]
fn nodes_on_tokio_on_smol_and_on_threads_share() {
    let Some(server) = Server::start(3) else {
        return;
    };
    let on_smol = FleetNode::spawned(&server.settings(0), |task| smol::spawn(task.run()).detach());
    let on_tokio = FleetNode::spawned(&server.settings(1), |task| {
        thread::spawn(|| {
            let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
            runtime.block_on(task.run());
        });
    });
    let on_a_thread = FleetNode::new(&server.settings(2));
    let nodes = [on_smol, on_tokio, on_a_thread];
    until("all have read everything", || nodes.iter().all(|node| node.status().caught_up));
    banned_by(&nodes, 0..3, "spammer");
    until("the fleet believes it", || nodes.iter().all(|node| node.status().believed == 1));
}

#[test]
fn a_node_that_is_shut_down_ends_its_work() {
    let Some(server) = Server::start(2) else {
        return;
    };
    let (ended, has_ended) = channel();
    static ENDED: std::sync::OnceLock<std::sync::mpsc::Sender<()>> = std::sync::OnceLock::new();
    ENDED.set(ended).unwrap();
    let node = FleetNode::spawned(&server.settings(0), |task| {
        thread::spawn(|| {
            smol::block_on(task.run());
            ENDED.get().unwrap().send(()).unwrap();
        });
    });
    until("it has read everything", || node.status().caught_up);
    let fleet = node.fleet.clone();
    drop(node);
    has_ended.recv_timeout(Duration::from_secs(20)).unwrap();
    assert!(fleet.resume().is_err());
}
