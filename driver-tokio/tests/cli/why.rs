//! `peerwarden why`.

use serde_json::json;

use crate::fake_node::FakeNode;
use crate::node::{ABSENT, Node, Ran};
use crate::peer::Peer;

/// Three reports ban, for minutes.
const STRICT: &str = "
[topics.news]
max_size = 1000
[policy]
threshold = 2000
decay = [1]
scores = false
";

#[tokio::test(flavor = "multi_thread")]
async fn a_peer_that_misbehaved_is_explained_and_what_lifts_it() {
    let node = Node::with_settings(STRICT);
    let mut bad = Peer::signed("news");
    let id = bad.id();
    assert!(bad.join(node.address()).await);
    for _ in 0..3 {
        bad.publish(1_001).await;
    }
    bad.until_thrown_out().await;
    node.done("ban 127.0.0.1 --forever --note 'keep out'");

    let text = node.done(&format!("why {id}"));
    let lines: Vec<_> = text.lines().collect();
    assert!(lines[0].starts_with(&format!("{id} is banned until 20")), "{text}");
    assert!(lines[0].contains(" left), since 20") && lines[0].ends_with(" ago)."), "{text}");
    let of = "By penalty of more than 2000 points, its 1st offence. It owes 2";
    assert!(
        lines[1].starts_with(of) && lines[1].contains(" now, which fall to 0 until 20"),
        "{text}"
    );
    assert!(lines[1].ends_with(" left); further reports move that end."), "{text}");
    let evidence = "Evidence: 3 oversized-message (the last ";
    assert!(lines[2].starts_with(evidence) && lines[2].ends_with(" ago)."), "{text}");
    assert_eq!(
        lines[3..],
        [
            "Last seen at 127.0.0.1, inbound; not connected now.",
            "What holds it is refused: 127.0.0.1/32 is banned by operator forever: \"keep out\" (ana).",
            &format!("To lift it: peerwarden unban {id}"),
            &format!("To keep it from automatic bans: peerwarden protect {id}"),
            "To lift the ban of 127.0.0.1/32: peerwarden unban 127.0.0.1/32",
        ],
        "{text}"
    );
    let bans = node.done("bans --peers");
    assert!(bans.contains("  penalty  3 oversized-message  "), "{bans}");
    let answer = node.json(&format!("why {id}"));
    assert_eq!(answer["subject"], format!("peer:{id}"));
    assert_eq!(answer["ban"]["causes"][0]["cause"], "penalty");
    assert_eq!(answer["peer"]["status"]["offences"], 1);
    assert_eq!(answer["reasons"].as_array().unwrap().len(), 2);
    assert_eq!((&answer["tags"], &answer["connected_inside"]), (&json!([]), &json!([])));

    assert!(
        node.done(&format!("unban {id}"))
            .starts_with(&format!("{id} is no longer banned by penalty; "))
    );
    let text = node.done(&format!("why {id}"));
    let lines: Vec<_> = text.lines().collect();
    assert_eq!(lines[0], format!("{id} is not banned itself, and refused all the same."), "{text}");
    assert_eq!(
        lines[1], "It owes 0 points, and is banned above 2000; offences on record: 1.",
        "{text}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_network_is_explained_with_who_is_in_it_and_what_holds_it() {
    let node = Node::start();
    let id = node.connected_peer().await;
    node.done("protect 127.0.0.0/24");
    assert_eq!(
        node.done("why 127.0.0.0/24"),
        format!(
            "127.0.0.0/24 is not banned.
Inside it: 1 connected peer, {id}.
Protected by operator: automatic bans and lists pass it over, a ban by the operator does not.
"
        )
    );
    assert_eq!(node.json("why 127.0.0.1")["connected_inside"], json!([id.to_string()]));
    node.done("ban 203.0.112.0/20 --forever --note 'bad data centre'");
    assert_eq!(
        node.done("why 203.0.113.0/24"),
        "203.0.113.0/24 is not banned itself, and refused all the same.
What holds it is refused: 203.0.112.0/20 is banned by operator forever: \"bad data centre\" (ana).
To lift the ban of 203.0.112.0/20: peerwarden unban 203.0.112.0/20
"
    );
    let own = node.done("why 203.0.112.0/20");
    let lines: Vec<_> = own.lines().collect();
    assert!(lines[0].starts_with("203.0.112.0/20 is banned forever, since 20"), "{own}");
    assert_eq!(
        lines[1..],
        [
            "By the operator, forever: \"bad data centre\" (ana).",
            "To lift it: peerwarden unban 203.0.112.0/20",
        ]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_peer_in_good_order_is_explained_too() {
    let node = Node::start();
    let id = node.connected_peer().await;
    node.done(&format!("protect {id}"));
    let text = node.done(&format!("why {id}"));
    let lines: Vec<_> = text.lines().collect();
    assert_eq!(
        lines[..2],
        [
            format!("{id} is not banned."),
            "It owes 0 points, and is banned above 86400; offences on record: 0.".to_owned(),
        ],
        "{text}"
    );
    assert!(lines[2].starts_with("Connected at 127.0.0.1, inbound, since 20"), "{text}");
    assert!(
        text.ends_with(
            "\nProtected by operator: automatic bans and lists pass it over, a ban by the operator does not.\n"
        ),
        "{text}"
    );
    assert_eq!(
        node.done(&format!("why {ABSENT}")),
        format!(
            "{ABSENT} is not banned.\nThe node holds nothing else of it: it has not been seen lately.\n"
        )
    );
}

#[test]
fn what_is_no_subject_is_told() {
    let node = Node::start();
    node.assert_fails(&[
        (
            "why 203.0.113.0/24/8",
            2,
            "peerwarden why: \"203.0.113.0/24/8\" is no network: a number from 0 to 32 has to follow the slash",
        ),
        (
            "why ''",
            2,
            "peerwarden why: \"\" is neither a peer id nor an address: give a whole id, an IP such as 192.0.2.1, \
             or a network such as 192.0.2.0/24",
        ),
    ]);
    let two = node.run("why 192.0.2.1 192.0.2.2");
    assert_eq!(two.code, 2);
    assert!(two.err.starts_with("error: unexpected argument '192.0.2.2' found"), "{two:?}");
}

#[test]
fn standing_an_incident_a_score_and_lists_are_told_and_texts_of_strangers_stay_on_their_line() {
    let fake = FakeNode::start(&[
        (
            "/v1/node",
            "HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n\
             {\"api\":\"v1\",\"counts\":{\"incident\":true},\"now\":1000.0,\
             \"time\":\"2026-11-28T01:00:00.000Z\"}",
        ),
        (
            "/v1/bans/",
            "HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n\
             {\"subject\":\"peer:12D3KooWK3mWd6H4tkoJPjNHv2gDTS2SrhWjBgNs39zHtswG6cJc\",\"causes\":[\
             {\"cause\":\"score\",\"until\":1060.0},{\"cause\":\"remote\",\"until\":\"forever\"},\
             {\"cause\":\"application\",\"until\":1060.0}],\
             \"until\":\"forever\",\"began\":940.0,\"addr\":null,\"direction\":null,\
             \"notes\":{\"operator\":null,\"remote\":{\"why\":\"a\\u001b[2Jb\",\"who\":null}},\
             \"offences\":2,\"misdeeds\":[],\"score\":-193.4,\
             \"lists\":[{\"list\":\"crew\",\"until\":null},{\"list\":\"tor\",\"until\":null}],\"tags\":[]}",
        ),
        (
            "/v1/peers/",
            "HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n\
             {\"peer\":\"12D3KooWK3mWd6H4tkoJPjNHv2gDTS2SrhWjBgNs39zHtswG6cJc\",\"status\":{\"penalty\":0.0,\
             \"offences\":2,\"causes\":[],\"misdeeds\":[],\"connected\":false,\"protected\":false,\
             \"standing\":true,\"addr\":\"203.0.113.7\",\"direction\":\"outbound\",\"connected_since\":null},\
             \"last_score\":null,\"threshold\":86400.0,\"tags\":[],\"reasons\":[{\"network\":\"203.0.113.7/32\",\
             \"cause\":\"address\",\"until\":1060.0,\"note\":null,\"lists\":[]}]}",
        ),
    ]);
    let until = "until 2026-11-28T01:01:00Z (1m left)";
    let expected = format!(
        "{ABSENT} is banned forever, since 2026-11-28T00:59:00Z (1m ago).
By its score -193, its 2nd offence, {until}.
By lists crew, tor, forever: \"a\\u{{1b}}[2Jb\".
By the application, which expelled it, its 2nd offence, {until}.
Last seen at 203.0.113.7, outbound; not connected now.
In standing: bans of its network for what others there did do not apply to it.
What holds it is refused: 203.0.113.7/32 is banned by address {until}.
An incident is on: so many peers misbehave at once that the fault is likely this node's, and automatic bans of \
         peers that have been here for a while are withheld.
To lift it: peerwarden unban {ABSENT}
To keep it from automatic bans: peerwarden protect {ABSENT}
To lift the ban of 203.0.113.7/32: peerwarden unban 203.0.113.7/32
"
    );
    let ran = fake.run(&format!("why {ABSENT}"));
    assert_eq!(ran, Ran { code: 0, out: expected, err: String::new() });
}
