//! A node as a settings file describes it.

use std::sync::Arc;
use std::time::Duration;

use peerwarden_host::{
    BanChange, BanDuration, Cause, ManualTimer, Misbehavior, Origin, StoreError, Subject, Tag,
    Until, Verdict,
};

use crate::node::DataFile;
use crate::node::Guarded;
use crate::peer::{Peer, PeerAt};

type Settings = peerwarden_host::Settings<Peer, PeerAt>;

#[test]
fn a_settings_file_that_names_a_file_for_data_makes_a_node_that_remembers() {
    let (file, peer, friend) = (DataFile::new(), Peer::random(), Peer::random());
    let text = format!("data_file = {:?}\nprotect = [\"{friend}\"]", file.path());
    let start = || {
        Guarded::from_settings(Settings::from_toml(&text).unwrap(), Arc::new(ManualTimer::new()))
    };
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

#[test]
fn a_relative_data_file_lies_beside_the_settings_file() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("node.toml");
    std::fs::write(&file, "data_file = \"data.redb\"").unwrap();

    let node = Guarded::from_settings(Settings::read(&file).unwrap(), Arc::new(ManualTimer::new()))
        .unwrap();

    assert!(matches!(node.handle().store_health(), Ok(Some(_))));
    assert!(directory.path().join("data.redb").exists());
}

/// Each start is a node with what stands in the file then.
#[test]
fn what_is_taken_off_the_lists_of_the_file_is_gone_after_a_restart() {
    let (file, peer, friend) = (DataFile::new(), Peer::random(), Peer::random());
    let start = |lists: &str| {
        let text = format!("data_file = {:?}\n{lists}", file.path());
        Guarded::from_settings(Settings::from_toml(&text).unwrap(), Arc::new(ManualTimer::new()))
            .unwrap()
    };
    let lists = format!(
        "protect = ['{friend}', '198.51.100.0/24', '{peer}@192.0.2.9']\n\
         ban = ['203.0.113.0/24', '192.0.2.1']"
    );
    for _ in 0..2 {
        let node = start(&lists);
        assert_eq!(node.handle().bans(None, 10).unwrap().len(), 2);
        assert_eq!(node.handle().protected(None, 10).unwrap().len(), 3);
        node.handle().flush().wait().unwrap();
        assert_eq!(node.handle().store_health().unwrap().unwrap().rows, 0);
    }

    let node = start("");

    assert_eq!(node.handle().bans(None, 10).unwrap(), []);
    assert_eq!(node.handle().protected(None, 10).unwrap(), []);
    assert_eq!(node.handle().status(&friend).unwrap(), None);
}

#[test]
fn what_the_operator_said_at_run_time_stands_beside_the_file_and_after_it() {
    let (file, peer, friend) = (DataFile::new(), Peer::random(), Peer::random());
    let start = |lists: &str| {
        let text = format!("data_file = {:?}\n{lists}", file.path());
        Guarded::from_settings(Settings::from_toml(&text).unwrap(), Arc::new(ManualTimer::new()))
            .unwrap()
    };
    let (network, committee) =
        (Subject::Addr("203.0.113.0/24".parse().unwrap()), Tag::new("committee").unwrap());
    let lists = format!("protect = ['{friend}', '{peer}']\nban = ['203.0.113.0/24']");
    let node = start(&lists);
    let warden = node.handle();
    let hour = BanDuration::try_from(Duration::from_secs(3_600)).unwrap();
    let answer = warden.ban(network.clone(), Some(hour), Origin::Operator).unwrap();
    assert_eq!(answer.change, BanChange::Unchanged { until: Until::Forever });
    warden.protect(Subject::Peer(friend), Tag::OPERATOR).unwrap();
    warden.protect(Subject::Peer(peer), committee).unwrap();
    drop(node);

    // With the file as it was, and then without its lists.
    let node = start(&lists);
    let bans = node.handle().bans(None, 10).unwrap();
    assert_eq!(bans.iter().map(|ban| ban.until).collect::<Vec<_>>(), [Until::Forever]);
    drop(node);
    let node = start("");

    let warden = node.handle();
    let bans = warden.bans(None, 10).unwrap();
    let [ban] = &bans[..] else {
        panic!("{bans:?}");
    };
    let left = ban.until.instant().unwrap().saturating_duration_since(warden.now().unwrap());
    assert!(left <= Duration::from_secs(3_600) && left > Duration::from_secs(3_500), "{left:?}");
    let protected = warden.protected(None, 10).unwrap();
    let protected: Vec<_> = protected.iter().map(|each| (&each.subject, &each.tags[..])).collect();
    assert_eq!(protected, [(&Subject::Peer(friend), &[Tag::OPERATOR][..])]);
    // And it can be taken back, for good.
    warden.unprotect(Subject::Peer(friend), Tag::OPERATOR).unwrap();
    warden.unban(network, None).unwrap();
    drop((node, warden));
    let node = start("");
    assert_eq!(node.handle().bans(None, 10).unwrap(), []);
    assert_eq!(node.handle().protected(None, 10).unwrap(), []);
}

#[test]
fn a_ban_of_the_file_that_was_lifted_at_run_time_is_back_after_a_restart() {
    let file = DataFile::new();
    let text = format!("data_file = {:?}\nban = ['203.0.113.0/24']", file.path());
    let start = || {
        Guarded::from_settings(Settings::from_toml(&text).unwrap(), Arc::new(ManualTimer::new()))
            .unwrap()
    };
    let subject = Subject::Addr("203.0.113.0/24".parse().unwrap());
    let node = start();
    assert!(node.handle().unban(subject.clone(), None).unwrap().in_settings);
    assert_eq!(node.handle().bans(None, 10).unwrap(), []);
    drop(node);

    let node = start();

    let bans = node.handle().bans(None, 10).unwrap();
    assert_eq!(bans.iter().map(|ban| &ban.subject).collect::<Vec<_>>(), [&subject]);
}

/// What else has a subject of the file banned is remembered as ever, and its offences are forgiven as
/// if the file had not banned it.
#[test]
fn other_bans_of_a_subject_of_the_file_are_remembered() {
    let (file, peer) = (DataFile::new(), Peer::random());
    let start = |lists: &str| {
        let text = format!("data_file = {:?}\n{lists}", file.path());
        Guarded::from_settings(Settings::from_toml(&text).unwrap(), Arc::new(ManualTimer::new()))
            .unwrap()
    };
    let node = start(&format!("ban = ['{peer}']"));
    for _ in 0..101 {
        node.handle().report(peer, Misbehavior::INVALID_MESSAGE).unwrap();
    }
    node.handle().ban(Subject::Peer(peer), None, Origin::Remote).unwrap();
    drop(node);

    let node = start("");

    let status = node.handle().status(&peer).unwrap().unwrap();
    let causes: Vec<_> = status.causes.iter().map(|active| active.cause).collect();
    assert_eq!((causes, status.offences), (vec![Cause::Penalty, Cause::Remote], 1));
}

#[test]
fn one_that_names_none_makes_a_node_without_a_store() {
    let node = Guarded::from_settings(Settings::default(), Arc::new(ManualTimer::new())).unwrap();

    assert!(matches!(node.handle().store_health(), Ok(None)));
}
