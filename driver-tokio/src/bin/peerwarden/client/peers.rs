//! `peerwarden peers`.

use serde::Deserialize;
use serde_json::Value;

use super::answers::{Peer, read};
use super::clock::Clock;
use super::failure::{DONE, Failure};
use super::node_client::NodeClient;
use super::output::Output;
use super::pages;
use super::table::{Column, Table};
use super::text::{brief, plain, points};
use crate::cli::{PeerOrder, Peers};

#[derive(Deserialize)]
struct List {
    peers: Vec<Peer>,
    threshold: f64,
    #[serde(flatten)]
    clock: Clock,
}

/// Lists peers.
pub(crate) async fn run(args: &Peers, node: &NodeClient, output: &Output) -> Result<u8, Failure> {
    let mut filters = Vec::new();
    filters.extend(args.connected.then_some("connected=true"));
    filters.extend(args.suspect.then_some("suspect=true"));
    filters.extend(args.sort.map(|order| match order {
        PeerOrder::Penalty => "sort=penalty",
        PeerOrder::Score => "sort=score",
        PeerOrder::Since => "sort=since",
    }));
    let mark = if filters.is_empty() { "" } else { "?" };
    let path = format!("/v1/peers{mark}{}", filters.join("&"));
    let answer = pages::read(node, &path, "peers", args.extent.most()).await?;
    let list: List = read(&answer, node)?;
    output.either(&answer, || describe(&list, &answer, args.extent.wide, output))?;
    Ok(DONE)
}

fn describe(list: &List, answer: &Value, wide: bool, output: &Output) -> String {
    let mut table = Table::new(&[
        Column::names("PEER"),
        Column::names("ADDRESS"),
        Column::whole("DIR"),
        Column::whole("SINCE"),
        Column::whole("PENALTY"),
        Column::whole("SCORE"),
        Column::whole("OFF"),
        Column::words("STATE"),
    ]);
    for peer in &list.peers {
        let status = &peer.status;
        let or_none = |text: Option<String>| text.unwrap_or_else(|| "-".to_owned());
        let since = status.connected_since.filter(|_| status.connected);
        let direction = status.direction.as_deref().filter(|_| status.connected);
        table.row(vec![
            if wide { plain(&peer.peer) } else { brief(&format!("peer:{}", peer.peer)) },
            or_none(status.addr.as_deref().map(plain)),
            or_none(direction.map(|it| if it == "inbound" { "in" } else { "out" }.to_owned())),
            or_none(since.map(|since| list.clock.ago(since).trim_end_matches(" ago").to_owned())),
            points(status.penalty),
            or_none(peer.last_score.map(|score| format!("{score:.0}"))),
            status.offences.to_string(),
            state(peer),
        ]);
    }
    let last = pages::last_line(answer, "peers");
    let threshold = points(list.threshold);
    format!("{}{last} Banned above {threshold} points.", table.print(output, wide))
}

fn state(peer: &Peer) -> String {
    let status = &peer.status;
    let mut words = Vec::new();
    words.extend((!status.causes.is_empty()).then_some("banned"));
    words.extend(status.protected.then_some("protected"));
    words.extend(status.standing.then_some("in standing"));
    words.extend((status.connected && words.is_empty()).then_some("connected"));
    if words.is_empty() { "away".to_owned() } else { words.join(", ") }
}
