//! `GET /v1/openapi.json`, and `GET /`, which lists the routes.

use axum::http::{HeaderValue, StatusCode, Uri, header};
use axum::response::Response;
use axum::routing::get;

use super::params::Params;
use super::reply::{self, ApiError};
use super::routes::Route;
use crate::driver::Driver;
use crate::peer::PeerName;

/// The document, and the page that lists these routes.
pub(super) fn routes<P: PeerName, D: Driver<P>>(others: &[Route<P, D>]) -> Vec<Route<P, D>> {
    let document = Route { path: "/v1/openapi.json", methods: &["GET"], handler: get(document) };
    let mut listed: Vec<_> = others.iter().map(|route| (route.path, route.methods)).collect();
    listed.push((document.path, document.methods));
    let page = list(&listed);
    let handler = get(move |uri: Uri| async move { show(&uri, page) });
    vec![document, Route { path: "/", methods: &["GET"], handler }]
}

async fn document(uri: Uri) -> Result<Response, ApiError> {
    Params::read(&uri, &[])?;
    Ok(reply::of_type(StatusCode::OK, "application/json", DOCUMENT))
}

fn show(uri: &Uri, page: String) -> Result<Response, ApiError> {
    Params::read(uri, &[])?;
    let mut response = reply::of_type(StatusCode::OK, "text/html; charset=utf-8", page);
    let policy = HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'");
    response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
    Ok(response)
}

/// A page with a line for each route. Paths and methods are ours, and need no escaping.
fn list(routes: &[(&str, &[&str])]) -> String {
    let mut page = PAGE.to_owned();
    for (path, methods) in routes {
        let path = path.replace('*', "");
        page.push_str(&format!("<li>{} <code>{path}</code></li>\n", methods.join(", ")));
    }
    page.push_str("</ul>\n</html>\n");
    page
}

/// Every route, parameter and answer, in OpenAPI 3.1.
pub(super) const DOCUMENT: &str = include_str!("openapi.json");

const PAGE: &str = "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n\
    <title>peerwarden</title>\n<h1>peerwarden admin API</h1>\n\
    <p>Described in <a href=\"v1/openapi.json\">v1/openapi.json</a>.</p>\n<ul>\n";
