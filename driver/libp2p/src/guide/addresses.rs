//! Addresses that are refused, and why.
//!
//! What a peer can be reached at is its own word, and libp2p's transports do not agree about what an
//! address means. TCP dials the *last* IP in it and ignores what stands before; resolvers replace
//! names *anywhere* in it. A behaviour that judged `/ip4/A/tcp/1/ip4/B/tcp/2` by `A` would let
//! everybody dial a banned `B`, and hold against `A` what `B` does. So peerwarden reads an address in
//! one way, and refuses whatever could be read in another:
//!
//! | an address | counts with |
//! | --- | --- |
//! | `/ip4/..`, `/ip6/..`, then ports and protocols, then the peer's id or not | that IP |
//! | the same that begins with `/dns/..`, `/dns4/..`, `/dns6/..`, `/dnsaddr/..` | no IP; what the name stands for is checked by a `DialGate` |
//! | one of these, `/p2p/RELAY/p2p-circuit`, the peer's id or not | no IP: the relay's is not the peer's |
//! | `/memory/..`, `/unix/..`, `/onion3/..`, `/garlic64/..`, or nothing but an id | no IP |
//! | anything else | refused |
//!
//! Refused are, above all: a second host; anything before the host, a protocol or the id of a peer; a
//! circuit without the id of its relay, or behind another circuit; anything but a circuit behind an
//! id; a protocol or port twice; IPv6 zones, which libp2p's transports ignore, and ranges; `0.0.0.0`
//! and `::`, for which some systems connect to themselves; signalling servers such as
//! `/p2p-webrtc-star`; and names that are none or that only some resolvers take for an IP, `127.1` for
//! example. [`AddressFault`](crate::AddressFault) lists all reasons. Whoever has such an address in a
//! settings file gives the IP or the name alone, with its port.
//!
//! A refused address is refused at every gate, like a banned IP, whoever is there, protected peers
//! included: [`RefusedAddress`](crate::RefusedAddress) is the cause, and `address refused` the line in
//! the log. Nothing is held against the peer, since anybody may have announced it, and no IP is
//! recorded. Of a dial with several addresses a `DialGate` drops these alone. Without one libp2p
//! gives a behaviour no way to take single addresses out, and it may add more to a dial of a peer
//! that is named: such a dial is begun, and refused if it is the bad address that answers.
//!
//! Of the addresses that peers announce, those that are refused, have more than 256 bytes, or could
//! not be printed on one line are not kept for redials. Errors, events and log lines show addresses
//! escaped and cut; [`OneLine`](crate::OneLine) does that for whatever else an application prints.
