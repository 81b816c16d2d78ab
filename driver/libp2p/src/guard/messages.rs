//! Count of the messages that gossipsub delivers.

use libp2p::gossipsub;
use libp2p::swarm::NetworkBehaviour;
use peerwarden_host::Timer;

use super::Guard;
use crate::message_validation::Blame;

impl<B: NetworkBehaviour, T: Timer> Guard<B, T> {
    /// Counts each message that gossipsub delivers as [valid](peerwarden_host::Handle::valid), for
    /// the peer that `blame` names. `pick` finds gossipsub's event among those of the inner behaviour.
    ///
    /// For nodes without `validate_messages()`, to which gossipsub delivers what it accepts and
    /// forwards. With it, what is delivered is yet to be validated: use
    /// [`MessageValidation`](crate::MessageValidation) there, which counts what turns out valid and
    /// reports the rest.
    ///
    /// ```
    /// use libp2p::{gossipsub, ping, swarm::NetworkBehaviour};
    /// use peerwarden_libp2p::{Blame, Guard, Timer};
    ///
    /// #[derive(NetworkBehaviour)]
    /// struct Inner {
    ///     gossipsub: gossipsub::Behaviour,
    ///     ping: ping::Behaviour,
    /// }
    ///
    /// fn counting<T: Timer>(guard: Guard<Inner, T>) -> Guard<Inner, T> {
    ///     guard.count_messages(Blame::Forwarder, |event| match event {
    ///         InnerEvent::Gossipsub(event) => Some(event),
    ///         InnerEvent::Ping(_) => None,
    ///     })
    /// }
    /// ```
    #[must_use]
    pub fn count_messages(
        self,
        blame: Blame,
        mut pick: impl FnMut(&B::ToSwarm) -> Option<&gossipsub::Event> + Send + 'static,
    ) -> Self {
        self.on_event(move |event, warden| {
            if let Some(gossipsub::Event::Message { propagation_source, message, .. }) = pick(event)
            {
                // The behaviour is here, so its handle is open.
                let _ = blame.valid(warden, *propagation_source, message.source);
            }
        })
    }
}
