//! Completions for shells, and the man page.

use std::io::{self, Write};
use std::process::ExitCode;

use clap::{Command, CommandFactory};
use clap_complete::Shell;
use clap_mangen::Man;

use crate::cli::Cli;
use crate::streams;

/// Prints completions for a shell.
pub(crate) fn completions(shell: Shell) -> ExitCode {
    let mut text = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), NAME, &mut text);
    streams::print(text)
}

/// Prints the man page, in which each command has a section.
pub(crate) fn man() -> ExitCode {
    match page() {
        Ok(page) => streams::print(page),
        Err(error) => {
            streams::complain(format_args!("peerwarden man: {error}"));
            ExitCode::FAILURE
        }
    }
}

fn page() -> io::Result<Vec<u8>> {
    let mut program = Cli::command();
    program.build();
    let mut page = Vec::new();
    let man = Man::new(program.clone()).manual("peerwarden");
    man.render_title(&mut page)?;
    man.render_name_section(&mut page)?;
    man.render_synopsis_section(&mut page)?;
    man.render_description_section(&mut page)?;
    for command in program.get_subcommands() {
        section(command, NAME, &mut page)?;
    }
    man.render_extra_section(&mut page)?;
    Ok(page)
}

/// A section with what a command does and its options, and those of its own commands after it.
fn section(command: &Command, parent: &str, page: &mut Vec<u8>) -> io::Result<()> {
    let name = format!("{parent} {}", command.get_name());
    if command.is_hide_set() || command.get_name() == "help" {
        return Ok(());
    }
    let man = Man::new(command.clone());
    let mut parts = Vec::new();
    man.render_synopsis_section(&mut parts)?;
    man.render_description_section(&mut parts)?;
    man.render_options_section(&mut parts)?;
    if command.get_after_help().is_some() {
        man.render_extra_section(&mut parts)?;
    }
    // What is a section in a page of its own is a part of one here.
    let parts = String::from_utf8_lossy(&parts).replace(".SH ", ".SS ");
    writeln!(page, ".SH \"{}\"\n{parts}", name.to_uppercase())?;
    for own in command.get_subcommands() {
        section(own, &name, page)?;
    }
    Ok(())
}

const NAME: &str = "peerwarden";
