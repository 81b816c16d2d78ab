//! A machine that has run out of files.

use std::fs::File;
use std::net::TcpStream;
use std::time::{Duration, Instant};

use libp2p::core::transport::Transport as _;
use smol::block_on;

use crate::child;
use crate::node::{Event, Node};

#[test]
fn a_listener_that_cannot_accept_pauses_and_goes_on() {
    let test = "trouble::a_listener_that_cannot_accept_pauses_and_goes_on";
    if !child::is_it(test) {
        return child::run(test, &["/bin/sh"], "ulimit -n 64");
    }
    block_on(async {
        let mut node = Node::new();
        let at = node.listening("127.0.0.1").await;
        let caller = TcpStream::connect(at).unwrap();
        let files = Vec::from_iter(std::iter::from_fn(|| File::open("/dev/null").ok()));

        let began = Instant::now();
        for _ in 0..3 {
            let Event::ListenerError { error, .. } = node.event().await else {
                panic!("accepted");
            };
            assert_eq!(error.raw_os_error(), Some(libc::EMFILE));
        }
        assert!(began.elapsed() >= Duration::from_millis(200), "{:?}", began.elapsed());

        drop(files);
        assert_eq!(node.incoming().await.remote, caller.local_addr().unwrap());
    });
}

#[test]
fn a_listener_that_pauses_can_be_removed() {
    let test = "trouble::a_listener_that_pauses_can_be_removed";
    if !child::is_it(test) {
        return child::run(test, &["/bin/sh"], "ulimit -n 64");
    }
    block_on(async {
        let mut node = Node::new();
        let id = node.listen("/ip4/127.0.0.1/tcp/0");
        let Event::NewAddress { listen_addr, .. } = node.event().await else {
            panic!("not an address");
        };
        let _caller = TcpStream::connect(crate::node::socket(&listen_addr)).unwrap();
        let files = Vec::from_iter(std::iter::from_fn(|| File::open("/dev/null").ok()));
        assert!(matches!(node.event().await, Event::ListenerError { .. }));

        assert!(node.tcp.remove_listener(id));

        let closed = node.event().await;
        assert!(matches!(closed, Event::ListenerClosed { .. }), "{closed:?}");
        drop(files);
    });
}
