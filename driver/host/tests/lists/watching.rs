//! Files of lists that change while the node runs.

use std::fs::{self, File, FileTimes};
use std::path::PathBuf;
use std::time::{Duration, SystemTime};

use peerwarden_host::lists::{ListChangeKind, ListError, ListOptions};
use peerwarden_host::{DriverOptions, NoAddresses, NoticeKind};

use crate::node::{Node, WEEK, after_noon, name, noon, subject};
use crate::peer::{Peer, PeerAt};

/// A node that watches a file, as list `a`.
struct Watching {
    node: Node,
    file: PathBuf,
    _directory: tempfile::TempDir,
}

impl Watching {
    fn new() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join("list");
        let watching = Self { node: Node::new(), file, _directory: directory };
        watching.watch(watching.options());
        watching
    }

    fn options(&self) -> ListOptions {
        ListOptions::new(name("a"), &self.file)
    }

    fn watch(&self, options: ListOptions) {
        self.node.lists.watch(&[options]).unwrap();
    }

    /// Writes the file as a whole, at a moment of the test's clock.
    fn write(&self, text: &str, written: SystemTime) {
        fs::write(&self.file, text).unwrap();
        self.set_time(written);
    }

    fn set_time(&self, written: SystemTime) {
        let file = File::options().write(true).open(&self.file).unwrap();
        file.set_times(FileTimes::new().set_modified(written)).unwrap();
    }

    fn poll(&self) -> Vec<String> {
        self.node.lists.poll().unwrap();
        self.node.bans().into_iter().map(|(subject, _)| subject).collect()
    }

    fn error(&self) -> Option<String> {
        self.node.lists.all().unwrap().remove(0).error
    }
}

#[test]
fn a_changed_file_is_read_once_it_stays_as_it_is() {
    let watching = Watching::new();
    watching.write("192.0.2.1\n", noon());
    assert_eq!(watching.poll(), ["addr:192.0.2.1/32"], "at once the first time");
    assert_eq!(watching.poll(), ["addr:192.0.2.1/32"]);

    // In the middle of being written.
    watching.write("192.0.2.2\n", after_noon(1));
    assert_eq!(watching.poll(), ["addr:192.0.2.1/32"]);
    watching.write("192.0.2.2\n192.0.2.3\n", after_noon(2));
    assert_eq!(watching.poll(), ["addr:192.0.2.1/32"]);
    assert_eq!(watching.poll(), ["addr:192.0.2.2/32", "addr:192.0.2.3/32"]);

    // Another file in its place, as old and as long.
    let other = watching.file.with_extension("new");
    fs::write(&other, "192.0.2.4\n192.0.2.5\n").unwrap();
    fs::rename(&other, &watching.file).unwrap();
    watching.set_time(after_noon(2));
    watching.poll();
    assert_eq!(watching.poll(), ["addr:192.0.2.4/32", "addr:192.0.2.5/32"]);

    let status = watching.node.lists.all().unwrap().remove(0);
    assert_eq!((status.file, status.entries), (Some(watching.file.clone()), 2));
}

#[test]
fn a_file_that_cannot_be_read_changes_nothing_and_is_told_of_once() {
    let watching = Watching::new();
    let mut notices = watching.node.handle.subscribe().unwrap();
    let mut failures = || {
        let kinds = std::iter::from_fn(|| {
            use futures::{FutureExt, StreamExt};
            notices.next().now_or_never().flatten().map(|notice| notice.kind)
        });
        let failed = |kind: &NoticeKind<Peer>| matches!(kind, NoticeKind::List(list) if list.kind == ListChangeKind::Failed);
        kinds.filter(failed).count()
    };
    assert_eq!(watching.poll(), Vec::<String>::new());
    assert_eq!(watching.poll(), Vec::<String>::new());
    assert_eq!(failures(), 1);
    assert!(watching.error().unwrap().starts_with("cannot be read: "), "{:?}", watching.error());

    watching.write("192.0.2.1\n", noon());
    watching.poll();
    assert_eq!(watching.poll(), ["addr:192.0.2.1/32"]);
    assert_eq!((failures(), watching.error()), (0, None));

    for (at, (text, error)) in [
        ("{\"banned_nets\": [", "cannot be read: line 1: not JSON: EOF while parsing a list"),
        (
            "<html>503",
            "cannot be read: this is a web page and no list: look at what was downloaded",
        ),
        (
            "Service Unavailable\n",
            "has no entry that can be read; the first fault is on line 1: \"Service Unavailable\" \
             is neither an IP nor a network",
        ),
        ("", "has no entry any more: write a comment into it to mean that"),
    ]
    .into_iter()
    .enumerate()
    {
        watching.write(text, after_noon(60 * (u64::try_from(at).unwrap() + 1)));
        for _ in 0..5 {
            assert_eq!(watching.poll(), ["addr:192.0.2.1/32"], "{text}");
        }
        assert_eq!((failures(), watching.error().as_deref()), (1, Some(error)), "{text}");
    }
    fs::remove_file(&watching.file).unwrap();
    for _ in 0..5 {
        assert_eq!(watching.poll(), ["addr:192.0.2.1/32"]);
    }
    assert_eq!(failures(), 1);

    watching.write("# none any more\n", after_noon(900));
    watching.poll();
    assert_eq!(watching.poll(), Vec::<String>::new());
    assert_eq!(watching.error(), None);
}

#[test]
fn what_is_no_regular_file_is_not_waited_for() {
    let watching = Watching::new();
    fs::create_dir(&watching.file).unwrap();

    watching.poll();

    assert_eq!(watching.error().unwrap(), "is no regular file");
}

#[test]
fn entries_count_from_when_the_file_was_written() {
    let watching = Watching::new();
    watching.watch(watching.options().with_lasting(Some(Duration::from_secs(3_600))));
    watching.write("192.0.2.1\n", noon() - Duration::from_secs(600));

    watching.poll();
    assert_eq!(watching.node.bans(), [("addr:192.0.2.1/32".to_owned(), 3_000)]);

    // Nothing brings it up to date, and it comes to an end.
    watching.node.advance(3_000);
    assert_eq!(watching.poll(), Vec::<String>::new());
    watching.set_time(after_noon(2_900));
    watching.poll();
    watching.poll();
    assert_eq!(watching.node.bans(), [("addr:192.0.2.1/32".to_owned(), 3_500)]);
}

#[test]
fn a_list_that_is_a_files_is_changed_by_its_file_alone() {
    let watching = Watching::new();
    watching.write("192.0.2.1\n", noon());
    watching.poll();
    let lists = &watching.node.lists;
    let (a, one) = (name("a"), subject("192.0.2.1"));
    let refused = ListError::File { name: a.clone(), path: watching.file.clone() };

    let file = watching.node.read("192.0.2.2");
    assert_eq!(lists.replace(&a, &file), Err(refused.clone()));
    assert_eq!(lists.put(&a, one.clone(), None), Err(refused.clone()));
    assert_eq!(lists.remove(&a, one), Err(refused.clone()));
    assert_eq!(lists.delete(&a), Err(refused.clone()));
    let said = format!("the list a is kept in the file {}: change that", watching.file.display());
    assert_eq!(refused.to_string(), said);
    assert_eq!(watching.poll(), ["addr:192.0.2.1/32"]);
}

#[test]
fn a_file_that_the_settings_no_longer_name_is_a_list_no_longer() {
    let watching = Watching::new();
    watching.write("192.0.2.1\n", noon());
    watching.poll();
    let kept = ListOptions::new(name("b"), &watching.file);
    watching.node.lists.watch(&[watching.options(), kept.clone()]).unwrap();
    assert_eq!(watching.poll(), ["addr:192.0.2.1/32"]);
    assert_eq!(watching.node.naming("192.0.2.1"), ["a", "b"]);

    watching.node.lists.watch(&[kept]).unwrap();
    assert_eq!(watching.node.naming("192.0.2.1"), ["b"]);
    watching.node.lists.watch(&[]).unwrap();
    assert_eq!(watching.poll(), Vec::<String>::new());
}

#[test]
fn a_node_has_read_its_lists_when_it_is_made() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("list");
    fs::write(&file, "192.0.2.0/24\n198.51.100.0/24\n").unwrap();
    let peer: PeerAt = format!("{}@198.51.100.7", Peer::random()).parse().unwrap();
    let options = DriverOptions::<Peer, PeerAt>::default()
        .with_lists(vec![ListOptions::new(name("a"), &file)])
        .with_static_peers(vec![peer]);

    let mut node = Node::new();
    node.node.apply_options(&options);

    // No list bans a static peer's address.
    assert_eq!(node.bans(), [("addr:192.0.2.0/24".to_owned(), WEEK)]);
    node.node.apply_options(&DriverOptions::<Peer, NoAddresses>::default());
    assert_eq!(node.bans(), []);
}
