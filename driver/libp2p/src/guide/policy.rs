//! The policy: the rules in short, numbers for different networks, good messages, incidents.
//!
//! Every number here is a setting of [`Config`](crate::Config) and of the settings file, whose
//! example explains each with its unit and its reason.
//!
//! # The rules in short
//!
//! - **Penalties.** A report costs points, points fall with time, and a peer that owes more than
//!   [`threshold`](crate::Config::threshold) is banned until it owes nothing: for a minute and a half
//!   the first time, for a day the fourth.
//! - **Places.** Keys cost nothing, addresses do. What peers leave unpaid stays with the network that
//!   they left (one IPv4 address; a /64, /56 and /48 of IPv6), and so do their bans. A place with too
//!   much of either is refused, for ten minutes at first, inbound connections only.
//! - **Standing.** A peer that has been connected for half an hour without fault is not refused or
//!   disconnected because of its place, for a week.
//! - **Incidents.** When peers of at least eight networks misbehave at once, in the middle as badly as
//!   the one to be banned, the fault is likely ours, and bans are withheld.
//! - **The long budget.** A peer that misbehaves for hours, always too seldom to be banned at once, is
//!   found by the ratio of bad to good messages, if the node counts the good ones.
//! - **Hearsay.** What somebody else delivered counts within bounds.
//! - **Scores**, if there are any, ban a peer that is low twice in a row, or that leaves with a low one.
//!
//! What bans a peer, and what spares it, is an event and a line in the log. To see what the policy
//! would do on a network without harm to anybody, set [`dry_run`](crate::Config::with_dry_run).
//!
//! # Good messages, in one line
//!
//! For each message that gossipsub was told to accept:
//!
//! ```
//! # use libp2p::PeerId;
//! # use peerwarden_libp2p::{Closed, Handle};
//! # fn on_accepted(warden: &Handle, propagation_source: PeerId) -> Result<(), Closed> {
//! warden.valid(propagation_source, 1)?;
//! # Ok(())
//! # }
//! ```
//!
//! Say it of the peer that you would have reported had the message been bad, so that both numbers are
//! about the same peer. Only a ratio tells a polite spammer from a busy honest peer: one bad message a
//! second is a flood from a peer that sends nothing else, and noise from one that sends ten thousand.
//! Fifty good messages pay for one report, so a peer that is bad more often than one time in fifty is
//! banned once it was reported about a thousand times in a day, and one that is better never is.
//! Until the first `valid` this is not in force: without it no peer is banned for a drip.
//!
//! What a peer can send at no cost, such as answers to nobody's question, is no good message. Where
//! requests are served, count each request that was well formed.
//!
//! # Numbers for a gossip network with signed authors
//!
//! The default policy. Messages are validated before they are forwarded (`validate_messages()`),
//! authors sign (`ValidationMode::Strict`), and there are tens of peers from everywhere.
//!
//! | what | number | because |
//! | --- | --- | --- |
//! | weight of what any node might do by mistake or by lag: stale, duplicate, unknown parent | 86 to 864 | ten a second, or one, are paid off as they come |
//! | weight of what no honest implementation sends: cannot be decoded, wrong signature inside | 864 to 8640 | eleven of the latter ban |
//! | weight of what proves intent: two blocks for one height by one author | above the threshold, reported of the author with [`report_from`](peerwarden_host::Handle::report_from) or, where the proof is complete in itself, with [`report`](peerwarden_host::Handle::report) | a proof needs no witness |
//! | [`valid`](peerwarden_host::Handle::valid) | each accepted message | see above |
//! | scores | on, with [parameters of your own](super#6-gossipsubs-scores) | weights under which one invalid message is below `min_score` ban every honest peer with noise of one in a thousand |
//!
//! # Numbers for request and response
//!
//! Everything comes from the peer that sent it, so there is no hearsay, and messages are fewer and cost
//! more to serve.
//!
//! | what | number | because |
//! | --- | --- | --- |
//! | weight of a malformed request, or an answer that is wrong | 8640 | eleven at once ban; one a minute never does by itself |
//! | weight of a timeout or a slow answer | 86 | our own uplink makes all of them slow at once |
//! | a request that is too large | `RESOURCE_INTENSIVE_REQUEST`, [amplified](peerwarden_host::Handle::report_amplified) by how much | the price follows the cost |
//! | [`valid`](peerwarden_host::Handle::valid) | each request served, each right answer | see above |
//! | another chain, an old version | [`expel`](peerwarden_host::Handle::expel) for an hour | it is no misdeed that adds up: the peer is of no use |
//! | `scores` | `false` | nobody asks, nobody answers |
//! | [`Warned`](crate::EventKind::Warned) | ask another peer first | it is on its way out |
//!
//! # Numbers for a light client
//!
//! It has a handful of peers, most of which it dialled itself, and cannot spare them.
//!
//! | what | number | because |
//! | --- | --- | --- |
//! | `min_connected` | half of the peers it wants | incidents are told by eight networks or more, which it may never have |
//! | weight of an invalid proof | above the threshold | no honest node has one, and one is enough |
//! | `confirmations` | 3, if there are scores | with few peers one bad minute of its own is everybody's |
//! | `max_records`, `max_places`, `max_standing` | 1000 | it meets few |
//! | static peers | a few, in `protect` | whoever dials only strangers can be surrounded by them |
//!
//! Places and standing are about inbound connections: a node that nobody dials can leave them as they
//! are.
//!
//! # What to do in an incident
//!
//! [`EventKind::Incident`](crate::EventKind::Incident) with `on: true`, the warning `incident` in the
//! log and the gauge `peerwarden_incident` all say: peers of many networks that have been here for a
//! while misbehave at once, so likely they do not. Bans of such peers by penalty and by score are
//! withheld with the reason `incident`; newcomers, and peers far worse than the others, are banned as
//! ever.
//!
//! 1. **Look for the fault on this side first**: a release of ours, a rule that changed at some height,
//!    a wrong clock, a full disk, a dependency. The log says of each ban withheld what for, and
//!    `peerwarden_reports_total` which kind of report rose.
//! 2. **Stop reporting that kind**, or give it a small weight with
//!    [`reconfigure`](peerwarden_host::Handle::reconfigure), and stop forwarding what depends on the rule. An
//!    application can do that by itself when the event comes: to stop checks of one topic bounds what
//!    an attacker wins who stages an incident.
//! 3. **Do not wait.** Bans are withheld for two hours in 24 at most; after that they come as ever.
//! 4. **If it is an attack after all**, with the attackers in most networks: [`expel`](peerwarden_host::Handle::expel)
//!    and the operator's [`ban`](peerwarden_host::Handle::ban) are not withheld.
//! 5. **Afterwards** (`on: false` comes ten minutes after the last ban withheld) pardon whoever was
//!    banned wrongly with [`unban`](peerwarden_host::Handle::unban), or take off what single reports cost with
//!    [`waive`](peerwarden_host::Handle::waive).
//!
//! # What it does not stop
//!
//! - **Quiet slot takers.** A peer that does nothing wrong is not banned, and enough of them fill all
//!   connections. Bound those with `connection_limits`, and keep slots for peers that you dialled.
//! - **An attacker with many networks.** Each IPv4 address and each /48 of IPv6 has its own budget
//!   before it is refused: one or two thousand bad messages, and 8,000 to 17,000 for a /48. A /32 of
//!   IPv6 or a botnet has many. A remote list, or the operator's ban of the network, is for that.
//! - **A majority in an incident.** Peers from over half of the networks that behave badly together
//!   look like an incident, and are spared for two hours a day.
//! - **Honest neighbours of an attacker**, behind one address with it, are refused with it until they
//!   are in standing, which takes half an hour.
