//! Settings as operators write them.

mod advice;
mod lists;
mod recording;
mod refusals;
mod shadows;

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use peerwarden_core::{Amplification, Config, Misbehavior, Penalty, PlaceLevel, Points, Subject};

use super::keys::KEYS;
use crate::known_peer::{Host, KnownPeer};
use crate::options::DriverOptions;
use crate::test_peer::{Peer, PeerAt};

type Settings = super::Settings<Peer, PeerAt>;

#[test]
fn an_empty_file_and_the_example_are_the_default() {
    assert_eq!(Settings::from_toml(""), Ok(Settings::default()));
    assert_eq!(Settings::from_toml(Settings::EXAMPLE), Ok(Settings::default()));
    assert_eq!(Settings::default().config, Config::default());
    assert_eq!(Settings::default().options, DriverOptions::default());
}

#[test]
fn what_the_example_shows_are_the_defaults_of_every_setting() {
    let shown = shown(Settings::EXAMPLE);

    assert_eq!(Settings::from_toml(&shown), Ok(Settings::default()));
    let table: toml::Table = toml::from_str(&shown).unwrap();
    let keys: BTreeSet<_> = table.keys().map(String::as_str).collect();
    assert_eq!(keys, KEYS.iter().copied().collect());
    assert!(shown.lines().all(|line| !line.starts_with('#')), "{shown}");
}

/// Were a value of the example to be ignored, it could be wrong and nobody would know.
#[test]
fn every_setting_changes_what_it_is_for() {
    let changes = [
        "preset = 'flow'",
        "protect = ['10.0.0.0/8']",
        "ban = ['10.0.0.0/8']",
        "penalties = false",
        "threshold = 1",
        "default_penalty = 1",
        "decay = [1]",
        "slow_accrual = true",
        "max_sentence = '1h'",
        "warning = 1",
        "long_budget = 1",
        "hearsay = false",
        "scores = false",
        "min_score = -1",
        "ban_durations = ['1m']",
        "confirmations = 3",
        "confirm_within = 'none'",
        "checks_per_tick = 2",
        "max_cycle_ticks = 1",
        "check_on_leave = false",
        "places = false",
        "places_v4 = []",
        "places_v6 = [{ length = 64, debts = 864000, crowd = 5 }]",
        "place_durations = ['1m']",
        "exempt = []",
        "standing_after = '1h'",
        "standing_for = '1h'",
        "incident = false",
        "min_connected = 1",
        "forgive_after = 'none'",
        "unban_grace = 'none'",
        "redial = false",
        "dry_run = true",
        "max_remote_ban = '1m'",
        "max_records = 1",
        "max_places = 1",
        "max_standing = 1",
        "max_addr_bans = 1",
        "max_remote_bans = 0",
        "heartbeat_interval = '2s'",
        "tick_interval = '2s'",
        "close_timeout = '1s'",
        "farewell = '1s'",
        "max_redials = 1",
        "redial_attempts = 1",
        "data_file = '/var/lib/bans'",
        "list = [{ name = 'a', path = '/var/lib/a' }]",
        "recording = { file = '/var/lib/day.zst' }",
        "weights = { stale-message = 1 }",
        "shadow = { strict = { threshold = 1 } }",
    ];

    let keys: Vec<_> = changes.iter().filter_map(|line| line.split(' ').next()).collect();
    assert_eq!(keys, KEYS);
    let made: Vec<_> = changes.iter().map(|line| Settings::from_toml(line).unwrap()).collect();
    for (at, settings) in made.iter().enumerate() {
        assert_ne!(*settings, Settings::default(), "{}", changes[at]);
        assert!(!made[..at].contains(settings), "{} does what another does", changes[at]);
    }
}

#[test]
fn a_file_is_its_preset_with_what_differs_laid_over_it() {
    let peer = Peer::random();
    let settings = Settings::from_toml(&format!(
        r#"
        max_sentence = "24h"
        preset = "flow"
        protect = ["{peer}", "192.0.2.1", "2001:db8::/32"]
        threshold = 10_000.5
        decay = [100, 0.5]
        tick_interval = "500ms"
        data_file = "bans.redb"

        [weights]
        invalid-message = 864
        oversized-request = 1e6
        "#
    ))
    .unwrap();

    let oversized = Misbehavior::new("oversized-request").unwrap();
    let config = Config::flow()
        .with_max_sentence(Some(Duration::from_secs(86_400)))
        .unwrap()
        .with_threshold(Points::from_micros(10_000_500_000))
        .with_decay(&[100.0, 0.5].map(|rate| rate.try_into().unwrap()))
        .unwrap()
        .with_weight(Misbehavior::INVALID_MESSAGE, Penalty::DEFAULT)
        .with_weight(oversized, Penalty::from_points(1_000_000).unwrap());
    let networks = ["192.0.2.1/32", "2001:db8::/32"].map(|net| Subject::Addr(net.parse().unwrap()));
    let options = DriverOptions::default()
        .with_protect([vec![Subject::Peer(peer)], networks.to_vec()].concat())
        .with_tick_interval(Duration::from_millis(500))
        .unwrap()
        .with_data_file(Some("bans.redb".into()));
    assert_eq!(settings, Settings { config, options, ..Settings::default() });
}

#[test]
fn what_is_a_share_of_the_threshold_follows_it_until_it_is_set() {
    let settings = Settings::from_toml("threshold = 1000").unwrap();
    let [warning, budget] = [settings.config.warning(), settings.config.long_budget()];
    assert_eq!([warning, budget], [500, 10_000].map(|points| Some(Points::from_points(points))));
    assert_eq!(settings.config, Config::default().with_threshold(Points::from_points(1_000)));

    let text = "warning = 700\nthreshold = 1000\n\
                places_v4 = [{ crowd = 3, debts = 0.5, length = 24 }]";
    let settings = Settings::from_toml(text).unwrap();
    assert_eq!(settings.config.warning(), Some(Points::from_points(700)));
    let level = PlaceLevel { length: 24, debts: Points::from_micros(500_000), crowd: 3 };
    assert_eq!(settings.config.places_v4().collect::<Vec<_>>(), [level]);
    assert_eq!(settings.config.places_v6().count(), 3);
}

#[test]
fn what_is_set_turns_its_rule_on_in_every_preset() {
    let level = "[{ length = 32, debts = 864000, crowd = 5 }]";
    for text in [
        format!("places_v4 = {level}"),
        "places_v6 = []".into(),
        "place_durations = ['1h']".into(),
        "max_places = 10".into(),
        "exempt = []\nplaces = true".into(),
    ] {
        let settings = Settings::from_toml(&format!("preset = 'flow'\n{text}")).unwrap();
        assert!(settings.config.places(), "{text}");
    }
    let off = format!("places_v4 = {level}\nplaces = false");
    assert!(!Settings::from_toml(&off).unwrap().config.places());

    for text in ["standing_for = '1h'", "standing_after = '30m'", "max_standing = 5"] {
        let settings = Settings::from_toml(&format!("preset = 'op-node'\n{text}")).unwrap();
        assert_eq!(settings.config.standing_after(), Some(Duration::from_secs(1_800)), "{text}");
    }
    let text =
        "preset = 'flow'\nwarning = 43200\nlong_budget = 864000\nhearsay = true\nincident = true";
    let config = Settings::from_toml(text).unwrap().config;
    assert_eq!(config.warning(), Config::default().warning());
    assert_eq!(config.long_budget(), Config::default().long_budget());
    assert!(config.hearsay() && config.incident());
}

#[test]
fn trusted_peers_have_addresses_and_bans_are_a_list() {
    let (peer, other) = (Peer::random(), Peer::random());
    let text = format!(
        r#"
        preset = "op-node"
        min_score = -100
        ban_durations = ["1h0m0s"]
        protect = [
            "{peer}@203.0.113.7",
            "{other}",
            "{peer}@node.example",
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
    assert_eq!(trusted.peer(), &peer);
    let name = Host::Name { name: "node.example".to_owned(), family: None };
    assert_eq!(trusted.hosts(), [Host::Ip([203, 0, 113, 7].into()), name]);
    let bans = [network("203.0.113.0/24"), network("198.51.100.7/32"), Subject::Peer(other)];
    assert_eq!(options.ban(), bans);
}

#[test]
fn a_relative_path_is_relative_to_the_settings_file() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("settings.toml");
    let read = |text: &str| {
        std::fs::write(&file, text).unwrap();
        let options = Settings::read(&file).unwrap().options;
        options.data_file().map(ToOwned::to_owned)
    };

    assert_eq!(read("data_file = 'bans.redb'"), Some(directory.path().join("bans.redb")));
    assert_eq!(read("data_file = '/var/lib/bans'"), Some("/var/lib/bans".into()));
    assert_eq!(read(""), None);
    let text = Settings::from_toml("data_file = 'bans.redb'").unwrap();
    assert_eq!(text.options.data_file(), Some("bans.redb".as_ref()));
    let placed = text.in_directory("/etc/node").options;
    assert_eq!(placed.data_file(), Some("/etc/node/bans.redb".as_ref()));

    let text = Settings::from_toml("[[list]]\nname = 'a'\npath = 'a.txt'").unwrap();
    let placed = text.in_directory("/etc/node").options;
    assert_eq!(placed.lists()[0].path(), std::path::Path::new("/etc/node/a.txt"));
}

/// Ten times as many weights, in an order in which none is added at the end of the others, may take
/// some thirty times as long on a busy machine, and not a hundred times.
#[test]
fn a_hundred_thousand_weights_are_read_and_found_in_no_time() {
    let read = |count: u64| {
        let names = (0..count).map(|each| each * 7_919 % count);
        let lines = names.map(|name| format!("unsolicited-{name:06} = {}\n", name + 1));
        let text = format!("[weights]\n{}", lines.collect::<String>());
        let start = Instant::now();
        let settings = Settings::from_toml(&text).unwrap();
        (settings, start.elapsed())
    };

    let (_, few) = read(10_000);
    let (settings, many) = read(100_000);

    assert!(many < few.saturating_mul(30), "{few:?} for 10,000, {many:?} for 100,000");
    assert_eq!(settings.config.weights().count(), 100_000);
    let kind = Misbehavior::new("unsolicited-004711").unwrap();
    let penalty = settings.config.penalty(kind, Amplification::ONE);
    assert_eq!(penalty, Penalty::from_points(4_712).unwrap());
}

#[test]
fn every_preset_has_its_name() {
    for (name, config) in
        [("default", Config::default()), ("flow", Config::flow()), ("op-node", Config::op_node())]
    {
        let settings = Settings::from_toml(&format!("preset = '{name}'")).unwrap();
        assert_eq!(settings.config, config);
    }
}

#[test]
fn settings_can_be_a_table_in_a_file_of_the_nodes_own() {
    #[derive(serde::Deserialize)]
    struct Node {
        peerwarden: Settings,
    }

    let node: Node = toml::from_str("[peerwarden]\npreset = 'op-node'").unwrap();
    assert_eq!(node.peerwarden.config, Config::op_node());
    let error = toml::from_str::<Node>("[peerwarden]\nthreshhold = 1").err().unwrap();
    assert_eq!(error.message(), "unknown setting threshhold: did you mean threshold?");
}

/// The text with its settings in force: every line whose comment sign nothing but a setting follows.
fn shown(text: &str) -> String {
    let lines = text.lines().filter_map(|line| {
        let Some(rest) = line.strip_prefix('#') else {
            return Some(line);
        };
        let list = rest.starts_with("    ");
        (list || !rest.is_empty() && !rest.starts_with(' ')).then_some(rest)
    });
    lines.map(|line| format!("{line}\n")).collect()
}
