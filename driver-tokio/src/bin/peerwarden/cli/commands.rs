//! Commands to a running node.

use std::num::NonZeroU32;

use clap::{Args, Subcommand, ValueEnum};
use peerwarden_tokio::Tag;

use super::ban::Ban;
use super::lists::{Export, Import, Lists};
use super::options::{Options, at_least_one, duration, ip};
use super::policy::Policy;
use super::record::Record;
use super::shadow::Shadow;

/// What a running node can be asked and told.
#[derive(Debug, Subcommand)]
pub(crate) enum Request {
    /// Shows version, uptime, peers, bans by cause, protected subjects and store of the node.
    #[command(after_help = "Exit code 1 if the node is not healthy.")]
    Status(Plain),
    /// Lists the peers of which the node holds something.
    Peers(Peers),
    /// Lists the bans in force.
    Bans(Bans),
    /// Lists what is protected from automatic bans and lists, with the tags that protect it.
    Protected(ProtectedList),
    /// Says what stands for and against a peer, an IP or a network, and what lifts it.
    Why(Why),
    /// Tells whether a connection would be let in: exit code 0 if it would, 10 if not.
    Check(Check),
    /// Bans peers, IPs and networks, for 24 hours unless it is said.
    Ban(Ban),
    /// Lifts bans; prints what was lifted and what still refuses.
    Unban(Unban),
    /// Protects peers, IPs and networks from automatic bans and lists.
    Protect(Subjects),
    /// Ends such a protection.
    Unprotect(Unprotect),
    /// Closes the connections of peers without a ban: they may come back.
    Disconnect(Subjects),
    /// Prints what happens, a line each, until Ctrl-C.
    #[command(after_help = "Exit code 7 if events were missed, which a line says as well.")]
    Watch(Watch),
    /// Lists the lists of bans, or the entries of one; takes one away.
    Lists(Lists),
    /// Loads a file as a list of bans, in the place of what that list said before.
    #[command(after_help = "Exit code 6 if lines are wrong, which are told and stop no others.")]
    Import(Import),
    /// Writes the bans in force to standard output, for other programs.
    Export(Export),
    /// Shows, checks, compares and replaces the policy in force.
    Policy(Policy),
    /// Lists the policies that judge as well without anything coming of it, and what they would have done.
    Shadow(Shadow),
    /// Records what happens on the node, for a replay under another policy.
    Record(Record),
    /// Serves the node's page on a loopback port, until Ctrl-C.
    Web(Web),
}

/// A command with nothing but the common options.
#[derive(Args, Debug)]
pub(crate) struct Plain {
    #[command(flatten)]
    pub(crate) options: Options,
}

/// How much of a list is shown.
#[derive(Args, Clone, Copy, Debug)]
pub(crate) struct Extent {
    /// Shows N entries at most.
    #[arg(short = 'n', long, value_name = "N", default_value = "100", value_parser = at_least_one)]
    #[arg(allow_hyphen_values = true, conflicts_with = "all")]
    limit: NonZeroU32,

    /// Shows all entries.
    #[arg(long)]
    all: bool,

    /// Shows ids, addresses and reasons whole, however wide that is.
    #[arg(long)]
    pub(crate) wide: bool,
}

impl Extent {
    /// How many entries are shown at most.
    pub(crate) fn most(self) -> usize {
        if self.all { usize::MAX } else { usize::try_from(self.limit.get()).unwrap_or(usize::MAX) }
    }
}

#[derive(Args, Debug)]
pub(crate) struct Peers {
    /// Only those that are connected.
    #[arg(long)]
    pub(crate) connected: bool,

    /// Only those that owe points, have an offence or are banned.
    #[arg(long)]
    pub(crate) suspect: bool,

    /// Sorts them: the highest penalty, the lowest score or the longest connected first.
    #[arg(long, value_name = "BY")]
    pub(crate) sort: Option<PeerOrder>,

    #[command(flatten)]
    pub(crate) extent: Extent,
    #[command(flatten)]
    pub(crate) options: Options,
}

/// What a list of peers is sorted by.
#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub(crate) enum PeerOrder {
    /// The highest penalty first.
    Penalty,
    /// The lowest score first.
    Score,
    /// The longest connected first.
    Since,
}

#[derive(Args, Debug)]
pub(crate) struct Bans {
    /// Only those with this cause.
    #[arg(long, value_name = "CAUSE")]
    pub(crate) cause: Option<CauseName>,

    /// Only peers.
    #[arg(long, conflicts_with = "networks")]
    pub(crate) peers: bool,

    /// Only networks.
    #[arg(long)]
    pub(crate) networks: bool,

    /// Only those that end within this time.
    #[arg(long, value_name = "TIME", value_parser = duration, allow_hyphen_values = true)]
    pub(crate) ending: Option<std::time::Duration>,

    #[command(flatten)]
    pub(crate) extent: Extent,
    #[command(flatten)]
    pub(crate) options: Options,
}

/// Cause of a ban.
#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub(crate) enum CauseName {
    /// Peers that were seen in the network misbehaved.
    Address,
    /// The application expelled the peer.
    Application,
    /// The operator.
    Operator,
    /// The peer's penalty rose above the threshold.
    Penalty,
    /// A list.
    Remote,
    /// The peer's score was too low.
    Score,
}

#[derive(Args, Debug)]
pub(crate) struct ProtectedList {
    #[command(flatten)]
    pub(crate) extent: Extent,
    #[command(flatten)]
    pub(crate) options: Options,
}

#[derive(Args, Debug)]
pub(crate) struct Why {
    /// A peer id or a tail of it of at least four characters, an IP or a network.
    #[arg(value_name = "SUBJECT")]
    pub(crate) subject: String,

    #[command(flatten)]
    pub(crate) options: Options,
}

#[derive(Args, Debug)]
pub(crate) struct Check {
    /// A peer id or a tail of it of at least four characters, or an IP.
    #[arg(value_name = "SUBJECT")]
    pub(crate) subject: String,

    /// Has the peer connect from or be dialled at this IP.
    #[arg(long, value_name = "IP", value_parser = ip)]
    pub(crate) ip: Option<std::net::IpAddr>,

    /// Asks about a connection that this node opens; otherwise one that it accepts.
    #[arg(long)]
    pub(crate) outbound: bool,

    #[command(flatten)]
    pub(crate) options: Options,
}

#[derive(Args, Debug)]
pub(crate) struct Subjects {
    /// Peer ids, IPs and networks.
    #[arg(value_name = "SUBJECT", required = true)]
    pub(crate) subjects: Vec<String>,

    #[command(flatten)]
    pub(crate) options: Options,
}

#[derive(Args, Debug)]
pub(crate) struct Unban {
    /// Lifts this cause alone, without the time of grace in which the peer is not banned automatically.
    #[arg(long, value_name = "CAUSE")]
    pub(crate) cause: Option<CauseName>,

    #[command(flatten)]
    pub(crate) subjects: Subjects,
}

#[derive(Args, Debug)]
pub(crate) struct Unprotect {
    /// Ends the protection by TAG, such as settings; otherwise that by the operator.
    #[arg(long, value_name = "TAG")]
    pub(crate) tag: Option<Tag>,

    #[command(flatten)]
    pub(crate) subjects: Subjects,
}

#[derive(Args, Debug)]
pub(crate) struct Watch {
    /// Only these events, such as banned,unbanned.
    #[arg(long, value_name = "NAMES", value_delimiter = ',')]
    pub(crate) only: Vec<String>,

    /// Ends after N events.
    #[arg(short = 'n', long, value_name = "N", value_parser = at_least_one)]
    #[arg(allow_hyphen_values = true)]
    pub(crate) count: Option<NonZeroU32>,

    #[command(flatten)]
    pub(crate) options: Options,
}

#[derive(Args, Debug)]
pub(crate) struct Web {
    /// Port on 127.0.0.1; 0 is any that is free.
    #[arg(long, value_name = "PORT", default_value_t = 0, allow_negative_numbers = true)]
    pub(crate) port: u16,

    #[command(flatten)]
    pub(crate) options: Options,
}
