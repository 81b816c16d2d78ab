//! Test that frequent calls allocate nothing, whatever peers are called.

use std::sync::Arc;

use allocation_counter::measure;
use peerwarden_host::{Config, ManualTimer, Misbehavior, Node};

#[test]
fn reports_and_checks_of_peers_whose_names_are_strings_allocate_nothing()
-> Result<(), peerwarden_host::Closed> {
    let node: Node<String> = Node::new(Config::default(), Arc::new(ManualTimer::new()));
    let warden = node.handle();
    let name = "alice".to_owned();
    let mut names = vec![name.clone(); 11].into_iter();
    let mut report = || match names.next() {
        Some(name) => warden.report(name, Misbehavior::STALE_MESSAGE),
        None => Ok(()),
    };
    report()?;

    let (mut reported, mut checked) = (Ok(()), Ok(()));
    let reports = measure(|| reported = (0..10).try_for_each(|_| report()));
    let checks = measure(|| {
        checked = warden.check_peer(&name, Some([192, 0, 2, 1].into())).map(drop);
    });

    assert_eq!((reports.count_total, checks.count_total), (0, 0));
    reported.and(checked)
}
