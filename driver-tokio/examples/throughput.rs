//! Throughput of libp2p's TCP transport on Tokio, and of peerwarden's on smol.
//!
//! ```sh
//! cargo run --release --example throughput
//! ```
//!
//! A process sends to another one over 127.0.0.1, by the transport alone, without noise and yamux,
//! and each of them on one thread. There are ten runs of each, by turns, and the medians are what is
//! printed: of 64 kB writes and of 64 byte writes, until the other side has all, and of questions of
//! 64 bytes that wait for answers. It says nothing unless the machine has nothing else to do.
//!
//! It fails if bulk over smol's transport is more than a tenth slower; `--report` only says so.

use std::env;
use std::error::Error;
use std::io::{self, BufRead, BufReader, Read};
use std::pin::Pin;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use futures::future::poll_fn;
use futures::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use libp2p::core::Endpoint;
use libp2p::core::transport::{DialOpts, ListenerId, PortUse, TransportEvent};
use libp2p::{Multiaddr, Transport, tcp};
use peerwarden_smol::tcp as smol_tcp;

type Outcome<T> = Result<T, Box<dyn Error>>;

fn main() -> Outcome<()> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let words: Vec<_> = arguments.iter().map(String::as_str).collect();
    match words[..] {
        [] => compare(true),
        ["--report"] => compare(false),
        ["receive", on, what] => receive(on, Load::named(what)?),
        ["send", on, what, to] => send(on, Load::named(what)?, to.parse()?),
        _ => Err(format!("{words:?}: there is --report, or nothing").into()),
    }
}

fn compare(strict: bool) -> Outcome<()> {
    let mut bulk = 0.0;
    for load in LOADS {
        let (mut on_smol, mut on_tokio) = (Vec::new(), Vec::new());
        for _ in 0..RUNS {
            on_smol.push(run("smol", &load)?);
            on_tokio.push(run("tokio", &load)?);
        }
        let [smol, tokio] = [median(on_smol)?, median(on_tokio)?];
        let ratio = tokio.as_secs_f64() / smol.as_secs_f64();
        println!(
            "{:>16}: smol {:>8}, tokio {:>8}, so smol has {:.0} % of its speed",
            load.name,
            load.speed(smol),
            load.speed(tokio),
            ratio * 100.0
        );
        if load.name == BULK {
            bulk = ratio;
        }
    }
    if strict && bulk < 0.9 {
        Err("bulk is more than a tenth slower on smol".into())
    } else {
        Ok(())
    }
}

/// What is sent, in writes of some bytes.
#[derive(Clone, Copy)]
struct Load {
    name: &'static str,
    size: usize,
    writes: u32,
    /// Whether each write waits for an answer of as many bytes.
    asks: bool,
}

impl Load {
    fn named(name: &str) -> Outcome<Self> {
        let load = LOADS.into_iter().find(|load| load.name == name);
        load.ok_or_else(|| format!("there is no load {name}").into())
    }

    /// How fast it was, in words.
    fn speed(&self, took: Duration) -> String {
        let writes = f64::from(self.writes) / took.as_secs_f64();
        if self.asks {
            return format!("{:.1} us", 1e6 / writes);
        }
        let bytes = f64::from(u32::try_from(self.size).unwrap_or(u32::MAX)) * writes;
        if bytes > 1e9 {
            format!("{:.2} GB/s", bytes / 1e9)
        } else {
            format!("{:.1} MB/s", bytes / 1e6)
        }
    }
}

/// One run, in two processes of its own.
fn run(on: &str, load: &Load) -> Outcome<Duration> {
    let program = env::current_exe()?;
    let mut receiver =
        Command::new(&program).args(["receive", on, load.name]).stdout(Stdio::piped()).spawn()?;
    let mut address = String::new();
    BufReader::new(receiver.stdout.take().ok_or("no output")?).read_line(&mut address)?;
    let mut sender = Command::new(&program)
        .args(["send", on, load.name, address.trim()])
        .stdout(Stdio::piped())
        .spawn()?;
    let mut nanos = String::new();
    sender.stdout.take().ok_or("no output")?.read_to_string(&mut nanos)?;
    if !sender.wait()?.success() || !receiver.wait()?.success() {
        return Err(format!("a run on {on} failed").into());
    }
    Ok(Duration::from_nanos(nanos.trim().parse()?))
}

fn receive(on: &str, load: Load) -> Outcome<()> {
    if on == "smol" {
        let transport = smol_tcp::Transport::new(smol_tcp::Config::default());
        return smol::block_on(take(transport, load));
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async { take(tcp::tokio::Transport::new(tcp::Config::default()), load).await })
}

fn send(on: &str, load: Load, to: Multiaddr) -> Outcome<()> {
    if on == "smol" {
        let transport = smol_tcp::Transport::new(smol_tcp::Config::default());
        return smol::block_on(give(transport, load, to));
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        give(tcp::tokio::Transport::new(tcp::Config::default()), load, to).await
    })
}

/// Receives one load, and says when it is there.
async fn take<T>(mut transport: T, load: Load) -> Outcome<()>
where
    T: Transport<Error = io::Error> + Unpin,
    T::Output: AsyncRead + AsyncWrite + Unpin,
{
    transport.listen_on(ListenerId::next(), "/ip4/127.0.0.1/tcp/0".parse()?)?;
    let mut stream = loop {
        match poll_fn(|cx| Pin::new(&mut transport).poll(cx)).await {
            TransportEvent::NewAddress { listen_addr, .. } => println!("{listen_addr}"),
            TransportEvent::Incoming { upgrade, .. } => break upgrade.await?,
            TransportEvent::AddressExpired { .. }
            | TransportEvent::ListenerClosed { .. }
            | TransportEvent::ListenerError { .. } => return Err("the listener failed".into()),
        }
    };
    let mut buffer = vec![0; if load.asks { load.size } else { 64 * 1024 }];
    if load.asks {
        for _ in 0..load.writes {
            stream.read_exact(&mut buffer).await?;
            stream.write_all(&buffer).await?;
        }
    } else {
        let mut left = u64::from(load.writes) * u64::try_from(load.size)?;
        while left > 0 {
            let read = stream.read(&mut buffer).await?;
            if read == 0 {
                return Err(format!("{left} bytes are missing").into());
            }
            left = left.saturating_sub(u64::try_from(read)?);
        }
    }
    stream.write_all(b"!").await?;
    stream.close().await?;
    // The other side has seen that when it closes.
    match stream.read(&mut buffer).await? {
        0 => Ok(()),
        more => Err(format!("{more} bytes too many").into()),
    }
}

/// Sends one load, and prints how many nanoseconds passed until it was there.
async fn give<T>(mut transport: T, load: Load, to: Multiaddr) -> Outcome<()>
where
    T: Transport<Error = io::Error> + Unpin,
    T::Output: AsyncRead + AsyncWrite + Unpin,
{
    let opts = DialOpts { role: Endpoint::Dialer, port_use: PortUse::New };
    let mut stream = transport.dial(to, opts)?.await?;
    let mut buffer = vec![7; load.size];
    let began = Instant::now();
    for _ in 0..load.writes {
        stream.write_all(&buffer).await?;
        if load.asks {
            stream.read_exact(&mut buffer).await?;
        }
    }
    stream.read_exact(&mut [0]).await?;
    println!("{}", began.elapsed().as_nanos());
    Ok(())
}

/// Of an even number of times the mean of the two in the middle.
fn median(mut times: Vec<Duration>) -> Outcome<Duration> {
    times.sort_unstable();
    let middle = times.len() / 2;
    match times.get(middle.saturating_sub(1)..=middle) {
        Some([low, high]) => Ok((*low + *high) / 2),
        _ => Err("nothing was measured".into()),
    }
}

const BULK: &str = "64-kB-writes";

const LOADS: [Load; 3] = [
    Load { name: BULK, size: 64 * 1024, writes: 32 * 1024, asks: false },
    Load { name: "64-byte-writes", size: 64, writes: 400_000, asks: false },
    Load { name: "64-byte-answers", size: 64, writes: 20_000, asks: true },
];

const RUNS: usize = 10;
