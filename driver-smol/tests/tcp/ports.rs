//! Dials from the port that is listened on.

use futures::future::{join, join4};
use libp2p::core::transport::PortUse;
use smol::block_on;

use crate::connecting::exchange;
use crate::node::{Event, Node, any_port, in_time, loopbacks, socket};

#[test]
fn a_dial_that_reuses_a_port_comes_from_the_one_that_is_listened_on() {
    block_on(async {
        for ip in loopbacks() {
            let (mut one, mut other) = (Node::new(), Node::new());
            let (home, at) = (one.listening(ip).await, other.listening(ip).await);

            let (reusing, first) = join(one.dial(at, PortUse::Reuse), other.incoming()).await;
            let (fresh, second) = join(one.dial(at, PortUse::New), other.incoming()).await;

            assert_eq!((first.remote, reusing.unwrap().local_addr().unwrap()), (home, home));
            assert_eq!(second.remote, fresh.unwrap().local_addr().unwrap());
            assert_ne!(second.remote, home);
        }
    });
}

#[test]
fn without_a_listener_there_is_no_port_to_reuse() {
    block_on(async {
        let (mut one, mut other) = (Node::new(), Node::new());
        let at = other.listening("127.0.0.1").await;
        let id = one.listen("/ip4/127.0.0.1/tcp/0");
        let Event::NewAddress { listen_addr, .. } = one.event().await else {
            panic!("not an address");
        };
        assert!(libp2p::core::Transport::remove_listener(&mut one.tcp, id));

        let (dialled, incoming) = join(one.dial(at, PortUse::Reuse), other.incoming()).await;

        assert_eq!(incoming.remote, dialled.unwrap().local_addr().unwrap());
        assert_ne!(incoming.remote, socket(&listen_addr));
    });
}

#[test]
fn the_port_of_a_listener_at_every_address_is_reused_too() {
    block_on(async {
        let (mut one, mut other) = (Node::new(), Node::new());
        one.listen(&any_port("0.0.0.0"));
        let home = loop {
            if let Event::NewAddress { listen_addr, .. } = one.event().await
                && socket(&listen_addr).ip().is_loopback()
            {
                break socket(&listen_addr);
            }
        };
        let at = other.listening("127.0.0.1").await;

        let (dialled, incoming) = join(one.dial(at, PortUse::Reuse), other.incoming()).await;

        assert_eq!((incoming.remote, dialled.unwrap().local_addr().unwrap()), (home, home));
    });
}

#[test]
fn a_second_connection_between_the_same_ports_takes_a_new_one() {
    block_on(async {
        for ip in loopbacks() {
            let (mut one, mut other) = (Node::new(), Node::new());
            let (home, at) = (one.listening(ip).await, other.listening(ip).await);

            let (first, incoming) = join(one.dial(at, PortUse::Reuse), other.incoming()).await;
            let (second, again) = join(one.dial(at, PortUse::Reuse), other.incoming()).await;

            assert_eq!(first.unwrap().local_addr().unwrap(), home);
            assert_eq!(incoming.remote, home);
            let (mut here, mut there) = (second.unwrap(), again.stream);
            assert_ne!(again.remote, home);
            assert_eq!(again.remote, here.local_addr().unwrap());
            assert_eq!(exchange(&mut here, &mut there, b"new").await, b"new");
        }
    });
}

/// They may meet in one connection that both have opened, or in two; but both have one.
#[test]
fn two_that_dial_each_other_at_once_both_get_through() {
    block_on(async {
        for _ in 0..50 {
            let (mut one, mut other) = (Node::new(), Node::new());
            let (home, at) = (one.listening("127.0.0.1").await, other.listening("127.0.0.1").await);

            let (there, back) = (one.dial(at, PortUse::Reuse), other.dial(home, PortUse::Reuse));
            let (there, back) = in_time(join(there, back)).await;

            assert_eq!(there.unwrap().peer_addr().unwrap(), at);
            assert_eq!(back.unwrap().peer_addr().unwrap(), home);
        }
    });
}

#[test]
fn a_node_that_dials_itself_reaches_its_listener() {
    block_on(async {
        let mut node = Node::new();
        let home = node.listening("127.0.0.1").await;

        let dial = node.dial(home, PortUse::Reuse);
        let (dialled, incoming) = join(dial, node.incoming()).await;

        let (mut here, mut there) = (dialled.unwrap(), incoming.stream);
        assert_ne!(here.local_addr().unwrap(), home);
        assert_eq!(exchange(&mut here, &mut there, b"me").await, b"me");
    });
}

#[test]
fn four_dials_at_once_from_one_port_all_get_through() {
    block_on(async {
        let (mut one, mut other) = (Node::new(), Node::new());
        let (home, at) = (one.listening("127.0.0.1").await, other.listening("127.0.0.1").await);

        let [a, b, c, d] = std::array::from_fn(|_| one.dial(at, PortUse::Reuse));
        let (a, b, c, d) = join4(a, b, c, d).await;

        let from = [a, b, c, d].map(|dialled| dialled.unwrap().local_addr().unwrap());
        assert_eq!(from.iter().filter(|from| **from == home).count(), 1, "{from:?}");
    });
}
