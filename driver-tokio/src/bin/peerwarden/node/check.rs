//! `peerwarden node --check`: everything that a start reads, read without a start.

use std::sync::Arc;

use libp2p::PeerId;
use peerwarden_tokio::peerwarden_host::{Node, SystemClock};
use peerwarden_tokio::{OneLine, RedbStore};

use super::settings::NodeSettings;
use super::{identity, logging};
use crate::data_dir::DataDir;
use crate::panic_hook;

/// Reads what a node with these settings would start from, and changes nothing. Returns what is wrong, which is
/// why it would not start or would do without.
pub(super) fn problems(settings: &NodeSettings) -> Vec<String> {
    let mut problems = Vec::new();
    let mut note = |wrong: &dyn std::fmt::Display| problems.push(OneLine(wrong).to_string());
    if let Err(error) = logging::wanted() {
        note(&error);
    }
    if let Err(error) = identity::read(&settings.data_dir.join(super::IDENTITY)) {
        note(&error);
    }
    #[cfg(unix)]
    if let Err(error) = super::admin::options(settings).check() {
        note(&error);
    }
    match DataDir::check(&settings.data_dir) {
        Ok(()) => {}
        Err(error) => {
            note(&error);
            // It has the bans open.
            return problems;
        }
    }
    let node = match remembering(settings) {
        Ok(node) => node,
        Err(error) => {
            note(&error);
            Node::new(settings.policy.config.clone(), Arc::new(SystemClock::new()))
        }
    };
    for problem in wrong_lists(settings, &node) {
        note(&problem);
    }
    problems
}

/// A node that remembers what is in the store.
fn remembering(settings: &NodeSettings) -> Result<Node<PeerId>, peerwarden_tokio::StoreError> {
    let (config, clock) = (settings.policy.config.clone(), Arc::new(SystemClock::new()));
    match settings.policy.options.data_file() {
        Some(file) if file.exists() => {
            panic_hook::silenced(|| Node::restore(config, clock, RedbStore::examine(file)?))
        }
        Some(_) | None => Ok(Node::new(config, clock)),
    }
}

/// Files of lists that cannot be read.
fn wrong_lists(settings: &NodeSettings, node: &Node<PeerId>) -> Vec<String> {
    let lists = node.handle().lists();
    let read = lists.watch(settings.policy.options.lists()).and_then(|()| lists.poll());
    let read = read.and_then(|()| lists.all());
    let wrong = read.unwrap_or_default().into_iter().filter_map(|list| {
        let (file, error) = (list.file?, list.error?);
        Some(format!("list {}: {} {error}", list.name, file.display()))
    });
    wrong.collect()
}
