//! `peerwarden node`: a guarded node for sentries and bootstrap nodes, to start with or to learn from.

mod admin;
mod check;
mod events;
mod free_port;
mod identity;
mod logging;
mod messages;
mod network;
mod rates;
mod reload;
mod settings;
mod signals;
mod signed;
mod spared;
mod topic;

use std::process::ExitCode;
use std::time::Duration;

#[cfg(unix)]
pub(crate) use settings::policy_of;
pub(crate) use settings::{ListenAddr, LogFormat, PeerAddr};
pub(crate) use topic::TopicName;

use crate::data_dir::DataDir;
use crate::metrics_server::Server;
use crate::{cli, error_chain, panic_hook, streams};
use events::Events;
use libp2p::metrics::Registry;
use messages::Messages;
pub(crate) use network::BoxError;
use peerwarden_tokio::OneLine;
use peerwarden_tokio::peerwarden_host::recording::RecordingOptions;
use settings::{EXAMPLE, NodeSettings};
use signals::{Signal, Signals};

/// Runs the node until it is told to stop.
pub(crate) fn run(flags: &cli::Node) -> ExitCode {
    if flags.example {
        return streams::print(EXAMPLE);
    }
    let failed = |error: &dyn std::fmt::Display| {
        streams::complain(format_args!("peerwarden node: {error}"));
        ExitCode::FAILURE
    };
    let settings = match NodeSettings::read(flags) {
        Ok(settings) => settings,
        Err(error) => return failed(&error),
    };
    if flags.check {
        return check(&settings);
    }
    match start(flags, settings) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => failed(&error),
    }
}

fn check(settings: &NodeSettings) -> ExitCode {
    let warnings = settings.policy.warnings().iter();
    let warnings: String = warnings.map(|warning| format!("warning: {warning}\n")).collect();
    let problems = check::problems(settings);
    if problems.is_empty() {
        let data = OneLine(settings.data_dir.display());
        return streams::print(format!("{warnings}all is fine; data would be in {data}\n"));
    }
    let printed = streams::print(warnings);
    for problem in problems {
        streams::complain(format_args!("peerwarden node: {problem}"));
    }
    if printed == ExitCode::SUCCESS { ExitCode::FAILURE } else { printed }
}

fn start(flags: &cli::Node, settings: NodeSettings) -> Result<(), BoxError> {
    logging::start(settings.log_format)?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let outcome = runtime.block_on(serve(flags, settings));
    runtime.shutdown_timeout(Duration::from_secs(1));
    outcome
}

async fn serve(flags: &cli::Node, settings: NodeSettings) -> Result<(), BoxError> {
    // From here on nothing kills the process half-way.
    let mut signals = Signals::new()?;
    let data = DataDir::open(&settings.data_dir)?;
    let key = identity::read_or_make(&data.file(IDENTITY))?;
    free_port::check_all(&settings.listen)?;
    let metrics = match settings.metrics {
        Some(address) => Some(Server::bind(address).await?),
        None => None,
    };
    let mut registry = Registry::default();
    let mut swarm = panic_hook::silenced(|| network::swarm(&key, &settings, &mut registry))?;
    let warden = swarm.behaviour().handle();
    warden.lists().spare(settings.bootstrap_ips())?;
    tokio::spawn(spared::spare(settings.bootstrap.clone(), warden.clone()));
    if let Some(file) = &flags.record {
        let _status = warden.record(RecordingOptions::new(file))?;
    }
    if let Some(server) = metrics {
        tracing::info!("metrics at http://{}/metrics", server.address());
        server.serve(registry);
    }
    #[cfg(unix)]
    let admin = admin::start(&settings, &warden)?;
    tracing::info!("this node is {}", swarm.local_peer_id());
    for address in &settings.listen {
        swarm.listen_on(address.clone()).map_err(|error| {
            let why = error_chain::sentence(&error);
            format!("cannot listen at {address} ({why}): give another --listen")
        })?;
    }
    let mut events = Events::new(Messages::new(&settings, warden.clone()), &settings);
    events.bootstrap(&mut swarm);
    loop {
        tokio::select! {
            signal = signals.next() => match signal {
                Signal::Stop => break,
                Signal::Reload => reload::policy(flags, &warden),
            },
            () = events.next(&mut swarm) => {}
        }
    }
    tracing::info!("stopping: writing what is not on disk yet");
    // First, so that nothing is acknowledged after the last write.
    #[cfg(unix)]
    drop(admin);
    warden.flush().await?;
    drop(swarm);
    drop(data);
    tracing::info!("stopped");
    Ok(())
}

/// File of the key in the data directory.
const IDENTITY: &str = "identity";
