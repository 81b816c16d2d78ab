//! A subscriber that keeps what it is told, one line each.

#![allow(dead_code, reason = "not every suite needs all of it")]

use std::fmt::{Debug, Write as _};
use std::sync::{Arc, Mutex, OnceLock};

use tracing::field::{Field, Visit};
use tracing::subscriber::{DefaultGuard, set_default};
use tracing::{Dispatch, Event, Level, Metadata, Subscriber};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt};
use tracing_subscriber::registry;

/// Keeps every line of this thread, down to a level.
#[derive(Clone, Debug)]
pub(crate) struct Log {
    level: Level,
    lines: Arc<Mutex<Vec<String>>>,
}

impl Log {
    pub(crate) fn start() -> (Self, DefaultGuard) {
        Self::start_at(Level::DEBUG)
    }

    pub(crate) fn start_at(level: Level) -> (Self, DefaultGuard) {
        let log = Self { level, lines: Arc::default() };
        let guard = listen(registry().with(log.clone()));
        (log, guard)
    }

    pub(crate) fn lines(&self) -> Vec<String> {
        self.lines.lock().unwrap().clone()
    }
}

/// Has `subscriber` told of what this thread logs.
///
/// While there is no more than one subscriber, tracing asks the thread that is the first to log a
/// line whether anybody wants it, and remembers a no for the others: a test without a subscriber
/// would take away the lines of one that has the only one. So there is always another.
pub(crate) fn listen(subscriber: impl Subscriber + Send + Sync) -> DefaultGuard {
    static ANOTHER: OnceLock<Dispatch> = OnceLock::new();
    ANOTHER.get_or_init(|| Dispatch::new(registry()));
    set_default(subscriber)
}

impl<S: Subscriber> Layer<S> for Log {
    fn enabled(&self, metadata: &Metadata<'_>, _: Context<'_, S>) -> bool {
        metadata.target() == "peerwarden" && metadata.level() <= &self.level
    }

    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let mut line = Line::default();
        event.record(&mut line);
        let (level, target) = (event.metadata().level(), event.metadata().target());
        let line = format!("{level} {target}: {}{}", line.message, line.fields);
        self.lines.lock().unwrap().push(line);
    }
}

#[derive(Default)]
struct Line {
    message: String,
    fields: String,
}

impl Visit for Line {
    fn record_str(&mut self, field: &Field, value: &str) {
        write!(self.fields, " {field}={value}").unwrap();
    }

    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        if field.name() == "message" {
            self.message = format!("{value:?}");
        } else {
            write!(self.fields, " {field}={value:?}").unwrap();
        }
    }
}
