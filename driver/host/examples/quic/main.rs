//! A QUIC server on quinn, guarded; iroh's connections have the same shapes.
//!
//! Peers are called by the Ed25519 keys that they prove to have in the handshake. It asserts what it
//! shows, and ends. It runs on smol: quinn on Tokio differs in how tasks are spawned.

mod peer_key;
mod server;
mod tls;

use std::error::Error;
use std::net::Ipv4Addr;
use std::sync::Arc;

use futures::StreamExt;
use peerwarden_host::{Config, Doorman, NoticeKind, Points};
use quinn::{ConnectionError, Endpoint};

use peer_key::PeerKey;
use server::BANNED;
use tls::Identity;

fn main() -> Result<(), Box<dyn Error>> {
    smol::block_on(story())
}

async fn story() -> Result<(), Box<dyn Error>> {
    // More than 2 000 points are too much. A report costs 864, of which 1 000 fall off each second.
    let config = Config::default().with_scores(false).with_threshold(Points::from_points(2_000));
    let (doorman, tasks) = Doorman::new(config);
    let doorman = Arc::new(doorman);
    let mut notices = doorman.handle().subscribe()?;
    let endpoint = Endpoint::server(Identity::new()?.server()?, (Ipv4Addr::LOCALHOST, 0).into())?;
    let addr = endpoint.local_addr()?;
    smol::spawn(server::close(tasks)).detach();
    let serving = smol::spawn(server::accept(endpoint.clone(), doorman.clone()));

    let (good, bad) = (Client::new(addr)?, Client::new(addr)?);
    let friend = good.connect().await?;
    assert_eq!(ask(&friend, b"get me something").await?, b"here");

    let connection = bad.connect().await?;
    for _ in 0..100 {
        if ask(&connection, b"nonsense").await.is_err() {
            break;
        }
    }
    println!("bad: closed with {:?}", reason(connection.closed().await)?);

    let again = bad.connect().await?;
    let refusal = reason(again.closed().await)?;
    println!("bad: closed with {refusal:?}");
    assert!(refusal.starts_with(&format!("{} at 127.0.0.1 refused: banned", bad.key)));
    assert_eq!(ask(&friend, b"get me something").await?, b"here", "nothing befalls the others");
    assert_eq!(doorman.handle().counts()?.connected, 1);

    loop {
        let notice = notices.next().await.ok_or("the doorman was dropped")?;
        if matches!(notice.kind, NoticeKind::Unbanned { .. }) {
            break;
        }
    }
    assert_eq!(ask(&bad.connect().await?, b"get me something").await?, b"here");
    println!("bad: back again");

    endpoint.close(0_u32.into(), b"good night");
    serving.await;
    Ok(())
}

/// The other side.
struct Client {
    endpoint: Endpoint,
    server: std::net::SocketAddr,
    key: PeerKey,
}

impl Client {
    fn new(server: std::net::SocketAddr) -> Result<Self, Box<dyn Error>> {
        let identity = Identity::new()?;
        let mut endpoint = Endpoint::client((Ipv4Addr::LOCALHOST, 0).into())?;
        endpoint.set_default_client_config(identity.client()?);
        Ok(Self { endpoint, server, key: identity.key()? })
    }

    async fn connect(&self) -> Result<quinn::Connection, Box<dyn Error>> {
        Ok(self.endpoint.connect(self.server, "node")?.await?)
    }
}

async fn ask(connection: &quinn::Connection, question: &[u8]) -> Result<Vec<u8>, Box<dyn Error>> {
    let (mut send, mut recv) = connection.open_bi().await?;
    send.write_all(question).await?;
    send.finish()?;
    Ok(recv.read_to_end(1_024).await?)
}

/// The reason that the server gave for closing, which has to be a ban.
fn reason(error: ConnectionError) -> Result<String, Box<dyn Error>> {
    let ConnectionError::ApplicationClosed(close) = error else {
        return Err(error.into());
    };
    assert_eq!(close.error_code, BANNED);
    Ok(String::from_utf8_lossy(&close.reason).into_owned())
}
