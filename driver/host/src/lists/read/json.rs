//! JSON, told apart by its outermost shape.

use std::borrow::Cow;
use std::fmt;
use std::str;

use serde::de::{Deserialize, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use super::sink::Sink;
use super::{ReadListError, ReadOptions, bitcoin, crowdsec, peerwarden};
use crate::lists::file::{LineProblem, SkipReason};
use crate::lists::format::ListFormat;
use crate::peer::PeerName;

/// Returns whether a text is meant to be JSON.
pub(super) fn is_json(bytes: &[u8]) -> bool {
    let text = bytes.trim_ascii();
    // P2P plaintext may begin with a bracket in a name.
    text == b"null" || text.starts_with(b"{") || (text.starts_with(b"[") && opens_list(text))
}

fn opens_list(text: &[u8]) -> bool {
    let inside = text.get(1..).unwrap_or_default().trim_ascii_start();
    matches!(inside.first(), None | Some(b'{' | b'"' | b']'))
}

/// Reads a list in the format that it has, which is to be the one asked for.
pub(super) fn read<P: PeerName>(
    bytes: &[u8],
    asked: Option<ListFormat>,
    sink: &mut Sink<'_, P>,
) -> Result<ListFormat, ReadListError> {
    let text = str::from_utf8(bytes).map_err(|error| ReadListError::Json {
        line: line_of(bytes.get(..error.valid_up_to()).unwrap_or_default()),
        problem: "what follows is not UTF-8".to_owned(),
    })?;
    let top: Top<'_> = serde_json::from_str(text).map_err(|error| ReadListError::Json {
        line: error.line(),
        problem: without_place(&error),
    })?;
    let found = match top.format(asked) {
        Some(found) => found,
        None => return Err(ReadListError::UnknownJson),
    };
    if let Some(asked) = asked.filter(|asked| *asked != found) {
        return Err(ReadListError::OtherFormat { asked, found });
    }
    let mut locator = Locator { text, at: 0, line: 1 };
    match (found, top) {
        (ListFormat::Bitcoin, Top::List(items)) => bitcoin::read(&items, &mut locator, sink),
        (ListFormat::Bitcoin, Top::Object(object)) => {
            if let Some(items) = &object.banned_nets {
                bitcoin::read(items, &mut locator, sink);
            }
        }
        (ListFormat::Crowdsec, Top::List(items)) => crowdsec::read(&items, &mut locator, sink),
        (ListFormat::Crowdsec, Top::Object(object)) => {
            if let Some(items) = &object.new {
                crowdsec::read(items, &mut locator, sink);
            }
        }
        (_, Top::Object(object)) => {
            if let Some(items) = &object.bans {
                peerwarden::read_bans(items, &mut locator, sink);
            }
            if let Some(items) = &object.protected {
                peerwarden::read_protected(items, &mut locator, sink);
            }
        }
        (_, Top::List(_) | Top::Null) => {}
    }
    Ok(found)
}

/// What was found outermost.
enum Top<'a> {
    List(Items<'a>),
    Null,
    Object(Box<Object<'a>>),
}

/// The parts of an object that some format has.
#[derive(Default)]
struct Object<'a> {
    banned_nets: Option<Items<'a>>,
    bans: Option<Items<'a>>,
    protected: Option<Items<'a>>,
    new: Option<Items<'a>>,
    /// What a call of JSON-RPC answers.
    result: Option<Items<'a>>,
    /// Whether it says that it is peerwarden's.
    is_ours: bool,
    /// Whether it says what was taken back, as CrowdSec's stream does.
    has_deleted: bool,
}

/// A list of whatever values, in the text, as many of the first as a list has entries at most.
#[derive(Default)]
pub(super) struct Items<'a> {
    first: Vec<&'a RawValue>,
    /// How many more there were.
    dropped: usize,
}

impl Top<'_> {
    fn format(&self, asked: Option<ListFormat>) -> Option<ListFormat> {
        match self {
            Self::Null => Some(asked.unwrap_or(ListFormat::Crowdsec)),
            Self::Object(object) if object.is_ours || object.bans.is_some() => {
                Some(ListFormat::Peerwarden)
            }
            Self::Object(object) if object.banned_nets.is_some() => Some(ListFormat::Bitcoin),
            Self::Object(object) if object.new.is_some() || object.has_deleted => {
                Some(ListFormat::Crowdsec)
            }
            Self::Object(object) => object.protected.is_some().then_some(ListFormat::Peerwarden),
            Self::List(items) => match items.first.first() {
                None => Some(asked.unwrap_or(ListFormat::Bitcoin)),
                Some(item) => match serde_json::from_str(item.get()) {
                    Ok(Keys { is_bitcoin: true, .. }) => Some(ListFormat::Bitcoin),
                    Ok(Keys { is_crowdsec: true, .. }) => Some(ListFormat::Crowdsec),
                    Ok(_) | Err(_) => None,
                },
            },
        }
    }
}

impl<'de> Deserialize<'de> for Top<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(TopVisitor)
    }
}

struct TopVisitor;

impl<'de> Visitor<'de> for TopVisitor {
    type Value = Top<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list or an object")
    }

    fn visit_unit<E: Error>(self) -> Result<Top<'de>, E> {
        Ok(Top::Null)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<Top<'de>, A::Error> {
        items(list).map(Top::List)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Top<'de>, A::Error> {
        let mut object = Box::<Object<'_>>::default();
        while let Some(key) = map.next_key::<Cow<'_, str>>()? {
            match key.as_ref() {
                "banned_nets" => object.banned_nets = map.next_value()?,
                "bans" => object.bans = map.next_value()?,
                "protected" => object.protected = map.next_value()?,
                "new" => object.new = map.next_value()?,
                "result" => object.result = map.next_value()?,
                other => {
                    object.is_ours |= other == "peerwarden";
                    object.has_deleted |= other == "deleted";
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(match object.result.take() {
            Some(items) => Top::List(items),
            None => Top::Object(object),
        })
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Items<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_seq(ItemsVisitor)
    }
}

struct ItemsVisitor;

impl<'de> Visitor<'de> for ItemsVisitor {
    type Value = Items<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<Items<'de>, A::Error> {
        items(list)
    }
}

fn items<'de, A: SeqAccess<'de>>(mut list: A) -> Result<Items<'de>, A::Error> {
    let mut items = Items::default();
    while items.first.len() < ReadOptions::MAX_ENTRIES {
        match list.next_element()? {
            Some(item) => items.first.push(item),
            None => return Ok(items),
        }
    }
    while list.next_element::<IgnoredAny>()?.is_some() {
        items.dropped = items.dropped.saturating_add(1);
    }
    Ok(items)
}

/// What is wrong with an entry: what it says, and the problem.
pub(super) type Fault = (String, LineProblem);

impl<'a> Items<'a> {
    /// Has `read` read each value, with the line that it stands on, and notes what is wrong with it.
    pub(super) fn read_each<P: PeerName>(
        &self,
        locator: &mut Locator<'a>,
        sink: &mut Sink<'_, P>,
        mut read: impl FnMut(
            usize,
            &'a RawValue,
            &mut Locator<'a>,
            &mut Sink<'_, P>,
        ) -> Result<(), Fault>,
    ) {
        sink.skip_many(SkipReason::TooMany, self.dropped);
        for item in &self.first {
            let line = locator.line(item);
            if let Err((value, problem)) = read(line, item, locator, sink) {
                sink.fault(line, &value, problem);
            }
        }
    }
}

/// Reads an entry as what it ought to be.
pub(super) fn entry<'a, T: Deserialize<'a>>(item: &'a RawValue) -> Result<T, Fault> {
    let read = serde_json::from_str(item.get());
    read.map_err(|error| (item.get().to_owned(), LineProblem::Json(without_place(&error))))
}

/// What the first entry of a list has.
struct Keys {
    is_bitcoin: bool,
    is_crowdsec: bool,
}

impl<'de> Deserialize<'de> for Keys {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct KeysVisitor;

        impl<'de> Visitor<'de> for KeysVisitor {
            type Value = Keys;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Keys, A::Error> {
                let mut keys = Keys { is_bitcoin: false, is_crowdsec: false };
                while let Some(key) = map.next_key::<Cow<'_, str>>()? {
                    keys.is_bitcoin |= matches!(key.as_ref(), "address" | "banned_until");
                    keys.is_crowdsec |=
                        matches!(key.as_ref(), "decisions" | "duration" | "scope" | "value");
                    map.next_value::<IgnoredAny>()?;
                }
                Ok(keys)
            }
        }

        deserializer.deserialize_map(KeysVisitor)
    }
}

/// Finds on which line a value stands. Asked of values in their order, it looks at the text once.
pub(super) struct Locator<'a> {
    text: &'a str,
    at: usize,
    line: usize,
}

impl<'a> Locator<'a> {
    fn line(&mut self, value: &'a RawValue) -> usize {
        let at = value.get().as_ptr().addr().saturating_sub(self.text.as_ptr().addr());
        if at < self.at {
            (self.at, self.line) = (0, 1);
        }
        let between = self.text.as_bytes().get(self.at..at).unwrap_or_default();
        let passed = between.iter().filter(|byte| **byte == b'\n').count();
        self.line = self.line.saturating_add(passed);
        self.at = at;
        self.line
    }
}

/// What is wrong with JSON, without the place in it.
fn without_place(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let text = text.rsplit_once(" at line ").map_or(text.as_str(), |(text, _)| text);
    crate::lists::file::shortened(text)
}

fn line_of(before: &[u8]) -> usize {
    before.iter().filter(|byte| **byte == b'\n').count().saturating_add(1)
}
