//! peerwarden's own JSON.

use std::borrow::Cow;

use peerwarden_core::{Cause, Subject};
use serde::Deserialize;
use serde_json::value::RawValue;

use super::crowdsec::moment;
use super::json::{Fault, Items, Locator, entry};
use super::sink::{About, End, Sink};
use crate::lists::file::{LineProblem, SkipReason};
use crate::note::Note;
use crate::peer::PeerName;

/// Reads the bans.
pub(super) fn read_bans<'a, P: PeerName>(
    items: &Items<'a>,
    locator: &mut Locator<'a>,
    sink: &mut Sink<'_, P>,
) {
    items.read_each(locator, sink, |line, item, _, sink| ban(line, item, sink));
}

/// Reads the protected subjects.
pub(super) fn read_protected<'a, P: PeerName>(
    items: &Items<'a>,
    locator: &mut Locator<'a>,
    sink: &mut Sink<'_, P>,
) {
    items.read_each(locator, sink, |_, item, _, sink| {
        let (_, subject) = subject(item)?;
        if sink.is_full() {
            sink.skip(SkipReason::TooMany);
        } else {
            sink.protected.push(subject);
        }
        Ok(())
    });
}

/// A ban has an end for each cause, or one for all.
fn ban<P: PeerName>(line: usize, item: &RawValue, sink: &mut Sink<'_, P>) -> Result<(), Fault> {
    let (written, subject) = subject(item)?;
    let note = |why: Option<&str>, by: Option<&str>| {
        let note = Note::new(why?).ok()?;
        Some(match by.map(|by| note.clone().by(by)) {
            Some(Ok(signed)) => signed,
            Some(Err(_)) | None => note,
        })
    };
    let about = |until: Option<&str>, cause, note| {
        let until = match until {
            None | Some("forever") => End::Unsaid,
            Some(text) => {
                End::At(moment(text).ok_or_else(|| (text.to_owned(), LineProblem::Time))?)
            }
        };
        Ok::<_, Fault>(About { line, until, cause, note })
    };
    let Some(causes) = written.causes.filter(|causes| !causes.is_empty()) else {
        let note = note(written.note.as_deref(), written.by.as_deref());
        sink.add(subject, about(written.until.as_deref(), None, note)?);
        return Ok(());
    };
    let mut all = Vec::new();
    for written in &causes {
        let note = note(written.note.as_deref(), written.by.as_deref());
        all.push(about(written.until.as_deref(), Some(written.cause), note)?);
    }
    for about in all {
        sink.add(subject.clone(), about);
    }
    Ok(())
}

fn subject<P: PeerName>(item: &RawValue) -> Result<(Written<'_>, Subject<P>), Fault> {
    let written = if item.get().starts_with('"') {
        Written { subject: entry(item)?, ..Written::default() }
    } else {
        entry(item)?
    };
    match written.subject.parse() {
        Ok(subject) => Ok((written, subject)),
        Err(_) => {
            let problem = LineProblem::Form("is neither a network nor the name of a peer");
            Err((written.subject.into_owned(), problem))
        }
    }
}

/// A ban, or a protected subject.
#[derive(Default, Deserialize)]
#[serde(expecting = "an object with subject and causes")]
struct Written<'a> {
    #[serde(borrow)]
    subject: Cow<'a, str>,
    #[serde(borrow, default)]
    causes: Option<Vec<WrittenCause<'a>>>,
    #[serde(borrow)]
    until: Option<Cow<'a, str>>,
    #[serde(borrow)]
    note: Option<Cow<'a, str>>,
    #[serde(borrow)]
    by: Option<Cow<'a, str>>,
}

/// One cause of a ban.
#[derive(Deserialize)]
struct WrittenCause<'a> {
    cause: Cause,
    #[serde(borrow)]
    until: Option<Cow<'a, str>>,
    #[serde(borrow)]
    note: Option<Cow<'a, str>>,
    #[serde(borrow)]
    by: Option<Cow<'a, str>>,
}
