//! `peerwarden check`.

use crate::node::{ABSENT, Node, Ran};

#[test]
fn the_exit_code_says_whether_a_connection_would_be_let_in() {
    let node = Node::start();
    assert_eq!(node.done("check 203.0.113.7"), "allow: 203.0.113.7/32, inbound\n");
    node.done("ban 203.0.113.0/24 --forever --note scanner");
    node.done("ban 203.0.113.7 --forever");
    let denied = |out: &str| Ran { code: 10, out: out.to_owned(), err: String::new() };
    assert_eq!(
        node.run("check 203.0.113.7"),
        denied(
            "deny: 203.0.113.7/32, inbound
- 203.0.113.7/32 is banned by operator forever
- 203.0.113.0/24 is banned by operator forever: \"scanner\" (ana)
"
        )
    );
    assert_eq!(
        node.run(&format!("check {ABSENT} --ip 203.0.113.8 --outbound")),
        denied(&format!(
            "deny: {ABSENT} at 203.0.113.8, outbound
- 203.0.113.0/24 is banned by operator forever: \"scanner\" (ana)
"
        ))
    );
    let json = node.run("check 203.0.113.7 --json");
    let answer: serde_json::Value = serde_json::from_str(&json.out).unwrap();
    assert_eq!((json.code, &answer["verdict"]), (10, &"deny".into()));
    assert_eq!(answer["reasons"].as_array().unwrap().len(), 2);
    assert_eq!(node.run("check 203.0.113.7 -q"), denied(""));
}

#[test]
fn what_cannot_be_asked_is_told_with_the_way_out() {
    let node = Node::start();
    node.assert_fails(&[
        (
            "check 203.0.113.300",
            2,
            "peerwarden check: \"203.0.113.300\" is neither a peer id nor an address: 300 is no byte",
        ),
        (
            "check 203.0.113.0/24",
            2,
            "peerwarden check: 203.0.113.0/24 is a network, and check asks about one connection: give a peer \
             or an IP, or ask peerwarden why 203.0.113.0/24",
        ),
        (
            "check 203.0.113.1 --ip 192.0.2.1",
            2,
            "peerwarden check: 203.0.113.1/32 and --ip 192.0.2.1 are both addresses: give a peer with --ip, or \
             one address alone",
        ),
        (
            "check abc",
            2,
            "peerwarden check: \"abc\" is neither a peer id nor an address: give a whole id, an IP such as \
             192.0.2.1, or a network such as 192.0.2.0/24",
        ),
    ]);
}
