//! Answers and errors as JSON.

use axum::body::Body;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use crate::closed::Closed;
use crate::store::FlushError;

/// An answer, or why there is none.
pub(super) type Reply = Result<Response, ApiError>;

/// Why a request is not carried out.
#[derive(Debug, Serialize)]
pub(super) struct ApiError {
    #[serde(skip)]
    status: StatusCode,
    error: &'static str,
    message: String,
    field: Option<&'static str>,
}

impl ApiError {
    pub(super) fn new(status: StatusCode, error: &'static str, message: impl Into<String>) -> Self {
        Self { status, error, message: message.into(), field: None }
    }

    /// A parameter or a field of the body is wrong.
    pub(super) fn bad(field: &'static str, message: impl Into<String>) -> Self {
        Self { field: Some(field), ..Self::new(StatusCode::BAD_REQUEST, "bad_value", message) }
    }

    pub(super) fn not_found(error: &'static str, message: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, error, message)
    }

    /// A change was made, but may not outlive the node.
    pub(super) fn not_durable(done: impl std::fmt::Display, error: &FlushError) -> Self {
        let message = format!(
            "{done}. That is in force, but could not be stored, and ends with the node until it is: {error}"
        );
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "not_durable", message)
    }
}

impl From<Closed> for ApiError {
    fn from(_: Closed) -> Self {
        let message = "the node was shut down, and this API ends with it";
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "closed", message)
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        json(self.status, &self)
    }
}

/// Answers 200 with this.
pub(super) fn ok(answer: &impl Serialize) -> Reply {
    Ok(json(StatusCode::OK, answer))
}

/// Answers with this.
pub(super) fn json(status: StatusCode, answer: &impl Serialize) -> Response {
    match serde_json::to_vec(answer) {
        Ok(text) => of_type(status, "application/json", text),
        // No answer has a key that is not text, which is all that JSON cannot hold.
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

/// Answers with a text or bytes of this type.
pub(super) fn of_type(
    status: StatusCode,
    content_type: &'static str,
    body: impl Into<Body>,
) -> Response {
    let mut response = Response::new(body.into());
    *response.status_mut() = status;
    let content_type = HeaderValue::from_static(content_type);
    response.headers_mut().insert(header::CONTENT_TYPE, content_type);
    response
}
