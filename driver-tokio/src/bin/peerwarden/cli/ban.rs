//! Command line of `peerwarden ban`.

use std::time::{Duration, SystemTime};

use clap::Args;
use peerwarden_tokio::Note;
use peerwarden_tokio::peerwarden_host::admin::parse_moment;

use super::commands::Subjects;
use super::options::duration;

#[derive(Args, Debug)]
pub(crate) struct Ban {
    /// Bans for so long, such as 1h or "7d 12h"; 24h unless it is said.
    #[arg(long = "for", value_name = "TIME", value_parser = duration, allow_hyphen_values = true)]
    #[arg(conflicts_with_all = ["until", "forever"])]
    pub(crate) duration: Option<Duration>,

    /// Bans until TIME, such as 2030-01-31T12:00:00Z or 2030-01-31T14:00:00+02:00.
    #[arg(long, value_name = "TIME", value_parser = moment, allow_hyphen_values = true)]
    #[arg(conflicts_with = "forever")]
    pub(crate) until: Option<String>,

    /// Bans until it is lifted.
    #[arg(long)]
    pub(crate) forever: bool,

    /// Notes with the ban why it was made, in up to 200 bytes.
    #[arg(long, value_name = "TEXT", value_parser = why)]
    pub(crate) note: Option<String>,

    /// Notes who made it; without it SUDO_USER, else USER. Only with --note.
    #[arg(long, value_name = "NAME", requires = "note", value_parser = who)]
    pub(crate) by: Option<String>,

    /// Says what would be banned and which peers would be disconnected, and does nothing.
    #[arg(long)]
    pub(crate) dry_run: bool,

    /// Does not ask when more than five peers are disconnected, or a network is wider than /8, of IPv6 /16.
    #[arg(long)]
    pub(crate) yes: bool,

    #[command(flatten)]
    pub(crate) subjects: Subjects,
}

/// Reads a moment ahead, and writes it in UTC.
fn moment(text: &str) -> Result<String, String> {
    match parse_moment(text) {
        Some(moment) if moment > SystemTime::now() => {
            Ok(humantime::format_rfc3339(moment).to_string())
        }
        Some(_) => Err(format!(
            "{text:?} is in the past: give a moment ahead, such as 2030-01-31T12:00:00Z"
        )),
        None => Err(format!(
            "{text:?} is not a time: give one such as 2030-01-31T12:00:00Z or 2030-01-31T14:00:00+02:00"
        )),
    }
}

fn why(text: &str) -> Result<String, String> {
    Note::new(text).map(|_| text.to_owned()).map_err(|error| error.to_string())
}

pub(crate) fn who(text: &str) -> Result<String, String> {
    let note = Note::new("-").and_then(|note| note.by(text));
    note.map(|_| text.to_owned()).map_err(|error| error.to_string())
}
