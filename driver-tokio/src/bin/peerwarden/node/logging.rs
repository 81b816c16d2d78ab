//! Log of the node, on stderr.

use std::env;
use std::io::{self, IsTerminal};

use tracing::Level;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

use super::network::BoxError;
use super::settings::LogFormat;

/// Starts to log: peerwarden's own lines from "info" on and warnings of all others, or what RUST_LOG says.
pub(crate) fn start(format: LogFormat) -> Result<(), BoxError> {
    let wanted = wanted()?;
    let in_colour =
        io::stderr().is_terminal() && env::var_os("NO_COLOR").is_none_or(|no| no.is_empty());
    let lines = tracing_subscriber::fmt::layer().with_writer(io::stderr).with_ansi(in_colour);
    let registry = tracing_subscriber::registry().with(wanted);
    match format {
        LogFormat::Text => registry.with(lines).try_init()?,
        LogFormat::Json => registry.with(lines.json().flatten_event(true)).try_init()?,
    }
    Ok(())
}

/// What is logged.
pub(crate) fn wanted() -> Result<Targets, String> {
    match env::var("RUST_LOG") {
        Ok(wanted) => wanted.parse().map_err(|error| {
            format!("RUST_LOG is {wanted:?} ({error}): give one such as info or peerwarden=debug")
        }),
        Err(_) => Ok(Targets::new()
            .with_default(Level::WARN)
            .with_target("peerwarden", Level::INFO)
            // It warns at each start of a node that knows no other yet.
            .with_target("libp2p_kad", Level::ERROR)),
    }
}
