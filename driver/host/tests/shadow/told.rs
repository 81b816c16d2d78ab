//! Notices of what would have been done.

use futures::StreamExt;
use futures::executor::block_on;
use peerwarden_host::shadow::ShadowNotice;
use peerwarden_host::{Cause, Config, DriverOptions, NoticeKind, Subscription};

use crate::node::{Node, name, peer, with_threshold};

/// The next notice of a shadow policy.
fn next(notices: &mut Subscription<String>) -> ShadowNotice<String> {
    block_on(async {
        loop {
            let notice = notices.next().await.expect("the node is there");
            assert_eq!(notice.missed, 0);
            if let NoticeKind::Shadow(told) = notice.kind {
                return told;
            }
        }
    })
}

#[test]
fn subscribers_are_told_when_a_ban_would_begin_and_when_it_would_end() {
    let node = Node::shadowed(10 * 864);
    let mut notices = node.warden.subscribe().unwrap();
    node.report("mallory", 11);

    let began = next(&mut notices);
    node.advance(3_600);
    let ended = next(&mut notices);

    assert_eq!((&began.policy, &began.subject), (&name("strict"), &peer("mallory")));
    assert_eq!((began.cause, began.offences), (Cause::Penalty, Some(1)));
    assert!(began.until.is_some() && !began.banned_in_force);
    assert_eq!((ended.subject, ended.until), (peer("mallory"), None));
}

#[test]
fn they_are_told_whether_the_policy_in_force_has_it_banned_too() {
    let node = Node::new(Config::default());
    node.shadow("same", Config::default());
    let mut notices = node.warden.subscribe().unwrap();

    node.report("mallory", 101);

    assert!(next(&mut notices).banned_in_force);
}

/// However much a shadow policy would ban, no ban goes unnoticed for it.
#[test]
fn notices_of_bans_are_not_pushed_out_by_those_of_shadow_policies() {
    let node = Node::shadowed(864);
    let mut notices = node.warden.subscribe().unwrap();
    node.report("mallory", 101);
    for n in 0..3_000 {
        node.report(&format!("peer-{n}"), 2);
    }
    assert_eq!(node.status("strict").banned, 3_001);

    let first = block_on(notices.next()).unwrap();

    assert_eq!(first.missed, 0);
    let kinds: Vec<_> = std::iter::once(first)
        .chain(std::iter::from_fn(|| block_on(notices.next())))
        .take_while(|notice| notice.missed == 0)
        .map(|notice| notice.kind)
        .take(3)
        .collect();
    assert!(kinds.iter().any(|kind| matches!(kind, NoticeKind::Banned { .. })), "{kinds:?}");
}

#[test]
fn policies_of_the_options_begin_with_the_node() {
    let shadows = vec![(name("strict"), with_threshold(10 * 864))];
    let options = DriverOptions::default().with_shadows(shadows);
    let node = Node::with_options(Config::default(), &options);
    node.report("mallory", 11);

    assert_eq!(node.status("strict").only_shadow, 1);
}
