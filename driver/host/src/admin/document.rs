//! `GET /v1/openapi.json`: description of the API.

use axum::http::{StatusCode, Uri};
use axum::response::Response;
use axum::routing::get;

use super::params::Params;
use super::reply::{self, ApiError};
use super::routes::Route;
use crate::driver::Driver;
use crate::peer::PeerName;

pub(super) fn routes<P: PeerName, D: Driver<P>>() -> Vec<Route<P, D>> {
    vec![Route { path: "/v1/openapi.json", handler: get(document) }]
}

async fn document(uri: Uri) -> Result<Response, ApiError> {
    Params::read(&uri, &[])?;
    Ok(reply::of_type(StatusCode::OK, "application/json", DOCUMENT))
}

/// Every route, parameter and answer, in OpenAPI 3.1.
pub(super) const DOCUMENT: &str = include_str!("openapi.json");
