//! Work that takes long, on a thread of its own, while the API goes on answering.

use std::thread;

use async_channel::{Receiver, bounded};
use axum::http::StatusCode;

use super::reply::ApiError;
use super::slots::Slots;

/// Runs `work` on a thread of its own, if there is a slot for it.
pub(super) async fn run<T: Send + 'static>(
    slots: &Slots,
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, ApiError> {
    let result = start(slots, work)?;
    result.recv().await.map_err(|_| {
        let message = "the request came upon a defect in this program: the log says where";
        ApiError::new(StatusCode::INTERNAL_SERVER_ERROR, "defect", message)
    })
}

/// Starts `work` on a thread of its own, if there is a slot for it.
pub(super) fn start<T: Send + 'static>(
    slots: &Slots,
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<Receiver<T>, ApiError> {
    let Some(slot) = slots.take() else {
        let message =
            "this is being done for other requests already: try again when they are answered";
        return Err(ApiError::new(StatusCode::TOO_MANY_REQUESTS, "busy", message));
    };
    let (sender, receiver) = bounded(1);
    let started = thread::Builder::new().name("peerwarden-request".to_owned()).spawn(move || {
        // The caller may have gone away by then.
        let _ = sender.send_blocking(work());
        drop(slot);
    });
    started.map(|_| receiver).map_err(|error| {
        let message = format!("the operating system starts no thread for this ({error})");
        ApiError::new(StatusCode::SERVICE_UNAVAILABLE, "no_thread", message)
    })
}
