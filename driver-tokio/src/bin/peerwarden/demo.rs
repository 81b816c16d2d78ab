//! `peerwarden demo`: a guarded node among others, on real sockets.

mod command;
mod event_sender;
mod guarded_node;
mod json;
mod message;
mod network;
mod observation;
mod output;
mod participants;
mod peer;
mod policy;
mod restored;
mod runner;
mod script;
mod speed;
mod storage;
mod tally;
mod terminal;
mod traffic;

use std::io::{self, ErrorKind};
use std::process::ExitCode;
use std::time::Duration;

pub(crate) use speed::Speed;

use crate::{cli, streams};
use network::BoxError;
use output::Output;
use runner::{Ending, Runner};

/// Runs the demo to its end, and says how it went.
pub(crate) fn run(options: &cli::Demo) -> ExitCode {
    match perform(options) {
        Ok(Ending::Complete) => ExitCode::SUCCESS,
        Ok(Ending::Incomplete) => ExitCode::FAILURE,
        Ok(Ending::Interrupted) => {
            streams::complain("peerwarden demo: interrupted");
            ExitCode::from(INTERRUPTED)
        }
        Err(error) if is_closed_pipe(&error) => ExitCode::from(streams::CLOSED_PIPE),
        Err(error) => {
            streams::complain(format_args!("peerwarden demo: {error}"));
            ExitCode::FAILURE
        }
    }
}

fn perform(options: &cli::Demo) -> Result<Ending, BoxError> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let ending = runtime.block_on(async {
        // Whatever is wrong with the options shows before anything is told.
        let mut runner = Runner::set(options).await?;
        let ending = match Output::new(options) {
            Ok(mut output) => runner.play(&mut output).await,
            Err(error) => Err(error),
        };
        runner.strike().await;
        ending
    });
    runtime.shutdown_timeout(Duration::from_millis(500));
    ending
}

/// Whether whoever read the output has gone, as `head` does.
fn is_closed_pipe(error: &BoxError) -> bool {
    error.downcast_ref::<io::Error>().is_some_and(|error| error.kind() == ErrorKind::BrokenPipe)
}

/// As a shell reports a program that was ended by SIGINT.
const INTERRUPTED: u8 = 130;
