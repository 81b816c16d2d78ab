//! Thread that looks after the lists.

use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Weak};
use std::thread;
use std::time::Duration;

use super::remote_lists::RemoteLists;
use crate::closed::Closed;
use crate::driver::Driver;
use crate::handle::Handle;
use crate::log;
use crate::peer::PeerName;
use crate::shared::Shared;

/// Thread that polls the lists of a node. It ends when this is dropped, which the node does when it goes.
#[derive(Debug)]
pub(super) struct Keeper {
    _stop: Sender<()>,
}

impl<P: PeerName, D: Driver<P>> RemoteLists<P, D> {
    /// Has a thread of the node's own call [`poll`](Self::poll) every five seconds, until the node goes.
    /// Nothing happens if there is one already.
    ///
    /// # Errors
    ///
    /// [`Closed`] if the node was shut down.
    pub fn keep(&self) -> Result<(), Closed> {
        let shared = self.shared()?;
        let mut changing = shared.lists.changing();
        if changing.keeper.is_none() {
            changing.keeper = spawn(&shared);
        }
        Ok(())
    }
}

fn spawn<P: PeerName, D: Driver<P>>(shared: &Arc<Shared<P, D>>) -> Option<Keeper> {
    let (stop, stopped) = channel();
    let shared: Weak<Shared<P, D>> = Arc::downgrade(shared);
    let run = move || {
        while stopped.recv_timeout(PAUSE) == Err(RecvTimeoutError::Timeout) {
            let Some(shared) = shared.upgrade() else {
                return;
            };
            let lists = Handle::new(&shared).lists();
            drop(shared);
            if lists.poll() == Err(Closed) {
                return;
            }
        }
    };
    match thread::Builder::new().name("peerwarden-lists".to_owned()).spawn(run) {
        Ok(_) => Some(Keeper { _stop: stop }),
        Err(error) => {
            log::no_keeper(&error);
            None
        }
    }
}

/// How often files are looked at.
const PAUSE: Duration = Duration::from_secs(5);
