//! Tests of statements.

use super::*;

fn key() -> SecretKey {
    SecretKey::from_seed([1; 32]).unwrap()
}

fn ban() -> Statement<String> {
    let subject = "peer:12D3KooW".parse().unwrap();
    let hour = Duration::from_secs(3600);
    Statement {
        cause: Some(Cause::Penalty),
        offences: 2,
        score: Some(Score::try_from(-150.5).unwrap()),
        misdeeds: vec![Counted::new(Misbehavior::INVALID_MESSAGE, 101)],
        note: Some(Note::new("floods").unwrap().by("ana").unwrap()),
        ..Statement::new(subject, Says::Ban, hour, UnixMillis(1_800_000_000_000), 7)
    }
}

fn fleet() -> FleetName {
    "mainnet".parse().unwrap()
}

#[test]
fn a_statement_is_two_lines_that_people_can_read() {
    let value = ban().seal(&fleet(), "n7", &key()).unwrap();
    let text = String::from_utf8(value.clone()).unwrap();
    let (json, signature) = text.split_once('\n').unwrap();
    assert_eq!(
        json,
        "{\"v\":1,\"fleet\":\"mainnet\",\"member\":\"n7\",\"subject\":\"peer:12D3KooW\",\
         \"says\":\"ban\",\"cause\":\"penalty\",\"for_ms\":3600000,\"issued_ms\":1800000000000,\
         \"seq\":7,\"offences\":2,\"score\":-150.5,\
         \"misdeeds\":[{\"kind\":\"invalid-message\",\"times\":101}],\
         \"note\":{\"why\":\"floods\",\"who\":\"ana\"}}"
    );
    assert_eq!(signature.trim_end().len(), 88);
    let opened = Statement::<String>::open(&value).unwrap();
    assert_eq!((opened.fleet.as_str(), opened.author.as_str()), ("mainnet", "n7"));
    assert_eq!(opened.statement, ban());
    assert!(opened.is_signed_by(&key().public()));
    assert!(!opened.is_signed_by(&SecretKey::from_seed([2; 32]).unwrap().public()));
}

#[test]
fn a_change_of_one_byte_breaks_the_signature() {
    let value = ban().seal(&fleet(), "n7", &key()).unwrap();
    let text = String::from_utf8(value).unwrap();
    let forged = text.replace("\"seq\":7", "\"seq\":8");
    let opened = Statement::<String>::open(forged.as_bytes()).unwrap();
    assert_eq!(opened.statement.seq, 8);
    assert!(!opened.is_signed_by(&key().public()));
}

#[test]
fn what_is_too_long_loses_its_evidence_and_is_then_refused() {
    let long = "a".repeat(1500);
    let mut statement = ban();
    statement.subject = Subject::Peer(long);
    statement.misdeeds = vec![Counted::new(Misbehavior::INVALID_MESSAGE, 1); 8];
    let value = statement.seal(&fleet(), "n7", &key()).unwrap();
    let opened = Statement::<String>::open(&value).unwrap();
    assert_eq!((opened.statement.misdeeds.len(), opened.statement.note), (0, None));

    statement.subject = Subject::Peer("a".repeat(2000));
    assert_eq!(statement.seal(&fleet(), "n7", &key()), Err(SealError));
}

#[test]
fn bad_values_are_refused_with_what_is_wrong() {
    let value = ban().seal(&fleet(), "n7", &key()).unwrap();
    let text = String::from_utf8(value).unwrap();
    let said = |text: &str| Statement::<String>::open(text.as_bytes()).unwrap_err().to_string();
    let padded = format!("{text:<2049}");
    assert_eq!(said(&padded), "it has 2049 bytes, not 2048 at most");
    assert_eq!(said(""), "it is not a line of JSON and a line with a signature");
    assert_eq!(said("{}\nno"), "it is not a line of JSON and a line with a signature");
    assert_eq!(said(&text.replace("\"v\":1", "\"v\":2")), "it has version 2, and 1 is known here");
    assert_eq!(
        said(&text.replace("peer:12D3KooW", "addr:1.2.3")),
        "its subject is neither a peer nor a network"
    );
    let wrong = said(&text.replace("\"ban\"", "\"burn\""));
    assert!(wrong.starts_with("it is no statement: unknown variant `burn`"), "{wrong}");
    let many = format!("[{}]", ["{\"kind\":\"a\",\"times\":1}"; 9].join(","));
    let many = text.replace("[{\"kind\":\"invalid-message\",\"times\":101}]", &many);
    assert_eq!(said(&many), "it has 9 misdeeds, not 8 at most");
}
