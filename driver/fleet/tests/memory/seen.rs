//! Signs for an operator when something is wrong: the status, the log and the counts.

use peerwarden_fleet::{Author, Key, LinkHealth, Operator, Resync, Says, Statement};
use peerwarden_host::Note;

use crate::log::logged;
use crate::net::{HOUR, Net, SECOND, peer, said_by};

#[test]
fn a_server_that_is_down_is_told_with_what_it_means_and_once_a_minute() {
    let mut net = Net::new(4);
    net.misbehave("spammer", 0..3);
    let lines = logged(|| {
        net.bucket.set_down();
        net.settle();
        net.pass(130 * SECOND);
    });
    let of_one_node: Vec<_> = lines.iter().filter(|line| line.contains("believed=1")).collect();
    assert!(!of_one_node.is_empty() && lines.len() <= 4 * 3, "{lines:#?}");
    assert_eq!(
        lines[0],
        "WARN fleet=mainnet believed=1 suppressed=0 error=connection refused: fleet: disconnected; believed \
         bans stay until their ends"
    );
    let status = net.nodes[3].fleet.status(net.now()).to_string();
    let (start, rest) = status.split_once("; ").unwrap();
    assert_eq!(
        start,
        "disconnected 2m 10s (connection refused: check servers, and that the NATS server runs)"
    );
    assert!(rest.starts_with("1 believed ban stays until its end in "), "{rest}");
    assert!(rest.ends_with("; this node is n3"), "{rest}");
}

#[test]
fn one_member_that_was_fooled_is_one_vote_and_can_be_looked_at() {
    let mut net = Net::new(4);
    let now = net.now();
    for number in 0..20 {
        let ban = Statement::new(peer(&format!("p{number:02}")), Says::Ban, HOUR, now, 1);
        let (key, value) = said_by(5, &ban);
        net.bucket.write(key, value);
    }
    net.settle();
    let fooled = Author::Member("n5".parse().unwrap());
    let votes = net.nodes[0].fleet.votes(Some(&fooled), None, 15);
    assert_eq!(votes.len(), 15);
    let more = net.nodes[0].fleet.votes(Some(&fooled), Some(&votes[14].subject), 15);
    assert_eq!(more.len(), 5);
    assert_eq!(net.nodes[0].warden.bans(None, 1).unwrap(), []);
    let members = net.nodes[0].fleet.members();
    let said: Vec<_> = members.iter().map(|member| member.statements).collect();
    assert_eq!(said, [0, 0, 0, 0, 0, 20]);
    assert!(members[5].heard.is_some() && members[0].is_myself);
}

#[test]
fn forged_and_replayed_statements_are_counted_by_reason() {
    let mut net = Net::new(1);
    let now = net.now();
    let ban = |seq| Statement::new(peer("a"), Says::Ban, HOUR, now, seq);
    let (key, value) = said_by(1, &ban(5));
    net.bucket.write(key.clone(), value.clone());
    net.bucket.write(key.clone(), said_by(1, &ban(4)).1);
    let forged = String::from_utf8(value).unwrap().replace("\"seq\":5", "\"seq\":6");
    net.bucket.write(key, forged.into_bytes());
    net.bucket.write(Key::from_text("something.else"), b"x".to_vec());
    net.settle();
    assert_eq!(net.nodes[0].refused(now), [("key", 1), ("seq", 1), ("signature", 1)]);
}

#[test]
fn a_breaker_that_trips_is_one_line_that_says_what_to_do() {
    let mut net = Net::new(1);
    for number in 0..5 {
        net.nodes[0].connect(&format!("p{number}"));
    }
    let lines = logged(|| {
        for number in 0..4 {
            net.order(&format!("p{number}"), Says::Ban, HOUR);
        }
    });
    assert_eq!(
        lines,
        [
            "WARN fleet=mainnet subject=peer:p1 hits=1 connected=4: fleet: stopped: with this ban too large a \
          share of the connected peers would be banned in an hour; nothing further is banned until \
          `peerwarden fleet resume`"
        ]
    );
}

#[test]
fn a_ban_that_is_lifted_on_one_node_is_one_line_that_says_for_how_long() {
    let mut net = Net::new(4);
    net.misbehave("friend", 0..3);
    let lines = logged(|| {
        net.nodes[3].warden.unban(peer("friend"), None).unwrap();
        net.settle();
    });
    assert_eq!(
        lines,
        [
            "INFO fleet=mainnet subject=peer:friend until=1day: fleet: the operator has lifted a ban that the \
          fleet believes: it is not banned here again by the fleet for so long"
        ]
    );
}

#[test]
fn a_start_is_two_lines() {
    let mut lines = Vec::new();
    let mut net = Net::new(0);
    lines.extend(logged(|| {
        net.add(0, crate::net::rules(), None);
        net.settle();
    }));
    assert_eq!(
        lines,
        [
            "INFO fleet=mainnet: fleet: connected",
            "INFO fleet=mainnet members=6 statements=0 believed=0 mode=enforce: fleet: everything in the \
             bucket was read"
        ]
    );
}

#[test]
fn a_clock_that_is_wrong_and_a_bucket_that_is_nearly_full_are_told_once() {
    let mut net = Net::new(1);
    let mut health = LinkHealth::default();
    health.clock_ahead_ms = Some(-86_400_000);
    (health.bytes, health.bytes_allowed) = (Some(80), Some(100));
    net.bucket.set_health(health);
    let lines = logged(|| net.pass(2 * HOUR));
    assert_eq!(
        lines,
        [
            "WARN fleet=mainnet clock_skew_seconds=-86400.0: fleet: this node's clock and the server's differ: \
             what this node says may be refused, and what it reads",
            "WARN fleet=mainnet bytes=80 allowed=100: fleet: the bucket is four fifths full; once it is full no \
             member can say anything new"
        ]
    );
    let status = net.nodes[0].fleet.status(net.now()).to_string();
    let told = "; this node's clock is 1day ahead of the server's: check it";
    assert!(status.ends_with(told), "{status}");
}

#[test]
fn a_bucket_that_was_reset_is_a_line_and_a_count() {
    let mut net = Net::new(1);
    let lines = logged(|| {
        net.bucket.reset();
        net.pass(60 * SECOND);
    });
    let told = "WARN fleet=mainnet why=bucket-reset: fleet: the bucket has lost what it had: no ban is lost, and \
                its members say theirs again";
    assert!(lines.iter().any(|line| line == told), "{lines:#?}");
    let resyncs = net.nodes[0].fleet.status(net.now()).counts.resyncs;
    assert_eq!(resyncs.get(&Resync::BucketReset), Some(&1));
}

#[test]
fn a_pardon_of_an_operator_says_who_and_why() {
    let mut net = Net::new(1);
    let note = Note::new("ours").unwrap().by("ana").unwrap();
    let operator = Operator::new("mainnet".parse().unwrap(), crate::net::operator());
    let (key, value) = operator.pardon(peer("a"), HOUR, Some(note), net.now()).unwrap();
    net.bucket.write(key, value);
    net.settle();
    let standing = net.nodes[0].fleet.standing(&peer("a"), net.now());
    assert_eq!(standing.statements[0].author, format!("_op_{}", operator.public()));
    let value = &net.bucket.entries()[0].1;
    let note = Statement::<String>::open(value).unwrap().statement.note.unwrap();
    assert_eq!(note.to_string(), "\"ours\" (ana)");
}
