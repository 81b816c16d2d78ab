//! The command line.

#[cfg(unix)]
mod ban;
#[cfg(unix)]
mod commands;
#[cfg(unix)]
mod lists;
mod node;
#[cfg(unix)]
mod options;
#[cfg(unix)]
mod policy;
mod record;
#[cfg(unix)]
mod replay;
#[cfg(unix)]
mod shadow;

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

#[cfg(unix)]
pub(crate) use ban::{Ban, who};
#[cfg(unix)]
pub(crate) use commands::{
    Bans, Check, PeerOrder, Peers, ProtectedList, Request, Subjects, Unban, Unprotect, Watch, Web,
    Why,
};
#[cfg(unix)]
pub(crate) use lists::{Export, ExportFormat, Import, Lists, Scope};
pub(crate) use node::Node;
#[cfg(unix)]
pub(crate) use options::{ColorChoice, Options};
#[cfg(unix)]
pub(crate) use policy::{CheckedPolicy, PolicyCommand, PolicyFile, TriedPolicy};
pub(crate) use record::{RecordCommand, RecordStart};
#[cfg(unix)]
pub(crate) use replay::Replay;
#[cfg(unix)]
pub(crate) use shadow::{ShadowCommand, ShadowPromote, ShadowShow, ShadowStart};

use crate::demo::Speed;

/// Decides which peers are misbehaving, who may connect, and for how long a banned one stays out.
///
/// peerwarden is a library that guards Rust p2p nodes. This program runs a guarded node, asks a running
/// one who is banned and why, and changes that.
#[derive(Debug, Parser)]
#[command(name = "peerwarden", version, arg_required_else_help = true)]
#[command(after_help = COMMAND_EXIT_CODES)]
pub(crate) struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// What the program can do.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Shows a guarded libp2p node throwing a spammer out, on real sockets.
    ///
    /// In this one process, on 127.0.0.1, there are a guarded node, honest peers, a spammer, a
    /// sneak that breaks the rules too seldom for a penalty, and a protected friend with a bug.
    /// They talk gossipsub over TCP, noise and yamux. What is printed is what those nodes observe.
    ///
    /// It ends by itself, after about 12 seconds and never more than 30. A second start with the
    /// same --data-dir waits first until the peers that are still banned may come back; with --metrics it
    /// ends when it is told to.
    #[command(after_help = EXIT_CODES)]
    Demo(Demo),
    /// Runs a guarded node: TCP and QUIC, gossipsub with rules, kad, identify, ping, relay client.
    ///
    /// It runs until SIGINT or SIGTERM, then writes everything and ends with exit code 0. SIGHUP has the
    /// policy read again.
    Node(Box<Node>),
    /// What a running node is asked and told.
    #[cfg(unix)]
    #[command(flatten)]
    Request(Box<Request>),
    /// Replays a recording under other policies: which peers each of them would have banned.
    ///
    /// The policy under which it was recorded comes first, and is checked against what the node did. Reports
    /// cost what each policy says.
    #[cfg(unix)]
    #[command(after_help = REPLAY_EXIT_CODES)]
    Replay(Box<Replay>),
    /// Prints completions for SHELL, to be read by it.
    Completions {
        /// The shell.
        #[arg(value_name = "SHELL")]
        shell: clap_complete::Shell,
    },
    /// Prints the man page, in roff.
    #[command(hide = true)]
    Man,
}

/// How the demo goes.
#[derive(Args, Debug)]
pub(crate) struct Demo {
    /// How many honest peers there are, 1 to 20.
    #[arg(long, value_name = "PEERS", default_value_t = 5, allow_negative_numbers = true)]
    #[arg(value_parser = clap::value_parser!(u8).range(1..=20))]
    pub(crate) honest: u8,

    /// How fast penalties fall, bans end and peers misbehave: a factor from 0.5 to 3.
    #[arg(long, value_name = "FACTOR", default_value = "1", allow_negative_numbers = true)]
    pub(crate) speed: Speed,

    /// Decides the nodes' ids and what they say.
    #[arg(long, value_name = "NUMBER", default_value_t = 1, allow_negative_numbers = true)]
    pub(crate) seed: u64,

    /// Keeps bans and offences in DIR/bans.redb, and goes on from there when started again.
    ///
    /// DIR is made if it is not there. A participant that is still banned at the next start is refused, and
    /// dialled when that ban is over; its next offence is one more than before. With another --seed
    /// all have other ids, and none is remembered.
    #[arg(long, value_name = "DIR")]
    pub(crate) data_dir: Option<PathBuf>,

    /// Serves the guard's metrics at http://ADDR/metrics, after the story too, until Ctrl-C.
    ///
    /// ADDR is an IP address and a port, such as 127.0.0.1:9464; port 0 is any that is free. The
    /// address is printed. What is served is OpenMetrics text, peerwarden's own metrics and
    /// libp2p's. Ctrl-C after the story leaves the exit code as the story had it.
    #[arg(long, value_name = "ADDR", value_parser = address)]
    pub(crate) metrics: Option<SocketAddr>,

    /// Records what happens on the guarded node to FILE, for a replay.
    ///
    /// A file that is there is not overwritten: another one is made beside it.
    #[arg(long, value_name = "FILE")]
    pub(crate) record: Option<PathBuf>,

    /// Prints one event a line as JSON, the summary last.
    ///
    /// With --metrics, what happens after the story follows the summary.
    #[arg(long)]
    pub(crate) json: bool,
}

/// Reads an IP address with a port.
pub(crate) fn address(text: &str) -> Result<SocketAddr, String> {
    text.parse().map_err(|_| {
        format!("{text:?} is no IP address with a port: give one such as 127.0.0.1:9464")
    })
}

/// The name of a value on the command line.
pub(crate) fn value_name(value: impl ValueEnum) -> String {
    value.to_possible_value().map_or_else(String::new, |value| value.get_name().to_owned())
}

const COMMAND_EXIT_CODES: &str = "\
Exit codes of commands to a node:
  0    done
  1    refused or failed
  2    wrong arguments
  3    no node there
  4    not allowed
  5    nothing to act on
  6    partly done
  7    too slow, or events missed
  8    versions differ
  10   check: the connection would be refused

Start with: peerwarden demo, or peerwarden node and peerwarden status";

#[cfg(unix)]
const REPLAY_EXIT_CODES: &str = "\
What peers would have done after another verdict is not known: a peer that another policy
bans goes on here as recorded, and one that the node banned stays away.

Exit codes:
  0    replayed to the end
  1    the recording or a policy cannot be used, or a file cannot be written
  2    wrong arguments
  6    replayed up to where the recording is damaged or cut, which is said
  8    recorded in a format of another version";

const EXIT_CODES: &str = "\
Exit codes:
  0    every step of the story happened
  1    a step did not happen, a node could not be started, or bans could not be written
  2    wrong arguments
  130  interrupted
  141  the output is not read any more

Colour is used on a terminal, unless NO_COLOR is set.";
