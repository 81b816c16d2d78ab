//! Standard output of a command.

use std::env;
use std::io::{self, ErrorKind, IsTerminal, Write};

use anstyle::Style;
use serde_json::Value;

use super::failure::Failure;
use crate::cli::{ColorChoice, Options};

/// Where a command prints, and in what form.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Output {
    /// Whether JSON is wanted.
    pub(crate) json: bool,
    quiet: bool,
    in_colour: bool,
}

impl Output {
    pub(crate) fn new(options: &Options) -> Self {
        Self::of(options.json, options.quiet, options.color)
    }

    /// The same for commands that have no node.
    pub(crate) fn of(json: bool, quiet: bool, color: ColorChoice) -> Self {
        let in_colour = match color {
            ColorChoice::Always => true,
            ColorChoice::Never => false,
            ColorChoice::Auto => {
                io::stdout().is_terminal()
                    && env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
            }
        };
        Self { json, quiet, in_colour }
    }

    /// Whether nothing but errors is printed.
    pub(crate) const fn quiet(&self) -> bool {
        self.quiet
    }

    /// Prints whole lines at once.
    pub(crate) fn lines(&self, text: &str) -> Result<(), Failure> {
        if self.quiet {
            return Ok(());
        }
        let end = if text.is_empty() || text.ends_with('\n') { "" } else { "\n" };
        self.bytes(format!("{text}{end}").as_bytes())
    }

    /// Prints a line for the operator beside what is printed for programs. Nothing is done if it cannot be.
    pub(crate) fn note(&self, line: &str) {
        if !self.quiet {
            let _ = writeln!(io::stderr(), "{line}");
        }
    }

    /// Prints bytes as they are.
    pub(crate) fn bytes(&self, bytes: &[u8]) -> Result<(), Failure> {
        if self.quiet {
            return Ok(());
        }
        let mut stdout = io::stdout().lock();
        let written = stdout.write_all(bytes).and_then(|()| stdout.flush());
        written.map_err(|error| {
            if error.kind() == ErrorKind::BrokenPipe {
                Failure::closed_pipe()
            } else {
                Failure::refused(format!("cannot write to standard output: {error}"))
            }
        })
    }

    /// Prints JSON if that is wanted, or else a text.
    pub(crate) fn either(
        &self,
        value: &Value,
        text: impl FnOnce() -> String,
    ) -> Result<(), Failure> {
        if self.json { self.lines(&value.to_string()) } else { self.lines(&text()) }
    }

    /// The text in this style where output is coloured.
    pub(crate) fn styled(&self, style: Style, text: &str) -> String {
        if self.in_colour { format!("{style}{text}{style:#}") } else { text.to_owned() }
    }
}
