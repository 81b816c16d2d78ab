//! Status of shadow policies.

use peerwarden_core::{Cause, Instant, Subject, Until};
use serde::Serialize;

use super::name::ShadowName;
use crate::evidence::Evidence;
use crate::peer::PeerName;

/// How a shadow policy does, and how it differs from the policy in force, since it began.
///
/// Automatic bans alone are counted: those by operator and list are the same under every policy.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[non_exhaustive]
pub struct ShadowStatus {
    /// Its name.
    pub name: ShadowName,
    /// When it began, on the node's clock.
    pub since: Instant,
    /// How many inputs it has judged.
    pub inputs: u64,
    /// How many inputs were lost to it. From the first of them on it only nearly does what it would.
    pub lost: u64,
    /// Bans that it would have begun, by cause. A subject banned for two causes counts for both.
    pub bans: ShadowBans,
    /// Bans that the policy in force has begun meanwhile, likewise.
    pub bans_in_force: ShadowBans,
    /// Subjects that would be banned now.
    pub banned: usize,
    /// Subjects that are banned now.
    pub banned_in_force: usize,
    /// Subjects that it would have banned at some time, and the policy in force has not.
    pub only_shadow: u64,
    /// Subjects that the policy in force has banned at some time, and it would not have.
    pub only_in_force: u64,
    /// Subjects that both have banned at some time.
    pub both: u64,
    /// Further bans of subjects for which there was no more room among these.
    pub unlisted: u64,
}

/// How many automatic bans began, by cause.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, Serialize)]
#[non_exhaustive]
pub struct ShadowBans {
    /// Of networks, for what their peers did.
    pub address: u64,
    /// Of peers that the application expelled.
    pub application: u64,
    /// Of peers whose penalty points went over the threshold.
    pub penalty: u64,
    /// Of peers whose score was too low.
    pub score: u64,
}

/// A subject that a shadow policy or the policy in force has banned since the shadow policy began.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[serde(bound = "P: PeerName")]
#[non_exhaustive]
pub struct ShadowBan<P> {
    /// The subject.
    pub subject: Subject<P>,
    /// Its bans under the shadow policy; `None` if there were none.
    pub shadow: Option<ShadowVerdict>,
    /// Its bans under the policy in force; `None` if there were none.
    pub in_force: Option<ShadowVerdict>,
}

/// The bans of a subject under one of the two policies.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[non_exhaustive]
pub struct ShadowVerdict {
    /// How many began, each cause counted.
    pub times: u64,
    /// When the first of them began.
    pub first: Instant,
    /// The cause of the last one.
    pub cause: Cause,
    /// When that ends, if the subject is banned now.
    pub until: Option<Until>,
    /// What the last one is for. Of the policy in force it is not kept: the answers about the subject have it.
    pub evidence: Evidence,
    /// The peer's offences when it began; `None` of a network, and of the policy in force.
    pub offences: Option<u32>,
}

/// A ban that would have begun or ended under a shadow policy.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[serde(bound = "P: PeerName")]
#[non_exhaustive]
pub struct ShadowNotice<P> {
    /// The shadow policy.
    pub policy: ShadowName,
    /// The subject that would be banned, or no longer.
    pub subject: Subject<P>,
    /// The cause of the ban, or the one that would have ended last.
    pub cause: Cause,
    /// When a ban that would begin would end; `None` of one that would end now.
    pub until: Option<Until>,
    /// What it is for.
    pub evidence: Evidence,
    /// The peer's offences under the shadow policy; `None` of a network, or of a peer that would be forgotten.
    pub offences: Option<u32>,
    /// Whether the policy in force has the subject banned now, by an automatic cause.
    pub banned_in_force: bool,
}

/// What metrics say of a shadow policy.
#[derive(Clone, Debug)]
pub(crate) struct ShadowTallies {
    pub(crate) name: ShadowName,
    pub(crate) bans: ShadowBans,
    pub(crate) banned: usize,
    pub(crate) lost: u64,
}

impl ShadowBans {
    /// Returns how many began for this cause; none for those that are not automatic.
    #[must_use]
    pub const fn get(&self, cause: Cause) -> u64 {
        match cause {
            Cause::Address => self.address,
            Cause::Application => self.application,
            Cause::Penalty => self.penalty,
            Cause::Score => self.score,
            Cause::Operator | Cause::Remote | _ => 0,
        }
    }

    /// Returns how many began in all.
    #[must_use]
    pub fn total(&self) -> u64 {
        let all = Cause::ALL.into_iter().map(|cause| self.get(cause));
        all.fold(0, u64::saturating_add)
    }

    /// Counts one more.
    pub(super) fn add(&mut self, cause: Cause) {
        let count = match cause {
            Cause::Address => &mut self.address,
            Cause::Application => &mut self.application,
            Cause::Penalty => &mut self.penalty,
            Cause::Score => &mut self.score,
            Cause::Operator | Cause::Remote | _ => return,
        };
        *count = count.saturating_add(1);
    }
}
