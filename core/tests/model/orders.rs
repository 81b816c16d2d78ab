//! Bans on the word of the operator or a remote list.

use peerwarden_core::{
    Action, BanDuration, Cause, Instant, IpNet, Origin, Subject, Until, Withheld,
};

use super::activation::amend;
use super::address::{canonical_net, holds_all_nat64};
use super::withholding::withhold;
use super::{Model, Peer, nanos};

impl Model {
    pub(crate) fn order_ban(
        &mut self,
        subject: Subject<Peer>,
        duration: Option<BanDuration>,
        origin: Origin,
    ) -> Vec<Action<Peer>> {
        let subject = canonical(subject);
        let asked = duration.map(|duration| nanos(duration.get()));
        let lasts = if origin == Origin::Operator {
            asked
        } else {
            // "A remote ban lasts at most `max_remote_ban` (7 d, which is what `None` means)."
            if let Some(why) = self.withheld_from_list(&subject) {
                return vec![withhold(subject, Cause::Remote, why)];
            }
            let most = nanos(self.config.max_remote_ban());
            Some(asked.unwrap_or(most).min(most))
        };
        // "`None` is for ever."
        let until = lasts.map_or(Until::Forever, |lasts| {
            Until::At(Instant::from_nanos(self.now.saturating_add(lasts)))
        });
        let cause = Cause::from(origin);
        match subject {
            Subject::Peer(peer) => self.ban_peer(peer, cause, until),
            Subject::Addr(net) => self.ban_network(net, cause, until),
        }
    }

    fn ban_peer(&mut self, peer: Peer, cause: Cause, until: Until) -> Vec<Action<Peer>> {
        let at = self.find_or_make(peer);
        let record = &mut self.records[at];
        if record.has(cause, self.now) {
            let ban = record.ban.as_mut().expect("it has a cause");
            return amend(Subject::Peer(peer), ban, cause, until);
        }
        let offences = record.offences_at(self.now, &self.config);
        self.activate(at, cause, until, offences)
    }

    /// What stands against a remote list's word: "the first that fits: `Limit`, `Exempt`,
    /// `Protected`".
    fn withheld_from_list(&self, subject: &Subject<Peer>) -> Option<Withheld> {
        let banned = match subject {
            Subject::Peer(peer) => {
                self.find(*peer).is_some_and(|at| self.records[at].has(Cause::Remote, self.now))
            }
            Subject::Addr(net) => {
                self.network(*net).is_some_and(|network| network.has(Cause::Remote, self.now))
            }
        };
        // "Covers no network wider than /16 (IPv4) or /32 (IPv6), else `Withhold(Limit)`." "Where
        // lengths are compared", one that holds all NAT64 IPs is as wide as all of IPv4.
        let too_wide = match subject {
            Subject::Addr(IpNet::V4(net)) => net.prefix_len() < 16,
            Subject::Addr(IpNet::V6(net)) => {
                net.prefix_len() < 32 || holds_all_nat64(IpNet::V6(*net))
            }
            Subject::Peer(_) => false,
        };
        // "Remote bans: at most `max_remote_bans`, beyond it `Withhold(Limit)`."
        let full = !banned && self.remote_bans() >= self.config.max_remote_bans();
        // "Nor one that lies inside or holds an exempt one [...], else `Withhold(Exempt)`."
        let exempt = match subject {
            Subject::Addr(net) => self.touches_exempt(*net),
            Subject::Peer(_) => false,
        };
        // "A protected peer is never banned by an automatic cause or a remote list." "Automatic
        // and remote bans of networks inside it are withheld."
        let protected = match subject {
            Subject::Peer(peer) => self.find(*peer).is_some_and(|at| self.records[at].protected),
            Subject::Addr(net) => self.lies_inside_a_protected_network(*net),
        };
        if too_wide || full {
            Some(Withheld::Limit)
        } else if exempt {
            Some(Withheld::Exempt)
        } else if protected {
            Some(Withheld::Protected)
        } else {
            None
        }
    }

    fn remote_bans(&self) -> usize {
        let now = self.now;
        let peers = self.records.iter().filter(|record| record.has(Cause::Remote, now));
        let networks = self.networks.iter().filter(|network| network.has(Cause::Remote, now));
        peers.count() + networks.count()
    }
}

pub(crate) fn canonical(subject: Subject<Peer>) -> Subject<Peer> {
    match subject {
        Subject::Addr(net) => Subject::Addr(canonical_net(net)),
        Subject::Peer(peer) => Subject::Peer(peer),
    }
}
