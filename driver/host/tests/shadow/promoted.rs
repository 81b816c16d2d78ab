//! Shadow policies put in force.

use peerwarden_host::Config;

use crate::node::{Node, name, with_threshold};

#[test]
fn a_promoted_policy_is_in_force_and_no_shadow_any_more() {
    let node = Node::shadowed(10 * 864);
    node.report("mallory", 11);

    assert_eq!(node.warden.promote_shadow(&name("strict")), Ok(true));

    assert_eq!(node.warden.config(), Ok(with_threshold(10 * 864)));
    assert_eq!(node.warden.shadows(), Ok(vec![]));
    assert!(!node.is_banned("mallory"), "what was decided stands");
    node.report("mallory", 1);
    assert!(node.is_banned("mallory"));
}

#[test]
fn what_is_not_there_is_not_promoted() {
    let node = Node::shadowed(10 * 864);

    assert_eq!(node.warden.promote_shadow(&name("mild")), Ok(false));

    assert_eq!(node.warden.config(), Ok(Config::default()));
}

#[test]
fn others_go_on_beside_the_one_that_is_promoted() {
    let node = Node::shadowed(10 * 864);
    node.shadow("mild", Config::default());
    node.warden.promote_shadow(&name("strict")).unwrap();
    node.report("mallory", 11);

    let status = node.status("mild");

    assert_eq!((status.only_shadow, status.only_in_force), (0, 1));
}
