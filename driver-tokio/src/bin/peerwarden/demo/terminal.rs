//! Output for people: one aligned line for each observation that matters.

mod text;

use std::fmt::Write;
use std::io::{IsTerminal, stdout};
use std::time::Duration;

use anstyle::{AnsiColor, Style};
use peerwarden_tokio::{Config, Points, Score};

use crate::cli;
use crate::demo::observation::Observation;
use crate::demo::script::Checklist;
use crate::demo::tally::Tally;
use crate::words::count;

/// How observations become lines.
#[derive(Debug)]
pub(crate) struct Terminal {
    threshold: Points,
    min_score: Score,
    colour: bool,
}

/// What a line means, which is what its colour says.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Tone {
    Aside,
    Bad,
    Good,
    Plain,
    Rising,
}

impl Terminal {
    /// In colour if a terminal shows it and nobody objects.
    pub(crate) fn new(threshold: Points, min_score: Score) -> Self {
        let objects = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty())
            || std::env::var_os("TERM").is_some_and(|term| term == "dumb");
        Self { threshold, min_score, colour: stdout().is_terminal() && !objects }
    }

    /// Participant takes part, and what the rules are.
    pub(crate) fn opening(&self, options: &cli::Demo, policy: &Config) -> String {
        let (honest, speed, seed) = (options.honest, options.speed, options.seed);
        let message = policy.default_penalty();
        let decay = policy.decay().first().map(ToString::to_string);
        let decay = decay.unwrap_or_default();
        format!(
            "On 127.0.0.1: a guarded node, {}, a spammer, a sneak and a protected friend.\n\
             A bad message costs {message} points. {decay} points a second are forgiven. Over {} \
             points, or with\na gossipsub score below {}, a peer is banned. Speed {speed}, seed {seed}.\n\n\
             {:>7}  {:<9} what\n",
            count(honest, "honest peer"),
            self.threshold,
            self.min_score,
            "time",
            "who",
        )
    }

    /// The line for a observation, if it deserves one.
    pub(crate) fn observation(&self, at: Duration, observation: &Observation) -> Option<String> {
        let (who, tone, what) = self.tell(observation)?;
        let style = self.style(tone);
        Some(format!("{:>6.2}s  {who:<9} {style}{what}{style:#}\n", at.as_secs_f64()))
    }

    /// What it comes to.
    pub(crate) fn summary(&self, checklist: &Checklist, tally: &Tally, took: Duration) -> String {
        let mut lines = format!(
            "\n{:<12}{:>10}{:>11}{:>16}\n",
            "honest peer", "published", "delivered", "longest pause"
        );
        for (who, traffic) in &tally.traffic {
            let published = traffic.published.map_or_else(|| "?".to_owned(), |all| all.to_string());
            let pause = seconds(traffic.longest_gap);
            let _ = writeln!(lines, "{who:<12}{published:>10}{:>11}{pause:>16}", traffic.delivered);
        }
        let closings: Vec<_> = tally.closings.iter().copied().map(millis).collect();
        let refused: Vec<_> =
            tally.refused.iter().map(|(who, times)| format!("{who} {times}")).collect();
        let (done, all) = (checklist.done(), checklist.steps().count());
        let good = checklist.is_complete() && checklist.spoilt().is_empty();
        let style = self.style(if good { Tone::Good } else { Tone::Bad });
        let _ = write!(
            lines,
            "\nFrom the deciding report to the closed connection:  {}\n\
             Dials refused at the guard:                         {}\n\
             Bad messages that an honest peer did not forward:   {}\n\
             {style}Steps of the story that happened:                   {done} of {all}, in {}{style:#}\n",
            or_none(&closings),
            or_none(&refused),
            tally.dropped,
            seconds(took),
        );
        lines
    }

    fn style(&self, tone: Tone) -> Style {
        if !self.colour {
            return Style::new();
        }
        match tone {
            Tone::Aside => Style::new().dimmed(),
            Tone::Bad => AnsiColor::Red.on_default().bold(),
            Tone::Good => AnsiColor::Green.on_default(),
            Tone::Plain => Style::new(),
            Tone::Rising => AnsiColor::Yellow.on_default(),
        }
    }
}

fn millis(duration: Duration) -> String {
    format!("{:.1} ms", duration.as_secs_f64() * 1e3)
}

fn or_none(list: &[String]) -> String {
    if list.is_empty() { "none".to_owned() } else { list.join(", ") }
}

fn seconds(duration: Duration) -> String {
    format!("{:.1} s", duration.as_secs_f64())
}

#[cfg(test)]
mod tests;
