//! Orders and pardons.

use peerwarden_fleet::Says;

use crate::net::{HOUR, Net, SECOND, peer};

#[test]
fn an_operators_pardon_lifts_a_ban_on_all_nodes_that_do_not_ban_it_themselves() {
    let mut net = Net::new(5);
    net.misbehave("mistaken", 0..3);
    net.order("mistaken", Says::Pardon, 24 * HOUR);
    assert_eq!(net.refusing("mistaken"), [0, 1, 2], "own bans need no quorum");
    net.pass(700 * SECOND);
    assert_eq!(net.refusing("mistaken"), [0, 1, 2]);
}

#[test]
fn an_operators_order_bans_everywhere() {
    let mut net = Net::new(5);
    net.order("unwanted", Says::Ban, HOUR);
    assert_eq!(net.refusing("unwanted"), [0, 1, 2, 3, 4]);
    net.pass(HOUR + 10 * SECOND);
    assert_eq!(net.refusing("unwanted"), [] as [usize; 0]);
}

#[test]
fn an_operator_who_lifts_a_ban_on_one_node_is_not_overruled_there_by_the_next_vote() {
    let mut net = Net::new(5);
    net.misbehave("friend", 0..3);
    net.nodes[4].warden.unban(peer("friend"), None).unwrap();
    net.settle();
    net.misbehave("friend", 3..4);
    net.pass(HOUR);
    assert_eq!(net.refusing("friend"), [0, 1, 2, 3]);
    let standing = net.nodes[4].fleet.standing(&peer("friend"), net.now());
    assert_eq!(standing.withheld.map(|why| why.as_str()), Some("pardon"));
    let pardon = standing.statements.iter().find(|vote| vote.author == "n4").unwrap();
    assert_eq!(pardon.says, Says::Pardon);
}

#[test]
fn what_is_protected_later_is_lifted_and_no_pardon() {
    let mut net = Net::new(5);
    net.misbehave("friend", 0..3);
    let committee = peerwarden_host::Tag::new("committee").unwrap();
    net.nodes[4].warden.protect(peer("friend"), committee).unwrap();
    net.settle();
    assert_eq!(net.refusing("friend"), [0, 1, 2, 3]);
    let standing = net.nodes[4].fleet.standing(&peer("friend"), net.now());
    assert_eq!(standing.pardoned_until, None);
}
