//! Connection with a server, and its errors in words.

use std::error::Error;
use std::fs;
use std::path::Path;
use std::time::Duration;

use async_channel::{Receiver, Sender};
use async_nats::rustls::crypto::{CryptoProvider, ring};
use async_nats::{Client, ConnectErrorKind, ConnectOptions, Event};

use super::options::NatsOptions;
use crate::link::{LinkError, LinkErrorKind};
use crate::signing::read_secret;

/// A client, and what happens to its connection.
pub(super) struct Connection {
    pub(super) client: Client,
    pub(super) events: Receiver<Event>,
}

/// Connects once, with the first of the servers that takes it: the node tries again, later each time.
pub(super) async fn connect(options: &NatsOptions) -> Result<Connection, LinkError> {
    let (happened, events): (Sender<Event>, Receiver<Event>) = async_channel::unbounded();
    choose_cryptography();
    let mut connect = ConnectOptions::new()
        .name(format!("peerwarden {}", options.fleet))
        .custom_inbox_prefix(&options.inbox)
        .connection_timeout(options.timeout)
        .request_timeout(Some(options.timeout))
        // Of the client's own, each server counts as one; the pauses are the node's.
        .max_reconnects(options.servers.len().max(1))
        .reconnect_delay_callback(|_| Duration::ZERO)
        .event_callback(move |event| {
            let happened = happened.clone();
            async move {
                // The session that would read it may be over.
                let _unread = happened.send(event).await;
            }
        });
    if let Some(path) = &options.nkey_file {
        let seed = read_secret(path);
        let seed = seed.map_err(|error| LinkError::new(LinkErrorKind::File, error.to_string()))?;
        connect = connect.nkey(seed.trim().to_owned());
    }
    if let Some(path) = &options.ca_file {
        readable(path)?;
        connect = connect.add_root_certificates(path.clone()).require_tls(true);
    }
    if let Some((certificate, key)) = &options.client_cert {
        readable(certificate)?;
        readable(key)?;
        connect =
            connect.add_client_certificate(certificate.clone(), key.clone()).require_tls(true);
    }
    let servers = options.servers.as_slice();
    let client = connect.connect(servers).await.map_err(|error| in_words(options, &error))?;
    Ok(Connection { client, events })
}

fn readable(path: &Path) -> Result<(), LinkError> {
    fs::File::open(path).map(drop).map_err(|error| {
        LinkError::new(LinkErrorKind::File, format!("{}: cannot be read: {error}", path.display()))
    })
}

fn in_words(options: &NatsOptions, error: &async_nats::ConnectError) -> LinkError {
    let kind = match error.kind() {
        ConnectErrorKind::Authentication | ConnectErrorKind::AuthorizationViolation => {
            LinkErrorKind::Authorization
        }
        ConnectErrorKind::Tls => LinkErrorKind::Tls,
        ConnectErrorKind::TimedOut => LinkErrorKind::TimedOut,
        ConnectErrorKind::Dns
        | ConnectErrorKind::Io
        | ConnectErrorKind::MaxReconnects
        | ConnectErrorKind::ServerParse => LinkErrorKind::Unreachable,
    };
    let text = root(error);
    // A failed handshake is an error of input and output to the client.
    let is_tls = ["certificate", "tls", "TLS", "handshake"].iter().any(|word| text.contains(word));
    let kind = if kind == LinkErrorKind::Unreachable && is_tls { LinkErrorKind::Tls } else { kind };
    LinkError::new(kind, format!("{}: {text}", options.servers.join(", ")))
}

/// Has TLS use ring where the program has chosen nothing: built with several providers of cryptography, as
/// other dependencies may have it, rustls would panic.
fn choose_cryptography() {
    if CryptoProvider::get_default().is_none() {
        // Another thread may have chosen meanwhile, which is as good.
        let _ = ring::default_provider().install_default();
    }
}

/// What is at the bottom of an error: the words of the server, the system or the certificate's check.
pub(super) fn root(error: &(dyn Error + 'static)) -> String {
    let mut last = error;
    while let Some(source) = last.source() {
        last = source;
    }
    let text = last.to_string();
    text.strip_prefix("nats: ").map_or_else(|| text.clone(), str::to_owned)
}
