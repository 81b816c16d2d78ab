//! Log lines about the fleet, with the target `peerwarden`.

use std::time::Duration;

use peerwarden_core::Subject;
use peerwarden_host::driver::LOG_TARGET as TARGET;
use peerwarden_host::lists::ListError;
use peerwarden_host::{OneLine, PeerName};
use tracing::{info, warn};

use crate::alarm::Alarm;
use crate::counts::Resync;
use crate::link::LinkError;
use crate::name::FleetName;
use crate::status::FleetStatus;
use crate::unix_millis::UnixMillis;

/// Writes lines about one node's part in a fleet, those about the connection once a minute at most.
#[derive(Debug)]
pub(crate) struct Log {
    fleet: FleetName,
    warned: Option<UnixMillis>,
    suppressed: u64,
    warned_of_clock: bool,
    warned_of_room: bool,
}

impl Log {
    pub(crate) const fn new(fleet: FleetName) -> Self {
        Self { fleet, warned: None, suppressed: 0, warned_of_clock: false, warned_of_room: false }
    }

    pub(crate) fn connected(&self) {
        info!(target: TARGET, fleet = %self.fleet, "fleet: connected");
    }

    pub(crate) fn caught_up(&self, status: &FleetStatus) {
        let FleetStatus { members, statements, believed, mode, .. } = status;
        info!(
            target: TARGET, fleet = %self.fleet, members, statements, believed, mode = %mode,
            "fleet: everything in the bucket was read"
        );
    }

    pub(crate) fn resync(&self, why: Resync) {
        match why {
            Resync::BucketReset => warn!(
                target: TARGET, fleet = %self.fleet, why = why.as_str(),
                "fleet: the bucket has lost what it had: no ban is lost, and its members say theirs again"
            ),
            Resync::Error
            | Resync::Interval
            | Resync::Missed
            | Resync::Reconnect
            | Resync::Roster
            | Resync::Start => {}
        }
    }

    /// How many warnings were left out since the last one, if there is room for one now.
    fn admit(&mut self, now: UnixMillis) -> Option<u64> {
        let is_soon = |warned: &UnixMillis| now >= *warned && now.since(*warned) < MINUTE;
        if self.warned.as_ref().is_some_and(is_soon) {
            self.suppressed = self.suppressed.saturating_add(1);
            return None;
        }
        self.warned = Some(now);
        Some(std::mem::take(&mut self.suppressed))
    }

    /// A warning a minute at most: the next one says how many were left out.
    pub(crate) fn link_failed(&mut self, error: &LinkError, believed: usize, now: UnixMillis) {
        let Some(suppressed) = self.admit(now) else {
            return;
        };
        warn!(
            target: TARGET, fleet = %self.fleet, believed, suppressed, %error,
            "fleet: disconnected; believed bans stay until their ends"
        );
    }

    /// A warning a minute at most, likewise.
    pub(crate) fn put_failed(&mut self, error: &LinkError, now: UnixMillis) {
        let Some(suppressed) = self.admit(now) else {
            return;
        };
        warn!(
            target: TARGET, fleet = %self.fleet, suppressed, %error,
            "fleet: a ban of this node cannot be told to the others; it is tried again"
        );
    }

    pub(crate) fn list_failed(&self, error: &ListError) {
        warn!(target: TARGET, fleet = %self.fleet, %error, "fleet: the list of believed bans");
    }

    pub(crate) fn pardoned<P: PeerName>(&self, subject: &Subject<P>, pardon_for: Duration) {
        let until = humantime::format_duration(pardon_for);
        info!(
            target: TARGET, fleet = %self.fleet, %subject, %until,
            "fleet: the operator has lifted a ban that the fleet believes: it is not banned here again by the \
             fleet for so long"
        );
    }

    pub(crate) fn resumed(&self) {
        info!(target: TARGET, fleet = %self.fleet, "fleet: bans were resumed");
    }

    pub(crate) fn alarm<P: PeerName>(&self, alarm: &Alarm<P>) {
        match alarm {
            Alarm::Breaker { subject, hits, connected } => warn!(
                target: TARGET, fleet = %self.fleet, %subject, hits, connected,
                "fleet: stopped: with this ban too large a share of the connected peers would be banned in an \
                 hour; nothing further is banned until `peerwarden fleet resume`"
            ),
            Alarm::Rate { subject } => warn!(
                target: TARGET, fleet = %self.fleet, %subject,
                "fleet: as many bans began in this hour as max_new_per_hour allows; this one and others wait"
            ),
            Alarm::Roster { members, is_member } => info!(
                target: TARGET, fleet = %self.fleet, members, is_member, "fleet: another roster"
            ),
            Alarm::WrongRoster { error } => warn!(
                target: TARGET, fleet = %self.fleet, error = %OneLine(error),
                "fleet: the roster in the bucket is not followed"
            ),
        }
    }

    /// Warns once of a clock that is more than a minute off, and of a bucket that is nearly full.
    pub(crate) fn health(&mut self, status: &FleetStatus) {
        let ahead = status.link.clock_ahead_ms.unwrap_or(0);
        let is_off = ahead.unsigned_abs() > crate::status::WORTH_SAYING;
        if is_off && !self.warned_of_clock {
            let skew = ahead as f64 / 1000.0;
            warn!(
                target: TARGET, fleet = %self.fleet, clock_skew_seconds = skew,
                "fleet: this node's clock and the server's differ: what this node says may be refused, and what \
                 it reads"
            );
        }
        self.warned_of_clock = is_off;
        let (used, allowed) = (status.link.bytes, status.link.bytes_allowed);
        let is_full = used.zip(allowed).is_some_and(|(used, allowed)| used / 4 >= allowed / 5);
        if is_full && !self.warned_of_room {
            warn!(
                target: TARGET, fleet = %self.fleet, bytes = used, allowed,
                "fleet: the bucket is four fifths full; once it is full no member can say anything new"
            );
        }
        self.warned_of_room = is_full;
    }
}

const MINUTE: Duration = Duration::from_secs(60);
