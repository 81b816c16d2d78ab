//! Server-sent events, taken from a stream as its parts arrive.

use http_body_util::BodyExt;
use hyper::body::Incoming;
use serde_json::Value;

/// An event, and what there is to say of it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Event {
    pub(crate) name: String,
    pub(crate) data: Value,
}

/// What comes next.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Part {
    /// An event.
    Event(Event),
    /// A sign of life.
    Alive,
    /// The node has ended, or what it sends is not a stream of events.
    End,
}

/// A stream that is being read.
#[derive(Debug)]
pub(crate) struct Events {
    body: Incoming,
    buffer: Buffer,
}

/// What has arrived and is not a whole event yet.
#[derive(Debug, Default)]
struct Buffer(Vec<u8>);

impl Events {
    pub(crate) fn new(body: Incoming) -> Self {
        Self { body, buffer: Buffer::default() }
    }

    pub(crate) async fn next(&mut self) -> Part {
        loop {
            if let Some(part) = self.buffer.take() {
                return part;
            }
            match self.body.frame().await {
                Some(Ok(frame)) => {
                    let bytes = frame.into_data().unwrap_or_default();
                    self.buffer.0.extend_from_slice(&bytes);
                    if self.buffer.0.len() > LONGEST {
                        return Part::End;
                    }
                }
                Some(Err(_)) | None => return Part::End,
            }
        }
    }
}

impl Buffer {
    /// Takes out the next whole block, up to an empty line.
    fn take(&mut self) -> Option<Part> {
        let end = self.0.windows(2).position(|two| two == b"\n\n")?;
        let block: Vec<u8> = self.0.drain(..end + 2).collect();
        let text = String::from_utf8_lossy(&block);
        let field = |name: &str| text.lines().find_map(|line| line.strip_prefix(name));
        let (Some(name), Some(data)) = (field("event: "), field("data: ")) else {
            return Some(Part::Alive);
        };
        let data = serde_json::from_str(data).unwrap_or(Value::Null);
        Some(Part::Event(Event { name: name.to_owned(), data }))
    }
}

/// The longest event, in bytes.
const LONGEST: usize = 1 << 20;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_are_whole_however_they_arrive() {
        let stream = b": connected\n\nid: 1\nevent: banned\ndata: {\"a\":1}\n\n: alive\n\nid: 2\n";
        for size in 1..stream.len() {
            let mut buffer = Buffer::default();
            let mut parts = Vec::new();
            for piece in stream.chunks(size) {
                buffer.0.extend_from_slice(piece);
                parts.extend(std::iter::from_fn(|| buffer.take()));
            }
            let data = serde_json::json!({ "a": 1 });
            let event = Part::Event(Event { name: "banned".to_owned(), data });
            assert_eq!(parts, [Part::Alive, event, Part::Alive], "in pieces of {size}");
        }
    }
}
