//! Standard output and standard error, of which either may be closed or full.

use std::fmt;
use std::io::{self, ErrorKind, Write};
use std::process::ExitCode;

/// Prints to standard output, and returns how the program is to end: with 141 if no one reads it any more, with 1
/// and a word on standard error if it cannot be written.
pub(crate) fn print(text: impl AsRef<[u8]>) -> ExitCode {
    let mut stdout = io::stdout().lock();
    match stdout.write_all(text.as_ref()).and_then(|()| stdout.flush()) {
        Ok(()) => ExitCode::SUCCESS,
        // The reader has gone, as `head` does.
        Err(error) if error.kind() == ErrorKind::BrokenPipe => ExitCode::from(CLOSED_PIPE),
        Err(error) => {
            complain(format_args!("peerwarden: cannot write to standard output: {error}"));
            ExitCode::FAILURE
        }
    }
}

/// Prints a line to standard error. One that cannot be written is lost, since there is no other place for it.
pub(crate) fn complain(line: impl fmt::Display) {
    let _ = writeln!(io::stderr().lock(), "{line}");
}

/// As a shell reports a program that was ended by SIGPIPE.
pub(crate) const CLOSED_PIPE: u8 = 141;
