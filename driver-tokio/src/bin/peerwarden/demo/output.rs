//! Where the story is told.

use std::io::{self, Write};
use std::time::Duration;

use crate::cli;
use crate::demo::cast::Cast;
use crate::demo::fact::Fact;
use crate::demo::json::Json;
use crate::demo::network::Failure;
use crate::demo::policy::policy;
use crate::demo::screen::Screen;
use crate::demo::story::Story;
use crate::demo::tally::Tally;

/// Standard output, for people or for programs.
#[derive(Debug)]
pub(crate) enum Output {
    Json(Json),
    Screen(Screen),
}

impl Output {
    /// As the options want it, with the opening written.
    pub(crate) fn new(options: &cli::Demo) -> Result<Self, Failure> {
        let policy = policy(options.speed)?;
        let (output, opening) = if options.json {
            let json = Json::new(Cast::new(options.honest, options.seed));
            let opening = json.opening(options, &policy);
            (Self::Json(json), opening)
        } else {
            let screen = Screen::new(policy.threshold(), policy.min_score());
            let opening = screen.opening(options, &policy);
            (Self::Screen(screen), opening)
        };
        write(&opening)?;
        Ok(output)
    }

    /// Tells a fact, if it is worth a line.
    pub(crate) fn fact(&mut self, at: Duration, fact: &Fact) -> io::Result<()> {
        let line = match self {
            Self::Json(json) => json.fact(at, fact),
            Self::Screen(screen) => screen.fact(at, fact),
        };
        line.map_or(Ok(()), |line| write(&line))
    }

    /// Says what is wrong where it does not mix with the story.
    pub(crate) fn complain(&self, what: &str) -> io::Result<()> {
        writeln!(io::stderr().lock(), "peerwarden demo: {what}")
    }

    /// Tells how it ended.
    pub(crate) fn summary(&self, story: &Story, tally: &Tally, took: Duration) -> io::Result<()> {
        write(&match self {
            Self::Json(json) => json.summary(story, tally, took),
            Self::Screen(screen) => screen.summary(story, tally, took),
        })?;
        let mut errors = io::stderr().lock();
        for step in story.awaited() {
            let (says, name) = (step.says, step.name);
            writeln!(errors, "peerwarden demo: did not happen: {says} ({name})")?;
        }
        match story.missing().count() - story.awaited().count() {
            0 => {}
            1 => writeln!(errors, "peerwarden demo: nor did one step that comes after")?,
            steps => writeln!(errors, "peerwarden demo: nor did {steps} steps that come after")?,
        }
        for spoilt in story.spoilt() {
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
