//! Costs of reports under another policy.

use peerwarden_core::{Amplification, Config, Event, Misbehavior, Penalty};

/// Returns the event as it is fed in under `other`, if it was recorded under `recorded`.
#[expect(clippy::wildcard_enum_match_arm, reason = "all others are the same under any policy")]
pub(super) fn under<P>(event: Event<P>, recorded: &Config, other: &Config) -> Event<P> {
    match event {
        Event::Report { peer, misbehavior, penalty, via } => {
            let penalty = price(misbehavior, penalty, recorded, other);
            Event::Report { peer, misbehavior, penalty, via }
        }
        // The other policy stays in force; time passes.
        Event::Reconfigure { .. } => Event::Heartbeat,
        other => other,
    }
}

/// Returns what a report costs under `other` that cost `penalty` under `recorded`: as much more or less
/// as one of its kind does that is not amplified, to the nearest millionth, and at least one of these.
fn price(kind: Misbehavior, penalty: Penalty, recorded: &Config, other: &Config) -> Penalty {
    let usual = |config: &Config| config.penalty(kind, Amplification::ONE).as_micros();
    let (before, after) = (usual(recorded), usual(other));
    if before == after {
        return penalty;
    }
    let before = u128::from(before);
    let scaled = u128::from(penalty.as_micros()) * u128::from(after);
    let micros = ((scaled + before / 2) / before).max(1);
    Penalty::from_micros(u64::try_from(micros).unwrap_or(u64::MAX)).unwrap_or(penalty)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn points(points: u64) -> Penalty {
        Penalty::from_points(points).unwrap()
    }

    #[test]
    fn a_report_costs_more_by_as_much_as_its_kind_does() {
        let recorded = Config::default();
        let other = Config::default()
            .with_default_penalty(points(2_592))
            .with_weight(Misbehavior::STALE_MESSAGE, points(432));
        let price = |kind, cost| price(kind, cost, &recorded, &other);

        // Of 864 points by default: three times as many, of stale messages half as many.
        assert_eq!(price(Misbehavior::INVALID_MESSAGE, points(864)), points(2_592));
        assert_eq!(price(Misbehavior::INVALID_MESSAGE, points(100)), points(300));
        assert_eq!(price(Misbehavior::STALE_MESSAGE, points(10)), points(5));
        let least = Penalty::from_micros(1).unwrap();
        assert_eq!(price(Misbehavior::STALE_MESSAGE, least), least);
        let most = Penalty::from_micros(u64::MAX).unwrap();
        assert_eq!(price(Misbehavior::INVALID_MESSAGE, most), most);
    }
}
