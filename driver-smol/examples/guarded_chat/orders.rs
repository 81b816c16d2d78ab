//! Commands of the operator.

use std::error::Error;
use std::fmt::Write;
use std::time::Duration;

use libp2p::PeerId;
use peerwarden_smol::{BanDuration, Handle, Origin, Subject};

/// Does what the words say; what there is to tell of it.
pub(crate) fn obey(warden: &Handle, order: &str) -> Result<String, Box<dyn Error>> {
    let words: Vec<_> = order.split_whitespace().collect();
    let mut answer = String::new();
    match words[..] {
        ["ban", peer, seconds] => {
            let duration = BanDuration::try_from(Duration::from_secs(seconds.parse()?))?;
            let banned = warden.ban(peer_of(peer)?, Some(duration), Origin::Operator)?;
            writeln!(answer, "! {banned}")?;
        }
        ["unban", peer] => writeln!(answer, "! {}", warden.unban(peer_of(peer)?, None)?)?,
        ["bans"] => {
            for ban in warden.bans(None, 100)? {
                let causes: Vec<_> = ban.causes.iter().map(|active| active.cause).collect();
                writeln!(answer, "! {} is banned by {causes:?}", ban.subject)?;
            }
        }
        _ => return Err(format!("there are {THERE_ARE}").into()),
    }
    Ok(answer)
}

fn peer_of(text: &str) -> Result<Subject<PeerId>, Box<dyn Error>> {
    Ok(Subject::Peer(text.parse().map_err(|error| format!("{text:?} is no peer id: {error}"))?))
}

/// Every order.
pub(crate) const THERE_ARE: &str = "/ban PEER SECONDS, /unban PEER, /bans and /quit";
