//! Tests of the schedule by itself.

use super::*;

#[test]
fn no_more_peers_wait_than_documented_and_kept_ones_have_places_of_their_own() {
    let mut redials = Redials::default();
    for _ in 0..MAX_RELEASED {
        assert_eq!(redials.release(PeerId::random(), Vec::new(), Instant::ORIGIN), Ok(()));
    }

    let more = redials.release(PeerId::random(), Vec::new(), Instant::ORIGIN);

    assert_eq!(more, Err(Full));
    assert_eq!(keep(&mut redials, PeerId::random(), Presence::Absent), Ok(()));
}

/// Whatever happens in whatever order, also what a swarm would never do.
#[test]
fn the_books_are_in_order_after_every_step_of_a_random_history() {
    let peers: Vec<_> = (0..6).map(|_| PeerId::random()).collect();
    let mut dice = 7_u64;
    let mut roll = |sides: u64| {
        dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (dice >> 33) % sides
    };
    let mut redials = Redials::default();
    let attempts = NonZeroU16::MIN.saturating_add(1);
    redials.set_limits(Limits { under_way: NonZeroU16::MIN, attempts });
    let (mut now, mut under_way, mut gave_up) = (Instant::ORIGIN, Vec::new(), 0);
    for step in 0..20_000 {
        let peer = peers[usize::try_from(roll(6)).unwrap()];
        match roll(12) {
            0 | 1 => drop(redials.release(peer, Vec::new(), now)),
            2 => drop(keep(&mut redials, peer, Presence::Absent)),
            3 if roll(2) == 0 => drop(keep(&mut redials, peer, Presence::Banned)),
            3 => drop(keep(&mut redials, peer, Presence::Connected)),
            4 => drop(redials.let_go(&peer)),
            5 => redials.banned(&peer),
            6 => redials.unbanned(&peer, now),
            7 => redials.connected(&peer, now),
            8 => redials.disconnected(&peer, now),
            9 => now = now.saturating_add(Duration::from_secs(roll(1_000))),
            10 => {
                if let Some(peer) = redials.due(now).map(|(peer, _)| peer) {
                    let id = ConnectionId::new_unchecked(step);
                    redials.begin(id, Dial { peer, addresses: Vec::new() });
                    under_way.push(id);
                }
            }
            _ => {
                if let Some(id) = under_way.pop() {
                    let failure = redials.failed(id, now, |_| false);
                    gave_up += u32::from(failure.is_some_and(|failure| failure.gave_up.is_some()));
                }
            }
        }
        check(&redials);
    }
    assert!(gave_up > 0, "nothing ever failed often enough");
}

fn check(redials: &Redials) {
    assert!(redials.under_way.len() <= 1);
    let kept = redials.peers.values().filter(|entry| entry.class == Class::Kept);
    assert_eq!(kept.count(), redials.kept);
    let mut waiting = 0;
    for (peer, entry) in &redials.peers {
        match entry.state {
            State::Waiting(place) => {
                waiting += 1;
                assert!(redials.queue.contains(&place, *peer));
            }
            State::UnderWay(id) => {
                assert_eq!(redials.under_way.get(&id).map(|dial| dial.peer), Some(*peer));
            }
            State::Banned | State::Connected { .. } => assert_eq!(entry.class, Class::Kept),
        }
    }
    assert_eq!(redials.queue.len(), waiting);
}

fn keep(redials: &mut Redials, peer: PeerId, presence: Presence) -> Result<(), Full> {
    redials.keep(peer, Vec::new(), presence, Instant::ORIGIN)
}
