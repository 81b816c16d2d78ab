//! A node without libp2p that has all of it: handle, store, settings and metrics, in ten lines.
//!
//! It bans a peer, restarts, and finds it banned. It asserts what it shows, and ends.

use std::error::Error;
use std::fs;
use std::path::Path;

use peerwarden_host::{Direction, Doorman, DoormanBuilder, Origin, Settings, Subject, SystemTimer};
use prometheus_client::encoding::text;
use prometheus_client::registry::Registry;

/// What closes a connection; here it is a channel.
type Close = std::sync::mpsc::Sender<()>;

fn start(settings: &Path) -> Result<(Doorman<String, Close>, Registry), Box<dyn Error>> {
    let mut registry = Registry::default();
    let settings = Settings::<String>::read(settings)?;
    let builder = DoormanBuilder::from_settings(settings, SystemTimer::new())?;
    let (doorman, tasks) = builder.with_metrics(&mut registry).build();
    tasks.spawn(|task| println!("to do: {task:?}"))?;
    Ok((doorman, registry))
}

fn main() -> Result<(), Box<dyn Error>> {
    let dir = tempfile::tempdir()?;
    let path = dir.path().join("peerwarden.toml");
    let data_file = dir.path().join("bans.redb");
    fs::write(&path, format!("data_file = {data_file:?}\nscores = false\n"))?;

    let (doorman, _) = start(&path)?;
    let answer = doorman.handle().ban(Subject::Peer("alice".to_owned()), None, Origin::Operator)?;
    println!("{answer}");
    doorman.handle().flush().wait()?;
    drop(doorman);

    let (doorman, registry) = start(&path)?;
    let (close, _closed) = std::sync::mpsc::channel();
    let refused = doorman.admit("alice".to_owned(), None, Direction::Inbound, close);
    println!("after the restart: {}", refused.err().ok_or("alice got in")?);

    let mut page = String::new();
    text::encode(&mut page, &registry)?;
    let shown = "peerwarden_active_bans{cause=\"operator\"} 1";
    assert!(page.contains(shown), "{page}");
    println!("{shown}");
    Ok(())
}
