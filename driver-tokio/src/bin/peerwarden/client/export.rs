//! `peerwarden export`.

use http_body_util::BodyExt;
use hyper::Method;
use serde_json::Value;
use tokio::time::timeout;

use super::failure::{DONE, Failure};
use super::node_client::{Body, NodeClient};
use super::output::Output;
use crate::cli::{Export, value_name};

/// Writes bans to standard output as they arrive.
pub(crate) async fn run(args: &Export, node: &NodeClient, output: &Output) -> Result<u8, Failure> {
    let mut path = format!("/v1/export?format={}", value_name(args.format));
    path.extend(args.scope.map(|scope| format!("&scope={}", value_name(scope))));
    if !args.cause.is_empty() {
        let causes: Vec<_> = args.cause.iter().map(|cause| value_name(*cause)).collect();
        path.push_str(&format!("&cause={}", causes.join(",")));
    }
    let response = node.open(Method::GET, &path, Body::default()).await?;
    let status = response.status();
    let mut body = response.into_body();
    let mut refused = Vec::new();
    loop {
        let next = timeout(node.timeout(), body.frame()).await;
        let next = next.map_err(|_| Failure::too_slow(node.socket(), node.timeout()))?;
        let Some(frame) = next else { break };
        let bytes = frame.map_err(|_| node.broken_off())?.into_data().unwrap_or_default();
        if status.is_success() {
            output.bytes(&bytes)?;
        } else {
            refused.extend_from_slice(&bytes);
        }
    }
    if status.is_success() {
        return Ok(DONE);
    }
    let answer = serde_json::from_slice(&refused).unwrap_or(Value::Null);
    let failure = Failure::answered(status.as_u16(), &answer);
    Err(if status == 400 { Failure::usage(failure.to_string()) } else { failure })
}
