//! Every route, and what holds for all of them.

use std::sync::Arc;

use axum::Router;
use axum::extract::Request;
use axum::http::{HeaderName, HeaderValue, Method, StatusCode, Uri, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::MethodRouter;

use super::api::Shared;
use super::caller::Caller;
use super::reply::ApiError;
use super::tally::AdminTally;
use super::{
    bans, check, document, events, export, lists, node, page, peers, policy, protected, recording,
    shadows,
};
use crate::driver::Driver;
use crate::one_line::OneLine;
use crate::peer::PeerName;

/// A path, and what answers its methods.
pub(super) struct Route<P: PeerName, D: Driver<P>> {
    pub(super) path: &'static str,
    pub(super) handler: MethodRouter<Shared<P, D>>,
}

/// All of them. A new resource adds its own here.
pub(super) fn all<P: PeerName, D: Driver<P>>() -> Vec<Route<P, D>> {
    let resources = [
        node::routes(),
        peers::routes(),
        bans::routes(),
        protected::routes(),
        check::routes(),
        policy::routes(),
        shadows::routes(),
        document::routes(),
        page::routes(),
        lists::routes(),
        export::routes(),
        recording::routes(),
        events::routes(),
    ];
    resources.into_iter().flatten().collect()
}

/// The service that answers requests.
pub(super) fn router<P: PeerName, D: Driver<P>>(api: Shared<P, D>) -> Router {
    let mut router = Router::new();
    for Route { path, handler, .. } in all() {
        router = router.route(path, handler);
    }
    router
        .fallback(no_route)
        .method_not_allowed_fallback(no_method)
        .layer(middleware::from_fn(guard))
        .with_state(api)
}

async fn no_route(uri: Uri) -> ApiError {
    let message =
        format!("there is no {}: GET /v1/openapi.json lists all paths", OneLine(uri.path()));
    ApiError::not_found("no_route", message)
}

async fn no_method(method: Method, uri: Uri) -> ApiError {
    let message = format!(
        "{} has no {}: the header allow lists the methods that it has",
        OneLine(uri.path()),
        OneLine(method)
    );
    ApiError::new(StatusCode::METHOD_NOT_ALLOWED, "no_method", message)
}

/// Lets requests on TCP pass that are for a loopback name and have the token, and adds what every answer has.
async fn guard(request: Request, next: Next) -> Response {
    let mut response = match check(&request) {
        Ok(()) => next.run(request).await,
        Err(refused) => {
            if let Some(tally) = request.extensions().get::<Arc<AdminTally>>() {
                tally.deny();
            }
            refused.into_response()
        }
    };
    let headers = response.headers_mut();
    let fixed: [(HeaderName, &'static str); 3] = [
        (header::CACHE_CONTROL, "no-store"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
    ];
    for (name, value) in fixed {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if response.status() == StatusCode::UNAUTHORIZED {
        let scheme = HeaderValue::from_static("Bearer");
        response.headers_mut().insert(header::WWW_AUTHENTICATE, scheme);
    }
    response
}

fn check(request: &Request) -> Result<(), ApiError> {
    let token = match request.extensions().get::<Caller>() {
        Some(Caller::Process { .. }) => return Ok(()),
        Some(Caller::Tcp(token)) => token,
        None => return Err(not_allowed("the caller is not known")),
    };
    let host = request.headers().get(header::HOST).and_then(|host| host.to_str().ok());
    if !host.is_some_and(is_loopback) {
        let message = format!(
            "host is \"{}\": on TCP, this API answers to 127.0.0.1, [::1] and localhost only",
            OneLine(host.unwrap_or_default())
        );
        return Err(ApiError::new(StatusCode::FORBIDDEN, "bad_host", message));
    }
    // The page is what asks for the token.
    if request.uri().path() == "/" {
        return Ok(());
    }
    let given = request.headers().get(header::AUTHORIZATION);
    if given.is_some_and(|given| token.is_given_by(given.as_bytes())) {
        return Ok(());
    }
    Err(not_allowed("send the token in the token file as \"Authorization: Bearer TOKEN\""))
}

fn not_allowed(message: &str) -> ApiError {
    ApiError::new(StatusCode::UNAUTHORIZED, "no_token", message)
}

fn is_loopback(host: &str) -> bool {
    let name = match host.strip_prefix('[') {
        Some(rest) => rest.split_once(']').map_or("", |(name, _)| name),
        None => host.split(':').next().unwrap_or_default(),
    };
    name.eq_ignore_ascii_case("localhost") || matches!(name, "127.0.0.1" | "::1")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde_json::Value;

    use super::*;
    use crate::driver::Commands;

    #[test]
    fn the_document_has_the_routes_that_there_are() {
        let document: Value = serde_json::from_str(document::DOCUMENT).unwrap();
        let documented: BTreeSet<_> =
            document["paths"].as_object().unwrap().keys().cloned().collect();
        let there: BTreeSet<_> = all::<String, Commands<String>>()
            .iter()
            .map(|route| route.path.replace('*', ""))
            .collect();

        assert_eq!(documented, there);
    }
}
