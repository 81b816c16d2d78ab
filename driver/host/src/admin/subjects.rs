//! Subjects and peers in the path or query of a request.

use axum::extract::Path;
use axum::extract::rejection::PathRejection;
use peerwarden_core::Subject;

use super::reply::ApiError;
use crate::lists::parse_network;
use crate::one_line::OneLine;
use crate::peer::PeerName;

/// The last part of a path, as axum decodes it.
pub(super) type LastPart = Result<Path<String>, PathRejection>;

/// Reads the subject that a path names.
pub(super) fn subject<P: PeerName>(part: LastPart) -> Result<Subject<P>, ApiError> {
    let text = text("subject", part)?;
    let text = text.as_str();
    let shown = OneLine(text);
    if looks_like_address(text) {
        return parse_network(text).map(|read| Subject::Addr(read.net)).map_err(|error| {
            let message = format!(
                "\"{shown}\" {error}; give an IP or network such as 192.0.2.1, 192.0.2.0/24 or 2001:db8::/32, or \
                 write peer:{shown} if a peer has that name"
            );
            ApiError::bad("subject", message)
        });
    }
    text.parse().map_err(|_| {
        let message = format!(
            "\"{shown}\" is neither the name of a peer nor an IP or network: give a peer's whole id, an IP such \
             as 192.0.2.1, or a network such as 192.0.2.0/24"
        );
        ApiError::bad("subject", message)
    })
}

/// Reads the peer that a path names.
pub(super) fn peer<P: PeerName>(part: LastPart) -> Result<P, ApiError> {
    named("id", &text("id", part)?)
}

/// Reads the name of a peer.
pub(super) fn named<P: PeerName>(field: &'static str, text: &str) -> Result<P, ApiError> {
    let name = text.strip_prefix("peer:").unwrap_or(text);
    P::from_str(name).map_err(|_| {
        let message = format!(
            "\"{}\" is not the name of a peer: give its whole id, as GET /v1/peers lists it",
            OneLine(text)
        );
        ApiError::bad(field, message)
    })
}

/// A subject by its bare name, for messages.
pub(super) fn name<P: PeerName>(subject: &Subject<P>) -> String {
    match subject {
        Subject::Addr(net) => net.to_string(),
        Subject::Peer(peer) => OneLine(peer).to_string(),
    }
}

fn text(field: &'static str, part: LastPart) -> Result<String, ApiError> {
    part.map(|Path(text)| text).map_err(|_| {
        ApiError::bad(field, format!("the {field} in the path is not UTF-8: encode it as UTF-8"))
    })
}

/// Whether it is an address, or is meant to be: no key in use is all digits, dots and slashes, and a typing
/// error in an address must not ban a peer of that name.
fn looks_like_address(text: &str) -> bool {
    let digits = text.bytes().any(|byte| byte.is_ascii_digit());
    let others = text.bytes().any(|byte| matches!(byte, b'.' | b'/' | b':'));
    let only = |byte: u8| byte.is_ascii_hexdigit() || matches!(byte, b'.' | b'/' | b':');
    digits && others && text.bytes().all(only)
}
