//! `peerwarden web`: the node's page on a loopback port, for browsers, which cannot open a Unix socket.

mod proxy;

use std::net::Ipv4Addr;
use std::sync::Arc;

use axum::Router;
use serde_json::json;
use tokio::net::TcpListener;
use tokio::signal;

use super::failure::{DONE, Failure};
use super::node_client::NodeClient;
use super::output::Output;
use crate::cli::Web;
use proxy::{Proxy, forward};

/// Serves until Ctrl-C.
pub(crate) async fn run(args: &Web, node: &NodeClient, output: &Output) -> Result<u8, Failure> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, args.port)).await;
    let address = listener
        .as_ref()
        .map_err(ToString::to_string)
        .and_then(|listener| listener.local_addr().map_err(|error| error.to_string()));
    let refuse = |error: &dyn std::fmt::Display| {
        let port = args.port;
        Failure::refused(format!(
            "port {port} cannot be used ({error}): give another as --port, or 0"
        ))
    };
    let (listener, address) = match (listener, address) {
        (Ok(listener), Ok(address)) => (listener, address),
        (Err(error), _) => return Err(refuse(&error)),
        (Ok(_), Err(error)) => return Err(refuse(&error)),
    };
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes)
        .map_err(|error| Failure::refused(format!("no random bytes for a token: {error}")))?;
    let token: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    // What comes behind # is not sent, and in no log.
    let url = format!("http://{address}/#token={token}");
    let app = Router::new().fallback(forward).with_state(Arc::new(Proxy::new(
        node.clone(),
        address,
        token,
    )));
    output.either(&json!({ "url": url }), || format!("{url}\nCtrl-C ends it."))?;
    let serve = async { axum::serve(listener, app).await };
    tokio::select! {
        served = serve => served.map_err(|error| refuse(&error))?,
        _ = signal::ctrl_c() => {}
    }
    Ok(DONE)
}
