//! A node as a settings file describes it.

use libp2p::PeerId;
use peerwarden_libp2p::{Behaviour, ManualTimer, Origin, Settings, StoreError, Subject, Verdict};

use crate::node::DataFile;

#[test]
fn a_settings_file_that_names_a_file_for_data_makes_a_node_that_remembers() {
    let (file, peer, friend) = (DataFile::new(), PeerId::random(), PeerId::random());
    let text = format!("data_file = {:?}\nprotect = [\"{friend}\"]", file.path());
    let start =
        || Behaviour::from_settings(Settings::from_toml(&text).unwrap(), ManualTimer::new());
    let node = start().unwrap();
    node.handle().ban(Subject::Peer(peer), None, Origin::Operator).unwrap();
    drop(node);

    let (node, again) = (start().unwrap(), start());

    let verdict = node.handle().check_peer(&peer, None).unwrap();
    assert!(matches!(verdict, Verdict::Deny(_)), "{verdict:?}");
    let status = node.handle().status(&friend).unwrap();
    assert!(status.is_some_and(|status| status.protected));
    assert!(matches!(again, Err(StoreError::InUse { .. })));
}
