//! `GET /v1/events`: what happens, as server-sent events.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};

use async_io::Timer;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::Response;
use axum::routing::get;
use futures_core::Stream;
use hyper::body::Frame;
use peerwarden_core::Instant;
use serde_json::{Map, Value, json};

use super::api::Shared;
use super::limits::{KEEP_ALIVE, STREAMS};
use super::params::{Params, wrong};
use super::reply::{self, ApiError};
use super::routes::Route;
use super::slots::Slot;
use super::stamp::time_of_day;
use crate::driver::Driver;
use crate::handle::Handle;
use crate::notice::{Notice, NoticeKind};
use crate::peer::PeerName;
use crate::subscription::Subscription;

pub(super) fn routes<P: PeerName, D: Driver<P>>() -> Vec<Route<P, D>> {
    vec![Route { path: "/v1/events", handler: get(events::<P, D>) }]
}

async fn events<P: PeerName, D: Driver<P>>(
    State(api): State<Shared<P, D>>,
    headers: HeaderMap,
    uri: Uri,
) -> Result<Response, ApiError> {
    let params = Params::read(&uri, &["only"])?;
    let only = params.get("only").map(names).transpose()?;
    let Some(slot) = api.streams.take() else {
        let message =
            format!("{STREAMS} event streams are open already: close one, or try again later");
        return Err(ApiError::new(StatusCode::TOO_MANY_REQUESTS, "too_many_streams", message));
    };
    let mut events = Events {
        notices: api.handle.subscribe()?,
        handle: api.handle.clone(),
        only,
        ready: VecDeque::from([Bytes::from_static(b": connected\n\n")]),
        sent: 0,
        keep_alive: Timer::interval(KEEP_ALIVE),
        _slot: slot,
    };
    if headers.contains_key("last-event-id") {
        // Events are not kept: how many were missed between two streams is not known.
        events.push("missed", &json!({ "missed": null, "missed_denials": null }));
    }
    Ok(reply::of_type(StatusCode::OK, "text/event-stream", Body::new(events)))
}

/// The events of one stream. hyper asks for more only while the client reads.
struct Events<P: PeerName, D: Driver<P>> {
    notices: Subscription<P>,
    handle: Handle<P, D>,
    only: Option<Vec<&'static str>>,
    ready: VecDeque<Bytes>,
    sent: u64,
    keep_alive: Timer,
    _slot: Slot,
}

impl<P: PeerName, D: Driver<P>> Events<P, D> {
    fn notice(&mut self, notice: &Notice<P>) {
        let Notice { kind, at, missed, missed_denials } = notice;
        if *missed > 0 || *missed_denials > 0 {
            let lost = json!({ "missed": missed, "missed_denials": missed_denials });
            self.push("missed", &lost);
        }
        let name = name(kind);
        if self.only.as_ref().is_none_or(|only| only.contains(&name)) {
            let data = self.data(kind, *at);
            self.push(name, &data);
        }
    }

    fn data(&self, kind: &NoticeKind<P>, at: Instant) -> Value {
        // What there is to say of a kind is the one value of an object, if there is something.
        let mut fields = match serde_json::to_value(kind) {
            Ok(Value::Object(kinds)) => match kinds.into_iter().next() {
                Some((_, Value::Object(fields))) => fields,
                Some(_) | None => Map::new(),
            },
            Ok(_) | Err(_) => Map::new(),
        };
        let time = self.handle.wall(at).map(time_of_day);
        fields.insert("at".to_owned(), json!(at));
        fields.insert("time".to_owned(), json!(time.ok()));
        Value::Object(fields)
    }

    fn push(&mut self, name: &str, data: &Value) {
        self.sent = self.sent.saturating_add(1);
        let event = format!("id: {}\nevent: {name}\ndata: {data}\n\n", self.sent);
        self.ready.push_back(event.into());
    }
}

impl<P: PeerName, D: Driver<P>> hyper::body::Body for Events<P, D> {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let this = &mut *self;
        loop {
            if let Some(ready) = this.ready.pop_front() {
                return Poll::Ready(Some(Ok(Frame::data(ready))));
            }
            match Pin::new(&mut this.notices).poll_next(cx) {
                Poll::Ready(Some(notice)) => this.notice(&notice),
                Poll::Ready(None) => return Poll::Ready(None),
                Poll::Pending => match Pin::new(&mut this.keep_alive).poll_next(cx) {
                    Poll::Ready(_) => this.ready.push_back(Bytes::from_static(b": alive\n\n")),
                    Poll::Pending => return Poll::Pending,
                },
            }
        }
    }
}

fn names(only: &str) -> Result<Vec<&'static str>, ApiError> {
    let name = |given: &str| NAMES.iter().find(|name| **name == given).copied();
    let expected = || format!("names of events, such as banned,unbanned, of {}", NAMES.join(", "));
    only.split(',')
        .map(|given| name(given).ok_or_else(|| wrong("only", only, expected())))
        .collect()
}

const fn name<P>(kind: &NoticeKind<P>) -> &'static str {
    match kind {
        NoticeKind::Amended { .. } => "amended",
        NoticeKind::Banned { .. } => "banned",
        NoticeKind::Denied(_) => "denied",
        NoticeKind::Incident { .. } => "incident",
        NoticeKind::List(_) => "list",
        NoticeKind::Reconfigured => "policy",
        NoticeKind::RefusedAddress(_) => "refused-address",
        NoticeKind::Shadow(_) => "shadow",
        NoticeKind::Unbanned { .. } => "unbanned",
        NoticeKind::Warned { .. } => "warned",
        NoticeKind::Withheld { .. } => "withheld",
    }
}

/// All events, but for `missed`, which always comes.
const NAMES: [&str; 11] = [
    "amended",
    "banned",
    "denied",
    "incident",
    "list",
    "policy",
    "refused-address",
    "shadow",
    "unbanned",
    "warned",
    "withheld",
];
