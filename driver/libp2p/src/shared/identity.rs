//! This node's own id and addresses, which no order and no report is to harm.

use libp2p::core::transport::ListenerId;
use libp2p::{Multiaddr, PeerId};
use peerwarden_core::{Cause, Denial, Event, IpNet, Points, Subject};

use super::{Shared, State};
use crate::denials;
use crate::handle::Closed;
use crate::overrides::SettingsBan;

impl Shared {
    /// This node is `peer`: whatever it was accused of or banned for is lifted.
    pub(crate) fn set_local_peer_id(&self, peer: PeerId) -> Result<(), Closed> {
        let now = self.now();
        let subject = Subject::Peer(peer);
        let mut state = self.lock_if_open()?;
        state.overrides.local.set_peer(peer);
        state.redials.let_go(&peer);
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

    /// This node listens on, or is reached at, `address`. Bans by remote lists of networks that it
    /// listens in are lifted. Those by the operator are told of, and those of networks in which others
    /// say that it is reached: a stranger who says so is not to lift the ban of its own network.
    pub(crate) fn own_address(&self, listener: Option<ListenerId>, address: &Multiaddr) {
        let now = self.now();
        let mut state = self.lock();
        let Some(ip) = state.overrides.local.add(listener, address) else {
            return;
        };
        let here = IpNet::from(ip);
        let refusals = denials::of(&state.engine, &Subject::Addr(here), now);
        drop(state);
        for Denial { network, cause, .. } in refusals {
            let net = network.unwrap_or(here);
            match cause {
                Cause::Remote if !ip.is_loopback() && listener.is_some() => {
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
            }
        }
    }
}
