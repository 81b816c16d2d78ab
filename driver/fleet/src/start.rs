//! Start of what the settings describe.

use std::io;

use peerwarden_host::driver::Driver;
use peerwarden_host::{Closed, Handle, PeerName, Timer};

use crate::handle::FleetHandle;
use crate::nats::NatsLink;
use crate::node::FleetTask;
use crate::settings::FleetSettings;
use crate::signing::ReadKeyError;

/// Why a node cannot take part in its fleet.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StartError {
    /// The node was shut down.
    #[error(transparent)]
    Closed(#[from] Closed),
    /// The node's key cannot be used.
    #[error(transparent)]
    Key(#[from] ReadKeyError),
    /// No thread can be started.
    #[error("no thread for the fleet can be started: {0}")]
    Thread(#[from] io::Error),
}

impl FleetSettings {
    /// Has a node take part in the fleet as the settings say, over NATS and on threads of its own; `None` if the
    /// mode is `off`. It ends with the node.
    ///
    /// A server that cannot be reached, or does not let the node in, is no error here: it is logged, shown in the
    /// [status](FleetHandle::status), and tried again.
    ///
    /// # Errors
    ///
    /// [`StartError`] if the node's key cannot be read, no thread can be started, or the node was shut down.
    pub fn start<P: PeerName, D: Driver<P>, T: Timer>(
        &self,
        handle: &Handle<P, D>,
        timer: T,
    ) -> Result<Option<FleetHandle<P>>, StartError> {
        if !self.is_on() {
            return Ok(None);
        }
        let config = self.config()?;
        let link = NatsLink::start(self.nats_options(&config.key.public()))?;
        let task = FleetTask::new(handle, config, self.resync_interval, link, timer)?;
        let fleet = task.handle();
        task.spawn()?;
        Ok(Some(fleet))
    }
}
