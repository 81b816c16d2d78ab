//! `GET /`: page for operators, in one file.

use axum::http::{HeaderValue, StatusCode, Uri, header};
use axum::response::Response;
use axum::routing::get;

use super::params::Params;
use super::reply::{self, ApiError};
use super::routes::Route;
use crate::driver::Driver;
use crate::peer::PeerName;

pub(super) fn routes<P: PeerName, D: Driver<P>>() -> Vec<Route<P, D>> {
    vec![Route { path: "/", handler: get(page) }]
}

async fn page(uri: Uri) -> Result<Response, ApiError> {
    Params::read(&uri, &[])?;
    let mut response = reply::of_type(StatusCode::OK, "text/html; charset=utf-8", PAGE);
    let policy = HeaderValue::from_static(POLICY);
    response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
    Ok(response)
}

/// Everything of the page: style and script are in it.
const PAGE: &str = include_str!("page.html");

/// Lets the page's own style and script run, by their hashes, and speak with this API. A test holds them
/// against the page.
const POLICY: &str = "default-src 'none'; \
    script-src 'sha256-QaitojqNuepebewE6b1B8O9smW0X/EIbrAwISYHH9QM='; \
    style-src 'sha256-jOL5jEgDdSUAJZwyKFTnNHqDrBI6ihQAN6rWNcv5WGI='; \
    connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
