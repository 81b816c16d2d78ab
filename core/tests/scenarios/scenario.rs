//! A scenario file: behaviour as data.

use serde::Deserialize;

use crate::settings::Settings;
use crate::step::Step;

/// A history, and what is to come of it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Scenario {
    pub(crate) name: String,
    /// Where the behaviour, or the fault that it guards against, is known from.
    #[serde(default, rename = "source")]
    _source: String,
    #[serde(default)]
    pub(crate) preset: Preset,
    #[serde(default)]
    pub(crate) set: Settings,
    pub(crate) steps: Vec<Step>,
}

impl Scenario {
    /// The scenarios of one file, which holds one or a list of them.
    pub(crate) fn read(json: &str) -> Result<Vec<Self>, serde_json::Error> {
        if json.trim_start().starts_with('[') {
            serde_json::from_str(json)
        } else {
            serde_json::from_str(json).map(|scenario| vec![scenario])
        }
    }
}

/// The policy to start from.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Preset {
    #[default]
    Default,
    Flow,
    OpNode,
}

#[test]
fn a_file_holds_one_scenario_or_a_list_of_them() {
    let one = r#"{ "name": "one", "steps": [] }"#;

    assert_eq!(Scenario::read(one).map(|list| list.len()).ok(), Some(1));
    let two = format!("[{one}, {one}]");
    assert_eq!(Scenario::read(&two).map(|list| list.len()).ok(), Some(2));
}

#[test]
fn unknown_keys_are_refused() {
    for json in [
        r#"{ "name": "n", "steps": [], "comment": "" }"#,
        r#"{ "name": "n", "steps": [], "set": { "treshold": 1 } }"#,
        r#"{ "name": "n", "steps": [{ "at": 0, "conect": "a" }] }"#,
    ] {
        assert!(Scenario::read(json).is_err(), "{json}");
    }
}
