//! Lines that are logged, as an operator reads them.

use std::fmt::{Debug, Write};
use std::sync::{Arc, Mutex};

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

/// The lines about the fleet that are logged meanwhile.
pub(crate) fn logged(what: impl FnOnce()) -> Vec<String> {
    let lines = Arc::new(Mutex::new(Vec::new()));
    tracing::subscriber::with_default(Listener(lines.clone()), what);
    let lines = lines.lock().unwrap();
    lines.iter().filter(|line| line.contains("fleet: ")).cloned().collect()
}

struct Listener(Arc<Mutex<Vec<String>>>);

impl Subscriber for Listener {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target() == "peerwarden"
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        let mut line = Line { fields: String::new(), message: String::new() };
        event.record(&mut line);
        let text = format!("{}{}: {}", event.metadata().level(), line.fields, line.message);
        self.0.lock().unwrap().push(text);
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

struct Line {
    fields: String,
    message: String,
}

impl Visit for Line {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        if field.name() == "message" {
            let _infallible = write!(self.message, "{value:?}");
        } else {
            let _infallible = write!(self.fields, " {field}={value:?}");
        }
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        let _infallible = write!(self.fields, " {field}={value}");
    }
}
