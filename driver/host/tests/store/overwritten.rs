//! A file that is written to in place by another process while a node runs.

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use peerwarden_host::store::{Change, Checked, Row};
use peerwarden_host::{Origin, RedbStore, Store, StoreError};

use crate::faulty_store::FaultyStore;
use crate::moved::{Bans, aside, banning, noticed};
use crate::node::{DataFile, Node, somebody};

/// What is done to a file.
#[derive(Clone, Copy, Debug)]
enum Overwriting {
    Emptied,
    CutShort,
    Garbage,
    Longer,
    OlderCopy,
    OtherStore,
}

const ALL: [Overwriting; 6] = [
    Overwriting::Emptied,
    Overwriting::CutShort,
    Overwriting::Garbage,
    Overwriting::Longer,
    Overwriting::OlderCopy,
    Overwriting::OtherStore,
];

impl Overwriting {
    /// Does it, in place, as `cp`, `>` and `rsync --inplace` do.
    fn apply(self, path: &Path, older: &[u8]) {
        let open = || OpenOptions::new().write(true).open(path).unwrap();
        let contents = match self {
            Self::Emptied => Vec::new(),
            Self::CutShort => {
                open().set_len(fs::metadata(path).unwrap().len() / 2).unwrap();
                return;
            }
            Self::Garbage => b"the recipe of a cake".repeat(200_000),
            Self::Longer => {
                let mut file = OpenOptions::new().append(true).open(path).unwrap();
                file.write_all(b"the recipe of a cake").unwrap();
                return;
            }
            Self::OlderCopy => older.to_vec(),
            // As many writes as the other, on another file.
            Self::OtherStore => {
                let other = DataFile::new();
                drop(banning(&other));
                fs::read(other.path()).unwrap()
            }
        };
        let mut file = open();
        file.set_len(0).unwrap();
        file.write_all(&contents).unwrap();
    }
}

#[test]
fn a_file_that_was_overwritten_in_place_is_written_anew() {
    for how in ALL {
        let file = DataFile::new();
        let (node, bans, older) = grown(&file);
        how.apply(&file.path(), &older);
        let left = fs::read(file.path()).unwrap();

        node.flush();

        noticed(&node, 1, &file);
        drop(node);
        assert_eq!(Node::start(file.open()).bans(), bans, "{how:?}");
        if !left.is_empty() {
            assert!(fs::read(aside(&file.path())).unwrap() == left, "{how:?}");
        }
    }
}

#[test]
fn a_node_that_is_stopped_after_its_file_was_overwritten_leaves_a_whole_one() {
    for how in ALL {
        let file = DataFile::new();
        let (node, mut bans, older) = grown(&file);
        how.apply(&file.path(), &older);
        let (_, late) = somebody();
        node.ban(late.clone(), 3_600);

        drop(node);

        bans.push((late, Some(3_600)));
        assert_eq!(Node::start(file.open()).bans(), bans, "{how:?}");
    }
}

#[test]
fn an_overwritten_file_is_noticed_although_nothing_is_to_be_written() {
    for how in ALL {
        let file = DataFile::new();
        drop(banning(&file));
        let older = fs::read(file.path()).unwrap();
        let mut store = file.open();
        assert!(matches!(store.check(), Ok(Checked::Whole)));
        store.write(&[Change { key: b"k".to_vec(), value: Some(vec![1]) }]).unwrap();
        assert!(matches!(store.check(), Ok(Checked::Whole)));
        how.apply(&file.path(), &older);

        let checked = store.check().unwrap();

        assert!(matches!(checked, Checked::Anew(StoreError::Moved { .. })), "{how:?}: {checked:?}");
        assert!(matches!(store.check(), Ok(Checked::Whole)));
        assert_eq!(store.load().unwrap(), []);
    }
}

#[test]
fn a_file_that_is_overwritten_while_it_is_written_is_written_anew() {
    for how in ALL {
        let file = DataFile::new();
        let (node, _, older) = grown(&file);
        let stop = Arc::new(AtomicBool::new(false));
        let (handle, done) = (node.handle.clone(), Arc::clone(&stop));
        let busy = thread::spawn(move || {
            while !done.load(Ordering::Relaxed) {
                for _ in 0..20 {
                    handle.ban(somebody().1, None, Origin::Operator).unwrap();
                }
                // An error while the file is overwritten is as good as success.
                let _ = handle.flush().wait();
            }
        });
        let health = || node.handle.store_health().unwrap().unwrap();
        for _ in 0..3 {
            let before = health();
            until(|| health().writes > before.writes + 2);
            how.apply(&file.path(), &older);
            until(|| health().errors > before.errors);
        }
        stop.store(true, Ordering::Relaxed);
        busy.join().unwrap();

        until(|| node.handle.flush().wait().is_ok());
        let bans = node.bans();
        assert!(bans.len() > 20);
        let killed = file.path().with_file_name("killed.redb");
        fs::copy(file.path(), &killed).unwrap();
        drop(node);

        let sorted = |node: &Node| {
            let mut bans: Vec<_> = node.bans().into_iter().map(|(subject, _)| subject).collect();
            bans.sort();
            bans
        };
        let mut expected: Vec<_> = bans.into_iter().map(|(subject, _)| subject).collect();
        expected.sort();
        assert!(sorted(&Node::start(RedbStore::open(killed).unwrap())) == expected, "{how:?}");
        assert!(sorted(&Node::start(file.open())) == expected, "{how:?}");
    }
}

/// A kill on the way would leave a part of the bans, which is no amnesty for the others.
#[test]
fn a_store_that_is_written_anew_says_that_it_is_one_when_all_is_in_it() {
    let store = FaultyStore::default();
    let emptied = Emptied { store: store.clone(), states: Arc::default() };
    let states = Arc::clone(&emptied.states);
    let node = Node::start(emptied);
    for _ in 0..3_000 {
        node.ban(somebody().1, 3_600);
    }
    node.flush();
    store.look(|contents| contents.rows.clear());
    states.lock().unwrap().clear();

    node.flush();

    let states = states.lock().unwrap().clone();
    assert_eq!(states.last(), Some(&(3_001, true)));
    let unfinished = &states[..states.len() - 1];
    assert!(unfinished.len() > 1 && unfinished.iter().all(|(_, header)| !header), "{states:?}");
    store.look(|contents| contents.rows.remove(b"format".as_slice()));
    let refused = Node::try_start(store).map(drop).unwrap_err().to_string();
    assert!(refused.contains("when its node was killed"), "{refused}");
}

/// A store that loses everything when it is emptied, and takes note of how many rows there are after
/// each write and whether one of them is the header.
struct Emptied {
    store: FaultyStore,
    states: Arc<std::sync::Mutex<Vec<(usize, bool)>>>,
}

impl Store for Emptied {
    fn location(&self) -> String {
        self.store.location()
    }

    fn load(&mut self) -> Result<Vec<Row>, StoreError> {
        self.store.load()
    }

    fn write(&mut self, changes: &[Change]) -> Result<(), StoreError> {
        self.store.write(changes)?;
        let state = self.store.look(|contents| {
            (contents.rows.len(), contents.rows.contains_key(b"format".as_slice()))
        });
        self.states.lock().unwrap().push(state);
        Ok(())
    }

    fn check(&mut self) -> Result<Checked, StoreError> {
        let lost = self.store.look(|contents| contents.rows.is_empty());
        let error = StoreError::Moved { location: self.location(), what: "emptied".to_owned() };
        Ok(if lost { Checked::Anew(error) } else { Checked::Whole })
    }
}

/// A node that has banned some, and its file as it was before the last one.
fn grown(file: &DataFile) -> (Node, Bans, Vec<u8>) {
    let (node, mut bans) = banning(file);
    let older = fs::read(file.path()).unwrap();
    let (_, subject) = somebody();
    node.ban(subject.clone(), 3_600);
    node.flush();
    bans.push((subject, Some(3_600)));
    (node, bans, older)
}

fn until(mut is_so: impl FnMut() -> bool) {
    let started = Instant::now();
    while !is_so() {
        assert!(started.elapsed() < Duration::from_secs(60));
        thread::sleep(Duration::from_millis(5));
    }
}
