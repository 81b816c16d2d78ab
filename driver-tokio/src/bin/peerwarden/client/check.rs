//! `peerwarden check`.

use peerwarden_tokio::Subject;
use serde::Deserialize;

use super::answers::{Reason, read};
use super::clock::Clock;
use super::failure::{DENY, DONE, Failure};
use super::node_client::NodeClient;
use super::output::Output;
use super::reasons::sentence;
use super::subject;
use crate::cli::Check;

#[derive(Deserialize)]
struct Checked {
    verdict: String,
    reasons: Vec<Reason>,
    #[serde(flatten)]
    clock: Clock,
}

/// Tells whether a connection would be let in, by the exit code as well.
pub(crate) async fn run(args: &Check, node: &NodeClient, output: &Output) -> Result<u8, Failure> {
    let subject = subject::any(&args.subject, node).await?;
    let name = subject::name(&subject);
    let direction = if args.outbound { "outbound" } else { "inbound" };
    let mut query = format!("/v1/check?direction={direction}");
    match (&subject, args.ip) {
        (Subject::Peer(peer), ip) => {
            query.push_str(&format!("&peer={peer}"));
            query.extend(ip.map(|ip| format!("&ip={ip}")));
        }
        (Subject::Addr(net), None) if net.prefix_len() == net.max_prefix_len() => {
            query.push_str(&format!("&ip={}", net.addr()));
        }
        (Subject::Addr(_), None) => {
            let message = format!(
                "{name} is a network, and check asks about one connection: give a peer or an IP, or ask \
                 peerwarden why {name}"
            );
            return Err(Failure::usage(message));
        }
        (Subject::Addr(_), Some(ip)) => {
            let message = format!(
                "{name} and --ip {ip} are both addresses: give a peer with --ip, or one address alone"
            );
            return Err(Failure::usage(message));
        }
    }
    let answer = node.get(&query).await?;
    let checked: Checked = read(&answer, node)?;
    let allowed = checked.verdict == "allow";
    output.either(&answer, || {
        let at = args.ip.map_or_else(String::new, |ip| format!(" at {ip}"));
        if allowed {
            return format!("allow: {name}{at}, {direction}");
        }
        let mut text = format!("deny: {name}{at}, {direction}\n");
        for reason in &checked.reasons {
            text.push_str(&format!("- {}\n", sentence(reason, "it is itself", &checked.clock)));
        }
        text
    })?;
    Ok(if allowed { DONE } else { DENY })
}
