//! Output of the demo: JSON or text.

use std::io::{self, Write};
use std::time::Duration;

use crate::cli;
use crate::demo::json::Json;
use crate::demo::network::BoxError;
use crate::demo::observation::Observation;
use crate::demo::participants::Participants;
use crate::demo::policy::policy;
use crate::demo::script::Checklist;
use crate::demo::tally::Tally;
use crate::demo::terminal::Terminal;

/// Standard output, for people or for programs.
#[derive(Debug)]
pub(crate) enum Output {
    Json(Json),
    Terminal(Terminal),
}

impl Output {
    /// As the options want it, with the opening written.
    pub(crate) fn new(options: &cli::Demo) -> Result<Self, BoxError> {
        let policy = policy(options.speed)?;
        let (output, opening) = if options.json {
            let json = Json::new(Participants::new(options.honest, options.seed));
            let opening = json.opening(options, &policy);
            (Self::Json(json), opening)
        } else {
            let terminal = Terminal::new(policy.threshold(), policy.min_score());
            let opening = terminal.opening(options, &policy);
            (Self::Terminal(terminal), opening)
        };
        write(&opening)?;
        Ok(output)
    }

    /// Tells a observation, if it is worth a line.
    pub(crate) fn observation(
        &mut self,
        at: Duration,
        observation: &Observation,
    ) -> io::Result<()> {
        let line = match self {
            Self::Json(json) => json.observation(at, observation),
            Self::Terminal(terminal) => terminal.observation(at, observation),
        };
        line.map_or(Ok(()), |line| write(&line))
    }

    /// Says what is wrong where it does not mix with the story.
    pub(crate) fn complain(&self, what: &str) -> io::Result<()> {
        writeln!(io::stderr().lock(), "peerwarden demo: {what}")
    }

    /// Tells how it ended.
    pub(crate) fn summary(
        &self,
        checklist: &Checklist,
        tally: &Tally,
        took: Duration,
    ) -> io::Result<()> {
        write(&match self {
            Self::Json(json) => json.summary(checklist, tally, took),
            Self::Terminal(terminal) => terminal.summary(checklist, tally, took),
        })?;
        let mut errors = io::stderr().lock();
        for step in checklist.awaited() {
            let (says, name) = (step.says, step.name);
            writeln!(errors, "peerwarden demo: did not happen: {says} ({name})")?;
        }
        match checklist.missing().count() - checklist.awaited().count() {
            0 => {}
            1 => writeln!(errors, "peerwarden demo: nor did one step that comes after")?,
            steps => writeln!(errors, "peerwarden demo: nor did {steps} steps that come after")?,
        }
        for spoilt in checklist.spoilt() {
            writeln!(errors, "peerwarden demo: must not happen, but did: {spoilt}")?;
        }
        Ok(())
    }
}

/// Writes whole lines, at once.
fn write(lines: &str) -> io::Result<()> {
    let mut stdout = io::stdout().lock();
    stdout.write_all(lines.as_bytes()).and_then(|()| stdout.flush()).map_err(|error| {
        let kind = error.kind();
        io::Error::new(kind, format!("cannot write to standard output: {error}"))
    })
}
