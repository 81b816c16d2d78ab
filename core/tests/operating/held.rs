//! Bounds on records, and the records that stay.

use std::hash::RandomState;
use std::time::Duration;

use peerwarden_core::{
    Action, BanDuration, Cause, Config, Direction, Event, Instant, Misbehavior, Origin, Penalty,
    Subject, Warden,
};

type Engine = Warden<u32, RandomState>;

#[test]
fn the_largest_index_can_be_that_of_the_peers_by_name() {
    let mut warden = engine();
    for peer in 0..3 {
        input(&mut warden, Event::Protect { subject: Subject::Peer(peer), addr: None }, 0);
    }

    let counts = warden.counts();

    assert_eq!((counts.records, counts.networks, counts.largest_index), (3, 0, 3));
}

#[test]
fn the_largest_index_can_be_that_of_the_networks() {
    let mut warden = engine();
    for net in ["192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24"] {
        input(&mut warden, Event::Protect { subject: network(net), addr: None }, 0);
    }

    let counts = warden.counts();

    assert_eq!((counts.records, counts.networks, counts.largest_index), (0, 3, 3));
}

#[test]
fn the_largest_index_can_be_that_of_what_waits_for_time_to_pass() {
    let mut warden = engine();
    ban(&mut warden, Subject::Peer(1), Some(60));
    ban(&mut warden, network("192.0.2.0/24"), None);
    // Banned no longer, but pardoned: it waits for the end of the grace.
    input(&mut warden, Event::Unban { subject: network("192.0.2.0/24"), cause: None }, 0);

    let counts = warden.counts();

    assert_eq!((counts.records, counts.networks, counts.largest_index), (1, 1, 2));
}

#[test]
fn nothing_is_left_of_networks_that_are_neither_banned_nor_protected_any_more() {
    let mut warden = engine();
    for net in ["192.0.0.0/16", "198.51.100.0/24", "2001:db8::/32"] {
        ban(&mut warden, network(net), None);
        input(&mut warden, Event::Protect { subject: network(net), addr: None }, 0);
    }
    assert_eq!((warden.counts().networks, warden.counts().largest_index), (3, 3));

    for net in ["192.0.0.0/16", "198.51.100.0/24", "2001:db8::/32"] {
        let cause = Some(Cause::Operator);
        input(&mut warden, Event::Unban { subject: network(net), cause }, 0);
        input(&mut warden, Event::Unprotect { subject: network(net) }, 0);
    }
    assert_eq!((warden.counts().networks, warden.counts().largest_index), (0, 0));
}

#[test]
fn a_network_is_forgotten_at_the_end_of_its_grace_and_not_of_the_ban_before() {
    let mut warden = engine();
    ban(&mut warden, network("192.0.2.0/24"), Some(60));
    input(&mut warden, Event::Unban { subject: network("192.0.2.0/24"), cause: None }, 0);

    assert_eq!(input(&mut warden, Event::Heartbeat, 60), []);
    assert_eq!(warden.counts().networks, 1);
    assert_eq!(warden.next_deadline(), Some(secs(600)));

    assert_eq!(input(&mut warden, Event::Heartbeat, 600), []);
    assert_eq!((warden.counts().networks, warden.next_deadline()), (0, None));
}

#[test]
fn a_network_that_is_pardoned_twice_is_forgotten_at_the_end_of_the_later_grace() {
    let mut warden = engine();
    let pardon = || Event::Unban { subject: network("192.0.2.0/24"), cause: None };
    ban(&mut warden, network("192.0.2.0/24"), None);
    input(&mut warden, pardon(), 0);
    ban(&mut warden, network("192.0.2.0/24"), None);
    input(&mut warden, pardon(), 100);

    assert_eq!(input(&mut warden, Event::Heartbeat, 600), []);
    assert_eq!((warden.counts().networks, warden.next_deadline()), (1, Some(secs(700))));
    assert_eq!(input(&mut warden, Event::Heartbeat, 700), []);
    assert_eq!((warden.counts().networks, warden.next_deadline()), (0, None));
}

#[test]
fn an_end_that_moves_to_earlier_leaves_nothing_behind() {
    let mut warden = engine();
    ban(&mut warden, Subject::Peer(1), Some(60));
    ban(&mut warden, Subject::Peer(1), Some(30));

    assert_eq!((warden.counts().largest_index, warden.next_deadline()), (1, Some(secs(30))));
}

#[test]
fn who_was_pardoned_is_forgotten_at_the_end_of_the_grace() {
    let mut warden = engine();
    ban(&mut warden, Subject::Peer(1), None);
    input(&mut warden, Event::Unban { subject: Subject::Peer(1), cause: None }, 0);

    assert_eq!(warden.next_deadline(), Some(secs(600)));
    assert_eq!(input(&mut warden, Event::Heartbeat, 599), []);
    assert_eq!(input(&mut warden, Event::Heartbeat, 600), [Action::Forget { peer: 1 }]);
    assert_eq!((warden.counts().records, warden.next_deadline()), (0, None));
}

#[test]
fn a_debt_of_somebody_who_is_kept_in_any_case_wakes_nobody() {
    let mut warden = engine();
    input(&mut warden, connected(1), 0);
    input(&mut warden, Event::Protect { subject: Subject::Peer(2), addr: None }, 0);
    for peer in [1, 2] {
        input(&mut warden, report(peer), 0);
    }

    assert_eq!(warden.next_deadline(), None);

    input(&mut warden, Event::Disconnected { peer: 1 }, 0);
    assert_eq!(warden.next_deadline(), Some(secs(1)));
    assert_eq!(input(&mut warden, Event::Heartbeat, 1), [Action::Forget { peer: 1 }]);
}

fn secs(secs: u64) -> Instant {
    Instant::from_secs(secs)
}

fn engine() -> Engine {
    Warden::new(Config::default(), RandomState::new())
}

fn input(warden: &mut Engine, event: Event<u32>, secs: u64) -> Vec<Action<u32>> {
    warden.handle_input(event, Instant::from_secs(secs))
}

fn ban(warden: &mut Engine, subject: Subject<u32>, secs: Option<u64>) {
    let duration = secs.map(|secs| BanDuration::try_from(Duration::from_secs(secs)).unwrap());
    let actions = input(warden, Event::Ban { subject, duration, origin: Origin::Operator }, 0);
    assert_eq!(actions.len(), 1, "{actions:?}");
}

fn connected(peer: u32) -> Event<u32> {
    Event::Connected { peer, addr: None, direction: Direction::Inbound }
}

fn report(peer: u32) -> Event<u32> {
    let (misbehavior, penalty) = (Misbehavior::INVALID_MESSAGE, Penalty::DEFAULT);
    Event::Report { peer, misbehavior, penalty, via: None }
}

fn network(net: &str) -> Subject<u32> {
    Subject::Addr(net.parse().unwrap())
}
