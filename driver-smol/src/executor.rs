//! Adapter from smol's executor to libp2p's `Executor`.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use libp2p::swarm;

/// Runs the tasks of a swarm, one for each connection, on one of smol's executors.
///
/// ```
/// use std::sync::Arc;
/// use peerwarden_smol::SmolExecutor;
///
/// // This one has to be run: `executor.run(..)`, on as many threads as wanted.
/// let executor = Arc::new(smol::Executor::new());
/// let own = SmolExecutor::new(executor.clone());
/// // This one runs by itself, on as many threads as `SMOL_THREADS` says, or one.
/// let global = SmolExecutor::global();
/// # drop((own, global));
/// ```
#[derive(Clone)]
pub struct SmolExecutor(Option<Arc<smol::Executor<'static>>>);

impl SmolExecutor {
    /// Runs tasks on `executor`, for as long as that is run.
    #[must_use]
    pub fn new(executor: Arc<smol::Executor<'static>>) -> Self {
        Self(Some(executor))
    }

    /// Runs tasks where [`smol::spawn`] does.
    #[must_use]
    pub fn global() -> Self {
        Self(None)
    }
}

impl From<Arc<smol::Executor<'static>>> for SmolExecutor {
    fn from(executor: Arc<smol::Executor<'static>>) -> Self {
        Self::new(executor)
    }
}

impl swarm::Executor for SmolExecutor {
    fn exec(&self, future: Pin<Box<dyn Future<Output = ()> + Send>>) {
        // They end by themselves when the swarm is dropped.
        match &self.0 {
            Some(executor) => executor.spawn(future).detach(),
            None => smol::spawn(future).detach(),
        }
    }
}

impl fmt::Debug for SmolExecutor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let which = if self.0.is_some() { "own" } else { "global" };
        f.debug_tuple("SmolExecutor").field(&which).finish()
    }
}
