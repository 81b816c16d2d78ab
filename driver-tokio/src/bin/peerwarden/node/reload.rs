//! Policy read again while the node runs.

use peerwarden_tokio::Handle;

use super::settings::NodeSettings;
use crate::cli;

/// Puts the policy that file and flags say now in force. One that is wrong changes nothing.
pub(crate) fn policy(flags: &cli::Node, warden: &Handle) {
    match NodeSettings::read(flags) {
        Ok(NodeSettings { policy, .. }) => match warden
            .reconfigure(policy.config)
            .and_then(|()| warden.lists().watch(policy.options.lists()))
        {
            Ok(()) => tracing::info!(
                "the policy was read again and is in force, and so are the files of lists; other settings \
                 count from the next start on"
            ),
            Err(error) => tracing::warn!("the policy was read again, but {error}"),
        },
        Err(error) => tracing::warn!("the policy stays as it is: {error}"),
    }
}
