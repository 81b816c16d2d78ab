//! Notes on bans across a restart.

use std::time::Duration;

use peerwarden_host::{BanDuration, Cause, Note, Origin};

use crate::node::{DataFile, Node, network, somebody};

#[test]
fn notes_are_there_again_with_their_bans_and_with_no_others() {
    let file = DataFile::new();
    let node = Node::start(file.open());
    let note = |why: &str| Note::new(why).unwrap().by("ana").unwrap();
    let hour = BanDuration::try_from(Duration::from_secs(3_600)).ok();
    let (net, (_, peer), (_, free)) = (network("203.0.113.0/24"), somebody(), somebody());
    let ban = |subject: &_, origin, why| {
        node.handle.ban_with_note(Clone::clone(subject), hour, origin, note(why)).unwrap()
    };
    let _ = ban(&net, Origin::Operator, "scanner");
    let _ = ban(&peer, Origin::Operator, "spam");
    let _ = ban(&peer, Origin::Remote, "list: a");
    let _ = ban(&free, Origin::Operator, "mistake");
    node.flush();
    // Newer words of the same origins, and one that is taken back.
    let _ = ban(&net, Origin::Operator, "port scanner");
    node.handle.unban(peer.clone(), Some(Cause::Remote)).unwrap();
    node.handle.unban(free.clone(), None).unwrap();
    drop(node);

    let mut node = Node::start(file.open());

    assert_eq!(node.handle.notes(&net).unwrap().operator, Some(note("port scanner")));
    let notes = node.handle.notes(&peer).unwrap();
    assert_eq!((notes.operator, notes.remote), (Some(note("spam")), None));
    assert!(node.handle.notes(&free).unwrap().is_empty());
    let listed = node.handle.bans(None, 10).unwrap();
    let listed: Vec<_> = listed.into_iter().map(|ban| ban.notes.operator).collect();
    assert_eq!(listed, [Some(note("port scanner")), Some(note("spam"))]);

    node.advance(Duration::from_secs(3_600));
    assert!(node.handle.notes(&net).unwrap().is_empty());
}
