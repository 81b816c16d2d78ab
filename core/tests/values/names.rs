//! Names of misbehaviors, subjects, causes and actions.

use peerwarden_core::{
    Action, Cause, Denial, Direction, Instant, IpNet, Misbehavior, Origin, Subject, Until, Verdict,
    Withheld,
};

#[test]
fn a_misdeed_is_named_in_lower_case_letters_digits_and_hyphens() {
    let longest = "a".repeat(Misbehavior::MAX_LEN);

    for name in ["invalid-message", "x", "0", longest.as_str()] {
        assert_eq!(Misbehavior::new(name).unwrap().as_str(), name);
    }
}

#[test]
fn a_name_that_is_none_is_refused_by_what_is_wrong_with_it() {
    let too_long = "a".repeat(Misbehavior::MAX_LEN + 1);

    let errors = ["", "Spam", "two words", "späm", too_long.as_str()]
        .map(|name| name.parse::<Misbehavior>().unwrap_err().to_string());

    assert_eq!(
        errors,
        [
            "misbehavior name has 0 bytes, not 1 to 63",
            "misbehavior name has something other than a-z, 0-9 and - at byte 0",
            "misbehavior name has something other than a-z, 0-9 and - at byte 3",
            "misbehavior name has something other than a-z, 0-9 and - at byte 2",
            "misbehavior name has 64 bytes, not 1 to 63",
        ]
    );
}

#[test]
fn the_known_misdeeds_have_names_of_their_own() {
    let mut names = [
        Misbehavior::INVALID_MESSAGE,
        Misbehavior::REDUNDANT_MESSAGE,
        Misbehavior::RESOURCE_INTENSIVE_REQUEST,
        Misbehavior::SENDER_EJECTED,
        Misbehavior::STALE_MESSAGE,
        Misbehavior::UNAUTHORIZED_PUBLISH,
        Misbehavior::UNAUTHORIZED_SENDER,
        Misbehavior::UNAUTHORIZED_UNICAST,
        Misbehavior::UNEXPECTED_VALIDATION_ERROR,
        Misbehavior::UNKNOWN_MESSAGE_TYPE,
        Misbehavior::UNSOLICITED_MESSAGE,
    ]
    .map(|kind| kind.to_string())
    .to_vec();

    names.dedup();

    assert_eq!(names.len(), 11);
    assert!(names.iter().all(|name| Misbehavior::new(name).is_ok()));
    assert_eq!(format!("{:?}", Misbehavior::STALE_MESSAGE), "stale-message");
}

#[test]
fn actions_are_written_in_the_words_of_the_scenario_files() {
    let peer = || Subject::Peer("a");
    let net = Subject::Addr("10.0.0.0/8".parse::<IpNet>().unwrap());
    let mapped = Subject::Addr("::ffff:0:0/96".parse::<IpNet>().unwrap());
    let at = Until::At(Instant::from_millis(1_500));
    let actions = [
        Action::Ban { subject: peer(), cause: Cause::Penalty, until: at },
        Action::Ban { subject: net, cause: Cause::Operator, until: Until::Forever },
        Action::Amend { subject: peer(), cause: Cause::Remote, until: at },
        Action::Withhold { subject: peer(), cause: Cause::Score, why: Withheld::DryRun },
        Action::Unban { subject: peer(), cause: Cause::Penalty },
        Action::Disconnect { peer: "a" },
        Action::Dial { peer: "a" },
        Action::RequestScore { peer: "a", gone: true },
        Action::Forget { peer: "a" },
        Action::Warn { peer: "a" },
        Action::Incident { on: true },
        Action::Incident { on: false },
        Action::Ban { subject: mapped, cause: Cause::Application, until: at },
    ];

    assert_eq!(
        actions.map(|action| action.to_string()),
        [
            "ban peer:a penalty until 1.5",
            "ban addr:10.0.0.0/8 operator forever",
            "amend peer:a remote until 1.5",
            "withhold peer:a score dry-run",
            "unban peer:a",
            "disconnect a",
            "dial a",
            "request-score a",
            "forget a",
            "warn a",
            "incident on",
            "incident off",
            "ban addr:::ffff:0:0/96 application until 1.5",
        ]
    );
}

#[test]
fn a_ban_of_a_place_denies_inbound_connections_only() {
    let denial = |cause| Denial { network: None, cause, until: Until::Forever };

    for cause in Cause::ALL {
        let verdict = Verdict::Deny(denial(cause));
        let outbound = Some(denial(cause)).filter(|_| cause != Cause::Address);
        assert_eq!(verdict.denial(Direction::Inbound), Some(denial(cause)));
        assert_eq!(verdict.denial(Direction::Outbound), outbound);
    }
    assert_eq!(Verdict::Allow.denial(Direction::Inbound), None);
}

#[test]
fn a_denial_says_who_by_what_and_until_when() {
    let until = Until::At(Instant::from_secs(60));
    let network = Some("192.0.2.0/24".parse().unwrap());
    let peer = Denial { network: None, cause: Cause::Operator, until };

    assert_eq!(peer.to_string(), "banned by operator until 60");
    assert_eq!(Denial { network, ..peer }.to_string(), "192.0.2.0/24 banned by operator until 60");
}

#[test]
fn origins_are_causes() {
    assert_eq!(Origin::Operator.to_string(), "operator");
    assert_eq!(Cause::from(Origin::Remote), Cause::Remote);
    assert!(!Cause::Remote.is_automatic() && Cause::Penalty.is_automatic());
}
