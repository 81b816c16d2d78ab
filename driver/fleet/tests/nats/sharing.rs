//! Bans that nodes tell each other over a real server.

use std::sync::Arc;
use std::sync::mpsc::channel;
use std::thread;
use std::time::Duration;

use peerwarden_fleet::{Mode, NatsLink};
use peerwarden_host::{Config, Node, SystemClock, SystemTimer};

use crate::fleet::{FleetNode, banned_by, nodes, now, operator, orders, refusing, until};
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

    orders(&server, "spammer", false);
    let taken = until("the fleet's bans are lifted", || refusing(&nodes, "spammer") == 3);
    assert!(taken < Duration::from_secs(2), "{taken:?}");
    orders(&server, "unwanted", true);
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

#[test]
fn a_roster_in_the_bucket_is_followed_and_what_its_members_said_before_counts() {
    let Some(server) = Server::start(4) else {
        return;
    };
    let roster = server.settings(0).members.unwrap();
    let nodes: Vec<_> = (0..4)
        .map(|number| {
            let mut settings = server.settings(number);
            // The last one does not know yet who is a member.
            settings.members = settings.members.filter(|_| number < 3);
            FleetNode::new(&settings)
        })
        .collect();
    until("all have read everything", || nodes.iter().all(|node| node.status().caught_up));
    banned_by(&nodes[..3], 0..3, "spammer");
    assert_eq!(nodes[3].status().member, None);
    assert!(
        nodes[3]
            .status()
            .to_string()
            .ends_with("; this node is not on the roster, so the others do not hear it")
    );

    let (options, operator) = operator(&server);
    let (key, value) = operator.roster(&roster, now()).unwrap();
    NatsLink::write_once(options, key, value).unwrap();
    until("it follows", || nodes[3].refuses("spammer"));
    assert_eq!(nodes[3].status().member.as_deref(), Some("n3"));
    nodes[3].misbehave("rude");
    until("the others hear it", || nodes[0].votes_on("rude") == 1);
}

#[test]
fn one_server_of_many_that_runs_is_enough() {
    let Some(server) = Server::start(2) else {
        return;
    };
    let (mut options, operator) = operator(&server);
    // Ports that were free a moment ago.
    let free = || std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    options.servers.extend((0..7).map(|_| format!("tls://{}", free())));
    let hour = Duration::from_secs(3600);
    let (key, value) = operator.order(crate::fleet::peer("a"), hour, None, now()).unwrap();
    NatsLink::write_once(options, key, value).unwrap();
}

#[test]
fn a_node_starts_as_its_settings_say() {
    let Some(server) = Server::start(2) else {
        return;
    };
    let node: Node<String> = Node::new(Config::default(), Arc::new(SystemClock::new()));
    let mut settings = server.settings(1);
    let fleet = settings.start(&node.handle(), SystemTimer::new()).unwrap().unwrap();
    until("it has read everything", || fleet.status(now()).caught_up);
    assert_eq!(fleet.status(now()).member.as_deref(), Some("n1"));

    settings.rules.mode = Mode::Off;
    assert!(settings.start(&node.handle(), SystemTimer::new()).unwrap().is_none());
    settings.rules.mode = Mode::Enforce;
    settings.member_key_file = server.directory(1).join("ca.pem");
    let error = settings.start(&node.handle(), SystemTimer::new()).unwrap_err().to_string();
    assert!(error.ends_with("ca.pem: others can read this key (mode 644): chmod 600"), "{error}");
}
