//! Interfaces that come and go, in a network of the test's own.

use std::process::Command;

use libp2p::core::transport::PortUse;
use smol::block_on;

use crate::child;
use crate::node::{Event, Node, any_port, socket};

#[test]
fn an_address_is_announced_when_it_comes_and_expires_when_it_goes() {
    let test = "interfaces::an_address_is_announced_when_it_comes_and_expires_when_it_goes";
    if !child::is_it(test) {
        let own = ["unshare", "--map-root-user", "--net"];
        if !succeeds(&[&own[..], &["ip", "link"]].concat()) {
            println!("SKIPPED: it takes unshare, ip, and the right to a network of one's own");
            return;
        }
        return child::run(test, &[&own[..], &["/bin/sh"]].concat(), "true");
    }
    block_on(async {
        let mut node = Node::new();
        let id = node.listen(&any_port("0.0.0.0"));

        ip("link set lo up");
        let Event::NewAddress { listener_id, listen_addr } = node.event().await else {
            panic!("not an address");
        };
        assert_eq!(listener_id, id);
        assert_eq!(socket(&listen_addr).ip().to_string(), "127.0.0.1");

        ip("addr add 2001:db8::7/128 dev lo");
        ip("addr add 192.0.2.7/32 dev lo");
        let Event::NewAddress { listener_id, listen_addr } = node.event().await else {
            panic!("not an address");
        };
        let at = socket(&listen_addr);
        assert_eq!((listener_id, at.ip().to_string().as_str()), (id, "192.0.2.7"));
        let dialled = Node::new().dial(at, PortUse::New).await.unwrap();
        assert_eq!(node.incoming().await.remote, dialled.local_addr().unwrap());

        ip("addr del 192.0.2.7/32 dev lo");
        let Event::AddressExpired { listener_id, listen_addr } = node.event().await else {
            panic!("nothing expired");
        };
        assert_eq!((listener_id, socket(&listen_addr)), (id, at));
    });
}

fn ip(arguments: &str) {
    let command: Vec<_> = std::iter::once("ip").chain(arguments.split(' ')).collect();
    assert!(succeeds(&command), "{command:?}");
}

fn succeeds(command: &[&str]) -> bool {
    let (program, args) = command.split_first().unwrap();
    Command::new(program).args(args).output().is_ok_and(|output| output.status.success())
}
