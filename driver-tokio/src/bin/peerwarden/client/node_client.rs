//! Connection to the admin API of a node.

use std::env;
use std::path::{Path, PathBuf};
use std::time::Duration;

use http_body_util::{BodyExt, Full, LengthLimitError, Limited};
use hyper::body::{Bytes, Incoming};
use hyper::client::conn::http1;
use hyper::header::{CONTENT_TYPE, ETAG, HOST, IF_MATCH};
use hyper::{Method, Request, Response};
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::net::UnixStream;
use tokio::time::timeout;

use super::failure::Failure;
use super::{no_access, service};
use crate::cli::Options;
use crate::data_dir;

/// A node, asked over its socket. Each request has a connection of its own, so that none is cut off while
/// an operator thinks.
#[derive(Clone, Debug)]
pub(crate) struct NodeClient {
    socket: PathBuf,
    timeout: Duration,
}

/// Body of a request, and its type.
#[derive(Clone, Debug, Default)]
pub(crate) struct Body {
    text: Bytes,
    content_type: Option<&'static str>,
    if_match: Option<String>,
}

impl Body {
    pub(crate) fn json(value: &Value) -> Self {
        let content_type = Some("application/json");
        Self { text: value.to_string().into(), content_type, if_match: None }
    }

    pub(crate) fn toml(text: String, if_match: Option<String>) -> Self {
        Self { text: text.into(), content_type: Some("application/toml"), if_match }
    }

    /// A file of any kind.
    pub(crate) fn file(text: Vec<u8>) -> Self {
        let content_type = Some("application/octet-stream");
        Self { text: text.into(), content_type, if_match: None }
    }
}

impl NodeClient {
    /// The node that the options name, which has to speak this program's version.
    pub(crate) async fn connect(options: &Options) -> Result<Self, Failure> {
        let client = Self { socket: socket(options), timeout: options.timeout.unwrap_or(PATIENCE) };
        let refuse = |what: &str| {
            let at = client.socket.display();
            Failure::versions(format!(
                "{what} at {at}, and this program speaks {API}: use the peerwarden that the node is from"
            ))
        };
        let asked = client.ask(Method::GET, "/v1/node", Body::default()).await;
        let (status, _, text) = asked.map_err(|failure| {
            if is_named(options) { failure } else { service::mention(failure, &client.socket) }
        })?;
        let answer = serde_json::from_slice(&text).unwrap_or(Value::Null);
        match (status, answer.get("api").and_then(Value::as_str)) {
            (200, Some(API)) => Ok(client),
            (200, Some(other)) => {
                let other = peerwarden_tokio::OneLine(other);
                Err(refuse(&format!("a node speaks {other}")))
            }
            (401 | 403 | 503, _) => Err(Failure::answered(status, &answer)),
            _ => Err(refuse("something answers that is not a node's admin API")),
        }
    }

    /// The same node, which is given this time for an answer unless the options say otherwise.
    pub(crate) fn within(&self, timeout: Duration, options: &Options) -> Self {
        Self { socket: self.socket.clone(), timeout: options.timeout.unwrap_or(timeout) }
    }

    pub(crate) fn socket(&self) -> &Path {
        &self.socket
    }

    pub(crate) const fn timeout(&self) -> Duration {
        self.timeout
    }

    pub(crate) async fn get(&self, path: &str) -> Result<Value, Failure> {
        self.send(Method::GET, path, Body::default()).await
    }

    /// What is answered, unless that is an error.
    pub(crate) async fn send(
        &self,
        method: Method,
        path: &str,
        body: Body,
    ) -> Result<Value, Failure> {
        let (status, _, text) = self.ask(method, path, body).await?;
        let answer = serde_json::from_slice(&text).map_err(|_| self.not_understood())?;
        if status < 300 { Ok(answer) } else { Err(Failure::answered(status, &answer)) }
    }

    /// The answer's status, etag and text, whatever they are.
    pub(crate) async fn ask(
        &self,
        method: Method,
        path: &str,
        body: Body,
    ) -> Result<(u16, Option<String>, Bytes), Failure> {
        let too_slow = self.too_slow(&method, path);
        let asked = async {
            let response = self.open(method, path, body).await?;
            let tag = response.headers().get(ETAG).and_then(|tag| tag.to_str().ok());
            let (status, tag) = (response.status().as_u16(), tag.map(str::to_owned));
            let body = Limited::new(response.into_body(), LONGEST).collect().await;
            let text = body.map_err(|error| match error.downcast::<LengthLimitError>() {
                Ok(_) => self.not_understood(),
                Err(_) => self.broken_off(),
            })?;
            Ok((status, tag, text.to_bytes()))
        };
        timeout(self.timeout, asked).await.unwrap_or(Err(too_slow))
    }

    /// The head of an answer, whose body is still to come.
    pub(crate) async fn open(
        &self,
        method: Method,
        path: &str,
        body: Body,
    ) -> Result<Response<Incoming>, Failure> {
        let too_slow = self.too_slow(&method, path);
        let opened = async {
            let mut request = Request::builder().method(method).uri(path).header(HOST, "localhost");
            if let Some(content_type) = body.content_type {
                request = request.header(CONTENT_TYPE, content_type);
            }
            if let Some(tag) = body.if_match {
                request = request.header(IF_MATCH, tag);
            }
            let request = request.body(Full::new(body.text));
            self.forward(request.map_err(|_| self.not_understood())?).await
        };
        timeout(self.timeout, opened).await.unwrap_or(Err(too_slow))
    }

    /// What to say if the answer to this does not come in time.
    fn too_slow(&self, method: &Method, path: &str) -> Failure {
        if method == Method::GET || path.contains("dry_run=true") {
            return Failure::too_slow(&self.socket, self.timeout);
        }
        let shows = [
            ("/v1/bans", "peerwarden bans"),
            ("/v1/lists", "peerwarden lists"),
            ("/v1/policy", "peerwarden policy show"),
            ("/v1/protected", "peerwarden protected"),
        ];
        let see = shows.iter().find(|(start, _)| path.starts_with(start));
        let see = see.map_or("peerwarden peers", |(_, command)| command);
        Failure::too_slow_change(&self.socket, self.timeout, see)
    }

    /// Sends a request as it is.
    pub(crate) async fn forward<B>(
        &self,
        request: Request<B>,
    ) -> Result<Response<Incoming>, Failure>
    where
        B: hyper::body::Body<Data: Send, Error: std::error::Error + Send + Sync> + Send + 'static,
    {
        let stream = UnixStream::connect(&self.socket).await;
        let stream = stream.map_err(|error| no_access::explain(&self.socket, &error))?;
        let (mut sender, connection) =
            http1::handshake(TokioIo::new(stream)).await.map_err(|_| self.broken_off())?;
        tokio::spawn(connection);
        sender.send_request(request).await.map_err(|error| {
            if error.is_parse() { self.not_understood() } else { self.broken_off() }
        })
    }

    pub(crate) fn not_understood(&self) -> Failure {
        let at = peerwarden_tokio::OneLine(self.socket.display()).to_string();
        Failure::versions(format!(
            "the answer from {at} is not one of admin API {API}: use the peerwarden that the node is from"
        ))
    }

    pub(crate) fn broken_off(&self) -> Failure {
        Failure::no_node(&self.socket, "the connection was closed before the answer")
    }
}

/// The socket that the options name.
fn socket(options: &Options) -> PathBuf {
    if let Some(socket) = &options.socket {
        return socket.clone();
    }
    let variable = env::var_os("PEERWARDEN_SOCKET").filter(|value| !value.is_empty());
    match (&options.data_dir, variable) {
        (Some(directory), _) => directory.join(SOCKET),
        (None, Some(socket)) => socket.into(),
        (None, None) => data_dir::default_path().join(SOCKET),
    }
}

/// Whether the options or the environment name a node.
fn is_named(options: &Options) -> bool {
    let named = |variable: &str| env::var_os(variable).is_some_and(|value| !value.is_empty());
    options.socket.is_some()
        || options.data_dir.is_some()
        || ["PEERWARDEN_SOCKET", "PEERWARDEN_DATA_DIR"].into_iter().any(named)
}

/// How long an answer may take.
const PATIENCE: Duration = Duration::from_secs(5);
/// Version of the admin API that this program speaks.
const API: &str = "v1";
const SOCKET: &str = "admin.sock";
/// The longest answer that is read, in bytes. A page of 1000 entries is a megabyte.
const LONGEST: usize = 64 << 20;
