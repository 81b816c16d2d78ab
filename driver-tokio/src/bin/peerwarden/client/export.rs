//! `peerwarden export`.

use http_body_util::BodyExt;
use hyper::Method;
use serde_json::Value;
use tokio::time::timeout;

use super::failure::{DONE, Failure};
use super::node_client::{Body, NodeClient};
use super::output::Output;
use crate::cli::{Export, ExportFormat, Scope, value_name};
use crate::words;

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
    let left_out = response.headers().get("peerwarden-left-out");
    let left_out =
        left_out.and_then(|value| value.to_str().ok()).and_then(|text| text.parse().ok());
    let left_out: usize = left_out.unwrap_or(0);
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
        if left_out > 0 {
            output.note(&left_out_line(args, left_out));
        }
        return Ok(DONE);
    }
    let answer = serde_json::from_slice(&refused).unwrap_or(Value::Null);
    let failure = Failure::answered(status.as_u16(), &answer);
    Err(if status == 400 { Failure::usage(failure.to_string()) } else { failure })
}

/// Says how many bans are not in what was written, and how to get them.
fn left_out_line(args: &Export, count: usize) -> String {
    let bans = words::count(count, "ban");
    match args.format {
        ExportFormat::Crowdsec | ExportFormat::CrowdsecCsv => {
            let scope = value_name(args.scope.unwrap_or(Scope::Range));
            format!(
                "{bans} left out: not of the scope {scope}; a file has one, --scope ip, peer or range"
            )
        }
        ExportFormat::Bitcoin => format!("{bans} left out: bitcoin has no word for peers"),
        ExportFormat::Peerwarden | ExportFormat::Plain => format!("{bans} left out"),
    }
}
