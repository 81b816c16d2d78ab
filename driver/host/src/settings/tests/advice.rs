//! Settings that are likely not meant, and what operators are told of them.

use super::super::SettingsWarning;
use super::Settings;
use crate::test_peer::Peer;

#[test]
fn a_weight_that_is_nearly_a_known_kind_is_a_warning() {
    let text = "# meant to be fatal\n[weights]\ninvald-message = 90000\nhome-made = 1\n\
                invalid-message = 2\nstale-mesagge = 3\n";

    assert_eq!(
        said(text),
        [
            "line 3: weights.invald-message is 90000: no peer does that unless this node reports it: \
             did you mean invalid-message?",
            "line 6: weights.stale-mesagge is 3: no peer does that unless this node reports it: did \
             you mean stale-message?",
        ]
    );
}

#[test]
fn a_least_score_above_that_of_a_new_peer_is_a_warning() {
    assert_eq!(
        said("\nmin_score = 10"),
        [
            "line 2: min_score is 10: it bans every peer that has not earned more, and a new one has 0: \
          give a number below 0, such as -100"
        ]
    );
    assert_eq!(said("min_score = 0"), [""; 0]);
    assert_eq!(said("min_score = 10\nscores = false"), [""; 0]);
}

#[test]
fn a_subject_that_is_both_protected_and_banned_is_a_warning() {
    let peer = Peer::random();
    let text = format!(
        "protect = ['10.1.2.3/8', '{peer}@203.0.113.7']\n\
         ban = ['10.0.0.0/8', '10.1.2.3', '{peer}']"
    );

    let why = "it is in protect as well, which a ban of exactly that overrules";
    assert_eq!(
        said(&text),
        [
            format!("line 2: ban is addr:10.0.0.0/8: {why}"),
            format!("line 2: ban is peer:{peer}: {why}"),
        ]
    );
}

#[test]
fn a_network_that_holds_everything_or_seems_to_is_a_warning() {
    let text = "protect = ['::ffff:0:0/96', '203.0.113.0/24']\nban = ['::/0']";

    assert_eq!(
        said(text),
        [
            "line 1: protect is ::ffff:0.0.0.0/96: it holds no IPv4 address: give \"0.0.0.0/0\" if all \
             of IPv4 is meant",
            "line 2: ban is ::/0: it holds every address of its family",
        ]
    );
}

#[test]
fn warnings_are_bounded() {
    let slips = (b'a'..=b'z').flat_map(|a| (b'a'..=b'z').map(move |b| (a, b)));
    let lines = slips.map(|(a, b)| format!("stale-messa{}{} = 1\n", char::from(a), char::from(b)));
    let text = format!("[weights]\n{}", lines.collect::<String>());

    assert_eq!(said(&text).len(), SettingsWarning::MOST);
}

#[test]
fn settings_in_a_table_of_the_nodes_own_have_warnings_without_lines() {
    #[derive(serde::Deserialize)]
    struct Node {
        peerwarden: Settings,
    }

    let node: Node = toml::from_str("[peerwarden]\nmin_score = 10").unwrap();

    let [warning] = node.peerwarden.warnings() else {
        panic!("{:?}", node.peerwarden.warnings());
    };
    assert_eq!((warning.line(), warning.key()), (None, "min_score"));
    assert!(warning.to_string().starts_with("min_score is 10: "), "{warning}");
}

fn said(text: &str) -> Vec<String> {
    let settings = Settings::from_toml(text).unwrap();
    settings.warnings().iter().map(ToString::to_string).collect()
}
