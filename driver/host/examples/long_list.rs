//! Measurement of loading a list of 200,000 networks: time, how long the engine's lock is held, memory.
//!
//! `cargo run --release -p peerwarden-host --example long_list --features lists,lock-times`

use std::error::Error;
use std::fmt::Write;
use std::net::Ipv4Addr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use peerwarden_host::lists::{ListName, RemoteLists, read_list};
use peerwarden_host::{Config, Node, RedbStore, SystemClock, lock_times};

fn main() -> Result<(), Box<dyn Error>> {
    let config = Config::default().with_max_remote_bans(ENTRIES);
    let clock = Arc::new(SystemClock::new());
    let directory = tempfile::tempdir()?;
    let store = RedbStore::open(directory.path().join("bans.redb"))?;
    let alone: Node<String> = Node::new(config.clone(), clock.clone());
    let stored: Node<String> = Node::restore(config, clock, store)?;
    for (node, what) in [(&alone, "without a store"), (&stored, "with a store")] {
        println!("{what}:");
        let lists = node.handle().lists();
        // Every second network is another one the second time.
        load(&lists, "a", &text(0), "first loading")?;
        load(&lists, "a", &text(0), "the same again")?;
        load(&lists, "a", &text(1), "half of it changed")?;
        load(&lists, "b", &text(1), "a second list of the same")?;
        load(&lists, "b", "", "nothing is left of the second")?;
        load(&lists, "a", "", "nothing is left of the first")?;
        if node.handle().store_health()?.is_some() {
            node.handle().flush().wait()?;
        }
    }
    Ok(())
}

fn load(
    lists: &RemoteLists<String>,
    name: &str,
    text: &str,
    what: &str,
) -> Result<(), Box<dyn Error>> {
    let name: ListName = name.parse()?;
    let before = resident();
    lock_times::restart();
    let begun = Instant::now();
    let file = read_list(text.as_bytes(), &lists.read_options()?)?;
    let read = begun.elapsed();
    let report = lists.replace(&name, &file)?;
    let took = begun.elapsed();
    let held = lock_times::restart();
    lock_times::stop();
    drop(file);
    let (new, gone) = (report.new.total, report.gone.total);
    let entries = i64::try_from(ENTRIES)?;
    let more = before.zip(resident()).map(|(before, after)| (after - before) / entries);
    println!(
        "  {what}: {new} new, {gone} gone in {took:.2?}, {read:.2?} of it to read; lock held \
         {held:.2?} at most; {more:?} bytes an entry more in memory"
    );
    if took > Duration::from_secs(2) {
        println!("    slower than 2 s");
    }
    Ok(())
}

/// The bytes of memory that the process has, where the system says so.
fn resident() -> Option<i64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    Some(line.trim().strip_suffix(" kB")?.parse::<i64>().ok()? * 1_024)
}

/// As many networks of 16 addresses, every second one moved on by `shift` to another.
fn text(shift: u32) -> String {
    let mut text = String::new();
    for n in 0..u32::try_from(ENTRIES).unwrap_or(u32::MAX) {
        let moved = if n % 2 == 0 { shift } else { 0 };
        let net = Ipv4Addr::from_bits(0x2000_0000 + (n << 5) + (moved << 4));
        let _ = writeln!(text, "{net}/28");
    }
    text
}

const ENTRIES: usize = 200_000;
