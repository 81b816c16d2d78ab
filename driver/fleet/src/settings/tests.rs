//! Tests of settings.

use std::time::Duration;

use peerwarden_core::Cause;

use super::*;

const MEMBERS: &str = "members = [
    { id = \"0101010101010101010101010101010101010101010101010101010101010101\", name = \"n1\" },
    { id = \"0202020202020202020202020202020202020202020202020202020202020202\", name = \"n2\" },
]";

/// A good table with two members and these lines at its end.
fn table(lines: &str) -> String {
    format!(
        "[fleet]\nname = 'mainnet'\nservers = ['nats://127.0.0.1:4222']\nmember_key_file = 'k'\n\
         {MEMBERS}\n{lines}"
    )
}

fn read(lines: &str) -> FleetSettings {
    let quorum = if lines.contains("quorum") { "" } else { "quorum = 2\n" };
    FleetSettings::from_toml(&table(&format!("{quorum}{lines}"))).unwrap().unwrap()
}

fn said(lines: &str) -> String {
    FleetSettings::from_toml(&table(lines)).unwrap_err().to_string()
}

#[test]
fn the_example_says_what_the_defaults_are() {
    let example = FleetSettings::from_toml(FleetSettings::EXAMPLE).unwrap().unwrap();
    assert_eq!(example.rules, FleetRules::default());
    assert_eq!(example.resync_interval, Duration::from_secs(600));
    let lines = FleetSettings::EXAMPLE.lines();
    let told = lines.filter_map(|line| line.strip_prefix('#').filter(|line| line.contains(" = ")));
    let told: Vec<_> = told.filter(|line| !line.starts_with(' ')).collect();
    let untold: Vec<_> = told
        .iter()
        .filter(|line| !line.contains("_file") && !line.contains("operator_keys"))
        .collect();
    assert_eq!(untold.len(), 13, "{untold:#?}");
    let quorum = "mode = \"off\"";
    let all =
        format!("[fleet]\n{}\n", untold.iter().map(|line| **line).collect::<Vec<_>>().join("\n"));
    let all = all.replace("mode = \"observe\"", quorum);
    let read = FleetSettings::from_toml(&all).unwrap().unwrap();
    assert_eq!(FleetRules { mode: Mode::Observe, ..read.rules }, FleetRules::default());
}

#[test]
fn every_setting_is_read() {
    let read = read(
        "mode = 'enforce'\nquorum = 1\nquorum_one = true\ndistinct_groups = false\n\
         share = ['operator', 'address']\nshare_networks = true\nmin_share = '1m'\n\
         max_believed = '2h'\nmax_new_per_hour = 7\nmax_share_of_connected = 0.5\npardon_for = '3h'\n\
         max_statements = 9\nresync_interval = '30s'\nnkey_file = 'a'\nca_file = 'b'\ncert_file = 'c'\n\
         key_file = '/d'\n",
    );
    let rules = FleetRules {
        mode: Mode::Enforce,
        quorum: 1,
        distinct_groups: false,
        share: [Cause::Operator, Cause::Address].into(),
        share_networks: true,
        min_share: Duration::from_secs(60),
        max_believed: Duration::from_secs(7200),
        max_new_per_hour: 7,
        max_share_of_connected: 0.5,
        pardon_for: Duration::from_secs(10_800),
        max_statements: 9,
    };
    assert_eq!(read.rules, rules);
    assert_eq!(read.resync_interval, Duration::from_secs(30));
    let placed = read.in_directory("/etc");
    let file = |path: &str| Some(PathBuf::from(path));
    assert_eq!((placed.nkey_file, placed.ca_file), (file("/etc/a"), file("/etc/b")));
    assert_eq!(placed.client_cert, Some(("/etc/c".into(), "/d".into())));
    assert_eq!(placed.member_key_file, PathBuf::from("/etc/k"));
}

#[test]
fn a_file_without_the_table_has_no_fleet_and_one_that_is_off_needs_nothing_else() {
    assert_eq!(FleetSettings::from_toml("preset = 'flow'\n"), Ok(None));
    let off = FleetSettings::from_toml("[fleet]\nmode = 'off'\n").unwrap().unwrap();
    assert!(!off.is_on());
}

#[test]
fn what_makes_no_sense_is_refused_with_line_and_value_and_what_would_be_right() {
    assert_eq!(
        said("quorum = 3"),
        "line 9: fleet.quorum is 3: there are 2 members, so no ban would ever be believed"
    );
    assert_eq!(
        said("quorum = 1"),
        "line 9: fleet.quorum is 1: one fooled node bans everywhere: give 2 or more, or quorum_one = true as well"
    );
    assert_eq!(
        said("quorum = 2\nquorun = 2"),
        "line 10: fleet.quorun: there is no such setting: did you mean quorum?"
    );
    assert_eq!(
        said("share = ['penalty', 'remote']"),
        "line 9: fleet.share is \"remote\": what others say is never said again, or bans would go round and round: \
         leave it out"
    );
    assert_eq!(
        said("share = ['spam']"),
        "line 9: fleet.share is \"spam\": give \"penalty\", \"score\", \"application\", \"operator\" or \"address\""
    );
    assert_eq!(
        said("mode = 'on'"),
        "line 9: fleet.mode is \"on\": give \"off\", \"observe\" or \"enforce\""
    );
    assert_eq!(
        said("min_share = 600"),
        "line 9: fleet.min_share is 600: give a duration from 1s to 1day, such as \"1h 30m\""
    );
    assert_eq!(
        said("max_share_of_connected = 10"),
        "line 9: fleet.max_share_of_connected is 10: give a number from 0 to 1, such as 0.1"
    );
    assert_eq!(said("cert_file = 'c'"), "line 9: fleet.cert_file is \"c\": give key_file as well");
    assert_eq!(said("quorum = 2\n]"), "line 10: not TOML: missing table open, expected `[`");
}

#[test]
fn members_and_servers_are_checked() {
    let said = |from: &str, to: &str| {
        let text = table("quorum = 2").replace(from, to);
        FleetSettings::from_toml(&text).unwrap_err().to_string()
    };
    assert_eq!(
        said("\"n2\"", "\"n1\""),
        "line 5: fleet.members: n1 is there twice: give each member a name of its own"
    );
    assert_eq!(
        said("nats://127.0.0.1:4222", "nats://user:pass@host"),
        "line 3: fleet.servers is \"nats://user:pass@host\": give an address without a password, such as \
         \"tls://nats.example:4222\""
    );
    assert_eq!(said("name = 'mainnet'", ""), "line 1: fleet.name: give it: \"mainnet\"");
    assert_eq!(
        said("name = 'mainnet'", "name = 'Main'"),
        "line 2: fleet.name is \"Main\": a name has a-z, 0-9 and - only, and begins with a letter or a digit: not so \
         at byte 0"
    );
    let short = said("0202020202020202020202020202020202020202020202020202020202020202", "02");
    assert!(
        short.starts_with(
            "line 5: fleet.members is { id = \"02\", name = \"n2\" }: a public key is 64 digits"
        ),
        "{short}"
    );
    assert_eq!(
        said(MEMBERS, ""),
        "line 1: fleet.members: give the members, or operator_keys that sign the roster in the bucket"
    );
}

#[test]
fn it_can_be_a_field_of_a_nodes_own_settings() {
    #[derive(Debug, serde::Deserialize)]
    struct Node {
        fleet: Option<FleetSettings>,
    }
    let node: Node = toml::from_str(&table("quorum = 2")).unwrap();
    assert_eq!(node.fleet.map(|fleet| fleet.name.to_string()), Some("mainnet".to_owned()));
    let error = toml::from_str::<Node>(&table("quorum = 0")).unwrap_err();
    assert_eq!(error.message(), "fleet.quorum is 0: give a whole number, at least 1");
}
