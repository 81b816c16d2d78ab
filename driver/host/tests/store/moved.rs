//! A file that is deleted, renamed or replaced while a node runs.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use peerwarden_host::store::{Change, Checked, Row};
use peerwarden_host::{RedbStore, Store, StoreError, Subject, Tag};

use crate::child::Child;
use crate::faulty_store::FaultyStore;
use crate::node::{DataFile, Node, network, somebody};
use crate::peer::Peer;

#[test]
fn a_file_that_was_deleted_is_written_anew() {
    let file = DataFile::new();
    let (node, bans) = banning(&file);
    fs::remove_file(file.path()).unwrap();

    node.flush();

    noticed(&node, 1, &file);
    drop(node);
    assert_eq!(Node::start(file.open()).bans(), bans);
}

#[test]
fn a_file_that_was_renamed_is_written_anew_and_the_old_one_left_alone() {
    let file = DataFile::new();
    let (node, mut bans) = banning(&file);
    let backup = file.path().with_file_name("backup.redb");
    fs::rename(file.path(), &backup).unwrap();
    let (_, late) = somebody();
    node.ban(late.clone(), 3_600);

    node.flush();

    noticed(&node, 1, &file);
    drop(node);
    let old = bans.clone();
    bans.push((late, Some(3_600)));
    assert_eq!(Node::start(file.open()).bans(), bans);
    assert_eq!(Node::start(RedbStore::open(&backup).unwrap()).bans(), old);
}

#[test]
fn a_file_that_was_replaced_by_anything_is_written_anew_and_what_replaced_it_is_kept() {
    let other = DataFile::new();
    drop(Node::start(other.open()));
    let store = fs::read(other.path()).unwrap();
    for contents in [store, Vec::new(), b"the recipe of a cake".to_vec()] {
        let file = DataFile::new();
        let (node, bans) = banning(&file);
        let new = file.path().with_file_name("new.redb");
        fs::write(&new, &contents).unwrap();
        fs::rename(&new, file.path()).unwrap();

        node.flush();

        noticed(&node, 1, &file);
        drop(node);
        assert_eq!(Node::start(file.open()).bans(), bans);
        let aside = aside(&file.path());
        assert!(fs::read(aside).unwrap() == contents);
    }
}

#[test]
fn a_file_in_the_way_that_another_process_has_open_is_an_error_until_it_is_gone() {
    let file = DataFile::new();
    let (node, bans) = banning(&file);
    fs::remove_file(file.path()).unwrap();
    let mut other = Child::run(&file.path());
    other.until("ready");

    let error = node.handle.flush().wait().unwrap_err().to_string();
    assert!(error.contains(" is in use by another process"), "{error}");
    let health = node.handle.store_health().unwrap().unwrap();
    assert!(health.failing.is_some() && health.errors >= 1);

    other.kill();
    node.flush();
    let health = node.handle.store_health().unwrap().unwrap();
    assert!(health.failing.is_none());
    drop(node);
    assert_eq!(Node::start(file.open()).bans(), bans);
}

#[test]
fn a_directory_that_is_gone_is_an_error_until_it_is_there_again() {
    let file = DataFile::new();
    let deeper = file.path().with_file_name("deeper");
    fs::create_dir(&deeper).unwrap();
    let path = deeper.join("bans.redb");
    let node = Node::start(RedbStore::open(&path).unwrap());
    let (_, subject) = somebody();
    node.ban(subject.clone(), 3_600);
    node.flush();
    fs::remove_dir_all(&deeper).unwrap();

    let error = node.handle.flush().wait().unwrap_err().to_string();
    assert!(error.contains(" is not there, or its directory is not"), "{error}");

    fs::create_dir(&deeper).unwrap();
    node.flush();
    drop(node);
    assert_eq!(Node::start(RedbStore::open(&path).unwrap()).bans(), [(subject, Some(3_600))]);
}

#[test]
fn a_file_is_noticed_although_nothing_is_to_be_written() {
    let file = DataFile::new();
    let mut store = file.open();
    assert!(matches!(store.check(), Ok(Checked::Whole)));
    fs::remove_file(file.path()).unwrap();

    assert!(matches!(store.check(), Ok(Checked::Mended(StoreError::Moved { .. }))));
    assert!(matches!(store.check(), Ok(Checked::Whole)));
    assert!(file.path().exists());
}

/// Another kind of store may have nothing left to read from.
#[test]
fn a_store_that_starts_anew_is_told_everything() {
    let store = FaultyStore::default();
    let mut node = Node::start(Forgetful(store.clone()));
    let (peer, subject) = somebody();
    let (owing, _) = somebody();
    let (spared, spare) = somebody();
    node.ban(subject, 3_600);
    node.ban(network("192.0.2.0/24"), 3_600);
    node.report(owing, 50);
    node.handle.protect(spare, Tag::OPERATOR).unwrap();
    node.connect(somebody().0);
    node.flush();
    let rows = store.look(|contents| contents.rows.clone());
    assert_eq!(store.rows(), 4);
    store.look(|contents| contents.rows.clear());

    node.flush();

    assert_eq!(store.look(|contents| contents.rows.clone()), rows);
    let health = node.handle.store_health().unwrap().unwrap();
    assert!(health.failing.is_none(), "{health:?}");
    assert_eq!((health.rows, health.errors), (4, 1));
    let after = Node::start(store);
    assert_eq!(after.bans(), node.bans());
    for peer in [peer, owing, spared] {
        assert_eq!(
            after.status(peer).map(|status| status.penalty),
            node.status(peer).map(|status| status.penalty)
        );
    }
}

#[test]
fn a_file_is_for_its_owner_alone() {
    let file = DataFile::new();
    let mode = |path: PathBuf| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    let (node, _) = banning(&file);
    assert_eq!(mode(file.path()), 0o600);

    fs::remove_file(file.path()).unwrap();
    node.flush();
    assert_eq!(mode(file.path()), 0o600);
}

/// The bans of a node, as [`Node::bans`] lists them.
pub(crate) type Bans = Vec<(Subject<Peer>, Option<u64>)>;

/// A node that has banned some.
pub(crate) fn banning(file: &DataFile) -> (Node, Bans) {
    let node = Node::start(file.open());
    for _ in 0..20 {
        node.ban(somebody().1, 3_600);
    }
    node.flush();
    let bans = node.bans();
    (node, bans)
}

pub(crate) fn noticed(node: &Node, errors: u64, file: &DataFile) {
    let health = node.handle.store_health().unwrap().unwrap();
    assert_eq!(health.errors, errors);
    assert!(health.failing.is_none(), "{health:?}");
    assert!(file.path().exists());
}

/// The one file beside `path` that was set aside.
pub(crate) fn aside(path: &Path) -> PathBuf {
    let entries = fs::read_dir(path.parent().unwrap()).unwrap().map(|entry| entry.unwrap().path());
    let aside: Vec<_> =
        entries.filter(|each| each.to_string_lossy().contains(".redb.replaced-")).collect();
    let [one] = &aside[..] else {
        panic!("{aside:?}");
    };
    one.clone()
}

/// A store that may have lost everything.
struct Forgetful(FaultyStore);

impl Store for Forgetful {
    fn location(&self) -> String {
        self.0.location()
    }

    fn load(&mut self) -> Result<Vec<Row>, StoreError> {
        self.0.load()
    }

    fn write(&mut self, changes: &[Change]) -> Result<(), StoreError> {
        self.0.write(changes)
    }

    fn check(&mut self) -> Result<Checked, StoreError> {
        let lost = self.0.look(|contents| contents.rows.is_empty());
        let what = "dropped".to_owned();
        let error = StoreError::Moved { location: self.location(), what };
        Ok(if lost { Checked::Anew(error) } else { Checked::Whole })
    }
}
