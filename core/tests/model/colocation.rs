//! Prefixes with too many banned peers.

use peerwarden_core::{Action, Cause, Instant, IpNet, Subject, Until, Withheld};

use super::debt::nanos;
use super::{Model, Peer};

impl Model {
    /// "When an automatic cause becomes active for a peer and more than `max_banned_peers` peers
    /// last seen in its prefix are banned automatically at that moment, the prefix is banned with
    /// cause `Address` for `colocation_duration`."
    pub(crate) fn judge_colocation(&mut self, at: usize) -> Vec<Action<Peer>> {
        let Some(most) = self.config.max_banned_peers() else {
            return Vec::new();
        };
        let Some(ip) = self.records[at].last_seen else {
            return Vec::new();
        };
        let len = self.config.colocation_prefix(ip);
        let prefix = IpNet::new(ip, len).expect("prefixes are short enough").trunc();
        // "Exempt unless configured otherwise": what shares an address with one of these.
        let mut exempt = self.config.colocation_exempt().iter();
        if exempt.any(|net| net.contains(&prefix) || prefix.contains(net)) {
            return Vec::new();
        }
        let banned = self.records.iter().filter(|record| {
            record.last_seen.is_some_and(|ip| prefix.contains(&ip))
                && record.banned_automatically(self.now)
        });
        if banned.count() <= most {
            return Vec::new();
        }
        if let Some(why) = self.withheld_from_prefix(prefix) {
            return vec![Action::Withhold {
                subject: Subject::Addr(prefix),
                cause: Cause::Address,
                why,
            }];
        }
        // "(1 h; again: the later end)"
        let mut end = self.now.saturating_add(nanos(self.config.colocation_duration()));
        if let Some(Until::At(earlier)) = self.address_ban_ends(prefix) {
            end = end.max(earlier.as_nanos());
        }
        self.ban_network(prefix, Cause::Address, Until::At(Instant::from_nanos(end)))
    }

    fn address_ban_ends(&self, prefix: IpNet) -> Option<Until> {
        let ban = self.network(prefix)?.ban.as_ref()?;
        let mut causes = ban.causes.iter();
        causes.find(|(cause, _)| *cause == Cause::Address).map(|(_, until)| *until)
    }

    fn withheld_from_prefix(&self, prefix: IpNet) -> Option<Withheld> {
        // "Withheld (`Protected`) if the prefix lies inside a protected network or a protected peer
        // was last seen in it."
        let protected_peer = self.records.iter().any(|record| {
            record.protected && record.last_seen.is_some_and(|ip| prefix.contains(&ip))
        });
        let network = self.network(prefix);
        if protected_peer || self.lies_inside_a_protected_network(prefix) {
            Some(Withheld::Protected)
        } else if self.config.dry_run() {
            Some(Withheld::DryRun)
        } else if network.is_some_and(|network| self.now < network.grace_until) {
            Some(Withheld::Grace)
        } else if self.guard_refuses(self.disconnected_by_banning(prefix)) {
            Some(Withheld::Guard)
        } else {
            None
        }
    }

    /// How many peers a ban of the prefix would disconnect: none if it is banned so already.
    fn disconnected_by_banning(&self, prefix: IpNet) -> usize {
        if self.network(prefix).is_some_and(|n| n.has(Cause::Address, self.now)) {
            return 0;
        }
        let mut trial = self.clone();
        let actions = trial.ban_network(prefix, Cause::Address, Until::Forever);
        let disconnects =
            actions.iter().filter(|action| matches!(action, Action::Disconnect { .. }));
        disconnects.count()
    }
}
