//! Files that `init` writes.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use peerwarden_fleet::{FleetSettings, InitOptions, NewMember, init};

fn options(members: usize) -> InitOptions {
    let members = (1..=members).map(|number| NewMember {
        name: format!("n{number}").parse().unwrap(),
        group: Some("a\"b".into()),
    });
    InitOptions::new("mainnet".parse().unwrap(), members.collect())
}

#[test]
fn secrets_are_for_their_owner_alone_and_settings_can_be_read() {
    let place = tempfile::tempdir().unwrap();
    let made = init(&options(3), place.path()).unwrap();
    assert_eq!(made.members.len(), 3);
    for (name, directory) in &made.members {
        for file in ["member.key", "nkey.seed"] {
            let mode = fs::metadata(directory.join(file)).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600, "{file}");
        }
        let text = fs::read_to_string(directory.join("fleet.toml")).unwrap();
        let settings = FleetSettings::from_toml(&text).unwrap().unwrap().in_directory(directory);
        let config = settings.config().unwrap();
        let members = settings.members.unwrap();
        let member = members.with_id(&config.key.public()).unwrap();
        assert_eq!((&member.name, member.group.as_deref()), (name, Some("a\"b")));
        assert_eq!(settings.operator_keys, [made.operator_key]);
        assert_eq!(settings.rules.quorum, 3);
    }
    let server = fs::metadata(place.path().join("server.key")).unwrap().permissions().mode();
    assert_eq!(server & 0o777, 0o600);
    let again = init(&options(3), place.path()).unwrap_err().to_string();
    assert_eq!(
        again,
        format!("{}: is there already: give an empty directory", place.path().display())
    );
}

#[test]
fn a_fleet_that_makes_no_sense_is_not_made() {
    let place = tempfile::tempdir().unwrap();
    let said =
        |options: &InitOptions| init(options, place.path().join("x")).unwrap_err().to_string();
    assert_eq!(said(&options(1)), "a fleet has 2 members or more, not 1");
    let mut high = options(3);
    high.quorum = 4;
    assert_eq!(said(&high), "the quorum is 4, with 3 members: give 2 to 3");
    let mut hostless = options(3);
    hostless.hosts.clear();
    let no_host = "give a name or an address under which the nodes reach the NATS server";
    assert_eq!(said(&hostless), no_host);
    let mut twice = options(3);
    twice.members[0].name = "n2".parse().unwrap();
    assert_eq!(said(&twice), "n2 is there twice: give each member a name of its own");
    assert!(!place.path().join("x/nats-server.conf").exists());
}
