//! Bodies of requests.

use std::time::Duration;

use async_io::Timer;
use axum::body::Body;
use axum::extract::Request;
use axum::http::{StatusCode, header};
use futures_lite::future;
use http_body_util::{BodyExt, LengthLimitError, Limited};
use serde::de::DeserializeOwned;

use super::limits::BODY;
use super::reply::ApiError;
use crate::one_line::OneLine;

/// Reads a JSON object, in which every field has to be known.
pub(super) async fn json<T: DeserializeOwned>(
    request: Request,
    timeout: Duration,
) -> Result<T, ApiError> {
    let text = text(request, timeout, "application/json", BODY).await?;
    serde_json::from_str(&text).map_err(|error| {
        let message = format!("the body is not what it is to be: {}", OneLine(error));
        ApiError::new(StatusCode::BAD_REQUEST, "bad_body", message)
    })
}

/// Reads a body that is to be empty, as that of a request is that says everything in its path and query. `null`
/// and an object without fields are let pass.
pub(super) async fn none(request: Request, timeout: Duration) -> Result<(), ApiError> {
    let bytes = bytes(request.into_body(), timeout, BODY).await?;
    let text: Vec<u8> = bytes.into_iter().filter(|byte| !byte.is_ascii_whitespace()).collect();
    if matches!(text.as_slice(), b"" | b"null" | b"{}") {
        return Ok(());
    }
    let message =
        "this request says everything in its path and query, and its body would be lost: send none";
    Err(ApiError::new(StatusCode::BAD_REQUEST, "bad_body", message))
}

/// Reads a text of this content type and of at most so many bytes.
pub(super) async fn text(
    request: Request,
    timeout: Duration,
    content_type: &str,
    most: usize,
) -> Result<String, ApiError> {
    let given = request.headers().get(header::CONTENT_TYPE);
    let given = given.and_then(|value| value.to_str().ok()).unwrap_or_default();
    let essence = given.split(';').next().unwrap_or_default().trim();
    if !essence.eq_ignore_ascii_case(content_type) {
        let given = OneLine(given);
        let message = format!("content-type is \"{given}\": send {content_type}");
        return Err(ApiError::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "bad_type", message));
    }
    let bytes = bytes(request.into_body(), timeout, most).await?;
    String::from_utf8(bytes).map_err(|_| {
        let message = "the body is not UTF-8 text: send it in that encoding";
        ApiError::new(StatusCode::BAD_REQUEST, "bad_body", message)
    })
}

/// Reads a body of at most so many bytes.
pub(super) async fn bytes(body: Body, timeout: Duration, most: usize) -> Result<Vec<u8>, ApiError> {
    // Before it is sent, where its length is.
    let announced = usize::try_from(hyper::body::Body::size_hint(&body).lower());
    if !matches!(announced, Ok(length) if length <= most) {
        return Err(too_large(most));
    }
    let read =
        async { Limited::new(body, most).collect().await.map_err(|error| too_much(error, most)) };
    let late = async {
        Timer::after(timeout).await;
        let message = format!(
            "the body was not there after {}: send it at once",
            humantime::format_duration(timeout)
        );
        Err(ApiError::new(StatusCode::REQUEST_TIMEOUT, "too_slow", message))
    };
    Ok(future::or(read, late).await?.to_bytes().into())
}

fn too_much(error: Box<dyn std::error::Error + Send + Sync>, most: usize) -> ApiError {
    if error.is::<LengthLimitError>() {
        too_large(most)
    } else {
        let message = "the body ended before all of it was sent: send it again";
        ApiError::new(StatusCode::BAD_REQUEST, "bad_body", message)
    }
}

fn too_large(most: usize) -> ApiError {
    let message = format!("the body has more than {most} bytes, the most that is read here");
    ApiError::new(StatusCode::PAYLOAD_TOO_LARGE, "too_large", message)
}
