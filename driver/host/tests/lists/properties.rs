//! Promises on whatever bytes and lists there are.

use std::collections::BTreeMap;

use allocation_counter::measure;
use peerwarden_host::lists::{
    GoDuration, ListFormat, ReadOptions, parse_network, range_networks, read_list,
};
use proptest::collection::vec;
use proptest::prelude::*;

use crate::node::{Node, noon};
use crate::peer::Peer;

/// Pieces that lists are made of, so that random texts are nearly lists.
const PIECES: [&str; 44] = [
    "192.0.2.1",
    "/24",
    "10.0.0.",
    "2001:db8::",
    "::1",
    "::ffff:1.2.3.4",
    "-",
    " - ",
    ",",
    " , ",
    "000",
    "128",
    ":",
    "#",
    ";",
    "\n",
    "\r\n",
    "\r",
    "\t",
    "add x ",
    "timeout 7",
    "nomatch",
    "comment \"",
    "peer:peer-7",
    "name:",
    "{",
    "}",
    "[",
    "]",
    "\"",
    "\"bans\":",
    "\"banned_nets\":",
    "\"address\":",
    "\"subject\":",
    "\"decisions\":",
    "\"duration\":\"1h\"",
    "\"value\":",
    "\"scope\":\"Ip\"",
    "duration,scope,value",
    "\u{feff}",
    "\u{fffd}",
    "null",
    "\\u0000",
    "99999999999999999999",
];

fn nearly_a_list() -> impl Strategy<Value = String> {
    vec(prop::sample::select(&PIECES[..]), 0..60).prop_map(|pieces| pieces.concat())
}

fn formats() -> impl Strategy<Value = Option<ListFormat>> {
    prop::option::of(prop::sample::select(&ListFormat::ALL[..]))
}

proptest! {
    #[test]
    fn no_bytes_panic(bytes in vec(any::<u8>(), 0..300), format in formats()) {
        let options = ReadOptions::new(noon()).with_format(format);
        let _ = read_list::<Peer>(&bytes, &options);
    }

    #[test]
    fn no_text_that_is_nearly_a_list_panics(text in nearly_a_list(), format in formats()) {
        let options = ReadOptions::new(noon()).with_format(format);
        if let Ok(file) = read_list::<Peer>(text.as_bytes(), &options) {
            let lines = text.matches(['\n', '\r']).count() + 1;
            prop_assert!(file.entries.iter().all(|entry| (1..=lines).contains(&entry.line)));
            prop_assert!(file.faults.first.iter().all(|fault| fault.value.chars().count() < 1_000));
        }
    }

    #[test]
    fn a_range_is_its_networks_and_nothing_else(first: u32, len in 0..70_000_u32) {
        let last = first.saturating_add(len);
        let nets: Vec<_> = range_networks(
            std::net::Ipv4Addr::from_bits(first).into(),
            std::net::Ipv4Addr::from_bits(last).into(),
        ).unwrap().collect();
        let mut next = u64::from(first);
        for net in &nets {
            let std::net::IpAddr::V4(start) = net.network() else { unreachable!() };
            prop_assert_eq!(u64::from(start.to_bits()), next);
            next += 1 << (32 - net.prefix_len());
        }
        prop_assert_eq!(next, u64::from(last) + 1);
        prop_assert!(nets.len() <= 62);
    }

    #[test]
    fn a_network_that_is_printed_is_read_again(bits: u128, len in 0..=128_u8) {
        let net = peerwarden_host::IpNet::new(std::net::Ipv6Addr::from_bits(bits).into(), len);
        let net = net.unwrap().trunc();
        let read = parse_network(&net.to_string()).unwrap().net;
        prop_assert_eq!(parse_network(&read.to_string()).unwrap().net, read);
    }

    #[test]
    fn a_duration_that_is_printed_is_read_again(nanos in 1..i64::MAX.cast_unsigned()) {
        let duration = std::time::Duration::from_nanos(nanos);
        let text = GoDuration::from(duration).to_string();
        prop_assert_eq!(text.parse::<GoDuration>().unwrap().left(), Some(duration));
    }

    /// What the engine has after any changes is what the lists say together, each by itself.
    #[test]
    fn whatever_happens_the_engine_is_told_the_last_end_of_all_lists(
        changes in vec((0..3_usize, vec((1..8_u8, 1..5_u64), 0..6), 0..100_u64), 1..20),
    ) {
        let node = Node::new();
        let mut time = 0;
        let mut said = [(); 3].map(|()| BTreeMap::<u8, u64>::new());
        for (list, entries, pause) in changes {
            let mut text = String::new();
            said[list].clear();
            for (host, minutes) in entries {
                text += &format!("add x 198.51.100.{host} timeout {}\n", minutes * 60);
                let end = said[list].entry(host).or_default();
                *end = (*end).max(time + minutes * 60);
            }
            node.load(["a", "b", "c"][list], &text);
            node.advance(pause);
            time += pause;

            let mut expected = BTreeMap::new();
            for (host, end) in said.iter().flatten().filter(|(_, end)| **end > time) {
                let left = expected.entry(format!("addr:198.51.100.{host}/32")).or_insert(0);
                *left = (*left).max(end - time);
            }
            prop_assert_eq!(node.bans(), expected.into_iter().collect::<Vec<_>>());
        }
    }
}

/// What is read twice as much takes twice as much: of memory that is handed out, which is what all that is
/// read goes through.
#[test]
fn work_grows_as_the_list_does_and_no_faster() {
    let line = |text: &'static str| move |count: usize| text.repeat(count);
    let json = |open: &'static str, each: &'static str, close: &'static str| {
        move |count: usize| format!("{open}{}{close}", vec![each; count].join(","))
    };
    let texts: Vec<Box<dyn Fn(usize) -> String>> = vec![
        Box::new(line("192.0.2.1 # a comment\n")),
        Box::new(line("some: name - or other:192.0.2.1-192.0.2.200\n")),
        Box::new(line("000.000.000.001 - 255.255.255.254 , 000 , everything\n")),
        Box::new(line("nonsense\n")),
        Box::new(line("::::::::::-:::::::::::::::-2001:db8::\n")),
        Box::new(line(":-")),
        Box::new(|count| format!("duration,scope,value\n{}", "1h,Ip,192.0.2.1\n".repeat(count))),
        Box::new(|count| format!("duration,scope,value\n{}", "1h,\"Ip,192.0.2.1\n".repeat(count))),
        Box::new(json("{\"banned_nets\":[", "{\"address\":\"192.0.2.1\"}", "]}")),
        Box::new(json("[", "{\"value\":\"192.0.2.1\",\"duration\":\"1h\"}", "]")),
        Box::new(json("{\"bans\":[", "{\"subject\":\"192.0.2.1\"}", "]}")),
        Box::new(json("{\"bans\":[", "[]", "]}")),
        Box::new(json("[", "{\"decisions\":[{},{}]}", "]")),
    ];
    for text in texts {
        let work = |count: usize| {
            let text = text(count);
            let options = ReadOptions::new(noon());
            let done = measure(|| drop(read_list::<Peer>(text.as_bytes(), &options)));
            (done.count_total, done.bytes_total)
        };
        let (few, many) = (work(1_000), work(8_000));
        let head = &text(1);
        assert!(many.0 <= few.0 * 9 + 100, "{head}: {few:?}, {many:?}");
        assert!(many.1 <= few.1 * 9 + 10_000, "{head}: {few:?}, {many:?}");
    }
}
