//! Policies to compare with, by the names that they are shown under.

use std::path::{Path, PathBuf};

use peerwarden_tokio::Config;
use peerwarden_tokio::peerwarden_host::replay::Replay;

use crate::client::failure::Failure;
use crate::client::policy_in;
use crate::client::text::plain;

/// Reads policies, each a preset or a file, and names them apart.
pub(super) fn named(policies: &[PathBuf]) -> Result<Vec<(String, Config)>, Failure> {
    let mut all: Vec<(String, Config)> = Vec::new();
    for policy in policies {
        let (name, config) = match preset(policy) {
            Some(config) => (policy.display().to_string(), config),
            None => (stem(policy), policy_in(policy)?),
        };
        let name = plain(&name);
        let is_taken = |name: &str| {
            name == Replay::RECORDED || all.iter().any(|(other, _)| other.as_str() == name)
        };
        let mut numbered = name.clone();
        let mut number = 2;
        while is_taken(&numbered) {
            numbered = format!("{name} ({number})");
            number += 1;
        }
        all.push((numbered, config));
    }
    Ok(all)
}

fn preset(name: &Path) -> Option<Config> {
    match name.to_str()? {
        "default" => Some(Config::default()),
        "flow" => Some(Config::flow()),
        "op-node" => Some(Config::op_node()),
        _ => None,
    }
}

/// `strict` of `policies/strict.toml`.
fn stem(path: &Path) -> String {
    path.file_stem().unwrap_or(path.as_os_str()).to_string_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_told_apart() {
        let dir = tempfile::tempdir().unwrap();
        let files = ["a.toml", "recorded.toml"].map(|name| dir.path().join(name));
        for file in &files {
            std::fs::write(file, "threshold = 5\n").unwrap();
        }
        let [a, recorded] = files;
        let policies = [a.clone(), "flow".into(), recorded, a, "flow".into()];

        let named = named(&policies).unwrap();

        let names: Vec<_> = named.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["a", "flow", "recorded (2)", "a (2)", "flow (2)"]);
        assert_eq!(named[1].1, Config::flow());
        assert_eq!(named[0].1.threshold().to_string(), "5");
    }
}
