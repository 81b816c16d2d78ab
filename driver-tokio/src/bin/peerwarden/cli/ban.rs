//! Command line of `peerwarden ban`.

use std::time::Duration;

use clap::Args;
use peerwarden_tokio::Note;

use super::commands::Subjects;
use super::options::duration;

#[derive(Args, Debug)]
pub(crate) struct Ban {
    /// Bans for so long, such as 1h or "7d 12h"; 24h unless it is said.
    #[arg(long = "for", value_name = "TIME", value_parser = duration)]
    #[arg(conflicts_with_all = ["until", "forever"])]
    pub(crate) duration: Option<Duration>,

    /// Bans until TIME, such as 2030-01-31T12:00:00Z.
    #[arg(long, value_name = "TIME", value_parser = moment, conflicts_with = "forever")]
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

    /// Does not ask when more than five peers are disconnected.
    #[arg(long)]
    pub(crate) yes: bool,

    #[command(flatten)]
    pub(crate) subjects: Subjects,
}

fn moment(text: &str) -> Result<String, String> {
    match humantime::parse_rfc3339_weak(text) {
        Ok(_) => Ok(text.to_owned()),
        Err(_) => Err(format!("{text:?} is not a time: give one such as 2030-01-31T12:00:00Z")),
    }
}

fn why(text: &str) -> Result<String, String> {
    Note::new(text).map(|_| text.to_owned()).map_err(|error| error.to_string())
}

pub(crate) fn who(text: &str) -> Result<String, String> {
    let note = Note::new("-").and_then(|note| note.by(text));
    note.map(|_| text.to_owned()).map_err(|error| error.to_string())
}
