//! Encoding of subjects and rows.

mod v1;

use std::str::{self, FromStr};

use peerwarden_core::{IpNet, Subject};
use serde::{Deserialize, Serialize};

use super::row_state::RowState;
use super::timestamp::Timestamp;
use super::{Change, Row, StoreError};
use crate::note::BanNotes;
use crate::one_line::OneLine;
use crate::peer::PeerName;

/// The version that is written.
pub(super) const FORMAT: u32 = 3;

/// What the store says of itself. Whatever later versions add, the format comes first.
#[derive(Deserialize, Serialize)]
struct Header {
    format: u32,
}

/// The row that makes a store one of this program's, in the format that this version writes.
pub(super) fn header() -> Result<Change, postcard::Error> {
    let value = postcard::to_stdvec(&Header { format: FORMAT })?;
    Ok(Change { key: HEADER.to_vec(), value: Some(value) })
}

/// The version in which `rows` are written; `None` if there are none.
pub(super) fn format_of(rows: &[Row], location: &str) -> Result<Option<u32>, StoreError> {
    if rows.is_empty() {
        return Ok(None);
    }
    let header = rows.iter().find(|row| row.key == HEADER).ok_or_else(|| StoreError::Foreign {
        location: location.to_owned(),
        what: format!(
            "it holds {} rows and does not say in what format, as one does that was being written anew \
             when its node was killed",
            rows.len()
        ),
    })?;
    let (Header { format }, _) = postcard::take_from_bytes(&header.value).map_err(|error| {
        StoreError::Damaged { location: location.to_owned(), what: format!("its format: {error}") }
    })?;
    if format > FORMAT {
        return Err(StoreError::Newer { location: location.to_owned(), format, known: FORMAT });
    }
    Ok(Some(format))
}

/// What a row is written down under.
pub(super) fn key<P: PeerName>(subject: &Subject<P>) -> Vec<u8> {
    let (kind, name) = match subject {
        Subject::Addr(net) => (NETWORK, net.to_string().into_bytes()),
        Subject::Peer(peer) => (PEER, peer.clone().into()),
    };
    [&[kind], name.as_slice()].concat()
}

/// What is written down.
pub(super) fn encode<P: PeerName>(
    written: Timestamp,
    kept: &RowState<P>,
    notes: &BanNotes,
) -> Result<Vec<u8>, postcard::Error> {
    postcard::to_stdvec(&(written, kept, notes))
}

/// What was written down about a subject, and when.
pub(super) struct Entry<P> {
    pub(super) subject: Subject<P>,
    pub(super) written: Timestamp,
    pub(super) kept: RowState<P>,
    pub(super) notes: BanNotes,
}

/// Reads a row of some format, which is not the header.
pub(super) type Reader<P> = fn(&Row, &str) -> Result<Entry<P>, StoreError>;

/// How rows of this format are read.
///
/// When what is written changes, its number goes up, and what read it goes to a module of its own,
/// with what it needs, for ever.
pub(super) fn reader<P: PeerName>(format: u32) -> Option<Reader<P>> {
    match format {
        FORMAT => Some(read),
        2 => Some(read_2),
        1 => Some(read_1),
        #[cfg(test)]
        0 => Some(tests::read_0),
        _ => None,
    }
}

pub(super) fn is_header(row: &Row) -> bool {
    row.key == HEADER
}

/// The subject of a row.
pub(super) fn subject<P: PeerName>(row: &Row, location: &str) -> Result<Subject<P>, StoreError> {
    let subject = match row.key.split_first() {
        Some((&NETWORK, name)) => {
            str::from_utf8(name).ok().and_then(|name| IpNet::from_str(name).ok()).map(Subject::Addr)
        }
        Some((&PEER, id)) => P::try_from(id.to_vec()).ok().map(Subject::Peer),
        Some(_) | None => None,
    };
    subject.ok_or_else(|| StoreError::Damaged {
        location: location.to_owned(),
        what: format!("a row names no subject: {}", row.key.escape_ascii()),
    })
}

fn read<P: PeerName>(row: &Row, location: &str) -> Result<Entry<P>, StoreError> {
    parse(row, location, |bytes| postcard::take_from_bytes(bytes))
}

/// Format 2 had no notes.
fn read_2<P: PeerName>(row: &Row, location: &str) -> Result<Entry<P>, StoreError> {
    parse(row, location, |bytes| {
        let ((written, kept), rest) = postcard::take_from_bytes(bytes)?;
        Ok(((written, kept, BanNotes::default()), rest))
    })
}

fn read_1<P: PeerName>(row: &Row, location: &str) -> Result<Entry<P>, StoreError> {
    parse(row, location, |bytes| {
        let ((written, saved), rest): (v1::Value<P>, _) = postcard::take_from_bytes(bytes)?;
        Ok(((written, saved.into(), BanNotes::default()), rest))
    })
}

type Parsed<'a, P> = Result<((Timestamp, RowState<P>, BanNotes), &'a [u8]), postcard::Error>;

fn parse<P: PeerName>(
    row: &Row,
    location: &str,
    take: impl for<'a> FnOnce(&'a [u8]) -> Parsed<'a, P>,
) -> Result<Entry<P>, StoreError> {
    let subject = subject(row, location)?;
    let damaged = |what| StoreError::Damaged { location: location.to_owned(), what };
    let ((written, kept, notes), rest) = take(&row.value)
        .map_err(|error| damaged(format!("what it says of {}: {error}", OneLine(&subject))))?;
    if !rest.is_empty() || kept.subject().as_ref() != Some(&subject) {
        let what = format!("what it says of {} is about another subject", OneLine(&subject));
        return Err(damaged(what));
    }
    Ok(Entry { subject, written, kept, notes })
}

const HEADER: &[u8] = b"format";
const NETWORK: u8 = b'n';
const PEER: u8 = b'p';

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// Reads a format that never was, to try the way from one to the next: the stamp comes last.
    pub(super) fn read_0<P: PeerName>(row: &Row, location: &str) -> Result<Entry<P>, StoreError> {
        let subject = subject(row, location)?;
        let (kept, written) = postcard::from_bytes(&row.value)
            .map_err(|error| StoreError::unwritable(location, error))?;
        Ok(Entry { subject, written, kept, notes: BanNotes::default() })
    }
}
