//! The admin API: how an operator asks a running node, and changes what it does.
//!
//! A node serves it with the feature `admin` and three lines; on libp2p, `Admin` and `AdminOptions` are those of the
//! driver's crate, and the handle is the behaviour's:
//!
#![cfg_attr(all(feature = "admin", unix), doc = "```")]
#![cfg_attr(not(all(feature = "admin", unix)), doc = "```ignore")]
//! # use std::sync::Arc;
//! # use peerwarden_host::{Config, Handle, Node, SystemClock};
//! use peerwarden_host::admin::{Admin, AdminOptions};
//!
//! # let directory = tempfile::tempdir()?;
//! # let data_dir = directory.path().join("data");
//! # let node: Node<String> = Node::new(Config::default(), Arc::new(SystemClock::new()));
//! # let handle: Handle<String> = node.handle();
//! let options: AdminOptions = AdminOptions::new(&data_dir);
//! let admin = Admin::start(&handle, options)?;
//! // Until `admin` is dropped, it is served at data_dir/admin.sock.
//! # drop(admin);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! In the following, `$S` is the path of the socket. Answers are shortened, and broken into lines.
//!
//! # Who is banned, and why?
//!
//! ```text
//! $ curl --unix-socket $S http://localhost/v1/bans?kind=peer
//! {"bans":[{"subject":"peer:12D3KooWK3mWd6H4tkoJPjNHv2gDTS2SrhWjBgNs39zHtswG6cJc",
//!   "causes":[{"cause":"penalty","until":1795827293.4695346}],"until":1795827293.4695346,
//!   "began":1795827289.4709494,"addr":"127.0.0.1","direction":"inbound",
//!   "notes":{"operator":null,"remote":null},"offences":1,
//!   "misdeeds":[{"misbehavior":"invalid-message","times":4,"last":1795827289.4709494}],"score":null}],
//!  "shown":1,"total":1,"next":null,"now":1795827289.4723547,"time":"2026-11-28T00:54:49.472Z"}
//! ```
//!
//! Moments are seconds on the node's clock. What is left of a ban is `until` less `now`; when it ends, `time` and
//! that. `until` may be `"forever"`. A longer list comes in pages: give `next` of an answer in the request for the
//! following one.
//!
//! `GET /v1/peers/ID` tells all of one peer, banned or not: what it owes, what it did, whether it is connected, and what
//! refuses it. `GET /v1/peers?connected&sort=penalty` lists those that come closest to a ban.
//!
//! # Keep a network out, and let it in again
//!
//! ```text
//! $ curl --unix-socket $S -X PUT -H 'content-type: application/json' \
//!     -d '{"for":"1h","note":"scanner","by":"ana"}' http://localhost/v1/bans/203.0.113.0/24
//! {"subject":"addr:203.0.113.0/24","change":{"began":{"until":1795831064.4026566}},
//!  "note":{"why":"scanner","who":"ana"},"disconnected":0,"ours":null,"also_refused":[],"durable":true,
//!  "message":"203.0.113.0/24 is banned for 1h; note: \"scanner\" (ana)",..}
//! $ curl --unix-socket $S -X DELETE http://localhost/v1/bans/203.0.113.0/24
//! {"subject":"addr:203.0.113.0/24","lifted":[{"cause":"operator","until":1795831064.4026566}],
//!  "still_refused":[],"message":"203.0.113.0/24 is no longer banned by operator","durable":true,..}
//! ```
//!
//! The answer comes once the change is stored; with `?dry_run`, it names the peers that would be disconnected, and
//! nothing is done. A subject is an IP, a network, or the name of a peer. `DELETE` lifts all of a ban, with a time of
//! grace in which the peer is not banned automatically; `?cause=operator` lifts that cause alone, without it. What is
//! not banned is answered with 404, and the message says what refuses it all the same.
//!
//! `PUT` and `DELETE /v1/protected/SUBJECT` protect it from automatic bans and lists, and end that.
//! `POST /v1/peers/ID/disconnect` closes the connections of a peer that may come back.
//!
//! # Would it be let in?
//!
//! ```text
//! $ curl --unix-socket $S 'http://localhost/v1/check?peer=12D3..&ip=203.0.113.7&direction=inbound'
//! {"verdict":"deny","reasons":[{"network":"203.0.113.0/24","cause":"operator","until":1795831064.4026566,
//!   "note":{"why":"scanner","who":"ana"}}],..}
//! ```
//!
//! All that refuses it is named, the deciding reason first: to lift that alone leaves the others.
//!
//! # Change the policy without a restart
//!
//! `GET /v1/policy` gives the policy in force as the text of a settings file. `PUT` replaces it by another such text,
//! until the node restarts; with `?dry_run`, it says what would change:
//!
//! ```text
//! $ curl --unix-socket $S -X PUT -H 'content-type: application/toml' --data-binary @peerwarden.toml \
//!     'http://localhost/v1/policy?dry_run'
//! {"dry_run":true,"changes":[{"key":"threshold","from":"86400","to":"43200",
//!   "words":"points above which a peer is banned: 43200 instead of 86400"},..],"warnings":[],
//!  "at_next_start":["data_file"],"message":"3 settings would change; nothing was changed",..}
//! ```
//!
//! Settings that are not of the policy, such as `data_file`, count at the next start and are named. To replace exactly
//! the policy that was read, send the `etag` of the answer as `if-match`: if it was changed meanwhile, the answer is
//! 409.
//!
//! # Try a policy first
//!
//! `PUT /v1/shadows/NAME` has such a text judge as well, and nothing comes of it. `GET` says whom it would have banned
//! since, and why; `POST /v1/shadows/NAME/promote` puts it in force, and `DELETE` ends it:
//!
//! ```text
//! $ curl --unix-socket $S http://localhost/v1/shadows/strict
//! {"shadow":{"name":"strict","bans":{"penalty":1,..},"only_shadow":1,..},
//!  "bans":[{"subject":"peer:12D3..","shadow":{"times":1,"cause":"penalty","until":1795827293.4695346,
//!   "evidence":{"misdeeds":[..]},..},"in_force":null}],"changes":[..],..}
//! ```
//!
//! # Record what happens
//!
//! ```text
//! $ curl --unix-socket $S -X PUT -H 'content-type: application/json' -d '{"name":"raid","pseudonyms":true}' \
//!     http://localhost/v1/recording
//! {"recording":{"state":"recording","file":"data/recordings/raid.jsonl.zst",..},"message":"recording to ..",..}
//! ```
//!
//! A [recording](crate::recording) holds every input, to be replayed under another policy. The file is in the directory
//! `recordings` of the data directory; a caller names no path. `GET` says how it goes, or how the last one went, and `DELETE`
//! ends it. A second one at the same time is answered with 409.
//!
//! # Watch what happens
//!
//! ```text
//! $ curl -N --unix-socket $S http://localhost/v1/events?only=banned,unbanned
//! id: 1
//! event: banned
//! data: {"addr":null,"at":1795827465.093868,"cause":"operator","direction":null,"evidence":"none","note":null,
//!   "offences":null,"subject":"addr:192.0.2.1/32","time":"2026-11-28T00:57:45.093Z","until":1795831065.093868}
//! ```
//!
//! Server-sent events, without an end. An event `missed` says that some were lost, because they were read too slowly or the
//! stream was opened again: read the lists anew then.
//!
//! # On TCP
//!
//! Browsers and other machines cannot open a Unix socket; for a tunnel to the node, it can be served on a loopback IP
//! too:
//!
//! ```text
//! AdminOptions::new(data_dir).with_tcp("127.0.0.1:8780".parse()?, data_dir.join("admin.token"))
//!
//! $ curl -H "authorization: Bearer $(cat data/admin.token)" http://127.0.0.1:8780/v1/bans
//! ```
//!
//! The token file is made at the first start, with mode 0600. The token is asked for on TCP alone.
//!
//! # What it costs
//!
//! A client costs the node processor time, and next to nothing else: pages of lists are read a few hundred entries at a
//! time. With 100 000 bans, on two processor cores that had other work, the engine's lock was held for 0.3 ms at the
//! longest while three clients read lists without a pause. A report took 1.4 µs (the median) on a node whose API nobody
//! used, 1.9 µs beside these clients, and 1.8 µs beside 60 000 connections a second.
//!
//! # When something is wrong
//!
//! | status | `error` | |
//! | --- | --- | --- |
//! | 400 | `bad_value`, `bad_parameter`, `bad_body`, `bad_policy` | the message names the value and says what is right |
//! | 401, 403 | `no_token`, `bad_host` | on TCP |
//! | 404 | `not_banned`, `not_protected`, `not_connected`, `unknown_peer`, `no_shadow`, `no_route` | there is nothing to act on |
//! | 405 | `no_method` | the header `allow` lists the methods |
//! | 408 | `too_slow` | the body did not come |
//! | 409 | `changed_meanwhile`, `too_many_shadows` | the policy is another one; end a shadow policy first |
//! | 410 | `old_cursor` | `next` is of an earlier run, or of a list that is not kept any more |
//! | 413, 415 | `too_large`, `bad_type` | the body |
//! | 429 | `too_many_streams`, `busy` | eight event streams are open; others have that read or written just now |
//! | 503 | `busy`, `not_durable`, `unhealthy`, `closed` | too many connections; the change is in force and not stored; `GET /v1/health`; the node has ended |
