//! Answers to changes, given once they are durable.

use serde::Serialize;

use super::api::Api;
use super::reply::{self, ApiError, Reply};
use crate::driver::Driver;
use crate::peer::PeerName;

/// An answer to a change, in words as well, and whether it is durable.
#[derive(Serialize)]
struct Changed<T> {
    #[serde(flatten)]
    answer: T,
    message: String,
    /// `false` only if the node has no store.
    durable: bool,
}

/// Answers a change once it is durable.
pub(super) async fn durably<P: PeerName, D: Driver<P>, T: Serialize>(
    api: &Api<P, D>,
    answer: T,
    message: String,
) -> Reply {
    match api.flush().await {
        Ok(durable) => reply::ok(&api.stamped(Changed { answer, message, durable })?),
        Err(error) => Err(ApiError::not_durable(message, &error)),
    }
}
