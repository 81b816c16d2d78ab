//! `peerwarden node`: a guarded node for sentries and bootstrap nodes, to start with or to learn from.

mod admin;
mod events;
mod identity;
mod logging;
mod messages;
mod network;
mod rates;
mod reload;
mod settings;
mod signals;
mod signed;
mod topic;

use std::process::ExitCode;
use std::time::Duration;

#[cfg(unix)]
pub(crate) use settings::policy_of;
pub(crate) use settings::{ListenAddr, LogFormat};
pub(crate) use topic::TopicName;

use crate::cli;
use crate::data_dir::DataDir;
use crate::metrics_server::Server;
use events::Events;
use libp2p::metrics::Registry;
use messages::Messages;
pub(crate) use network::BoxError;
use peerwarden_tokio::peerwarden_host::recording::RecordingOptions;
use settings::{EXAMPLE, NodeSettings};
use signals::{Signal, Signals};

/// Runs the node until it is told to stop.
pub(crate) fn run(flags: &cli::Node) -> ExitCode {
    if flags.example {
        print!("{EXAMPLE}");
        return ExitCode::SUCCESS;
    }
    match start(flags) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("peerwarden node: {error}");
            ExitCode::FAILURE
        }
    }
}

fn start(flags: &cli::Node) -> Result<(), BoxError> {
    let settings = NodeSettings::read(flags)?;
    if flags.check {
        for warning in settings.policy.warnings() {
            println!("{warning}");
        }
        println!("the settings are fine; data would be in {}", settings.data_dir.display());
        return Ok(());
    }
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
    let key = identity::read_or_make(&data.file("identity"))?;
    let metrics = match settings.metrics {
        Some(address) => Some(Server::bind(address).await?),
        None => None,
    };
    let mut registry = Registry::default();
    let mut swarm = network::swarm(&key, &settings, &mut registry)?;
    let warden = swarm.behaviour().handle();
    warden.lists().spare(settings.bootstrap_ips())?;
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
        let cannot = |error| format!("cannot listen at {address} ({error}): give another --listen");
        swarm.listen_on(address.clone()).map_err(cannot)?;
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
