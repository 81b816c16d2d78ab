//! Bitcoin Core's `banlist.json` and `listbanned`.

use std::borrow::Cow;
use std::net::Ipv6Addr;

use serde::Deserialize;

use super::json::{Items, Locator, entry};
use super::sink::{About, End, Sink};
use crate::lists::file::SkipReason;
use crate::peer::PeerName;

pub(super) fn read<'a, P: PeerName>(
    items: &Items<'a>,
    locator: &mut Locator<'a>,
    sink: &mut Sink<'_, P>,
) {
    items.read_each(locator, sink, |line, item, _, sink| {
        let banned: Banned<'_> = entry(item)?;
        let address = banned.address.trim();
        if let Some(reason) = elsewhere(address) {
            sink.skip(reason);
            return Ok(());
        }
        let until = banned.banned_until.map_or(End::Unsaid, End::unix);
        let about = About { line, until, ..About::default() };
        sink.network(address, about).map_err(|problem| (address.to_owned(), problem))
    });
}

#[derive(Deserialize)]
#[serde(expecting = "an object with address and banned_until")]
struct Banned<'a> {
    #[serde(borrow)]
    address: Cow<'a, str>,
    banned_until: Option<i64>,
}

/// Why an address is not one of the internet's, if it is not.
fn elsewhere(address: &str) -> Option<SkipReason> {
    let host = address.split_once('/').map_or(address, |(host, _)| host);
    if host.ends_with(".onion") {
        return Some(SkipReason::Onion);
    }
    if host.ends_with(".i2p") {
        return Some(SkipReason::I2p);
    }
    let segments = host.parse::<Ipv6Addr>().ok()?.segments();
    match segments {
        // Where Tor's addresses once were: OnionCat.
        [0xfd87, 0xd87e, 0xeb43, ..] => Some(SkipReason::Onion),
        [first, ..] => (first >> 8 == 0xfc).then_some(SkipReason::Cjdns),
    }
}
