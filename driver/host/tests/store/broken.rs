//! Files that are no store, or not any more, or not this process's.

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::sync::Arc;

use peerwarden_host::{Config, ManualTimer, RedbStore, Store, StoreError};
use redb::{Database, TableDefinition};

use crate::child::Child;
use crate::node::{DataFile, Guarded, Node, somebody};

#[test]
fn a_file_of_something_else_is_refused_and_left_alone() {
    let file = DataFile::new();
    let text = "a file with the recipe of a cake in it. ".repeat(1_000);
    fs::write(file.path(), &text).unwrap();

    assert_eq!(
        refusal(&file),
        format!(
            "{} is not a store of peerwarden's: it is no redb database at all; give another path, \
             or move it away",
            file.path().display()
        )
    );
    assert_eq!(fs::read_to_string(file.path()).unwrap(), text);
}

#[test]
fn a_redb_database_of_something_else_is_refused_and_left_alone() {
    let file = DataFile::new();
    let cakes = TableDefinition::<&str, u64>::new("cakes");
    let database = Database::create(file.path()).unwrap();
    let transaction = database.begin_write().unwrap();
    transaction.open_table(cakes).unwrap().insert("apple", 1).unwrap();
    transaction.commit().unwrap();
    drop(database);

    assert_eq!(
        refusal(&file),
        format!(
            "{} is not a store of peerwarden's: it is a redb database with other tables; give \
             another path, or move it away",
            file.path().display()
        )
    );
}

#[test]
fn a_file_that_is_looked_at_shows_what_is_in_it_and_stays_as_it_is() {
    let file = DataFile::new();
    let (_, subject) = somebody();
    let node = Node::start(file.open());
    node.ban(subject.clone(), 60);
    node.flush();
    let in_use = RedbStore::examine(&file.path()).map(drop).unwrap_err();
    assert!(matches!(in_use, StoreError::InUse { .. }), "{in_use}");
    drop(node);
    let before = fs::read(file.path()).unwrap();

    let node = Node::start(RedbStore::examine(&file.path()).unwrap());
    assert_eq!(node.bans(), [(subject.clone(), Some(60))]);
    node.ban(subject.clone(), 600);
    node.flush();
    drop(node);

    assert_eq!(fs::read(file.path()).unwrap(), before);
    assert_eq!(Node::start(file.open()).bans(), [(subject, Some(60))]);
}

#[test]
fn an_empty_or_short_file_is_damaged() {
    let file = DataFile::new();
    Node::start(file.open()).ban(somebody().1, 60);
    let whole = fs::read(file.path()).unwrap();
    let way_out = "put a copy back, or move it away to start without the bans in it";

    fs::write(file.path(), "").unwrap();
    let what = "it is empty, as no store ever is";
    assert_eq!(refusal(&file), format!("{} is damaged: {what}; {way_out}", file.path().display()));

    for length in [1, 100, 4_096, whole.len() / 2, whole.len() - 1] {
        fs::write(file.path(), &whole[..length]).unwrap();
        let said = refusal(&file);
        assert!(said.starts_with(&file.path().display().to_string()), "{length}: {said}");
        assert!(said.contains("move it away"), "{length}: {said}");
    }
}

/// Each byte that is used is changed in its turn, or at least some of each page.
#[test]
fn a_file_with_a_byte_changed_holds_everything_or_is_refused() {
    let file = DataFile::new();
    let node = Node::start(file.open());
    for _ in 0..200 {
        node.ban(somebody().1, 60);
    }
    let bans = node.bans();
    drop(node);
    let whole = fs::read(file.path()).unwrap();
    let used: Vec<_> = (0..whole.len()).filter(|at| whole[*at] != 0).collect();

    let (mut refused, mut same) = (0, 0);
    for at in used.iter().step_by(used.len() / 150) {
        let mut damaged = whole.clone();
        damaged[*at] ^= 0x10;
        fs::write(file.path(), &damaged).unwrap();
        match restore(&file) {
            Ok(node) => {
                let kept = node.handle().bans(None, usize::MAX).unwrap();
                assert!(
                    kept.iter().map(|ban| &ban.subject).eq(bans.iter().map(|ban| &ban.0)),
                    "{at}"
                );
                same += 1;
            }
            Err(error) => {
                let said = error.to_string();
                assert!(said.starts_with(&file.path().display().to_string()), "{at}: {said}");
                assert!(fs::read(file.path()).unwrap() == damaged, "{at}: it was changed");
                refused += 1;
            }
        }
    }
    println!("{refused} refused, {same} as before");
    assert!(refused > 20, "{refused}");
}

#[test]
fn a_store_of_a_later_version_is_refused_and_left_alone() {
    let file = DataFile::new();
    Node::start(file.open()).ban(somebody().1, 60);
    let mut store = file.open();
    let header =
        peerwarden_host::store::Change { key: b"format".to_vec(), value: Some(vec![4, 77]) };
    store.write(std::slice::from_ref(&header)).unwrap();
    drop(store);

    assert_eq!(
        refusal(&file),
        format!(
            "{} has format 4, and this version knows none later than 3: use the later version \
             again, or move it away to start without the bans in it",
            file.path().display()
        )
    );
    assert_eq!(file.open().load().unwrap().len(), 2);
}

#[test]
fn rows_that_mean_nothing_are_damage() {
    let whose = Vec::<u8>::from(somebody().0);
    let peer = [b"p".as_slice(), &whose].concat();
    for (key, value, what) in [
        (b"x1".to_vec(), vec![], "a row names no subject: x1".to_owned()),
        (b"n10.0.0.0/99".to_vec(), vec![], "a row names no subject: n10.0.0.0/99".to_owned()),
        (b"n10.0.0.0/8".to_vec(), vec![0, 9], "what it says of addr:10.0.0.0/8: ".to_owned()),
        (peer, vec![0, 0], "what it says of peer:".to_owned()),
    ] {
        let file = DataFile::new();
        drop(Node::start(file.open()));
        let mut store = file.open();
        let change = peerwarden_host::store::Change { key, value: Some(value) };
        store.write(std::slice::from_ref(&change)).unwrap();
        drop(store);

        let said = refusal(&file);
        let damaged = format!("{} is damaged: {what}", file.path().display());
        assert!(said.starts_with(&damaged), "{said}");
    }
}

#[test]
fn a_directory_that_is_not_there_is_named() {
    let file = DataFile::new();
    let path = file.path().join("further/bans.redb");

    let said = RedbStore::open(&path).unwrap_err().to_string();

    assert_eq!(
        said,
        format!(
            "{} is not there, or its directory is not: create the directory, or give another path",
            path.display()
        )
    );
}

#[test]
fn a_file_that_another_process_has_open_is_refused() {
    let file = DataFile::new();
    let mut other = Child::run(&file.path());
    other.until("ready");
    let in_use = format!(
        "{} is in use by another process, or opened twice by this one: stop that, or give each \
         node a path of its own",
        file.path().display()
    );
    assert_eq!(RedbStore::open(file.path()).unwrap_err().to_string(), in_use);

    other.kill();
    let _mine = file.open();

    assert_eq!(RedbStore::open(file.path()).unwrap_err().to_string(), in_use);
}

#[test]
fn a_file_that_this_user_may_not_write_is_refused() {
    let file = DataFile::new();
    drop(Node::start(file.open()));
    let directory = file.path().parent().unwrap().to_owned();
    fs::set_permissions(&directory, fs::Permissions::from_mode(0o755)).unwrap();
    fs::set_permissions(file.path(), fs::Permissions::from_mode(0o444)).unwrap();

    // What a file may be used for stops everybody but root, who has to be somebody else for this.
    let root = fs::metadata(file.path()).unwrap().uid() == 0;
    let mut child =
        if root { Child::run_as_nobody(&file.path()) } else { Child::run(&file.path()) };

    assert_eq!(
        child.until("error"),
        format!(
            "{} cannot be written (Permission denied (os error 13)): let this user write it and \
             its directory",
            file.path().display()
        )
    );
}

#[test]
fn a_full_disk_is_named_and_what_did_not_fit_is_written_once_there_is_room() {
    let file = DataFile::new();
    drop(Node::start(file.open()));
    let blocks = fs::metadata(file.path()).unwrap().len() / 512;
    let mut child = Child::run_with_room(&file.path(), blocks + 64);
    child.until("ready");

    let error = child.until("error");
    assert_eq!(
        error,
        format!(
            "no room to write {} (File too large (os error 27)): make some, or raise the limit",
            file.path().display()
        )
    );
    assert_eq!(child.until("enforced"), "yes");
    if !child.give_room() {
        return;
    }
    let bans: usize = child.until("flushed").parse().unwrap();
    child.kill();

    let node = restore(&file).unwrap();
    assert_eq!(node.handle().bans(None, usize::MAX).unwrap().len(), bans);
}

/// What is said of a file, whether it is opened or only looked at, and that looking leaves it as it is.
fn refusal(file: &DataFile) -> String {
    let before = fs::read(file.path()).ok();
    let examined = RedbStore::examine(&file.path())
        .and_then(|store| Guarded::restore(Config::default(), Arc::new(ManualTimer::new()), store));
    assert_eq!(fs::read(file.path()).ok(), before);
    let refusal = restore(file).unwrap_err().to_string();
    assert_eq!(examined.unwrap_err().to_string(), refusal);
    refusal
}

fn restore(file: &DataFile) -> Result<Guarded, StoreError> {
    let store = RedbStore::open(file.path())?;
    Guarded::restore(Config::default(), Arc::new(ManualTimer::new()), store)
}
