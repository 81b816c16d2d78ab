//! HTTP server of the metrics page.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use libp2p::metrics::Registry;
use prometheus_client::encoding::text::encode;
use tokio::net::TcpListener;

use crate::node::BoxError;

/// A server that has its address, and nothing to serve yet.
#[derive(Debug)]
pub(crate) struct Server {
    listener: TcpListener,
    address: SocketAddr,
}

impl Server {
    /// Takes the address, and with port 0 a free port.
    pub(crate) async fn bind(address: SocketAddr) -> Result<Self, BoxError> {
        let refuse = |error| {
            format!(
                "metrics cannot be served at {address} ({error}): give another address as \
                 --metrics, or port 0 for one that is free"
            )
        };
        let listener = TcpListener::bind(address).await.map_err(refuse)?;
        let address = listener.local_addr().map_err(refuse)?;
        Ok(Self { listener, address })
    }

    /// Where it can be reached.
    pub(crate) const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Serves what is in `registry` until the runtime ends.
    pub(crate) fn serve(self, registry: Registry) {
        let app = Router::new().route(PATH, get(metrics)).fallback(elsewhere);
        let app = app.with_state(Arc::new(registry));
        tokio::spawn(async move { axum::serve(self.listener, app).await });
    }
}

async fn metrics(State(registry): State<Arc<Registry>>) -> Response {
    let mut text = String::new();
    match encode(&mut text, &registry) {
        Ok(()) => ([(header::CONTENT_TYPE, OPEN_METRICS)], text).into_response(),
        Err(error) => {
            let text = format!("the metrics cannot be written down: {error}\n");
            (StatusCode::INTERNAL_SERVER_ERROR, text).into_response()
        }
    }
}

async fn elsewhere() -> (StatusCode, String) {
    (StatusCode::NOT_FOUND, format!("the metrics are at {PATH}\n"))
}

/// Where Prometheus looks unless it is told otherwise.
const PATH: &str = "/metrics";
/// What `encode` writes.
const OPEN_METRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";
