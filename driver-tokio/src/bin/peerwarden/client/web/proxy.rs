//! Proxy from a loopback port to the socket of a node.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;
use subtle::ConstantTimeEq;

use crate::client::node_client::NodeClient;

/// A node, and what a request needs to reach it.
#[derive(Clone, Debug)]
pub(super) struct Proxy {
    node: NodeClient,
    hosts: [String; 2],
    authorization: String,
}

impl Proxy {
    pub(super) fn new(node: NodeClient, address: SocketAddr, token: String) -> Self {
        let hosts = [address.to_string(), format!("localhost:{}", address.port())];
        Self { node, hosts, authorization: format!("Bearer {token}") }
    }

    /// Refuses what is sent to another name, as a page does that had its own name rebound, and what has no
    /// token. The page itself is what asks for it.
    fn check(&self, path: &str, headers: &HeaderMap) -> Result<(), Response> {
        let given = |name| headers.get(name).map(HeaderValue::as_bytes).unwrap_or_default();
        if !self.hosts.iter().any(|host| host.as_bytes() == given(header::HOST)) {
            let [host, _] = &self.hosts;
            let message =
                format!("this is served at {host} only: open the address that was printed");
            return Err(error(StatusCode::FORBIDDEN, "bad_host", &message));
        }
        let is_right =
            bool::from(self.authorization.as_bytes().ct_eq(given(header::AUTHORIZATION)));
        if path != "/" && !is_right {
            let message = "the token is missing or wrong: open the whole address that was printed";
            return Err(error(StatusCode::UNAUTHORIZED, "no_token", message));
        }
        Ok(())
    }
}

/// Hands a request on to the node, and its answer back.
pub(super) async fn forward(State(proxy): State<Arc<Proxy>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    if let Err(refused) = proxy.check(parts.uri.path(), &parts.headers) {
        return refused;
    }
    let target = parts.uri.path_and_query().map_or("/", |target| target.as_str());
    let mut onward =
        Request::builder().method(parts.method).uri(target).header(header::HOST, "localhost");
    for name in [
        header::ACCEPT,
        header::CONTENT_LENGTH,
        header::CONTENT_TYPE,
        header::IF_MATCH,
        header::IF_NONE_MATCH,
    ] {
        if let Some(value) = parts.headers.get(&name) {
            onward = onward.header(name, value);
        }
    }
    let Ok(onward) = onward.body(body) else {
        return error(StatusCode::BAD_REQUEST, "bad_request", "the path is none: ask for another");
    };
    match proxy.node.forward(onward).await {
        Ok(answer) => {
            let (mut parts, body) = answer.into_parts();
            // Of the connection to the node, not of this one.
            parts.headers.remove(header::CONNECTION);
            parts.headers.remove(header::TRANSFER_ENCODING);
            Response::from_parts(parts, Body::new(body))
        }
        Err(failure) => error(StatusCode::BAD_GATEWAY, failure.error(), &failure.to_string()),
    }
}

fn error(status: StatusCode, name: &str, message: &str) -> Response {
    let body = json!({ "error": name, "message": message, "field": null }).to_string();
    let content_type = (header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    (status, [content_type], body).into_response()
}
