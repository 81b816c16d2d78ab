//! `peerwarden why`.

mod sentences;

use libp2p::PeerId;
use peerwarden_tokio::{IpNet, Subject};
use serde::Deserialize;
use serde_json::{Value, json};

use super::answers::{Ban, Peer, Reason, read};
use super::clock::Clock;
use super::failure::{DONE, Failure, NOTHING};
use super::node_client::NodeClient;
use super::output::Output;
use super::{pages, protected, subject};
use crate::cli::Why;

/// All that stands for and against a subject.
struct Facts {
    name: String,
    ban: Option<Ban>,
    peer: Option<OnePeer>,
    /// Bans of networks that refuse it as well.
    wider: Vec<Reason>,
    /// Who protects it.
    tags: Vec<String>,
    /// Whether bans are withheld since most peers misbehave at once.
    incident: bool,
    /// Connected peers inside a network.
    inside: Vec<String>,
    clock: Clock,
}

#[derive(Deserialize)]
struct OnePeer {
    #[serde(flatten)]
    peer: Peer,
    threshold: f64,
    tags: Vec<String>,
    reasons: Vec<Reason>,
}

#[derive(Deserialize)]
struct OneBan {
    #[serde(flatten)]
    ban: Ban,
    tags: Vec<String>,
}

#[derive(Deserialize)]
struct Node {
    counts: Counts,
    #[serde(flatten)]
    clock: Clock,
}

#[derive(Deserialize)]
struct Counts {
    incident: bool,
}

#[derive(Deserialize)]
struct Checked {
    reasons: Vec<Reason>,
}

/// Says what stands for and against a subject, and what lifts it.
pub(crate) async fn run(args: &Why, node: &NodeClient, output: &Output) -> Result<u8, Failure> {
    let subject = subject::any(&args.subject, node).await?;
    let name = subject::name(&subject);
    let about = node.get("/v1/node").await?;
    let Node { counts, clock } = read(&about, node)?;
    let banned = found(node.get(&format!("/v1/bans/{name}")).await)?;
    let ban: Option<OneBan> = banned.as_ref().map(|ban| read(ban, node)).transpose()?;
    let (ban, mut tags) = ban.map_or_else(Default::default, |it| (Some(it.ban), it.tags));
    if ban.is_none() {
        tags = protected::tags_of(&subject.to_string(), node).await?;
    }
    let mut facts = Facts {
        name,
        ban,
        peer: None,
        wider: Vec::new(),
        tags,
        incident: counts.incident,
        inside: Vec::new(),
        clock,
    };
    let known = match &subject {
        Subject::Peer(peer) => facts.add_peer(peer, node).await?,
        Subject::Addr(net) => facts.add_network(net, node).await?,
    };
    let answer = json!({
        "subject": subject.to_string(),
        "ban": banned,
        "peer": known.peer,
        "reasons": known.reasons,
        "tags": facts.tags,
        "incident": facts.incident,
        "connected_inside": facts.inside,
    });
    output.either(&answer, || facts.describe())?;
    Ok(DONE)
}

/// The node's own words about it.
struct Known {
    peer: Option<Value>,
    reasons: Value,
}

impl Facts {
    async fn add_peer(&mut self, peer: &PeerId, node: &NodeClient) -> Result<Known, Failure> {
        let known = found(node.get(&format!("/v1/peers/{peer}")).await)?;
        let one: Option<OnePeer> = known.as_ref().map(|peer| read(peer, node)).transpose()?;
        if let Some(one) = &one {
            self.wider.extend(one.reasons.iter().filter(|it| it.network.is_some()).cloned());
            self.tags.clone_from(&one.tags);
        }
        self.peer = one;
        let reasons = known.as_ref().and_then(|it| it.get("reasons")).cloned();
        Ok(Known { peer: known, reasons: reasons.unwrap_or_else(|| json!([])) })
    }

    async fn add_network(&mut self, net: &IpNet, node: &NodeClient) -> Result<Known, Failure> {
        let checked = node.get(&format!("/v1/check?ip={}", net.addr())).await?;
        let Checked { mut reasons } = read(&checked, node)?;
        let holds = |reason: &Reason| {
            let network = reason.network.as_deref().and_then(|text| text.parse::<IpNet>().ok());
            network.is_some_and(|network| network.contains(net) && network != *net)
        };
        reasons.retain(holds);
        self.wider = reasons;
        let list = pages::read(node, "/v1/peers?connected=true", "peers", usize::MAX).await?;
        for peer in list.get("peers").and_then(Value::as_array).into_iter().flatten() {
            let Peer { peer, status, .. } = read(peer, node)?;
            let ip = status.addr.and_then(|addr| addr.parse::<std::net::IpAddr>().ok());
            self.inside.extend(ip.filter(|ip| net.contains(ip)).map(|_| peer));
        }
        let reasons = checked.get("reasons").cloned().unwrap_or_else(|| json!([]));
        Ok(Known { peer: None, reasons })
    }
}

/// What is answered, or nothing if the node holds nothing of it.
fn found(answer: Result<Value, Failure>) -> Result<Option<Value>, Failure> {
    match answer {
        Ok(answer) => Ok(Some(answer)),
        Err(failure) if failure.code == NOTHING => Ok(None),
        Err(failure) => Err(failure),
    }
}
