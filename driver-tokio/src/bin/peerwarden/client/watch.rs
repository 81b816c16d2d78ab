//! `peerwarden watch`.

mod line;

use std::time::Duration;

use hyper::Method;
use serde_json::Value;
use tokio::signal;
use tokio::time::timeout;

use super::failure::{DONE, Failure, TOO_SLOW};
use super::node_client::{Body, NodeClient};
use super::output::Output;
use super::sse::{Event, Events, Part};
use crate::cli::Watch;

/// Prints what happens until Ctrl-C, the node's end, or as many events as are wanted.
pub(crate) async fn run(args: &Watch, node: &NodeClient, output: &Output) -> Result<u8, Failure> {
    let mut events = open(args, node).await?;
    let mut missed = false;
    let mut left = args.count.map(|count| count.get());
    let interrupted = signal::ctrl_c();
    tokio::pin!(interrupted);
    while left != Some(0) {
        let part = tokio::select! {
            _ = &mut interrupted => break,
            part = timeout(SILENCE, events.next()) => part,
        };
        match part {
            Ok(Part::Event(event)) => {
                let is_missed = event.name == "missed";
                missed |= is_missed;
                print(event, output)?;
                left = left.map(|left| left.saturating_sub(u32::from(!is_missed)));
            }
            Ok(Part::Alive) => {}
            Ok(Part::End) => {
                return Err(Failure::no_node(node.socket(), "the node has ended"));
            }
            Err(_) => return Err(Failure::too_slow(node.socket(), SILENCE)),
        }
    }
    Ok(if missed { TOO_SLOW } else { DONE })
}

async fn open(args: &Watch, node: &NodeClient) -> Result<Events, Failure> {
    let only = args.only.join(",");
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b',');
    if !only.bytes().all(plain) {
        let message = format!(
            "{only:?} are not names of events: give some such as banned,unbanned,denied with commas between"
        );
        return Err(Failure::usage(message));
    }
    let query = if only.is_empty() { String::new() } else { format!("?only={only}") };
    let response = node.open(Method::GET, &format!("/v1/events{query}"), Body::default()).await?;
    if response.status().is_success() {
        return Ok(Events::new(response.into_body()));
    }
    // Once more, for what the node has against it.
    let (status, _, text) =
        node.ask(Method::GET, &format!("/v1/events{query}"), Body::default()).await?;
    let answer = serde_json::from_slice(&text).map_err(|_| node.not_understood())?;
    let failure = Failure::answered(status, &answer);
    Err(match status {
        400 => Failure::usage(format!("--{failure}")),
        _ => failure,
    })
}

fn print(event: Event, output: &Output) -> Result<(), Failure> {
    let Event { name, data } = event;
    if output.json {
        let mut data = data;
        if let Some(fields) = data.as_object_mut() {
            fields.insert("event".to_owned(), Value::String(name));
        }
        return output.lines(&data.to_string());
    }
    output.lines(&line::of(&name, &data))
}

/// How long nothing may come, not even the sign of life that comes every 15 s.
const SILENCE: Duration = Duration::from_secs(60);
