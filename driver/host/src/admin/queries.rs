//! Questions that only the admin API asks of the engine.

use peerwarden_core::{Cursor, Denial, Instant, IpNet, Origin, Subject};

use super::ban_details::BanDetails;
use crate::answers::Ours;
use crate::closed::Closed;
use crate::denials;
use crate::driver::Driver;
use crate::handle::Handle;
use crate::listing::Peer;
use crate::peer::PeerName;
use crate::shared::State;
use crate::tag::Tag;

impl<P: PeerName, D: Driver<P>> Handle<P, D> {
    /// A page of bans with all that there is to say of them, read under one lock, and the time then.
    pub(super) fn ban_details(
        &self,
        after: Option<Cursor>,
        at_most: usize,
    ) -> Result<(Vec<BanDetails<P>>, Instant), Closed> {
        let shared = self.shared()?;
        let now = shared.now();
        let state = shared.lock_if_open()?;
        let page = state.engine.bans_after(after, now).take(at_most);
        Ok((page.map(|ban| details(&state, ban, now)).collect(), now))
    }

    /// The ban of a subject, if it is banned. The list of bans is not sorted by name, and is gone through.
    pub(super) fn ban_of(&self, subject: &Subject<P>) -> Result<Option<BanDetails<P>>, Closed> {
        let subject = subject.clone().canonical();
        let shared = self.shared()?;
        let mut after = None;
        loop {
            let now = shared.now();
            let state = shared.lock_if_open()?;
            if denials::causes(&state.engine, &subject, now).is_empty() {
                return Ok(None);
            }
            let (mut seen, mut last) = (0, None);
            for ban in state.engine.bans_after(after, now).take(AT_ONCE) {
                if ban.subject == subject {
                    return Ok(Some(details(&state, ban, now)));
                }
                seen += 1;
                last = Some(ban.cursor);
            }
            if seen < AT_ONCE {
                return Ok(None);
            }
            after = last;
        }
    }

    /// What is held of these peers; those of which nothing is are left out.
    pub(super) fn peers_named(&self, names: &[P]) -> Result<Vec<Peer<P>>, Closed> {
        let shared = self.shared()?;
        let now = shared.now();
        let state = shared.lock_if_open()?;
        let found = names.iter().filter_map(|name| {
            let status = state.engine.status(name, now)?;
            let notes = state.overrides.notes(&Subject::Peer(name.clone()));
            Some(Peer::new(name.clone(), status, notes, state.scores.last(name)))
        });
        Ok(found.collect())
    }

    /// The tags that stand on a subject.
    pub(super) fn tags(&self, subject: &Subject<P>) -> Result<Vec<Tag>, Closed> {
        Ok(self.shared()?.lock_if_open()?.overrides.tags(&subject.clone().canonical()))
    }

    /// The protected networks that lie inside one and are narrower, which a ban of it spares.
    pub(super) fn protected_inside(&self, net: &IpNet) -> Result<Vec<IpNet>, Closed> {
        let shared = self.shared()?;
        let state = shared.lock_if_open()?;
        let networks = state.overrides.protected(None).map_while(|it| match it.subject {
            // Networks come before peers.
            Subject::Addr(inner) => Some(inner),
            Subject::Peer(_) => None,
        });
        let is_inside = |inner: &IpNet| inner != net && net.contains(inner);
        Ok(networks.filter(is_inside).collect())
    }

    /// All that refuses a subject.
    pub(super) fn refusals_of(&self, subject: &Subject<P>) -> Result<Vec<Denial>, Closed> {
        let subject = subject.clone().canonical();
        self.query(|engine, now| denials::of(engine, &subject, now))
    }

    /// What of this node a ban of a subject would hit.
    pub(super) fn ours_in(&self, subject: &Subject<P>) -> Result<Option<Ours>, Closed> {
        let shared = self.shared()?;
        let state = shared.lock_if_open()?;
        Ok(match subject {
            Subject::Addr(net) => state.overrides.local.inside(net).map(Ours::Address),
            Subject::Peer(_) => state.overrides.local.refuses(subject, Origin::Operator),
        })
    }
}

fn details<P: PeerName, D: Driver<P>>(
    state: &State<P, D>,
    ban: peerwarden_core::Ban<P>,
    now: Instant,
) -> BanDetails<P> {
    let notes = state.overrides.notes(&ban.subject);
    let status = match &ban.subject {
        Subject::Addr(_) => None,
        Subject::Peer(peer) => state.engine.status(peer, now),
    };
    BanDetails::new(ban, notes, status)
}

/// How many bans are looked at under one lock.
const AT_ONCE: usize = 256;
