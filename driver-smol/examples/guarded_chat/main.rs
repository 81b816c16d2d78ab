//! Chat without a server that bans peers that flood it. On smol, with no Tokio anywhere.
//!
//! In one terminal, and then in others with the address that the first one prints:
//!
//! ```sh
//! cargo run -p peerwarden-smol --example guarded_chat
//! cargo run -p peerwarden-smol --example guarded_chat -- /ip4/127.0.0.1/tcp/../p2p/..
//! ```
//!
//! Every line that is typed goes to everybody. A line of more than 200 bytes is a misdeed, of which
//! the fourth in a row is one too many: whoever wrote it is thrown out, kept out for some seconds,
//! longer each time, and let in again. And there are orders: `/ban PEER SECONDS`, `/unban PEER`,
//! `/bans`, `/quit`.
//!
//! With `--data-dir DIR`, bans are kept there while it is not running, and with the feature `admin` its admin
//! API is served on the socket `admin.sock` there:
//!
//! ```sh
//! cargo run -p peerwarden-smol --features admin --example guarded_chat -- --data-dir chat
//! curl --unix-socket chat/admin.sock http://localhost/v1/bans
//! ```
//!
//! With `--demo` it starts two of itself as processes, has one flood the other, and fails unless
//! that is thrown out, refused, and comes back.
#![expect(clippy::wildcard_enum_match_arm, reason = "of all events few are of interest here")]

mod chat;
mod demo;
mod orders;

use std::error::Error;
use std::path::PathBuf;

use clap::Parser;
use futures::future::{Either, select};
use futures::io::{AsyncBufReadExt, BufReader};
use futures::{FutureExt, StreamExt, stream};
use libp2p::Multiaddr;
use smol::Unblock;

use chat::Chat;

/// A chat without a server that throws out peers that flood it.
///
/// Every line that is typed goes to everybody, and one of more than 200 bytes is a misdeed.
#[derive(Parser)]
struct Cli {
    /// Where the peers to join listen, as they print it; with none, others may join
    #[arg(value_name = "ADDRESS")]
    peers: Vec<Multiaddr>,
    /// Keep bans in this directory, and serve the admin API there
    #[arg(long, value_name = "DIR")]
    data_dir: Option<PathBuf>,
    /// Start two processes, have one flood the other, and fail unless that is thrown out
    #[arg(long, conflicts_with = "peers")]
    demo: bool,
}

fn main() -> Result<(), Box<dyn Error>> {
    let cli = Cli::parse();
    smol::block_on(async { if cli.demo { demo::run().await } else { chat(cli).await } })
}

/// Goes on until somebody types `/quit`.
async fn chat(cli: Cli) -> Result<(), Box<dyn Error>> {
    println!("* type a line for everybody, or {}", orders::THERE_ARE);
    println!("* others join who start this with an address of those below");
    let mut chat = Chat::new(cli.peers, cli.data_dir.as_deref())?;
    // When nobody types any more, it listens on.
    let input = BufReader::new(Unblock::new(std::io::stdin())).lines();
    let mut lines = input.chain(stream::pending()).boxed();
    loop {
        let line = match select(lines.next(), chat.step().boxed_local()).await {
            Either::Left((line, _)) => line,
            Either::Right(_) => continue,
        };
        let Some(line) = line.transpose()? else { return Ok(()) };
        match line.strip_prefix('/') {
            None => chat.say(&line),
            Some("quit") => return Ok(()),
            Some(order) => match orders::obey(chat.warden(), order) {
                Ok(answer) => print!("{answer}"),
                Err(error) => println!("! /{order}: {error}"),
            },
        }
    }
}
