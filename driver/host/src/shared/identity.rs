//! This node's own id and addresses, which no order and no report is to harm.

use std::net::IpAddr;

use peerwarden_core::{Cause, Denial, Event, IpNet, Points, Subject};

use super::{Shared, State};
use crate::closed::Closed;
use crate::denials;
use crate::driver::Driver;
use crate::overrides::SettingsBan;
use crate::peer::PeerName;

impl<P: PeerName, D: Driver<P>> Shared<P, D> {
    /// This node is `peer`: whatever it was accused of or banned for is lifted.
    pub(crate) fn set_local_peer_id(&self, peer: P) -> Result<(), Closed> {
        let now = self.now();
        let subject = Subject::Peer(peer.clone());
        let mut state = self.lock_if_open()?;
        state.driver.set_local_peer_id(&peer);
        state.overrides.local.set_peer(peer);
        if state.overrides.listed(&subject).is_some() {
            state.overrides.list(subject.clone(), SettingsBan::Lifted);
        }
        let banned = !denials::causes(&state.engine, &subject, now).is_empty();
        if banned || state.owed(&subject, now) > Points::ZERO {
            let event = Event::Unban { subject, cause: None };
            self.handle_input(state, event, now, State::take_waker_if_needed, |_, _| ());
        } else {
            drop(state);
        }
        if banned {
            self.telemetry.accused("this node itself was banned: that ban was lifted", now);
        }
        Ok(())
    }

    /// Takes note that this node listens at an address with this IP or, if not `listening`, is reached at
    /// one. As often as it is said [`own_address_expired`](Self::own_address_expired) takes it back. Bans by remote lists of networks that it
    /// listens in are lifted. Those by the operator are told of, and those of networks in which others
    /// say that it is reached: a stranger who says so is not to lift the ban of its own network.
    pub fn own_address(&self, ip: IpAddr, listening: bool) {
        let (now, ip) = (self.now(), ip.to_canonical());
        let mut state = self.lock();
        if !state.overrides.local.add(ip, listening) {
            return;
        }
        let here = IpNet::from(ip);
        let refusals = denials::of(&state.engine, &Subject::Addr(here), now);
        drop(state);
        for Denial { network, cause, .. } in refusals {
            let net = network.unwrap_or(here);
            match cause {
                Cause::Remote if !ip.is_loopback() && listening => {
                    let _ = self.unban(Subject::Addr(net), Some(Cause::Remote));
                    let what = "a list had banned a network that holds an address of this node: \
                                that ban was lifted";
                    self.telemetry.holds_us(&net, ip, what, now);
                }
                Cause::Operator | Cause::Remote => {
                    let what = "a banned network holds an address of this node";
                    self.telemetry.holds_us(&net, ip, what, now);
                }
                Cause::Address | Cause::Application | Cause::Penalty | Cause::Score => {}
                _ => {}
            }
        }
    }

    /// Takes note that this node no longer listens at, or is reached at, one of the addresses with this
    /// IP.
    pub fn own_address_expired(&self, ip: IpAddr, listening: bool) {
        self.lock().overrides.local.remove(ip.to_canonical(), listening);
    }
}
