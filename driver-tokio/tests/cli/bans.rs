//! `peerwarden bans`.

use crate::node::{ABSENT, Node};

#[test]
fn bans_are_listed_with_cause_and_end_in_80_columns() {
    let node = Node::start();
    node.done("ban 203.0.113.0/24 --forever --note scanner");
    node.done(&format!(
        "ban {ABSENT} --for '1d 1h' --note '{}'",
        "far too long a story for a table ".repeat(5)
    ));
    node.done("ban 2001:db8:1234:5678::/64 --for 90m");

    assert_eq!(
        node.done("bans"),
        "SUBJECT                  CAUSE     WHY                 SINCE   LEFT     OFFENCES
203.0.113.0/24           operator  \"scanner\" (ana)     0s ago  forever  -
12D3KooW…wG6cJc          operator  \"far too long a s…  0s ago  1d 1h    0
2001:db8:1234:5678::/64  operator  -                   0s ago  1h 30m   -
3 of 3 bans shown. 0 connections refused since the node started.
"
        .replace("0s ago", &since(&node)),
    );
    let wide = node.done("bans --wide");
    assert!(wide.contains(ABSENT) && wide.contains("for a table \" (ana)"), "{wide}");
    let coloured = node.done("bans --networks --color always");
    assert!(coloured.starts_with("\u{1b}[1mSUBJECT"), "{coloured:?}");
    assert!(coloured.contains("\n2 of 2 bans shown."), "{coloured}");
}

/// How long ago the list says that a ban began: a second or two, where there is much to do.
fn since(node: &Node) -> String {
    let text = node.done("bans");
    let words: Vec<_> = text.lines().nth(1).unwrap().split_whitespace().collect();
    assert_eq!(words[5], "ago", "{text}");
    format!("{} ago", words[4])
}

#[test]
fn lists_of_any_length_are_read_page_by_page() {
    let names: Vec<_> =
        (0..1_100).map(|each| format!("10.{}.{}.0/24", each / 250, each % 250)).collect();
    let node = Node::with_settings(&format!("[policy]\nban = {names:?}"));
    let most = node.done("bans");
    assert!(most.contains("\n100 of 1100 bans shown. --all shows the others. "), "{most}");
    let all = node.json("bans --all");
    assert_eq!(all["bans"].as_array().unwrap().len(), 1_100);
    assert_eq!((&all["shown"], &all["total"]), (&1_100.into(), &1_100.into()));
    let some = node.json("bans -n 1050 --cause operator");
    assert_eq!(some["bans"].as_array().unwrap().len(), 1_050);
    assert!(some["next"].is_string(), "{}", some["next"]);
    let none = node.json("bans --peers --ending 10m");
    assert_eq!((&none["bans"], &none["total"]), (&serde_json::json!([]), &0.into()));
}

#[test]
fn filters_that_are_wrong_name_what_is_right() {
    let node = Node::start();
    for (args, expected) in [
        (
            "bans --cause spite",
            "error: invalid value 'spite' for '--cause <CAUSE>'\n  [possible values: address, application, \
             operator, penalty, remote, score]",
        ),
        ("bans --ending soon", "\"soon\" is not a duration above zero: give one such as 90s"),
        ("bans --peers --networks", "'--peers' cannot be used with '--networks'"),
    ] {
        let ran = node.run(args);
        assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{args}: {ran:?}");
        assert!(ran.err.contains(expected), "{args}: {ran:?}");
    }
}
