//! End of a process that a test waits for in vain.

use std::process::Command;
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::Duration;

/// Kills a process that is still there after two minutes, so that a test that reads what it writes fails
/// instead of waiting for ever. Dropped, it kills nothing.
pub(crate) struct Watchdog(#[expect(dead_code, reason = "it is there to be dropped")] Sender<()>);

impl Watchdog {
    /// Watches the process with this id.
    pub(crate) fn watch(id: u32) -> Self {
        let (sender, receiver) = channel();
        thread::spawn(move || {
            if receiver.recv_timeout(PATIENCE) == Err(RecvTimeoutError::Timeout) {
                let _ = Command::new("kill").args(["-KILL", &id.to_string()]).status();
            }
        });
        Self(sender)
    }
}

const PATIENCE: Duration = Duration::from_secs(120);
