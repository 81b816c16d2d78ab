//! Peers whose hashes collide: each is still found, and no other in its stead.

#[cfg(test)]
mod counted;
#[cfg(test)]
mod poor;

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use peerwarden_core::{
        BanDuration, Config, Direction, Event, Instant, Misbehavior, Origin, Penalty, Subject,
        Warden,
    };
    use proptest::collection::vec;
    use proptest::prelude::*;

    use crate::counted::Counted;
    use crate::poor::Poor;

    type Engine = Warden<u32, Poor>;

    proptest! {
        #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

        #[test]
        fn a_crowd_is_told_apart_whatever_the_hasher(deeds in vec((0..CROWD, 0..6_u8), 1..1_500)) {
            let mut engines = Poor::ALL.map(engine);
            let [good, poor @ ..] = &mut engines;
            for (at, (peer, deed)) in (0_u64..).zip(deeds) {
                let now = Instant::from_secs(at);
                let event = event(peer, deed);
                let expected = good.handle_input(event.clone(), now);
                for engine in &mut *poor {
                    prop_assert_eq!(&engine.handle_input(event.clone(), now), &expected);
                    prop_assert_eq!(engine.counts(), good.counts());
                }
            }
            let now = Instant::ORIGIN;
            for peer in 0..CROWD {
                for engine in &*poor {
                    prop_assert_eq!(engine.status(&peer, now), good.status(&peer, now));
                    let verdict = good.check_peer(&peer, None, now);
                    prop_assert_eq!(engine.check_peer(&peer, None, now), verdict);
                }
            }
        }
    }

    #[test]
    fn a_crowd_that_has_gone_leaves_nobody_behind() {
        for hasher in Poor::ALL {
            let mut engine = engine(hasher);
            let mut forgotten = 0;
            for deed in [CONNECT, DISCONNECT] {
                for peer in 0..CROWD {
                    let actions = engine.handle_input(event(peer, deed), Instant::ORIGIN);
                    forgotten += actions.len();
                }
            }

            forgotten += engine.handle_input(Event::Heartbeat, Instant::from_secs(1)).len();

            assert_eq!(forgotten, usize::try_from(CROWD).unwrap());
            assert_eq!((engine.counts().records, engine.counts().largest_index), (0, 0));
            let back = engine.handle_input(event(7, CONNECT), Instant::from_secs(2));
            assert_eq!((back.as_slice(), engine.counts().records), (&[][..], 1));
        }
    }

    #[test]
    fn somebody_is_found_without_comparing_with_many_others() {
        let [good, ..] = Poor::ALL;
        let mut engine = Warden::new(Config::default(), good);
        for peer in (0..3_000).map(Counted) {
            let _ = engine.handle_input(
                Event::Protect { subject: Subject::Peer(peer), addr: None },
                Instant::ORIGIN,
            );
        }
        let before = Counted::comparisons();

        let known =
            (0..3_000).filter(|peer| engine.status(&Counted(*peer), Instant::ORIGIN).is_some());
        assert_eq!(known.count(), 3_000);
        let found = Counted::comparisons() - before;
        let mut strangers = (3_000..6_000).map(Counted);
        assert!(strangers.all(|peer| engine.status(&peer, Instant::ORIGIN).is_none()));

        let missed = Counted::comparisons() - before - found;
        assert!(found < 3_300, "{found} comparisons for 3000 that are there");
        assert!(missed < 300, "{missed} comparisons for 3000 that are not");
    }

    fn engine(hasher: Poor) -> Engine {
        // No score is asked for when a peer leaves.
        Warden::new(Config::default().with_check_on_leave(false), hasher)
    }

    fn event(peer: u32, deed: u8) -> Event<u32> {
        let subject = Subject::Peer(peer);
        match deed {
            CONNECT => Event::Connected { peer, addr: None, direction: Direction::Inbound },
            DISCONNECT => Event::Disconnected { peer },
            2 => Event::Unban { subject, cause: None },
            3 => Event::Ban {
                subject,
                duration: BanDuration::try_from(Duration::from_secs(200)).ok(),
                origin: Origin::Operator,
            },
            4 => Event::Protect { subject, addr: None },
            _ => {
                let penalty = Penalty::DEFAULT;
                Event::Report {
                    peer,
                    misbehavior: Misbehavior::INVALID_MESSAGE,
                    penalty,
                    via: None,
                }
            }
        }
    }

    const CROWD: u32 = 300;
    const CONNECT: u8 = 0;
    const DISCONNECT: u8 = 1;
}
