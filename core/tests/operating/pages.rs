//! Bans read a page at a time.

use std::collections::BTreeSet;
use std::hash::RandomState;
use std::time::Duration;

use peerwarden_core::{Ban, BanDuration, Config, Cursor, Event, Instant, Origin, Subject, Warden};

type Engine = Warden<u32, RandomState>;

#[test]
fn pages_join_up_to_all_bans_in_the_order_in_which_they_began() {
    let mut warden = engine();
    for peer in [3, 1, 2, 5, 4] {
        ban(&mut warden, peer, 60);
    }
    ban(&mut warden, 3, 90);

    assert_eq!(peers(&page(&warden, None)), [3, 1]);
    assert_eq!(peers(&walk(&warden, |_, _| {})), [3, 1, 2, 5, 4]);
}

#[test]
fn a_ban_that_lasts_through_the_walk_is_read_once_whatever_begins_and_ends_meanwhile() {
    let mut warden = engine();
    for peer in 0..10 {
        ban(&mut warden, peer, 60);
    }

    let read = walk(&warden, |warden, pages| {
        unban(warden, pages * 2);
        unban(warden, pages * 2 + 3);
        if pages < 3 {
            ban(warden, 100 + pages, 60);
            // Ended and begun again: another ban, which has not been read.
            ban(warden, 0, 60);
        }
    });

    let read = peers(&read);
    let once: BTreeSet<_> = read.iter().filter(|peer| **peer != 0).collect();
    assert_eq!(once.len(), read.iter().filter(|peer| **peer != 0).count(), "{read:?}");
    for lasting in [1, 101, 102] {
        assert!(once.contains(&lasting), "{lasting} is missing from {read:?}");
    }
}

#[test]
fn a_page_leaves_out_what_is_over_though_nobody_has_said_so_yet() {
    let mut warden = engine();
    ban(&mut warden, 1, 10);
    ban(&mut warden, 2, 60);

    let bans: Vec<_> = warden.bans_after(None, Instant::from_secs(10)).collect();

    assert_eq!(peers(&bans), [2]);
}

#[test]
fn a_cursor_whose_ban_is_over_is_as_good_as_any() {
    let mut warden = engine();
    for peer in 1..=4 {
        ban(&mut warden, peer, 60);
    }
    let second = page(&warden, None).last().map(|ban| ban.cursor);

    unban(&mut warden, 2);
    unban(&mut warden, 3);

    assert_eq!(peers(&page(&warden, second)), [4]);
}

fn engine() -> Engine {
    Warden::new(Config::default(), RandomState::new())
}

fn ban(warden: &mut Engine, peer: u32, secs: u64) {
    let duration = BanDuration::try_from(Duration::from_secs(secs)).unwrap();
    let (subject, origin) = (Subject::Peer(peer), Origin::Operator);
    let event = Event::Ban { subject, duration: Some(duration), origin };
    let _ = warden.handle_input(event, Instant::ORIGIN);
}

fn unban(warden: &mut Engine, peer: u32) {
    let event = Event::Unban { subject: Subject::Peer(peer), cause: None };
    let _ = warden.handle_input(event, Instant::ORIGIN);
}

/// Two bans at a time.
fn page(warden: &Engine, after: Option<Cursor>) -> Vec<Ban<u32>> {
    warden.bans_after(after, Instant::ORIGIN).take(2).collect()
}

/// Reads all pages of a copy, with something happening between each two.
fn walk(warden: &Engine, mut meanwhile: impl FnMut(&mut Engine, u32)) -> Vec<Ban<u32>> {
    let mut warden = warden.clone();
    let mut read: Vec<Ban<u32>> = Vec::new();
    for pages in 1.. {
        let page = page(&warden, read.last().map(|ban| ban.cursor));
        if page.is_empty() {
            break;
        }
        read.extend(page);
        meanwhile(&mut warden, pages);
    }
    read
}

fn peers(bans: &[Ban<u32>]) -> Vec<u32> {
    bans.iter()
        .filter_map(|ban| match ban.subject {
            Subject::Peer(peer) => Some(peer),
            Subject::Addr(_) => None,
        })
        .collect()
}
