//! From nothing to a guarded swarm, step by step. For the policy and its numbers, see [`policy`]; for
//! addresses that are refused, [`addresses`].
//!
//! The code is for Tokio, with the crate `peerwarden-tokio`. It brings everything of this one under
//! its own name, with `Behaviour` on Tokio's clock and a function `behaviour` that makes one. So does
//! `peerwarden-smol` for smol, where the swarm is built by a builder of its own.
//!
//! # 1. The behaviour comes first
//!
//! ```
//! # mod peerwarden_tokio {
//! #     pub use peerwarden_libp2p::*;
//! #     pub type Behaviour = peerwarden_libp2p::Behaviour<ManualTimer>;
//! # }
//! use libp2p::swarm::NetworkBehaviour;
//! use libp2p::{connection_limits, gossipsub, memory_connection_limits};
//!
//! #[derive(NetworkBehaviour)]
//! struct Node {
//!     warden: peerwarden_tokio::Behaviour,
//!     limits: connection_limits::Behaviour,
//!     memory: memory_connection_limits::Behaviour,
//!     gossipsub: gossipsub::Behaviour,
//!     // whatever else there is
//! }
//! ```
//!
//! libp2p asks the fields one after the other about each connection. gossipsub, kad and
//! request-response take note of it when they are asked, and are not told if a later field refuses:
//! put one of them before a field that denies and it keeps a ghost of every refused connection, for
//! ever. So the warden comes first, and after it whatever else denies.
//!
//! - **`connection_limits`** bounds how many connections there are; peerwarden only whose. See
//!   [below](#beside-connection_limits).
//! - **`memory_connection_limits`**, a feature of libp2p's of that name, refuses when memory runs out. What peerwarden itself holds is
//!   bounded by [`Config::max_records`](crate::Config::max_records) and its neighbours.
//! - **`allow_block_list`** can stay as well, right after the warden. See [below](#7-coming-from-allow_block_list).
//!
//! ## Beside `connection_limits`
//!
//! Incoming:
//!
//! - A refusal by id costs a handshake: set `max_pending_incoming`.
//! - Nothing here counts the connections of one peer: set `max_established_per_peer`. Each of them
//!   counts with its own IP and direction. A ban of a network closes those that come from it, and a
//!   peer keeps those that it has over other IPs.
//! - Places taken up by strangers are not free for those whom you trust:
//!   `limits.bypass_peer_id(&peer)` lets these in above the limits.
//!
//! Outgoing: the warden dials peers whose bans are over, and those that are to be
//! [kept connected](crate::Handle::keep_connected). At most
//! [`max_redials`](crate::DriverOptions::max_redials) of these dials, 4 by default, are under way at once,
//! and they count towards `max_pending_outgoing` like all others:
//!
//! - Set `max_pending_outgoing` to `max_redials` plus what the other behaviours and the application
//!   dial at once. kad alone dials 3 peers for each query at a time, and several queries run.
//! - A dial that a limit refuses is not lost. It counts as one that failed, is told as
//!   `RedialFailed` with [`DeniedElsewhere`](crate::RedialError::DeniedElsewhere), and made again
//!   after 2, 4, 8, .. minutes, or from 10 seconds on if the peer is kept connected. Six refusals in
//!   a row end it as six failures do.
//! - `max_established_outgoing` and `max_established` refuse a dial only once it has succeeded.
//!   Where the swarm runs at its limit, redials fail for as long as it does.
//!
//! The warden comes first and the limits right after it, as above: what the warden refuses takes up
//! no place, and the behaviours after the limits are not asked about what the limits refuse.
//!
//! # 2. The swarm
//!
//! Two things are set where the swarm is built: how long a banned peer may let closing take, with
//! [`CloseTimeout`](crate::CloseTimeout) around the muxer, and the policy.
//!
//! ```
//! # mod peerwarden_tokio {
//! #     pub use peerwarden_libp2p::*;
//! #     pub type Behaviour = peerwarden_libp2p::Behaviour<ManualTimer>;
//! #     pub fn behaviour(config: Config) -> Behaviour {
//! #         Behaviour::new(config, ManualTimer::new())
//! #     }
//! # }
//! use std::error::Error;
//! use std::time::Duration;
//!
//! use libp2p::connection_limits::{self, ConnectionLimits};
//! use libp2p::swarm::NetworkBehaviour;
//! use libp2p::{Swarm, SwarmBuilder, gossipsub, noise, tcp, yamux};
//! use peerwarden_tokio::{CloseTimeout, Config};
//!
//! #[derive(NetworkBehaviour)]
//! struct Node {
//!     warden: peerwarden_tokio::Behaviour,
//!     limits: connection_limits::Behaviour,
//!     gossipsub: gossipsub::Behaviour,
//! }
//!
//! fn swarm() -> Result<Swarm<Node>, Box<dyn Error>> {
//!     let close_timeout = || CloseTimeout::new(yamux::Config::default(), Duration::from_secs(10));
//!     let limits = ConnectionLimits::default()
//!         .with_max_pending_incoming(Some(64))
//!         .with_max_established_per_peer(Some(4));
//!     let policy = Config::default().with_forgive_after(Some(Duration::from_secs(12 * 3_600)))?;
//!     Ok(SwarmBuilder::with_new_identity()
//!         .with_tokio()
//!         .with_tcp(tcp::Config::default(), noise::Config::new, close_timeout)?
//!         .with_quic()
//!         .with_behaviour(|key| {
//!             let signed = gossipsub::MessageAuthenticity::Signed(key.clone());
//!             let config = gossipsub::ConfigBuilder::default().validate_messages().build()?;
//!             let id = key.public().to_peer_id();
//!             Ok(Node {
//!                 warden: peerwarden_tokio::behaviour(policy).with_local_peer_id(id),
//!                 limits: connection_limits::Behaviour::new(limits),
//!                 gossipsub: gossipsub::Behaviour::new(signed, config)?,
//!             })
//!         })?
//!         .build())
//! }
//! # let runtime = tokio::runtime::Runtime::new().unwrap();
//! # let _entered = runtime.enter();
//! # swarm().unwrap();
//! ```
//!
//! The behaviour is told which peer this node itself is, which libp2p does not tell it, so that it is
//! never banned: not by the operator's slip, nor by a list that somebody else keeps. Where the swarm is
//! built first, [`Handle::set_local_peer_id`](peerwarden_host::Handle::set_local_peer_id) does the same. The
//! addresses that the swarm listens on are known by themselves.
//!
//! The [crate's first page](crate#across-restarts) goes on from here: bans that outlive the node, a
//! settings file, metrics and logs.
//!
//! A node that uses relays passes the same `close_timeout` to `with_relay_client`. QUIC needs none.
//! If it matters that a banned address is not even dialled when a peer offers it among others, or
//! behind a name, build the transport with a [`DialGate`](crate::DialGate). So does whoever dials by
//! name, or follows redirects of WebSockets, at all: only there is an IP known, and checked, before it
//! is dialled. It is also what keeps a bad address of a peer from costing the good ones.
//!
//! # 3. Reports
//!
//! `behaviour.handle()` gives a [`Handle`](crate::Handle). Clone it into every task that sees what
//! peers do; calls are synchronous, take microseconds and lose nothing.
//!
//! ```
//! use libp2p::PeerId;
//! use peerwarden_libp2p::{Closed, Handle, Misbehavior, Verdict};
//!
//! fn on_request(warden: &Handle, from: PeerId, request: &[u8]) -> Result<(), Closed> {
//!     // libp2p may have queued this before its sender was banned.
//!     if warden.check_peer(&from, None)? != Verdict::Allow {
//!         return Ok(());
//!     }
//!     if request.len() > 1_024 {
//!         return warden.report(from, Misbehavior::RESOURCE_INTENSIVE_REQUEST);
//!     }
//!     // act on it
//!     Ok(())
//! }
//! ```
//!
//! The connections of a banned peer are closed at once, but up to seven events that libp2p had
//! queued for each of them are delivered all the same. Where it matters who asks, ask
//! [`check_peer`](peerwarden_host::Handle::check_peer) first, as above: it costs one look-up.
//!
//! # 4. Events
//!
//! | [`EventKind`](crate::EventKind) | what it means | what to do |
//! | --- | --- | --- |
//! | `ScoreRequested` | it is a peer's turn | answer with `score` or `score_unavailable` |
//! | `Banned` | a cause became active; connections are being closed | nothing; perhaps tell somebody |
//! | `Amended` | that cause ends at another time | nothing |
//! | `Warned` | what a peer owes went over [`warning`](crate::Config::warning) | milder measures of your own: prefer other peers |
//! | `Incident` | so many misbehave at once that the fault is likely ours, or that is over | see [what to do](policy#what-to-do-in-an-incident) |
//! | `Unbanned` | the last cause is over; if we had dialled the peer, it is dialled again | take the application's part out of its score |
//! | `Withheld` | a ban was due but did not happen, and why | look at `why`: `Guard` means that too few peers would be left |
//! | `RedialFailed` | a peer could not be dialled, after its ban or because it is to stay connected | nothing: it is dialled again later |
//! | `RedialGaveUp` | a peer could not be dialled after its ban, and is not dialled any more | find it again as any other peer |
//!
//! If [`Event::missed`](crate::Event::missed) is not 0, the loop is too slow for its events, and
//! whoever keeps a list reads it anew from [`Handle::bans`](peerwarden_host::Handle::bans). Whoever wants to
//! know of bans or refusals outside the event loop uses
//! [`Handle::subscribe`](peerwarden_host::Handle::subscribe).
//!
//! Refused connections are errors in the swarm's events, like any other failed connection. Only a
//! dial that is refused before it starts is none: `Swarm::dial` returns it, and one that another
//! behaviour asked for is in the log, in the metrics and with the subscribers.
//!
//! ```
//! use libp2p::swarm::SwarmEvent;
//! use peerwarden_libp2p::Denied;
//!
//! fn on_swarm_event<E>(event: SwarmEvent<E>) {
//!     let denied = match &event {
//!         SwarmEvent::IncomingConnectionError { error, .. } => Denied::from_listen_error(error),
//!         SwarmEvent::OutgoingConnectionError { error, .. } => Denied::from_dial_error(error),
//!         _ => None,
//!     };
//!     if let Some(denied) = denied {
//!         println!("{denied}");
//!     }
//! }
//! ```
//!
//! ## Peers that stay connected
//!
//! Bootnodes, sequencers, the operator's other nodes: `warden.protect(Subject::Peer(peer), Tag::OPERATOR)`
//! spares such a peer from every ban but the operator's own, and
//! [`keep_connected`](crate::Handle::keep_connected) dials it from the start and whenever it is gone,
//! without end. It is what op-node's static peers are. The settings do both for each multiaddress under
//! `protect`.
//!
//! ```
//! use libp2p::{Multiaddr, PeerId};
//! use peerwarden_libp2p::{Handle, KeepConnectedError, Subject, Tag};
//!
//! fn trust(
//!     warden: &Handle,
//!     peer: PeerId,
//!     addresses: Vec<Multiaddr>,
//! ) -> Result<(), KeepConnectedError> {
//!     warden.protect(Subject::Peer(peer), Tag::OPERATOR)?;
//!     warden.keep_connected(peer, addresses)
//! }
//! ```
//!
//! # 5. Whom to blame
//!
//! *Where every honest node checks before it forwards*, report the peer that handed you the bytes,
//! gossipsub's `propagation_source`, with [`report`](peerwarden_host::Handle::report). That takes
//! `validate_messages()` and a rule that all can check alike, such as a signature or a size. *Where
//! some honest nodes do not check*, report the signed author, `message.source` under
//! `ValidationMode::Strict`, and name the deliverer:
//! [`report_from(author, propagation_source, ..)`](peerwarden_host::Handle::report_from). Without the first,
//! peers are banned for relaying; without the second, one peer that relays has others banned.
//! *Never* a source that is not signed: anybody could have anybody banned.
//!
//! Count good messages too, with [`valid`](peerwarden_host::Handle::valid): only a ratio tells a polite spammer
//! from a busy honest peer. Call `report_message_validation_result` for every message, good or bad:
//!
//! ```
//! use libp2p::gossipsub::{self, MessageAcceptance};
//! use peerwarden_libp2p::{Closed, Handle, Misbehavior, Verdict};
//!
//! fn on_message(
//!     event: gossipsub::Event,
//!     gossipsub: &mut gossipsub::Behaviour,
//!     warden: &Handle,
//! ) -> Result<(), Closed> {
//!     let gossipsub::Event::Message { propagation_source, message_id, message } = event else {
//!         return Ok(());
//!     };
//!     let verdict = warden.check_peer(&propagation_source, None)?;
//!     let acceptance = if verdict != Verdict::Allow {
//!         MessageAcceptance::Ignore // banned while this was waiting
//!     } else if str::from_utf8(&message.data).is_err() {
//!         warden.report(propagation_source, Misbehavior::INVALID_MESSAGE)?;
//!         MessageAcceptance::Reject
//!     } else {
//!         warden.valid(propagation_source, 1)?;
//!         MessageAcceptance::Accept
//!     };
//!     gossipsub.report_message_validation_result(&message_id, &propagation_source, acceptance);
//!     Ok(())
//! }
//! ```
//!
//! # 6. gossipsub's scores
//!
//! Answer `ScoreRequested` with gossipsub's `peer_score`, and let what a peer owes weigh in it: see
//! [`ApplicationScore`](crate::ApplicationScore), and the example `gossipsub_scores` of
//! `peerwarden-tokio`, which runs. Some of gossipsub's defaults have to go, or the same deed is
//! punished twice or not at all:
//!
//! - **`with_peer_score(params, thresholds)`** switches scores on. Without it there are none, and
//!   every answer is `score_unavailable`.
//! - **Thresholds.** [`min_score`](crate::Config::min_score) is -100, gossipsub's
//!   `graylist_threshold` -80. Below that gossipsub does not listen to a peer any more, so nothing
//!   that it does makes its score low enough for a ban. Have `graylist_threshold` lie below one and a
//!   half times `min_score`, -200 say; `publish_threshold` and `gossip_threshold` come above it.
//! - **Topics** need parameters of their own, `TopicScoreParams`: a topic without any is not scored.
//!   The default ones are no use: they give up to 1 800 points for having been in the mesh, and
//!   nothing is low after that. Set `time_in_mesh_weight`, `first_message_deliveries_weight`,
//!   `mesh_message_deliveries_weight` and `mesh_failure_penalty_weight` to 0, as the example does, or
//!   to numbers of your own.
//! - **`ip_colocation_factor_weight`** is to be 0: [places](policy#the-rules-in-short) are judged here, with
//!   exemptions.
//! - **`retain_score`** is to be shorter than the first of
//!   [`ban_durations`](crate::Config::ban_durations): else a peer comes back to the score that banned
//!   it.
//! - **`app_specific_weight`** is 10: make it 1, or tell `ApplicationScore`.
//!
//! - **Weights** under which a single invalid message is below `min_score` ban every honest peer with
//!   one bad message in a thousand, whatever the engine does.
//!
//! Answer at once, in the event loop. A peer that has left has lost the good half of its score, so of
//! such a peer nobody asks you: with [`check_on_leave`](crate::Config::with_check_on_leave), on by
//! default, it is judged by the last score that you gave while it was connected, and not at all if you
//! gave none.
//!
//! # 7. Coming from `allow_block_list`
//!
//! | `allow_block_list` | here |
//! | --- | --- |
//! | `block_peer(peer)` | `handle.ban(Subject::Peer(peer), None, Origin::Operator)` |
//! | `unblock_peer(peer)` | `handle.unban(Subject::Peer(peer), None)`; with `Some(Cause::Operator)`, without a time of grace |
//! | `blocked_peers()` | `handle.bans(None, 100)`, and on from the last one's `cursor` |
//! | `Blocked { peer }` in a denial | [`Denied`](crate::Denied), which says until when as well |
//! | `Behaviour<AllowedPeers>` | nothing: keep it, right after the warden |
//!
//! From any task, not only from the one that owns the swarm. Bans may have an end, and be of
//! networks. To be allowed is another thing than to be protected:
//! [`protect`](peerwarden_host::Handle::protect) spares a peer from what others say of it, but keeps nobody
//! else out.
//!
//! # Overrides and their answers
//!
//! [`ban`](peerwarden_host::Handle::ban) and [`unban`](peerwarden_host::Handle::unban) say what changed and what still
//! refuses the subject, as data and as a sentence. A pardon of a peer does not lift the ban of the
//! network that it is in, and says so:
//!
//! ```
//! # use peerwarden_libp2p::{Behaviour, Config, ManualTimer, Origin, Subject};
//! # let behaviour = Behaviour::new(Config::default(), ManualTimer::new());
//! # let warden = behaviour.handle();
//! let network = Subject::Addr("203.0.113.0/24".parse()?);
//! let inside = Subject::Addr("203.0.113.7/32".parse()?);
//! warden.ban(network, None, Origin::Operator)?;
//!
//! let answer = warden.unban(inside, None)?;
//! assert!(!answer.changed());
//! assert_eq!(
//!     answer.to_string(),
//!     "there was no such ban of 203.0.113.7/32; nothing was changed; still refused: \
//!      203.0.113.0/24 is banned by operator forever",
//! );
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Protection has owners: each part of a node that protects peers does so under a
//! [`Tag`](crate::Tag) of its own, and a subject is protected while any stands.
//!
//! | whose word | written to the store | lasts |
//! | --- | --- | --- |
//! | `Handle::ban` | yes | until its end, or `unban` |
//! | `ban` in the settings | no | while it stands there; `unban` lifts it until the next start |
//! | `Handle::protect` with `Tag::OPERATOR` | yes | until `unprotect` with that tag |
//! | `Handle::protect` with another tag | no | until `unprotect` with that tag, or the end of the node |
//! | `protect` in the settings | no | while it stands there; `unprotect` with `Tag::SETTINGS` takes it off until the next start |
//!
//! An operator's ban of exactly a subject overrules its protection. One of a *network* does not touch
//! a protected peer in it.
//!
//! # 8. While it runs
//!
//! [`Handle::reconfigure`](peerwarden_host::Handle::reconfigure) changes the policy and forgets nothing:
//!
//! ```
//! use peerwarden_libp2p::{Closed, Handle, Points};
//!
//! fn be_stricter(warden: &Handle) -> Result<(), Closed> {
//!     let config = warden.config()?.with_threshold(Points::from_points(43_200));
//!     warden.reconfigure(config)
//! }
//! ```
//!
//! To try a policy out, set [`dry_run`](crate::Config::with_dry_run): every ban that would have been
//! is a `Withheld` event, and nobody is harmed.
//!
//! # 9. Shutdown
//!
//! Drop the swarm: it stops whatever the behaviour had started. Every call of a
//! handle says [`Closed`](crate::Closed) from then on, and subscriptions end after their last notice:
//! tasks that take either as their cue to end need no other. Do not lift bans on the way out.
//!
//! With a [`Store`](crate::Store), dropping the swarm writes what has not been written yet and waits
//! for that, for 5 s at most. That blocks the thread, and what goes wrong is only logged. To do
//! without either, ask before: `warden.flush().await` returns when all that was said until then is
//! durable, or says why it is not. A node that is killed loses at most the last 100 ms of bans,
//! whatever else was being written, and starts again on whatever it left: [`store`](crate::store)
//! says what is written first, and what becomes of rows that contradict each other. Leave its file to
//! the node while that runs: one that was deleted, renamed or replaced is written anew, and is an error
//! in the log and in [`StoreHealth`](crate::StoreHealth).
//!
//! # 10. Tests
//!
//! libp2p's own timers are real time, so do not pause or advance Tokio's clock with a swarm inside.
//! Make the behaviour with a [`ManualTimer`](crate::ManualTimer): bans, heartbeats and ticks then
//! live on the test's time, and everything else in real time.

pub mod addresses;
pub mod policy;
