//! A doorman with settings, store and metrics, over a restart.

use std::fs;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use peerwarden_host::{
    Direction, Doorman, DoormanBuilder, ManualTimer, Origin, Settings, Subject, SystemTimer, Task,
    Tasks,
};
use prometheus_client::encoding::text;
use prometheus_client::registry::Registry;

use crate::node::{Who, ip};
use crate::peer::Peer;
use crate::peer::PeerAt;

#[test]
fn a_ban_outlives_the_doorman_and_is_counted_by_the_next() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("peerwarden.toml");
    let data = dir.path().join("bans.redb");
    fs::write(&path, format!("data_file = {:?}\nban = [\"198.51.100.0/24\"]\n", data)).unwrap();
    let start = |registry: &mut Registry| -> (Doorman<Peer, u32>, Tasks<Peer, u32>) {
        let settings = Settings::<Peer, PeerAt>::read(&path).unwrap();
        let builder = DoormanBuilder::from_settings(settings, SystemTimer::new()).unwrap();
        builder.with_metrics(registry).build()
    };
    let banned = Peer::random();

    let (doorman, tasks) = start(&mut Registry::default());
    doorman.handle().ban(Subject::Peer(banned), None, Origin::Operator).unwrap();
    doorman.handle().flush().wait().unwrap();
    drop((doorman, tasks));

    let mut registry = Registry::default();
    let (doorman, _tasks) = start(&mut registry);
    let there = ip("192.0.2.1");
    assert!(doorman.admit(banned, there, Direction::Inbound, 1).is_err());
    assert!(doorman.check_inbound("198.51.100.9".parse().unwrap()).is_err());
    let _open = doorman.admit(Peer::random(), there, Direction::Inbound, 2).unwrap();
    let Who(net) = "198.51.100.0/24".into();
    assert!(!doorman.handle().unban(net, None).unwrap().lifted.is_empty());

    let mut page = String::new();
    text::encode(&mut page, &registry).unwrap();
    let refused: Vec<_> =
        page.lines().filter(|line| line.starts_with("peerwarden_denials_total{")).collect();
    let of = |gate: &str| {
        let here = refused.iter().filter(|line| line.contains(gate) && line.ends_with(" 1"));
        here.count()
    };
    assert_eq!(of("\"established-inbound\""), 1, "{page}");
    assert_eq!(of("\"pending-inbound\""), 1, "{page}");
    assert!(page.contains("peerwarden_connected_peers 1\n"), "{page}");
}

#[test]
fn a_farewell_in_a_file_of_settings_is_the_doormans() {
    let settings: Settings<Peer, PeerAt> =
        Settings::from_toml("farewell = '5s'\nscores = false").unwrap();
    let timer = ManualTimer::new();
    let builder = DoormanBuilder::from_settings(settings, timer.clone()).unwrap();
    let (doorman, mut tasks) = builder.build();
    let (peer, mut cx) = (Peer::random(), Context::from_waker(Waker::noop()));
    let _open = doorman.admit(peer, ip("192.0.2.1"), Direction::Inbound, 1).unwrap();
    doorman.handle().ban(Subject::Peer(peer), None, Origin::Operator).unwrap();
    assert_eq!(tasks.poll_task(&mut cx), Poll::Pending);

    timer.advance(Duration::from_secs(5));

    let close = Task::Close { peer, connection: 1 };
    assert_eq!(tasks.poll_task(&mut cx), Poll::Ready(Some(close)));
}
