//! Saved data through serde and back.

use std::time::Duration;

use foldhash::fast::FixedState;
use peerwarden_core::{
    BanDuration, Cause, Config, DecayRate, Direction, Event, Misbehavior, Origin, Penalty, Points,
    Saved, Score, Subject, TimeOffset, Warden,
};

use crate::saved::{NOW, after};

#[test]
fn a_snapshot_that_was_written_down_is_read_back_as_it_was() {
    let mut engine = Warden::new(Config::default(), FixedState::default());
    let addr = Some([192, 0, 2, 1].into());
    let duration = BanDuration::try_from(Duration::from_secs(60)).ok();
    for event in [
        Event::Connected { peer: 1_u32, addr, direction: Direction::Outbound },
        Event::Report {
            peer: 1,
            misbehavior: Misbehavior::STALE_MESSAGE,
            penalty: Penalty::from_points(100_000).unwrap(),
            via: None,
        },
        Event::Score { peer: 2, score: Score::try_from(-200.5).unwrap() },
        Event::Ban {
            subject: Subject::Addr("10.0.0.0/8".parse().unwrap()),
            duration,
            origin: Origin::Operator,
        },
        Event::Protect { subject: Subject::Addr("2001:db8::/32".parse().unwrap()), addr: None },
        Event::Unban { subject: Subject::Peer(2), cause: None },
    ] {
        drop(engine.handle_input(event, NOW));
    }
    let saved: Vec<_> = engine.snapshot(after(1)).collect();

    let written = serde_json::to_string(&saved).unwrap();
    let read: Vec<Saved<u32>> = serde_json::from_str(&written).unwrap();

    assert_eq!(saved.len(), 5);
    assert_eq!(read, saved);
}

#[test]
fn each_word_is_written_plainly() {
    let written = [
        serde_json::to_string(&Misbehavior::STALE_MESSAGE),
        serde_json::to_string(&Score::try_from(-12.5).unwrap()),
        serde_json::to_string(&Points::from_points(1)),
        serde_json::to_string(&DecayRate::from_points_per_second(1).unwrap()),
        serde_json::to_string(&TimeOffset(-5)),
        serde_json::to_string(&Cause::ALL),
    ];

    assert_eq!(
        written.map(Result::unwrap),
        [
            r#""stale-message""#,
            "-12.5",
            "1000000",
            "1000000",
            "-5",
            r#"["address","application","operator","penalty","remote","score"]"#,
        ]
    );
}

#[test]
fn what_cannot_be_made_cannot_be_read_either() {
    let misdeed = serde_json::from_str::<Misbehavior>(r#""Not a name""#).unwrap_err();
    let nameless = serde_json::from_str::<Misbehavior>(r#""""#).unwrap_err();
    let free = serde_json::from_str::<Penalty>("0").unwrap_err();
    let still = serde_json::from_str::<DecayRate>("0").unwrap_err();

    let name = "misbehavior name has";
    assert!(misdeed.to_string().starts_with(&format!("{name} something other than a-z")));
    assert!(nameless.to_string().starts_with(&format!("{name} 0 bytes, not 1 to 63")));
    assert!(free.to_string().contains("nonzero"), "{free}");
    assert!(still.to_string().contains("nonzero"), "{still}");
}
