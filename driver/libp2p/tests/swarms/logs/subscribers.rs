//! Subscribers of the log that do more than they should.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use libp2p::PeerId;
use peerwarden_libp2p::{Config, Handle, Points};
use tracing::{Event, Level, Metadata, Subscriber};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt};
use tracing_subscriber::registry;

use super::log::listen;
use crate::by_hand::ByHand;

/// Whoever logs may ask the engine: nothing is logged while it is locked.
#[test]
fn a_subscriber_may_ask_the_handle_about_what_it_is_told() {
    let asking = Asking::default();
    let _guard = listen(registry().with(asking.clone()));
    let mut warden = ByHand::new(Config::default());
    *asking.handle.lock().unwrap() = Some(warden.handle.clone());

    warden.report(101);
    assert!(warden.pass_inbound_gate().is_err());
    warden.timer.advance(Duration::from_secs(100));
    warden.poll_all();

    assert_eq!(*asking.active.lock().unwrap(), [0, 1, 1, 0], "active bans at each line");
    let status = warden.handle.status(&warden.peer).unwrap().unwrap();
    assert_eq!(status.penalty, Points::ZERO);
}

/// Asks how many are banned whenever something is logged.
#[derive(Clone, Debug, Default)]
struct Asking {
    handle: Arc<Mutex<Option<Handle>>>,
    active: Arc<Mutex<Vec<usize>>>,
}

impl<S: Subscriber> Layer<S> for Asking {
    fn enabled(&self, metadata: &Metadata<'_>, _: Context<'_, S>) -> bool {
        metadata.target() == "peerwarden" && metadata.level() <= &Level::DEBUG
    }

    fn on_event(&self, _: &Event<'_>, _: Context<'_, S>) {
        let handle = self.handle.lock().unwrap().clone().unwrap();
        let bans = handle.bans(None, 10).unwrap();
        assert!(handle.status(&PeerId::random()).unwrap().is_none());
        self.active.lock().unwrap().push(bans.len());
    }
}

/// A report that bans is carried out, whatever becomes of the line about it.
#[test]
fn a_subscriber_that_panics_keeps_no_ban_from_the_swarm() {
    let mut warden = ByHand::new(Config::default().with_warning(None));
    warden.establish_inbound(0);
    assert_eq!(warden.poll_all(), NOTHING);
    let wakes = warden.wakes.count();

    let reported = {
        let _guard = listen(registry().with(Panicking));
        catch_unwind(AssertUnwindSafe(|| warden.report(101)))
    };

    assert!(reported.is_err());
    assert_eq!(warden.wakes.count(), wakes + 1);
    assert_eq!(warden.poll_all(), ["close", "ban"]);
}

struct Panicking;

impl<S: Subscriber> Layer<S> for Panicking {
    fn enabled(&self, metadata: &Metadata<'_>, _: Context<'_, S>) -> bool {
        metadata.level() <= &Level::DEBUG
    }

    fn on_event(&self, _: &Event<'_>, _: Context<'_, S>) {
        panic!("on purpose");
    }
}

const NOTHING: [&str; 0] = [];
