use std::time::Duration;

use peerwarden_tokio::{Cause, Misbehavior, Points, Score, Withheld};

use super::text::bar;
use super::{Terminal, count};
use crate::demo::observation::Observation;
use crate::demo::participants::Participant;
use crate::demo::restored::Sentence;

fn terminal(colour: bool) -> Terminal {
    Terminal { threshold: Points::from_points(1_000), min_score: Score::DEFAULT_MIN, colour }
}

fn line(observation: &Observation) -> String {
    terminal(false).observation(Duration::from_millis(1_234), observation).unwrap()
}

#[test]
fn columns_line_up_whoever_it_is_about() {
    let column = |who| line(&Observation::Redialled { who }).find("has dialled");
    let joined =
        |who| line(&Observation::Joined { who, dialled_by_guard: false }).find("connected");

    assert_eq!(column(Participant::Spammer), Some(19));
    assert_eq!(joined(Participant::Sneak), Some(19));
    assert_eq!(joined(Participant::Honest(20)), Some(19));
}

#[test]
fn a_report_shows_what_is_owed() {
    let reported = Observation::Reported {
        who: Participant::Spammer,
        misbehavior: Misbehavior::INVALID_MESSAGE,
        owes: Points::from_micros(340_900_000),
        nth: 4,
    };

    assert_eq!(
        line(&reported),
        "  1.23s  spammer   invalid-message             penalty   341 of 1000 [###       ]\n"
    );
}

#[test]
fn a_ban_says_why_and_for_how_long() {
    let banned = |cause, before| Observation::Banned {
        who: Participant::Spammer,
        cause,
        lasts: Duration::from_millis(10_240),
        owes: Points::from_points(1_024),
        offence: 2,
        before,
    };

    assert_eq!(
        line(&banned(Cause::Penalty, Some(Duration::from_secs(5)))),
        "  1.23s  spammer   BANNED for 10.2 s: penalty 1024 is over 1000, offence 2; the ban \
         before was for 5.0 s\n"
    );
    assert_eq!(
        line(&banned(Cause::Score, None)),
        "  1.23s  spammer   BANNED for 10.2 s: its score is below -100, offence 2\n"
    );
}

#[test]
fn what_is_remembered_says_on_what_grounds_and_for_how_long() {
    let remembered = |banned, protected| Observation::Remembered {
        who: Participant::Spammer,
        banned,
        protected,
        offences: 2,
        owes: Points::from_points(961),
    };
    let sentence = |left| Sentence { causes: vec![Cause::Operator, Cause::Penalty], left };

    assert_eq!(
        line(&remembered(Some(sentence(Some(Duration::from_millis(12_840)))), false)),
        "  1.23s  spammer   REMEMBERED: banned by operator and penalty, 12.8 s to go; 2 offences, \
         penalty 961\n"
    );
    assert_eq!(
        line(&remembered(Some(sentence(None)), false)),
        "  1.23s  spammer   REMEMBERED: banned by operator and penalty for ever; 2 offences, \
         penalty 961\n"
    );
    assert_eq!(
        line(&remembered(None, true)),
        "  1.23s  spammer   REMEMBERED: protected; 2 offences, penalty 961\n"
    );
    assert_eq!(
        line(&remembered(None, false)),
        "  1.23s  spammer   REMEMBERED: not banned; 2 offences, penalty 961\n"
    );
}

#[test]
fn a_ban_from_before_the_start_has_no_length() {
    let over = |after| line(&Observation::Unbanned { who: Participant::Sneak, after });

    assert_eq!(
        over(Some(Duration::from_secs(6))),
        "  1.23s  sneak     ban over after 6.0 s, on its own\n"
    );
    assert_eq!(over(None), "  1.23s  sneak     ban from before the start over, on its own\n");
}

#[test]
fn colour_wraps_the_words_and_never_the_columns() {
    let spared = Observation::Withheld {
        who: Participant::Friend,
        cause: Cause::Penalty,
        why: Withheld::Protected,
    };
    let coloured = terminal(true).observation(Duration::ZERO, &spared).unwrap();

    assert!(!line(&spared).contains('\u{1b}'));
    assert!(coloured.starts_with("  0.00s  friend    \u{1b}[32mSPARED"));
    assert!(coloured.ends_with("\u{1b}[0m\n"));
}

#[test]
fn what_happens_all_the_time_gets_no_line() {
    let delivered = Observation::Delivered { who: Participant::Honest(1) };
    let fine = Observation::Scored { who: Participant::Honest(1), score: 3.0 };

    assert_eq!(terminal(false).observation(Duration::ZERO, &delivered), None);
    assert_eq!(terminal(false).observation(Duration::ZERO, &fine), None);
}

#[test]
fn a_bar_is_full_at_the_threshold_and_says_when_it_is_over() {
    let of = |points| bar(Points::from_points(points), Points::from_points(1_000));

    assert_eq!(of(0), "[          ]");
    assert_eq!(of(999), "[######### ]");
    assert_eq!(of(1_000), "[##########]");
    assert_eq!(of(1_001), "[##########]!");
    assert_eq!(bar(Points::from_points(1), Points::ZERO), "[##########]!");
}

#[test]
fn one_is_not_many() {
    assert_eq!(count(1_u64, "peer"), "1 peer");
    assert_eq!(count(0_u64, "peer"), "0 peers");
}
