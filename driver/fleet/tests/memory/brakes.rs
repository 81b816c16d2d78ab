//! The brakes on a node with connections.

use peerwarden_fleet::{FleetRules, Says};

use crate::net::{HOUR, Net};

#[test]
fn the_breaker_keeps_connected_peers_until_an_operator_resumes() {
    let mut net = Net::new(1);
    for number in 0..10 {
        net.nodes[0].connect(&format!("p{number}"));
    }
    let mut alarms = net.nodes[0].fleet.alarms();
    net.order("p0", Says::Ban, HOUR);
    net.order("p1", Says::Ban, HOUR);
    net.order("elsewhere", Says::Ban, HOUR);
    assert!(net.nodes[0].refuses("p0"));
    assert!(!net.nodes[0].refuses("p1") && !net.nodes[0].refuses("elsewhere"));
    let alarm = smol::block_on(smol::stream::StreamExt::next(&mut alarms)).unwrap();
    assert_eq!(
        alarm.to_string(),
        "stopped: with the ban of peer:p1, which hits 1 of 9 connected peers, too large a share of them would be \
         banned in an hour; nothing further is banned until you resume"
    );
    let status = net.nodes[0].fleet.status(net.now());
    assert!(status.stopped);
    let told = "connected 16m 40s; 1 believed ban in 1h; stopped: too large a share of the connected peers \
                would be banned, so nothing further is until you resume; this node is n0";
    let since = status.to_string();
    assert!(since.ends_with(told.split_once("; ").unwrap().1), "{since}");

    net.nodes[0].fleet.resume().unwrap();
    net.settle();
    assert!(net.nodes[0].refuses("p1") && net.nodes[0].refuses("elsewhere"));
}

#[test]
fn nodes_that_observe_ban_nothing_and_say_what_they_would() {
    let mut net = Net::with_rules(5, FleetRules::default());
    net.misbehave("spammer", 0..3);
    assert_eq!(net.refusing("spammer"), [0, 1, 2]);
    let standing = net.nodes[4].fleet.standing(&crate::net::peer("spammer"), net.now());
    assert_eq!((standing.votes, standing.withheld.map(|why| why.as_str())), (3, Some("observe")));
}
