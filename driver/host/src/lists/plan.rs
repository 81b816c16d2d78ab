//! Dry runs: what loading a list would change.

use std::collections::BTreeSet;
use std::net::IpAddr;

use peerwarden_core::{Cause, IpNet, Subject};

use super::file::ListFile;
use super::list::End;
use super::load::sorted;
use super::name::ListName;
use super::refusal::{ListRefusal, refuse};
use super::remote_lists::RemoteLists;
use super::report::{Hits, ListReport};
use super::state::{Difference, DifferenceKind, differences};
use crate::closed::Closed;
use crate::driver::Driver;
use crate::peer::PeerName;

impl<P: PeerName, D: Driver<P>> RemoteLists<P, D> {
    /// Says what [`replace`](Self::replace) with the same would change, and which peers that hits. It
    /// changes nothing.
    ///
    /// # Errors
    ///
    /// [`Closed`] if the node was shut down.
    pub fn plan(&self, name: &ListName, file: &ListFile<P>) -> Result<ListReport<P>, Closed> {
        let shared = self.shared()?;
        let now = End::new(Some(shared.clocks().0));
        let inner = shared.lists.inner();
        let (claims, refused) = sorted(&file.entries, &inner.all_spared());
        let differences = differences(&inner, name, &claims, now);
        drop(inner);
        let mut report = ListReport::of_file(name.clone(), file, claims.len(), refused);
        report.dry_run = true;

        let protected = self.protected_networks()?;
        let counts = self.handle.counts()?;
        let gone = differences.iter().filter(|each| each.kind == DifferenceKind::Gone).count();
        let banned = counts.bans(Cause::Remote).saturating_sub(gone);
        let most = shared.config()?.max_remote_bans();
        let mut room = most.saturating_sub(banned);
        let mut banned = Named::default();
        let mut each = differences.iter();
        let subjects = differences.iter().map(|each| &each.subject);
        shared.judge_remote(subjects, &protected, |subject, refused| {
            let Some(difference) = each.next() else {
                return;
            };
            let refused = match difference.kind {
                DifferenceKind::Gone => None,
                DifferenceKind::New if refused.is_none() && room == 0 => Some(ListRefusal::Full),
                DifferenceKind::Changed | DifferenceKind::New => refused,
            };
            if let Some(why) = refused {
                refuse(&mut report.refused, why, subject, None);
                return;
            }
            if difference.kind == DifferenceKind::New {
                room = room.saturating_sub(1);
                banned.insert(difference);
            }
            report.count(difference);
        })?;
        report.name_lines(&file.entries);
        report.hits = Some(self.hits(&banned)?);
        Ok(report)
    }

    fn protected_networks(&self) -> Result<Vec<IpNet>, Closed> {
        let (mut networks, mut after) = (Vec::new(), None);
        loop {
            let page = self.handle.protected(after.as_ref(), PAGE)?;
            let before = networks.len();
            networks.extend(page.iter().filter_map(|each| match each.subject {
                Subject::Addr(net) => Some(net),
                Subject::Peer(_) => None,
            }));
            // Networks come first.
            if networks.len() == before {
                return Ok(networks);
            }
            after = page.last().map(|last| last.subject.clone());
        }
    }

    /// The peers that bans of these subjects hit.
    fn hits(&self, banned: &Named<P>) -> Result<Hits<P>, Closed> {
        let (mut hits, mut from) = (Hits::default(), None);
        loop {
            let page = self.handle.peers(from, PAGE)?;
            for peer in page.peers {
                let status = &peer.status;
                if !(status.connected || status.protected) || !banned.hits(&peer.peer, status.addr)
                {
                    continue;
                }
                let hit = if status.protected { &mut hits.protected } else { &mut hits.connected };
                hit.push(Subject::Peer(peer.peer));
            }
            match page.next {
                Some(next) => from = Some(next),
                None => return Ok(hits),
            }
        }
    }
}

/// Subjects that are to be banned.
struct Named<P> {
    networks: BTreeSet<IpNet>,
    /// The lengths of prefixes that there are.
    lengths: BTreeSet<u8>,
    peers: BTreeSet<P>,
}

impl<P> Default for Named<P> {
    fn default() -> Self {
        Self { networks: BTreeSet::new(), lengths: BTreeSet::new(), peers: BTreeSet::new() }
    }
}

impl<P: PeerName> Named<P> {
    fn insert(&mut self, difference: &Difference<P>) {
        match &difference.subject {
            Subject::Addr(net) => {
                self.networks.insert(*net);
                self.lengths.insert(net.prefix_len());
            }
            Subject::Peer(peer) => {
                self.peers.insert(peer.clone());
            }
        }
    }

    fn hits(&self, peer: &P, addr: Option<IpAddr>) -> bool {
        let holds = |ip: IpAddr| {
            let nets = self.lengths.iter().filter_map(|length| IpNet::new(ip, *length).ok());
            nets.map(|net| net.trunc()).any(|net| self.networks.contains(&net))
        };
        self.peers.contains(peer) || addr.is_some_and(|ip| holds(ip.to_canonical()))
    }
}

/// How many peers and protected subjects are read at a time.
const PAGE: usize = 256;
