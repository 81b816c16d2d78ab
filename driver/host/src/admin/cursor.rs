//! Cursor with which a client asks for the next page of a list.

use std::io;

use axum::http::StatusCode;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::hex;
use super::params::Params;
use super::reply::ApiError;

/// One run of the node: places in its lists mean nothing in another one.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Run(String);

impl Run {
    pub(super) fn random() -> io::Result<Self> {
        let mut bytes = [0; 8];
        getrandom::fill(&mut bytes)?;
        Ok(Self(hex::encode(&bytes)))
    }

    /// Its name.
    pub(super) fn as_str(&self) -> &str {
        &self.0
    }

    /// A place in a list, as an opaque text.
    pub(super) fn next(&self, list: &str, place: impl Serialize) -> Option<String> {
        let place = serde_json::to_vec(&(list, place)).ok()?;
        Some(format!("{}.{}", self.0, hex::encode(&place)))
    }

    /// The place that a request gives, if it gives one.
    pub(super) fn place<T: DeserializeOwned>(
        &self,
        list: &str,
        params: &Params,
    ) -> Result<Option<T>, ApiError> {
        let Some(text) = params.get("next") else {
            return Ok(None);
        };
        let bad = || {
            let message = "next is not what this list gave: use the next of an answer as it is, or read \
                           the list from its start without it";
            ApiError::bad("next", message)
        };
        let (run, place) = text.split_once('.').ok_or_else(bad)?;
        let place = hex::decode(place).ok_or_else(bad)?;
        if run.len() != self.0.len() || hex::decode(run).is_none() {
            return Err(bad());
        }
        if run != self.0 {
            return Err(gone("next is of an earlier run of the node"));
        }
        let (of, place): (String, T) = serde_json::from_slice(&place).map_err(|_| bad())?;
        if of == list { Ok(Some(place)) } else { Err(bad()) }
    }
}

/// The place is not kept any more.
pub(super) fn gone(what: &str) -> ApiError {
    let message = format!("{what}: read the list from its start, without next");
    ApiError::new(StatusCode::GONE, "old_cursor", message)
}
