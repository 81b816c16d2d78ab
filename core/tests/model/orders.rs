//! Bans, pardons and protection on somebody's word.

use peerwarden_core::{
    Action, BanDuration, Cause, Instant, IpNet, Origin, Subject, Until, Withheld,
};

use super::debt::nanos;
use super::network::canonical_net;
use super::record::Ban;
use super::{Model, Peer};

impl Model {
    pub(crate) fn order_ban(
        &mut self,
        subject: Subject<Peer>,
        duration: Option<BanDuration>,
        origin: Origin,
    ) -> Vec<Action<Peer>> {
        let subject = canonical(subject);
        let asked = duration.map(|duration| nanos(duration.get()));
        let lasts = match origin {
            Origin::Operator => asked,
            // "A remote ban lasts at most `max_remote_ban` (7 d, which is what `None` means)."
            Origin::Remote => {
                if let Some(why) = self.withheld_from_list(&subject) {
                    let cause = Cause::Remote;
                    return vec![Action::Withhold { subject, cause, why }];
                }
                let most = nanos(self.config.max_remote_ban());
                Some(asked.unwrap_or(most).min(most))
            }
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

    /// "`Ban` is given when a cause becomes active." The newest word replaces the earlier one.
    pub(crate) fn ban_network(
        &mut self,
        net: IpNet,
        cause: Cause,
        until: Until,
    ) -> Vec<Action<Peer>> {
        let now = self.now;
        let serial = self.next_serial();
        let subject = Subject::Addr(net);
        let network = self.network_mut(net);
        if network.has(cause, now) {
            let ban = network.ban.as_mut().expect("it has a cause");
            return amend(subject, ban, cause, until);
        }
        let ban = network.ban.get_or_insert_with(|| Ban {
            began: now,
            serial,
            dialled: false,
            causes: Vec::new(),
        });
        ban.set(cause, until);
        let mut actions = vec![Action::Ban { subject, cause, until }];
        // "Disconnects every connected peer that is now refused".
        let refused = self.connected_and_refused(net);
        actions.extend(self.tell_all_to_disconnect(&refused));
        actions
    }

    /// What stands against a remote list's word.
    fn withheld_from_list(&self, subject: &Subject<Peer>) -> Option<Withheld> {
        let banned = |cause| match subject {
            Subject::Peer(peer) => {
                let mut known = self.records.iter().filter(|each| each.peer == *peer);
                known.any(|record| record.has(cause, self.now))
            }
            Subject::Addr(net) => self.network(*net).is_some_and(|n| n.has(cause, self.now)),
        };
        // "Covers no network wider than /16 (IPv4) or /32 (IPv6), else `Withhold(Limit)`."
        let too_wide = match subject {
            Subject::Addr(IpNet::V4(net)) => net.prefix_len() < 16,
            Subject::Addr(IpNet::V6(net)) => net.prefix_len() < 32,
            Subject::Peer(_) => false,
        };
        // "Remote bans: at most `max_remote_bans`, beyond it `Withhold(Limit)`."
        let full = !banned(Cause::Remote) && self.remote_bans() >= self.config.max_remote_bans();
        // "A protected peer is never banned by an automatic cause or a remote list." "Automatic
        // and remote bans of networks inside it are withheld."
        let protected = match subject {
            Subject::Peer(peer) => self.find(*peer).is_some_and(|at| self.records[at].protected),
            Subject::Addr(net) => self.lies_inside_a_protected_network(*net),
        };
        if too_wide || full {
            Some(Withheld::Limit)
        } else if protected {
            Some(Withheld::Protected)
        } else {
            None
        }
    }

    fn remote_bans(&self) -> usize {
        let now = self.now;
        let peers = self.records.iter().filter(|r| r.has(Cause::Remote, now));
        let networks = self.networks.iter().filter(|n| n.has(Cause::Remote, now));
        peers.count() + networks.count()
    }

    pub(crate) fn lies_inside_a_protected_network(&self, net: IpNet) -> bool {
        let mut protected = self.networks.iter().filter(|network| network.protected);
        protected.any(|network| network.net.contains(&net))
    }
}

/// "The newest word of each origin replaces its earlier one (`Amend` if the end moves)."
fn amend(subject: Subject<Peer>, ban: &mut Ban, cause: Cause, until: Until) -> Vec<Action<Peer>> {
    let moves = !ban.causes.contains(&(cause, until));
    ban.set(cause, until);
    if moves { vec![Action::Amend { subject, cause, until }] } else { Vec::new() }
}

pub(crate) fn canonical(subject: Subject<Peer>) -> Subject<Peer> {
    match subject {
        Subject::Addr(net) => Subject::Addr(canonical_net(net)),
        Subject::Peer(peer) => Subject::Peer(peer),
    }
}
