//! Saved records to start from, and engines restored from them.

use foldhash::fast::FixedState;
use peerwarden_core::{
    Action, Cause, Config, DecayRate, Event, Instant, IpNet, Points, RestoreError, Saved, SavedBan,
    SavedDebt, SavedNetwork, SavedNumber, SavedPeer, TimeOffset, Warden,
};

pub(crate) type Engine = Warden<&'static str, FixedState>;

/// When the engines are restored.
pub(crate) const NOW: Instant = Instant::from_secs(1_000_000);

pub(crate) fn restore<I>(saved: I) -> Result<Engine, RestoreError<&'static str>>
where
    I: IntoIterator<Item = Saved<&'static str>>,
{
    restore_with(Config::default(), saved)
}

pub(crate) fn restore_with<I>(
    config: Config,
    saved: I,
) -> Result<Engine, RestoreError<&'static str>>
where
    I: IntoIterator<Item = Saved<&'static str>>,
{
    Warden::restore(config, FixedState::default(), saved, NOW)
}

/// The actions of a heartbeat so many seconds after the engine was restored, in words.
pub(crate) fn heartbeat(engine: &mut Engine, seconds: u64) -> Vec<String> {
    input(engine, Event::Heartbeat, seconds)
}

/// The actions of an input so many seconds after the engine was restored, in words.
pub(crate) fn input(engine: &mut Engine, event: Event<&'static str>, seconds: u64) -> Vec<String> {
    let actions = engine.handle_input(event, after(seconds));
    actions.iter().map(Action::to_string).collect()
}

/// So many seconds after the engine was restored.
pub(crate) fn after(seconds: u64) -> Instant {
    Instant::from_secs(1_000_000 + seconds)
}

/// Returns a peer of which nothing is remembered.
pub(crate) fn nobody(peer: &'static str) -> SavedPeer<&'static str> {
    SavedPeer {
        peer,
        created: 0,
        debt: debt(0, 0),
        offences: 0,
        clean_since: secs(0),
        ban: None,
        score: None,
        redial: false,
        announced: secs(0),
        addr: None,
        protected: false,
        grace: None,
        low_scores: 0,
        penalty_withheld: false,
        score_withheld: false,
        misdeeds: Vec::new(),
        reported: Points::ZERO,
        last_low: secs(0),
        standing: None,
        long: SavedNumber::default(),
        hearsay: SavedNumber::default(),
        deliveries: SavedNumber::default(),
    }
}

/// A network of which nothing is remembered.
pub(crate) fn nowhere(net: &str) -> SavedNetwork {
    let net: IpNet = net.parse().unwrap();
    SavedNetwork { net, ban: None, protected: false, grace: None }
}

/// A ban that began ten seconds ago, with these causes and their ends.
pub(crate) fn ban(causes: &[(Cause, Option<i64>)]) -> SavedBan {
    let causes = causes.iter().map(|(cause, end)| (*cause, end.map(secs)));
    SavedBan { order: 0, began: secs(-10), causes: causes.collect() }
}

/// So many points owed since so many seconds ago, falling by one a second.
pub(crate) fn debt(points: u64, ago: i64) -> SavedDebt {
    let rate = DecayRate::from_points_per_second(1).unwrap();
    SavedDebt { points: Points::from_points(points), at: secs(-ago), rate }
}

pub(crate) fn secs(seconds: i64) -> TimeOffset {
    TimeOffset(seconds * 1_000_000_000)
}

/// A policy under which a debt falls by `rate` points a second.
pub(crate) fn falling_by(rate: u64) -> Config {
    let rate = DecayRate::from_points_per_second(rate).unwrap();
    Config::default().with_decay(&[rate]).unwrap()
}
