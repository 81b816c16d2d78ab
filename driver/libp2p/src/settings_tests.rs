//! Tests of settings with peer ids and multiaddresses in them.

use libp2p::PeerId;
use peerwarden_core::Subject;

use crate::Settings;

/// An op-node operator's static peers, as they have them on the command line, and a list of bans.
#[test]
fn trusted_peers_are_multiaddresses_and_bans_are_a_list() {
    let (peer, other) = (PeerId::random(), PeerId::random());
    let text = format!(
        r#"
        preset = "op-node"
        min_score = -100
        ban_durations = ["1h0m0s"]
        protect = [
            "/ip4/203.0.113.7/tcp/9222/p2p/{peer}",
            "{other}",
            "/dns4/node.example/tcp/9222/p2p/{peer}",
            "198.51.100.0/24",
        ]
        ban = ["203.0.113.0/24", "198.51.100.7", "{other}"]
        "#
    );

    let options = Settings::from_toml(&text).unwrap().options;

    let network = |text: &str| Subject::Addr(text.parse().unwrap());
    assert_eq!(options.protect(), [Subject::Peer(other), network("198.51.100.0/24")]);
    let [trusted] = options.static_peers() else {
        panic!("{:?}", options.static_peers());
    };
    assert_eq!(trusted.peer(), peer);
    let addresses = ["/ip4/203.0.113.7/tcp/9222", "/dns4/node.example/tcp/9222"];
    assert_eq!(trusted.addresses(), addresses.map(|address| address.parse().unwrap()));
    let bans = [network("203.0.113.0/24"), network("198.51.100.7/32"), Subject::Peer(other)];
    assert_eq!(options.ban(), bans);
}

#[test]
fn a_bad_entry_of_a_list_is_named_with_what_would_be_right() {
    for (text, error) in [
        (
            "protect = ['bootnode']",
            "line 1: protect is 'bootnode': give a multiaddress such as \
             \"/ip4/203.0.113.7/tcp/9222/p2p/12D3KooW..\", a peer id such as \"12D3KooW..\", or a \
             network or an address, such as \"10.0.0.0/8\" or \"192.0.2.1\"",
        ),
        (
            "protect = ['10.0.0.0/8', '/ip4/203.0.113.7/tcp/9222']",
            "line 1: protect is '/ip4/203.0.113.7/tcp/9222': /ip4/203.0.113.7/tcp/9222 does not end \
             in /p2p/ and the peer's id; give one such as \
             \"/ip4/203.0.113.7/tcp/9222/p2p/12D3KooW..\"",
        ),
        (
            "ban = ['/ip4/203.0.113.7/tcp/9222']",
            "line 1: ban is '/ip4/203.0.113.7/tcp/9222': give the peer's id or its IP alone, without \
             the rest of the address",
        ),
    ] {
        assert_eq!(Settings::from_toml(text).unwrap_err().to_string(), error);
    }
}

/// What somebody pastes into a settings file cannot forge a line of the log it is reported in.
#[test]
fn no_multiaddress_breaks_a_line() {
    let text = "protect = [\"\"\"/ip4/1.2.3.4\r\nINFO unbanned\"\"\"]";

    let said = Settings::from_toml(text).unwrap_err().to_string();

    assert!(
        said.starts_with("line 1: protect is ") && said.contains("is no multiaddress"),
        "{said}"
    );
    assert!(!said.contains(char::is_control), "{said:?}");
}

#[test]
fn a_static_peer_that_is_banned_is_a_warning() {
    let peer = PeerId::random();
    let text = format!("protect = ['/ip4/203.0.113.7/tcp/1/p2p/{peer}']\nban = ['{peer}']");

    let settings = Settings::from_toml(&text).unwrap();

    let said: Vec<_> = settings.warnings().iter().map(ToString::to_string).collect();
    let why = "it is in protect as well, which a ban of exactly that overrules";
    assert_eq!(said, [format!("line 2: ban is peer:{peer}: {why}")]);
}
