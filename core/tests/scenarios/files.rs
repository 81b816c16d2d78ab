//! The scenario files and recordings: those in `core/tests/vectors`, and those in the directory that the
//! environment variable `PEERWARDEN_VECTORS` names, if it is set.

use std::env;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use peerwarden_core::scenario::Scenario;

use crate::judge::Judge;
use crate::replay::{Outcome, replay, replay_recording};

/// Plays every scenario of every file.
///
/// # Panics
///
/// If one does not hold, or there is none.
pub(crate) fn replay_all<J: Judge>() {
    let ours = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors");
    let theirs = env::var_os("PEERWARDEN_VECTORS").map(PathBuf::from);

    let mut failures = Vec::new();
    let mut held = 0;
    for directory in [Some(ours), theirs].into_iter().flatten() {
        let files = json_files(&directory)
            .unwrap_or_else(|error| panic!("{}: {error}", directory.display()));
        assert!(!files.is_empty(), "no scenarios in {}", directory.display());
        for file in files {
            held += replay_file::<J>(&file, &mut failures);
        }
    }

    assert!(
        failures.is_empty(),
        "{} of {} scenarios failed:\n\n{}\n",
        failures.len(),
        held + failures.len(),
        failures.join("\n\n"),
    );
}

/// Plays the scenarios of `file`, or the recording that it is; returns how many held.
fn replay_file<J: Judge>(file: &Path, failures: &mut Vec<String>) -> usize {
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    let text = fs::read_to_string(file).map_err(|error| error.to_string());
    let played = text.and_then(|text| {
        if file.extension().is_some_and(|extension| extension == "jsonl") {
            let outcome = replay_recording::<J>(&text)?;
            return Ok(vec![(name.to_string(), outcome)]);
        }
        let scenarios = Scenario::read(&text).map_err(|error| error.to_string())?;
        Ok(scenarios
            .iter()
            .map(|scenario| (format!("{name}: \"{}\"", scenario.name), replay::<J>(scenario)))
            .collect())
    });
    let outcomes = match played {
        Ok(outcomes) => outcomes,
        Err(error) => {
            failures.push(format!("{name}: {error}"));
            return 0;
        }
    };

    let mut held = 0;
    for (title, outcome) in outcomes {
        match outcome {
            Outcome::Failed(why) => failures.push(format!("{title}: {why}")),
            Outcome::Held => held += 1,
        }
    }
    held
}

/// The scenario files and recordings of `directory`, in the order of their names.
fn json_files(directory: &Path) -> io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(directory)? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "json" || extension == "jsonl") {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}
