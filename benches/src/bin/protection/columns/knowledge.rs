//! An attacker's knowledge of each policy: arithmetic on its rules.

use std::time::Duration;

use crate::policy::Knowledge;
use crate::time::{days, millis, mins, secs};

/// Reports only: 100 are free, a debt of 100 falls in 86.4 s. A debt that is left behind at an address
/// falls in 864 s.
pub(super) const REPORTS: Knowledge = Knowledge { pace: millis(864_100), ..Knowledge::FLOW };

/// Besides, 1000 reports a day are free.
pub(super) const VALID: Knowledge =
    Knowledge { refill: secs(8_641), drip: millis(86_500), ..REPORTS };

/// Besides, gossipsub's score with op-node's weights: with an hour's credit one invalid message is free,
/// and the next once its counter has fallen to 0.06, after 375 s.
pub(super) const SCORES: Knowledge = Knowledge { pace: REPORTS.pace, ..OP_NODE };

/// The same without anything else.
pub(super) const OP_NODE: Knowledge = Knowledge {
    burst: 1,
    refill: secs(375),
    quiet: mins(61),
    drip: secs(375),
    pace: Duration::ZERO,
};

/// Three are free, and again once they have halved twice; one in 250 s keeps the score above -20.
pub(super) const LIGHTHOUSE: Knowledge = Knowledge {
    burst: 3,
    refill: secs(1_201),
    quiet: Duration::ZERO,
    drip: secs(250),
    pace: Duration::ZERO,
};

/// Each costs an address, for good.
pub(super) const BITCOIN: Knowledge = Knowledge {
    burst: 1,
    refill: days(365),
    quiet: Duration::ZERO,
    drip: days(365),
    pace: Duration::ZERO,
};

/// Four in ten minutes are free at each address.
pub(super) const FAIL2BAN: Knowledge = Knowledge {
    burst: 4,
    refill: secs(601),
    quiet: Duration::ZERO,
    drip: secs(151),
    pace: secs(601),
};
