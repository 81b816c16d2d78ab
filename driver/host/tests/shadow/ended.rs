//! Shadow policies that end, with the node or before.

use peerwarden_host::shadow::ShadowError;
use peerwarden_host::{Closed, Config};

use crate::node::{Node, name, with_threshold};

#[test]
fn an_ended_policy_is_gone() {
    let node = Node::shadowed(10 * 864);

    assert_eq!(node.warden.end_shadow(&name("strict")), Ok(true));

    assert_eq!(node.warden.end_shadow(&name("strict")), Ok(false));
    assert_eq!(node.warden.shadows(), Ok(vec![]));
}

#[test]
fn another_of_the_name_begins_anew() {
    let node = Node::shadowed(10 * 864);
    node.report("mallory", 11);
    node.advance(3_600);

    node.shadow("strict", with_threshold(20 * 864));
    node.report("mallory", 11);

    let status = node.status("strict");
    assert_eq!((status.bans.total(), status.inputs), (0, 11));
    assert_eq!(node.warden.shadow_config(&name("strict")).unwrap(), Some(with_threshold(20 * 864)));
}

#[test]
fn one_can_begin_after_the_last_has_ended() {
    let node = Node::shadowed(10 * 864);
    node.warden.end_shadow(&name("strict")).unwrap();
    node.report("mallory", 6);

    node.shadow("again", with_threshold(10 * 864));
    node.report("mallory", 5);

    let status = node.status("again");
    assert_eq!((status.only_shadow, status.inputs), (1, 5));
}

#[test]
fn there_are_no_more_than_there_may_be() {
    let node = Node::new(Config::default());
    for n in 0..ShadowError::MOST {
        node.shadow(&n.to_string(), Config::default());
    }

    let error = node.warden.shadow(name("more"), Config::default()).unwrap_err();

    assert_eq!(error.to_string(), "there are 8 shadow policies, which is the most: end one first");
    node.shadow("0", Config::flow());
}

#[test]
fn a_node_that_is_gone_has_none() {
    let node = Node::shadowed(10 * 864);
    let warden = node.warden.clone();
    drop(node);

    assert_eq!(warden.shadows(), Err(Closed));
    let error = warden.shadow(name("strict"), Config::default()).unwrap_err();
    assert_eq!(error.to_string(), Closed.to_string());
}
