//! `GET /v1/export`: the bans in force, as a list for other programs.

use std::convert::Infallible;
use std::io::{self, Write};
use std::pin::Pin;
use std::task::{Context, Poll};

use async_channel::{Receiver, Sender, bounded};
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderName, HeaderValue, Uri};
use axum::response::Response;
use axum::routing::get;
use futures_core::Stream;
use hyper::body::Frame;
use peerwarden_core::Cause;

use super::api::Shared;
use super::background;
use super::params::{Params, wrong};
use super::reply::{self, ApiError};
use super::routes::Route;
use crate::driver::Driver;
use crate::lists::{CrowdsecScope, ExportFormat, ExportOptions};
use crate::peer::PeerName;

pub(super) fn routes<P: PeerName, D: Driver<P>>() -> Vec<Route<P, D>> {
    vec![Route { path: "/v1/export", handler: get(export::<P, D>) }]
}

async fn export<P: PeerName, D: Driver<P>>(
    State(api): State<Shared<P, D>>,
    uri: Uri,
) -> Result<Response, ApiError> {
    let params = Params::read(&uri, &["cause", "format", "scope"])?;
    let scope = params.word("scope", &SCOPES)?;
    let format = match (params.word("format", &FORMATS)?.unwrap_or(Format::Peerwarden), scope) {
        (Format::Peerwarden, None) => ExportFormat::Peerwarden,
        (Format::Plain, None) => ExportFormat::Plain,
        (Format::Bitcoin, None) => ExportFormat::Bitcoin,
        (Format::Crowdsec { csv }, scope) => {
            ExportFormat::Crowdsec { scope: scope.unwrap_or(CrowdsecScope::Range), csv }
        }
        (Format::Peerwarden | Format::Plain | Format::Bitcoin, Some(_)) => {
            let message = "only the formats crowdsec and crowdsec-csv have a scope: leave it out";
            return Err(ApiError::bad("scope", message));
        }
    };
    let causes = params.get("cause").map(causes).transpose()?.unwrap_or_default();
    let options = ExportOptions::new(format).with_causes(causes);
    let left_out = match format {
        ExportFormat::Bitcoin | ExportFormat::Crowdsec { .. } => {
            let (handle, options) = (api.handle.clone(), options.clone());
            let counted =
                background::run(&api.lists, move || handle.export_bans(&options, io::sink()));
            counted.await?.map_or(0, |exported| exported.left_out)
        }
        ExportFormat::Peerwarden | ExportFormat::Plain => 0,
    };
    let (sender, receiver) = bounded(CHUNKS);
    let handle = api.handle.clone();
    let _result = background::start(&api.lists, move || {
        let mut out = io::BufWriter::with_capacity(CHUNK, Chunks(sender));
        // A client that goes away, and a node that ends, end the answer as well: before its last line.
        handle.export_bans(&options, &mut out).is_ok() && out.flush().is_ok()
    })?;
    let kind = match format {
        ExportFormat::Plain | ExportFormat::Crowdsec { csv: true, .. } => {
            "text/plain; charset=utf-8"
        }
        ExportFormat::Bitcoin | ExportFormat::Crowdsec { .. } | ExportFormat::Peerwarden => {
            "application/json"
        }
    };
    let body = Body::new(Written(Box::pin(receiver)));
    let mut response = reply::of_type(axum::http::StatusCode::OK, kind, body);
    response.headers_mut().insert(LEFT_OUT, HeaderValue::from(left_out));
    Ok(response)
}

#[derive(Clone, Copy)]
enum Format {
    Bitcoin,
    Crowdsec { csv: bool },
    Peerwarden,
    Plain,
}

fn causes(text: &str) -> Result<Vec<Cause>, ApiError> {
    let cause = |name: &str| Cause::ALL.into_iter().find(|cause| cause.as_str() == name);
    let expected = || {
        let all: Vec<_> = Cause::ALL.into_iter().map(Cause::as_str).collect();
        format!("causes such as operator,remote, of {}", all.join(", "))
    };
    text.split(',')
        .map(|name| cause(name).ok_or_else(|| wrong("cause", text, expected())))
        .collect()
}

/// Sends what is written to it, and waits while the client has not read enough of it.
struct Chunks(Sender<Bytes>);

impl Write for Chunks {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let chunk = Bytes::copy_from_slice(bytes);
        self.0.send_blocking(chunk).map_err(|_| io::ErrorKind::BrokenPipe)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The body that is being written.
struct Written(Pin<Box<Receiver<Bytes>>>);

impl hyper::body::Body for Written {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        self.0.as_mut().poll_next(cx).map(|chunk| chunk.map(|chunk| Ok(Frame::data(chunk))))
    }
}

/// How many bans the format, or its scope, has no place for.
const LEFT_OUT: HeaderName = HeaderName::from_static("peerwarden-left-out");
const FORMATS: [(&str, Format); 5] = [
    ("bitcoin", Format::Bitcoin),
    ("crowdsec", Format::Crowdsec { csv: false }),
    ("crowdsec-csv", Format::Crowdsec { csv: true }),
    ("peerwarden", Format::Peerwarden),
    ("plain", Format::Plain),
];
const SCOPES: [(&str, CrowdsecScope); 3] =
    [("ip", CrowdsecScope::Ip), ("peer", CrowdsecScope::Peer), ("range", CrowdsecScope::Range)];
/// How many bytes are sent at a time.
const CHUNK: usize = 64 * 1024;
/// How many of these may wait for the client.
const CHUNKS: usize = 4;
