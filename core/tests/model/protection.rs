//! Protection: static and trusted subjects.

use peerwarden_core::{Action, Cause, Subject};
use std::net::IpAddr;

use super::address::{canonical_ip, lies_inside};
use super::orders::canonical;
use super::{Model, Peer};

impl Model {
    /// "Protecting ends such causes that are active (networks: in the order their bans began); `p`
    /// is kept."
    pub(crate) fn protect(
        &mut self,
        subject: Subject<Peer>,
        addr: Option<IpAddr>,
    ) -> Vec<Action<Peer>> {
        let spared = |cause: Cause| cause.is_automatic() || cause == Cause::Remote;
        match canonical(subject) {
            Subject::Peer(peer) => {
                let at = self.find_or_make(peer);
                let record = &mut self.records[at];
                record.protected = true;
                // "`Protect` may say at which IP a peer is expected: if none of it was seen yet,
                // that counts as the one last seen."
                record.last_seen = record.last_seen.or_else(|| addr.map(canonical_ip));
                self.lift_from_peer(at, spared)
            }
            Subject::Addr(protected) => {
                self.network_mut(protected).protected = true;
                let mut inside = Vec::new();
                for network in &self.networks {
                    if let Some(ban) = &network.ban
                        && lies_inside(network.net, protected)
                    {
                        inside.push((ban.serial, network.net));
                    }
                }
                inside.sort_by_key(|(serial, _)| *serial);
                let lift = |(_, net)| self.lift_from_network(net, spared);
                inside.into_iter().flat_map(lift).collect()
            }
        }
    }

    /// "Unprotecting a peer disconnects it, a network those here last seen inside it, if a network
    /// ban now refuses them (under cause `Address` only those who owe penalty or have an offence,
    /// and are not spared)."
    pub(crate) fn unprotect(&mut self, subject: Subject<Peer>) -> Vec<Action<Peer>> {
        match canonical(subject) {
            Subject::Peer(peer) => {
                let Some(at) = self.find(peer).filter(|at| self.records[*at].protected) else {
                    return Vec::new();
                };
                self.records[at].protected = false;
                if self.is_cut(&self.records[at]) {
                    self.tell_to_disconnect(at)
                } else {
                    Vec::new()
                }
            }
            Subject::Addr(net) => {
                if !self.network(net).is_some_and(|network| network.protected) {
                    return Vec::new();
                }
                self.network_mut(net).protected = false;
                let refused = self.here_and_refused(net);
                self.tell_all_to_disconnect(&refused)
            }
        }
    }
}
