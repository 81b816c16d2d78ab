//! Tests of log lines.

mod floods;
pub(crate) mod log;
mod subscribers;

use std::convert::Infallible;
use std::task::Poll;
use std::time::Duration;

use libp2p::core::transport::dummy::DummyTransport;
use libp2p::core::transport::{DialOpts, PortUse};
use libp2p::core::{Endpoint, Transport};
use libp2p::swarm::behaviour::DialFailure;
use libp2p::swarm::{ConnectionId, DialError, FromSwarm, NetworkBehaviour, ToSwarm};
use libp2p::{Multiaddr, PeerId};
use peerwarden_libp2p::{
    Config, DialGate, DriverOptions, Misbehavior, Note, Origin, Score, Subject,
};
use tracing::Level;

use crate::by_hand::ByHand;
use crate::node::seconds;
use log::Log;

#[test]
fn a_ban_by_penalty_is_one_line_that_says_what_for_and_for_how_long_after_a_warning() {
    let (log, _guard) = Log::start();
    let warden = ByHand::new(Config::default());
    warden.handle.report(warden.peer, Misbehavior::STALE_MESSAGE).unwrap();

    warden.report(100);

    let peer = warden.peer;
    assert_eq!(
        log.lines(),
        [
            format!(
                "INFO peerwarden: on its way to a ban peer={peer} owes=44064 \
                 why=invalid-message x50, stale-message offences=0"
            ),
            format!(
                "INFO peerwarden: banned peer={peer} cause=penalty \
                 why=invalid-message x100, stale-message until=1m 28s offences=1"
            ),
        ]
    );
}

#[test]
fn the_line_of_a_ban_has_all_that_is_known_of_peer_ban_and_operator() {
    let (log, _guard) = Log::start();
    let mut warden = ByHand::new(Config::default().with_warning(None));
    warden.establish_outbound();
    warden.report(101);
    let note = |text: &str| Note::new(text).unwrap().by("ana").unwrap();
    let (peer, network) = (warden.peer, Subject::Addr("192.0.2.0/24".parse().unwrap()));
    let origin = Origin::Operator;
    let hour = Some(seconds(3_600));
    warden.handle.unban(Subject::Peer(peer), None).unwrap();
    warden.handle.ban_with_note(Subject::Peer(peer), hour, origin, note("ticket 7")).unwrap();
    warden.handle.ban_with_note(network, None, origin, note("scanners")).unwrap();

    assert_eq!(
        log.lines(),
        [
            format!(
                "INFO peerwarden: banned peer={peer} addr=192.0.2.2 direction=outbound \
                 cause=penalty why=invalid-message x101 until=1m 28s offences=1"
            ),
            format!("INFO peerwarden: unbanned peer={peer} cause=penalty offences=1"),
            format!(
                "INFO peerwarden: banned peer={peer} addr=192.0.2.2 direction=outbound \
                 cause=operator note=\"ticket 7\" (ana) until=1h offences=1"
            ),
            "INFO peerwarden: banned network=192.0.2.0/24 cause=operator note=\"scanners\" (ana) \
             until=forever"
                .to_owned(),
        ]
    );
}

#[test]
fn bans_by_score_and_by_order_and_their_ends_are_lines() {
    let (log, _guard) = Log::start();
    let mut warden = ByHand::new(Config::default());
    let peer = warden.peer;
    let score = Score::try_from(-150.5).unwrap();

    warden.handle.score(peer, score).unwrap();
    warden.ban_network("192.0.2.0/24");
    warden.timer.advance(Duration::from_secs(3_600));
    warden.poll_all();
    warden.handle.ban(Subject::Peer(peer), Some(seconds(90)), Origin::Remote).unwrap();
    warden.handle.unban(Subject::Peer(peer), None).unwrap();

    assert_eq!(
        log.lines(),
        [
            format!(
                "INFO peerwarden: banned peer={peer} cause=score why=score -150.5 until=1h \
                 offences=1"
            ),
            "INFO peerwarden: banned network=192.0.2.0/24 cause=operator until=forever".to_owned(),
            format!("INFO peerwarden: unbanned peer={peer} cause=score offences=1"),
            format!("INFO peerwarden: banned peer={peer} cause=remote until=1m 30s offences=1"),
            format!("INFO peerwarden: unbanned peer={peer} cause=remote offences=1"),
        ]
    );
}

#[test]
fn a_ban_withheld_as_the_policy_has_it_is_news_and_one_at_a_limit_a_warning() {
    let (log, _guard) = Log::start();
    let config = Config::default().with_warning(None).with_dry_run(true);
    let warden = ByHand::new(config.with_max_remote_bans(0));

    warden.report(102);
    warden.handle.ban(Subject::Peer(warden.peer), None, Origin::Remote).unwrap();

    let peer = warden.peer;
    assert_eq!(
        log.lines(),
        [
            format!(
                "INFO peerwarden: ban withheld peer={peer} cause=penalty \
                 why=invalid-message x101 offences=0 reason=dry-run"
            ),
            format!(
                "WARN peerwarden: ban withheld peer={peer} cause=remote offences=0 reason=limit"
            ),
        ]
    );
}

#[test]
fn a_ban_that_moves_is_for_those_who_look_closely() {
    let (log, _guard) = Log::start();
    let warden = ByHand::new(Config::default());
    warden.ban(60);
    warden.ban(120);

    let peer = warden.peer;
    assert_eq!(
        log.lines(),
        [
            format!("INFO peerwarden: banned peer={peer} cause=operator until=1m offences=0"),
            format!("DEBUG peerwarden: ban moved peer={peer} cause=operator until=2m offences=0"),
        ]
    );
}

#[test]
fn reports_that_change_nothing_are_for_those_who_want_to_see_everything() {
    let warden = ByHand::new(Config::default());
    let lines = |level| {
        let (log, _guard) = Log::start_at(level);
        warden.report(2);
        log.lines()
    };

    let line =
        format!("TRACE peerwarden: reported peer={} misbehavior=invalid-message", warden.peer);
    assert_eq!(lines(Level::TRACE), [line.clone(), line]);
    assert_eq!(lines(Level::DEBUG), [""; 0]);
}

#[test]
fn refused_connections_are_ten_lines_a_minute_and_a_number() {
    let (log, _guard) = Log::start();
    let mut warden = ByHand::new(Config::default());
    warden.ban(3_600);
    let knock = |warden: &mut ByHand, times: usize| {
        for _ in 0..times {
            assert!(warden.pass_inbound_gate().is_err());
        }
    };
    let banned = log.lines();

    knock(&mut warden, 25);
    warden.timer.advance(Duration::from_secs(60));
    knock(&mut warden, 1);

    let line = |until: &str, suppressed: &str| {
        format!(
            "INFO peerwarden: connection refused peer={} addr=192.0.2.2 cause=operator \
             until={until} gate=established-inbound{suppressed}",
            warden.peer
        )
    };
    let mut expected = banned;
    expected.extend(vec![line("1h", ""); 10]);
    expected.push(line("59m", " suppressed=15"));
    assert_eq!(log.lines(), expected);
}

#[test]
fn a_refusal_before_the_peer_is_known_names_address_and_network() {
    let (log, _guard) = Log::start();
    let mut warden = ByHand::new(Config::default());
    warden.ban_network("192.0.2.0/24");

    let (here, there) = ("/ip4/192.0.2.1/tcp/1", "/ip4/192.0.2.2/tcp/2");
    let id = ConnectionId::new_unchecked(1);
    let refused = warden.behaviour.handle_pending_inbound_connection(
        id,
        &here.parse().unwrap(),
        &there.parse().unwrap(),
    );

    assert!(refused.is_err());
    assert_eq!(
        log.lines()[1..],
        ["INFO peerwarden: connection refused addr=192.0.2.2 network=192.0.2.0/24 \
          cause=operator until=forever gate=pending-inbound"]
    );
}

#[test]
fn an_address_that_is_not_dialled_is_a_line_of_its_own() {
    let (log, _guard) = Log::start();
    let warden = ByHand::new(Config::default());
    warden.ban_network("192.0.2.0/24");
    let mut dials = DialGate::new(DummyTransport::<Infallible>::new(), warden.handle.clone());

    let opts = DialOpts { role: Endpoint::Dialer, port_use: PortUse::Reuse };
    let dialled = dials.dial("/ip4/192.0.2.2/tcp/2".parse().unwrap(), opts);

    assert!(dialled.is_err());
    assert_eq!(
        log.lines()[1..],
        ["INFO peerwarden: connection refused addr=192.0.2.2 network=192.0.2.0/24 \
          cause=operator until=forever gate=dial-gate"]
    );
}

#[test]
fn an_address_that_can_be_read_twice_is_a_line_on_its_own_and_ten_a_minute() {
    let (log, _guard) = Log::start();
    let warden = ByHand::new(Config::default());
    let mut dials = DialGate::new(DummyTransport::<Infallible>::new(), warden.handle.clone());
    let twice = "/ip4/192.0.2.1/tls/sni/x\n2026 INFO peerwarden: unbanned/ip4/192.0.2.2/tcp/2";

    for _ in 0..11 {
        let opts = DialOpts { role: Endpoint::Dialer, port_use: PortUse::Reuse };
        assert!(dials.dial(twice.parse().unwrap(), opts).is_err());
    }

    let shown = twice.replace('\n', "\\n");
    let line = format!(
        "INFO peerwarden: address refused address={shown} reason=it names more than one host \
         gate=dial-gate"
    );
    assert_eq!(log.lines(), vec![line; 10]);
}

#[test]
fn a_file_for_data_that_nobody_opened_is_a_warning() {
    let (log, _guard) = Log::start();
    let warden = ByHand::new(Config::default());
    let options = DriverOptions::default().with_data_file(Some("bans.redb".into()));

    let _ = warden.behaviour.with_options(&options);

    assert_eq!(
        log.lines(),
        [
            "WARN peerwarden: the options name a file for data, but the behaviour was made without a \
          store: bans will not outlive this node file=bans.redb"
        ]
    );
}

#[test]
fn a_redial_that_came_to_nothing_is_a_line() {
    let line = failed_redial(&DialError::NoAddresses);

    assert_eq!(line, "no address of the peer is known");
}

#[test]
fn nobody_writes_lines_of_the_log_by_what_it_announces() {
    let peer = PeerId::random();
    let address = "/sni/x\n2026-11-27 INFO peerwarden: unbanned peer=EVERYBODY/ip4/192.0.2.2/tcp/2";
    let address: Multiaddr = address.parse().unwrap();

    let line = failed_redial(&DialError::WrongPeerId { obtained: peer, address });

    let shown = "/sni/x\\n2026-11-27 INFO peerwarden: unbanned peer=EVERYBODY/ip4/192.0.2.2/tcp/2";
    assert_eq!(line, format!("{peer} answered at {shown}"));
}

/// The line about a redial that came to this, from where it says so.
fn failed_redial(error: &DialError) -> String {
    let (log, _guard) = Log::start();
    let mut warden = ByHand::new(Config::default());
    warden.establish_outbound();
    warden.ban(60);
    warden.close();
    warden.timer.advance(Duration::from_secs(60));
    let dial = loop {
        match warden.poll_order() {
            Poll::Ready(ToSwarm::Dial { opts }) => break opts,
            Poll::Ready(_) => {}
            Poll::Pending => panic!("nobody is dialled"),
        }
    };

    warden.behaviour.on_swarm_event(FromSwarm::DialFailure(DialFailure {
        peer_id: Some(warden.peer),
        connection_id: dial.connection_id(),
        error,
    }));

    let begin = format!("INFO peerwarden: redial failed peer={} error=", warden.peer);
    let lines = log.lines();
    let [_banned, _unbanned, line] = &lines[..] else {
        panic!("{lines:?}");
    };
    line.strip_prefix(&begin).unwrap().to_owned()
}

#[test]
fn a_peer_that_is_given_up_is_a_line_with_the_number_of_tries() {
    let (log, _guard) = Log::start();
    let mut warden = ByHand::new(Config::default());
    let once = DriverOptions::default().with_redial_attempts(1.try_into().unwrap());
    warden.behaviour = warden.behaviour.with_options(&once);
    warden.establish_outbound();
    warden.ban(60);
    warden.close();
    warden.timer.advance(Duration::from_secs(60));
    while let Poll::Ready(order) = warden.poll_order() {
        if let ToSwarm::Dial { opts } = order {
            warden.behaviour.on_swarm_event(FromSwarm::DialFailure(DialFailure {
                peer_id: Some(warden.peer),
                connection_id: opts.connection_id(),
                error: &DialError::Aborted,
            }));
        }
    }

    let peer = warden.peer;
    assert_eq!(
        log.lines()[2..],
        [
            format!("INFO peerwarden: redial failed peer={peer} error=the dial was aborted"),
            format!("INFO peerwarden: redial given up peer={peer} tries=1"),
        ]
    );
}
