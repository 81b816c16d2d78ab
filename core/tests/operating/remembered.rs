//! Subjects read a page of slots at a time.

use std::collections::BTreeSet;
use std::hash::RandomState;

use peerwarden_core::{Config, Event, Instant, IpNet, Origin, Slot, Subject, Warden};

type Engine = Warden<u32, RandomState>;

#[test]
fn pages_of_slots_join_up_to_everything_that_is_remembered() {
    let mut warden = Warden::new(Config::default(), RandomState::new());
    for peer in 0..100 {
        ban(&mut warden, Subject::Peer(peer));
        ban(&mut warden, network(&format!("10.0.{peer}.0/24")));
    }
    for peer in 0..50 {
        pardon(&mut warden, Subject::Peer(peer * 2));
    }
    let expected: BTreeSet<_> = (0..100)
        .filter(|peer| peer % 2 == 1)
        .map(|peer| format!("peer:{peer}"))
        .chain((0..100).map(|peer| format!("addr:10.0.{peer}.0/24")))
        .collect();

    for slots in [1, 7, 64, 1_000] {
        let read = walk(&mut warden, slots, |_, _| {});
        assert_eq!(read.len(), expected.len(), "{slots}: nothing is read twice");
        assert_eq!(read.into_iter().collect::<BTreeSet<_>>(), expected, "{slots}");
    }
}

#[test]
fn what_is_remembered_all_the_while_is_read_once_whatever_comes_and_goes() {
    let mut warden = Warden::new(Config::default(), RandomState::new());
    for peer in 0..40 {
        ban(&mut warden, Subject::Peer(peer));
    }

    let read = walk(&mut warden, 8, |warden, page| {
        pardon(warden, Subject::Peer(page));
        ban(warden, Subject::Peer(1_000 + page));
        ban(warden, network(&format!("10.{page}.0.0/16")));
    });

    for peer in 20..40 {
        let name = format!("peer:{peer}");
        assert_eq!(read.iter().filter(|each| **each == name).count(), 1, "{name} in {read:?}");
    }
}

#[test]
fn the_banned_networks_inside_another_are_told_in_order_and_no_others() {
    let mut warden = Warden::new(Config::default(), RandomState::new());
    for net in [
        "10.1.0.0/16",
        "10.0.0.0/8",
        "10.0.0.0/7",
        "10.1.2.0/24",
        "11.0.0.0/8",
        "10.255.255.255/32",
        "2001:db8::/32",
        "9.255.255.255/32",
        "10.0.0.0/32",
    ] {
        ban(&mut warden, network(net));
    }
    let _ = warden.handle_input(
        Event::Protect { subject: network("10.9.0.0/16"), addr: None },
        Instant::ORIGIN,
    );

    let within = |net: &str| -> Vec<_> {
        let inside = warden.banned_within(net.parse().unwrap());
        inside.map(|net: IpNet| net.to_string()).collect()
    };

    let inside = ["10.0.0.0/8", "10.0.0.0/32", "10.1.0.0/16", "10.1.2.0/24", "10.255.255.255/32"];
    assert_eq!(within("::ffff:10.3.0.0/104"), inside);
    assert_eq!(within("10.1.0.0/16"), ["10.1.0.0/16", "10.1.2.0/24"]);
    assert_eq!(within("::/0"), ["2001:db8::/32"]);
    assert_eq!(within("12.0.0.0/8"), [""; 0]);
    assert_eq!(within("0.0.0.0/0").len(), 8);
}

#[test]
fn a_subject_is_remembered_in_whatever_form_it_is_asked_for() {
    let mut warden = Warden::new(Config::default(), RandomState::new());
    ban(&mut warden, network("10.0.0.0/8"));
    ban(&mut warden, Subject::Peer(1));

    assert!(warden.remembers(&network("::ffff:10.1.2.3/104")));
    assert!(warden.remembers(&Subject::Peer(1)));
    assert!(!warden.remembers(&network("10.0.0.0/9")));
    assert!(!warden.remembers(&Subject::Peer(2)));
}

fn walk(
    warden: &mut Engine,
    slots: usize,
    mut between: impl FnMut(&mut Engine, u32),
) -> Vec<String> {
    let (mut read, mut next, mut pages) = (Vec::new(), Some(Slot::default()), 0);
    while let Some(from) = next {
        let (page, after) = warden.remembered(from, slots);
        assert!(page.len() <= slots);
        read.extend(page.iter().map(ToString::to_string));
        next = after;
        between(warden, pages);
        pages += 1;
    }
    read
}

fn ban(warden: &mut Engine, subject: Subject<u32>) {
    let event = Event::Ban { subject, duration: None, origin: Origin::Operator };
    let _ = warden.handle_input(event, Instant::ORIGIN);
}

/// Without grace, so that nothing is left of it.
fn pardon(warden: &mut Engine, subject: Subject<u32>) {
    let cause = Some(peerwarden_core::Cause::Operator);
    let _ = warden.handle_input(Event::Unban { subject, cause }, Instant::ORIGIN);
    let _ = warden.handle_input(Event::Heartbeat, Instant::ORIGIN);
}

fn network(net: &str) -> Subject<u32> {
    Subject::Addr(net.parse().unwrap())
}
