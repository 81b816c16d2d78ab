//! Subjects on the command line: peers, IPs, networks and tails of peer ids.

use libp2p::PeerId;
use peerwarden_tokio::lists::parse_network;
use peerwarden_tokio::{OneLine, Subject};
use serde_json::Value;

use super::failure::Failure;
use super::node_client::NodeClient;
use super::output::Output;
use super::text::bare;
use super::{pages, typed_address};

/// Reads a subject for a command that only reads: a tail of a peer's id will do if it fits one peer that
/// the node knows.
pub(crate) async fn any(text: &str, node: &NodeClient) -> Result<Subject<PeerId>, Failure> {
    if let Some(subject) = whole(text) {
        return Ok(subject);
    }
    let Some(tail) = Tail::read(text) else {
        return Err(neither(text));
    };
    let fitting = fitting(&tail, node).await?;
    match fitting.as_slice() {
        [] => Err(no_such_tail(text)),
        [one] => whole(one).ok_or_else(|| node.not_understood()),
        several => {
            let shown: Vec<_> = several.iter().take(MOST_NAMED).map(String::as_str).collect();
            let more = if several.len() > MOST_NAMED { " and others" } else { "" };
            let message = format!(
                "\"{}\" fits {} peers: {}{more}: give more of the id that is meant",
                OneLine(text),
                several.len(),
                shown.join(", ")
            );
            Err(Failure::usage(message))
        }
    }
}

/// Reads subjects for the command `verb`, which changes something: tails are refused, with the ids that
/// they would stand for. Tells which networks are wider than they look.
pub(crate) async fn exact(
    texts: &[String],
    verb: &str,
    node: &NodeClient,
    output: &Output,
) -> Result<Vec<Subject<PeerId>>, Failure> {
    let mut subjects = Vec::new();
    let mut masked = String::new();
    for text in texts {
        if let Some(subject) = whole(text) {
            if parse_network(text.trim()).is_ok_and(|read| read.masked) {
                let given = OneLine(text);
                masked.push_str(&format!("{given} is read as the network {}\n", name(&subject)));
            }
            if !subjects.contains(&subject) {
                subjects.push(subject);
            }
            continue;
        }
        let Some(tail) = Tail::read(text) else {
            return Err(neither(text));
        };
        let fitting = fitting(&tail, node).await?;
        return Err(match fitting.as_slice() {
            [] => neither(text),
            [one] => Failure::usage(format!(
                "\"{}\" is only part of a peer id, and {verb} wants all of it: peerwarden {verb} {one}",
                OneLine(text)
            )),
            several => Failure::usage(format!(
                "\"{}\" is only part of a peer id, and fits {} peers: {verb} wants the whole id of one",
                OneLine(text),
                several.len()
            )),
        });
    }
    if !output.json {
        output.lines(&masked)?;
    }
    Ok(subjects)
}

/// A subject by its bare name, as paths of the API have it.
pub(crate) fn name(subject: &Subject<PeerId>) -> String {
    bare(&subject.to_string()).to_owned()
}

/// Reads a whole peer id, IP or network, without regard to what the node knows.
fn whole(text: &str) -> Option<Subject<PeerId>> {
    let text = text.trim();
    let network = |text| Some(Subject::Addr(parse_network(text).ok()?.net));
    match (text.strip_prefix("peer:"), text.strip_prefix("addr:")) {
        (Some(name), _) => peer(name).map(Subject::Peer),
        (None, Some(name)) => network(name),
        (None, None) => peer(text).map(Subject::Peer).or_else(|| network(text)),
    }
}

/// Reads a whole peer id. What is too short for a key is one to libp2p, and the id of no peer.
fn peer(text: &str) -> Option<PeerId> {
    let id: PeerId = text.parse().ok()?;
    let hash = id.as_ref();
    let is_whole = match (hash.code(), hash.digest()) {
        // The key itself: its type, and so many bytes.
        (IDENTITY, [8, _, 18, length, key @ ..]) => {
            !key.is_empty() && usize::from(*length) == key.len()
        }
        (IDENTITY, _) => false,
        (_, digest) => digest.len() == LENGTH_OF_HASH,
    };
    is_whole.then_some(id)
}

/// What a peer's id ends with, and what it begins with if a shortened id was given.
struct Tail<'a> {
    head: &'a str,
    tail: &'a str,
}

impl<'a> Tail<'a> {
    fn read(text: &'a str) -> Option<Self> {
        let cut = text.split_once('…').or_else(|| text.split_once(".."));
        let (head, tail) = cut.unwrap_or(("", text));
        let tail = tail.trim_start_matches('.');
        let is_part = |text: &str| text.bytes().all(|byte| byte.is_ascii_alphanumeric());
        (tail.len() >= LEAST && is_part(tail) && is_part(head)).then_some(Self { head, tail })
    }

    fn fits(&self, id: &str) -> bool {
        id.starts_with(self.head) && id.ends_with(self.tail)
    }
}

/// Ids of the peers that the node knows, bans or protects and that a tail fits.
async fn fitting(tail: &Tail<'_>, node: &NodeClient) -> Result<Vec<String>, Failure> {
    let mut found = Vec::new();
    for (path, list, key) in [
        ("/v1/peers", "peers", "peer"),
        ("/v1/bans?kind=peer", "bans", "subject"),
        ("/v1/protected", "protected", "subject"),
    ] {
        let answer = pages::read(node, path, list, usize::MAX).await?;
        let entries = answer.get(list).and_then(Value::as_array).into_iter().flatten();
        let names = entries.filter_map(|entry| entry.get(key).and_then(Value::as_str));
        let names = names.filter(|name| !name.starts_with("addr:")).map(bare);
        found.extend(names.filter(|name| tail.fits(name)).map(str::to_owned));
    }
    found.sort_unstable();
    found.dedup();
    Ok(found)
}

fn neither(text: &str) -> Failure {
    let shown = OneLine(text);
    Failure::usage(match typed_address::fault(text) {
        Some(fault) => format!("\"{shown}\" {fault}"),
        None => format!(
            "\"{shown}\" is neither a peer id nor an address: give a whole id, an IP such as 192.0.2.1, or a \
             network such as 192.0.2.0/24"
        ),
    })
}

/// No peer has an id with that end.
fn no_such_tail(text: &str) -> Failure {
    if typed_address::fault(text).is_some() {
        return neither(text);
    }
    Failure::usage(format!(
        "\"{}\" is neither a peer id nor an address, and no peer that the node knows has an id with that end: \
         peerwarden peers --all lists them",
        OneLine(text)
    ))
}

/// Code of a multihash that holds what it stands for.
const IDENTITY: u64 = 0;
/// Length of SHA2-256 in bytes.
const LENGTH_OF_HASH: usize = 32;
/// The fewest characters of a tail.
const LEAST: usize = 4;
/// The most ids that are named.
const MOST_NAMED: usize = 5;
