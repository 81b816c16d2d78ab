//! Guarded server: what a node on quinn adds to its own accept loop.

use std::error::Error;
use std::sync::Arc;

use peerwarden_host::{Direction, Doorman, Misbehavior, Task, Tasks};
use quinn::{Connection, Endpoint, Incoming, VarInt};

use crate::peer_key::PeerKey;

/// The code with which banned peers are closed.
pub(crate) const BANNED: VarInt = VarInt::from_u32(0xBA);

/// Closes what is banned, for as long as the doorman is there.
pub(crate) async fn close(mut tasks: Tasks<PeerKey, Connection>) {
    while let Some(task) = tasks.next().await {
        if let Task::Close { connection, .. } = task {
            connection.close(BANNED, b"banned");
        }
    }
}

/// Accepts connections until the endpoint is closed.
pub(crate) async fn accept(endpoint: Endpoint, doorman: Arc<Doorman<PeerKey, Connection>>) {
    while let Some(incoming) = endpoint.accept().await {
        if doorman.check_inbound(incoming.remote_address().ip()).is_err() {
            incoming.refuse();
            continue;
        }
        let doorman = doorman.clone();
        smol::spawn(async move {
            if let Err(error) = serve(incoming, &doorman).await {
                println!("server: {error}");
            }
        })
        .detach();
    }
}

/// Serves one connection to its end.
async fn serve(
    incoming: Incoming,
    doorman: &Doorman<PeerKey, Connection>,
) -> Result<(), Box<dyn Error>> {
    let connection = incoming.await?;
    let (peer, addr) = (PeerKey::of(&connection)?, connection.remote_address().ip());
    let admitted = doorman.admit(peer, Some(addr), Direction::Inbound, connection.clone());
    let admission = match admitted {
        Ok(admission) => admission,
        Err(refused) => {
            refused.connection.close(BANNED, refused.to_string().as_bytes());
            return Err(refused.refusal.into());
        }
    };
    loop {
        let (mut send, mut recv) = connection.accept_bi().await?;
        if recv.read_to_end(1_024).await?.starts_with(b"get") {
            send.write_all(b"here").await?;
        } else {
            doorman.handle().report(peer, Misbehavior::INVALID_MESSAGE)?;
            // Another task closes it as well, when it has its turn: until then nothing more is answered.
            if let Err(refusal) = admission.check() {
                connection.close(BANNED, b"banned");
                return Err(refusal.into());
            }
            send.write_all(b"what?").await?;
        }
        send.finish()?;
    }
}
