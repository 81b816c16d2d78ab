//! Shutdown after the script, or service of metrics until Ctrl-C.

use std::time::Duration;

use tokio::signal::ctrl_c;
use tokio::time::{Instant, timeout};

use super::Runner;
use crate::demo::network::BoxError;
use crate::demo::observation::Observation;
use crate::demo::output::Output;

impl Runner {
    /// Waits until everything that is to outlive the guard is written, and says so. Whether it is.
    pub(super) async fn keep(&mut self, output: &mut Output) -> Result<bool, BoxError> {
        let Some(file) = self.file.clone() else {
            return Ok(true);
        };
        let error = match timeout(LONGEST_FLUSH, self.warden.flush()).await {
            Ok(Ok(())) => None,
            Ok(Err(error)) => Some(error.to_string()),
            Err(_) => Some(format!("that takes longer than {LONGEST_FLUSH:?}")),
        };
        let health = self.warden.store_health()?.unwrap_or_default();
        let (rows, waiting) = (health.rows, health.waiting);
        let kept = Observation::Kept { file, rows, waiting, error: error.clone() };
        self.follow(Instant::now(), &kept, output)?;
        if let Some(error) = &error {
            output.complain(&format!("bans could not be written: {error}"))?;
        }
        Ok(error.is_none())
    }

    /// If metrics are served, goes on with that, and tells what else happens, until Ctrl-C.
    pub(super) async fn stay(&mut self, output: &mut Output) -> Result<(), BoxError> {
        let Some(address) = self.server else {
            return Ok(());
        };
        let mut interrupted = std::pin::pin!(ctrl_c());
        let serving = Observation::Serving { address, after_the_story: true };
        self.follow(Instant::now(), &serving, output)?;
        loop {
            tokio::select! {
                biased;
                _ = &mut interrupted => break,
                observation = self.observations.recv() => match observation {
                    Some((at, observation)) => self.follow(at, &observation, output)?,
                    None => break,
                },
            }
        }
        self.keep(output).await?;
        Ok(())
    }

    /// Stops the nodes, and waits until the guard has closed its store.
    pub(crate) async fn strike(self) {
        // Nobody listens any more, so nobody waits to be heard.
        drop(self.observations);
        drop(self.commands);
        let _ = timeout(LONGEST_END, self.guard).await;
    }
}

/// A disk that needs longer is as good as broken.
const LONGEST_FLUSH: Duration = Duration::from_secs(5);
/// A little more than the store takes at most.
const LONGEST_END: Duration = Duration::from_secs(6);
