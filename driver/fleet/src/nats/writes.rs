//! Writes of values and deletions of keys.

use async_channel::Sender;
use async_nats::jetstream::kv::Store;

use super::LinkShared;
use super::connect::root;
use crate::key::Key;
use crate::link::{LinkError, LinkErrorKind};

pub(super) type WriteResult = Result<(), LinkError>;

/// Something to write, or none to delete the key.
pub(super) struct Write {
    pub(super) key: Key,
    pub(super) value: Option<Vec<u8>>,
    pub(super) answer: Sender<WriteResult>,
}

pub(super) async fn write(shared: &LinkShared, key: Key, value: Option<Vec<u8>>) -> WriteResult {
    let (refuse, refused) = async_channel::bounded(1);
    let store = {
        let mut state = shared.lock();
        let Some(store) = state.store.clone() else {
            return Err(LinkError::new(LinkErrorKind::Lost, "there is no connection"));
        };
        state.refusals.push((format!("{}{key}", store.prefix), refuse.clone()));
        store
    };
    // A server that does not allow it says so apart, and lets the write time out.
    let result = futures_lite::future::or(store_value(&store, &key, value), async {
        match refused.recv().await {
            Ok(text) => Err(LinkError::new(LinkErrorKind::Permission, text)),
            Err(_) => std::future::pending().await,
        }
    })
    .await;
    shared.lock().refusals.retain(|(_, waiting)| !waiting.same_channel(&refuse));
    result
}

async fn store_value(store: &Store, key: &Key, value: Option<Vec<u8>>) -> WriteResult {
    let failed = |error: &(dyn std::error::Error + 'static)| {
        let text = root(error);
        // 10077: the bucket has as much as it may have.
        let is_full = text.contains("maximum bytes") || text.contains("10077");
        if is_full {
            return LinkError::new(LinkErrorKind::Bucket, format!("the bucket is full: {text}"));
        }
        LinkError::new(LinkErrorKind::TimedOut, format!("{key} was not written: {text}"))
    };
    match value {
        Some(value) => {
            store.put(key.as_str(), value.into()).await.map(|_| ()).map_err(|error| failed(&error))
        }
        None => store.delete(key.as_str()).await.map_err(|error| failed(&error)),
    }
}

/// Tells the waiting writes what the server does not allow.
pub(super) fn refused(shared: &LinkShared, text: &str) {
    for (subject, waiting) in &shared.lock().refusals {
        if text.contains(&format!("\"{subject}\"")) {
            // It has heard already.
            let _full = waiting.try_send(text.to_owned());
        }
    }
}
