//! Reports about how peers behave: valid messages, hearsay, expulsion and waivers.

use peerwarden_core::{Amplification, BanDuration, Event, Misbehavior, Points};

use super::Handle;
use crate::closed::Closed;
use crate::driver::Driver;
use crate::log;
use crate::peer::PeerName;

impl<P: PeerName, D: Driver<P>> Handle<P, D> {
    /// Reports that `peer` did something wrong that `via` delivered, such as the signed author of a
    /// message that another peer forwarded.
    ///
    /// It is *hearsay*: `via` might have made it up. It counts within two bounds, and nothing but
    /// what `peer` owes goes by it: at most half of the [`threshold`](crate::Config::threshold) can
    /// come of hearsay at a time, and what one deliverer brings beyond ten default penalties, of which
    /// it wins one back a minute, is charged to the deliverer, at a tenth. So a peer that only relays
    /// is not banned for what it relays, and no single peer has others banned by what it hands on.
    /// With [`hearsay`](crate::Config::with_hearsay) off, or if both are the same, it is a
    /// [`report`](Self::report) like any other.
    ///
    /// # Errors
    ///
    /// [`Closed`] if the node was shut down.
    pub fn report_from(&self, peer: P, via: P, misbehavior: Misbehavior) -> Result<(), Closed> {
        let logged = log::logs_reports().then(|| peer.clone());
        self.input_with(|config| Event::Report {
            peer,
            misbehavior,
            penalty: config.penalty(misbehavior, Amplification::ONE),
            via: Some(via),
        })?;
        if let Some(peer) = logged {
            log::reported(&peer, &misbehavior);
        }
        Ok(())
    }

    /// Says that `peer` sent `count` messages that were good.
    ///
    /// Fifty of them pay for one default report in the long run. The first one, of any peer, turns on
    /// the [`long_budget`](crate::Config::long_budget), by which peers are banned that misbehave for
    /// hours, always just too seldom to be banned at once. Without counts of good messages it would
    /// ban busy honest peers, so it needs them, for everything that is reported.
    ///
    /// It is as cheap as a report. Where there are thousands a second, say it once for many.
    ///
    /// # Errors
    ///
    /// [`Closed`] if the node was shut down.
    pub fn valid(&self, peer: P, count: u64) -> Result<(), Closed> {
        self.input(Event::Valid { peer, count })
    }

    /// Bans `peer` for `duration`, because of `misbehavior`, whatever it owes; without a duration for
    /// the entry of [`ban_durations`](crate::Config::ban_durations) for so many offences.
    ///
    /// It is a ban by the application, [`Cause::Application`](crate::Cause::Application), and for
    /// that an automatic one: an offence, which protection, a dry run and the grace after a pardon
    /// withhold, and which shortens no other ban. An operator's word is [`ban`](Self::ban). While it
    /// lasts, another one moves its end, only to later.
    ///
    /// # Errors
    ///
    /// [`Closed`] if the node was shut down.
    pub fn expel(
        &self,
        peer: P,
        misbehavior: Misbehavior,
        duration: Option<BanDuration>,
    ) -> Result<(), Closed> {
        self.input(Event::Expel { peer, misbehavior, duration })
    }

    /// Takes so much off what `peer` owes, down to nothing: a report was wrong, or the peer made up
    /// for it.
    ///
    /// If it is banned by penalty, the ban ends so much earlier, at once where nothing is left to
    /// pay. The offence stays on record; [`unban`](Self::unban) is the operator's pardon.
    ///
    /// # Errors
    ///
    /// [`Closed`] if the node was shut down.
    pub fn waive(&self, peer: P, points: Points) -> Result<(), Closed> {
        self.input(Event::Waive { peer, points })
    }
}
