//! Texts that were meant to be subjects and are none: what is wrong with them, in words.

use std::net::IpAddr;

use libp2p::Multiaddr;
use libp2p::multiaddr::Protocol;
use peerwarden_tokio::OneLine;
use peerwarden_tokio::lists::{NetworkError, parse_network, parse_range_ip, range_networks};

/// Says what is wrong with a text that was meant to be an IP, a network or another kind of address, as the end of
/// a sentence that begins with the text; `None` if it is something else.
pub(crate) fn fault(text: &str) -> Option<String> {
    if let Ok(address) = text.parse::<Multiaddr>()
        && text.starts_with('/')
    {
        return Some(of_multiaddress(&address));
    }
    if let Some((first, last)) = text.split_once('-')
        && let Ok(first) = parse_range_ip(first.trim())
    {
        return Some(of_range(first, last.trim()));
    }
    let error = parse_network(text).err().filter(|_| text.contains(['.', ':', '/']))?;
    if error == NetworkError::Empty {
        return None;
    }
    if error == NetworkError::Neither {
        let digits = |byte: u8| byte.is_ascii_hexdigit() || matches!(byte, b':' | b'.' | b'/');
        let is_meant = text.contains(':') && text.bytes().all(digits);
        return is_meant.then(|| format!("{NEITHER}: {text} is not an IPv6 address"));
    }
    if error == NetworkError::HostName && (text.contains("..") || is_pattern(text)) {
        return None;
    }
    let said = error.to_string();
    let why_no_ip = said.strip_prefix("is no IP: ").map(|why| format!("{NEITHER}: {why}"));
    Some(why_no_ip.unwrap_or(said))
}

/// Whether it is an IP with something in the place of a number: `192.0.2.x`.
fn is_pattern(text: &str) -> bool {
    text.split('.').filter(|part| part.parse::<u8>().is_ok()).count() > 1
}

#[expect(clippy::wildcard_enum_match_arm, reason = "the other parts name neither an IP nor a peer")]
fn of_multiaddress(address: &Multiaddr) -> String {
    let (mut ip, mut peer) = (None, None);
    for part in address {
        match part {
            Protocol::Ip4(found) => ip = ip.or(Some(IpAddr::V4(found))),
            Protocol::Ip6(found) => ip = ip.or(Some(IpAddr::V6(found))),
            Protocol::P2p(found) => peer = Some(found),
            // What came before is the relay.
            Protocol::P2pCircuit => (ip, peer) = (None, None),
            _ => {}
        }
    }
    match (ip, peer) {
        (Some(ip), Some(peer)) => {
            format!("is a multiaddress: give its IP {ip}, or its peer {peer}")
        }
        (Some(ip), None) => format!("is a multiaddress: give its IP {ip}"),
        (None, Some(peer)) => format!("is a multiaddress: give its peer {peer}"),
        (None, None) => {
            "is a multiaddress without an IP or a peer: give an IP such as 192.0.2.1, or a peer's id"
                .to_owned()
        }
    }
}

fn of_range(first: IpAddr, last: &str) -> String {
    let last = match parse_range_ip(last) {
        Ok(last) => last,
        Err(error) => return format!("is no range: \"{}\" {error}", OneLine(last)),
    };
    match range_networks(first, last) {
        Ok(networks) => {
            let mut names: Vec<_> = networks.map(|net| net.to_string()).collect();
            let more = names.len().saturating_sub(MOST_NAMED);
            names.truncate(MOST_NAMED);
            let more = if more == 0 { String::new() } else { format!(" and {more} more") };
            format!(
                "is a range: give its networks {}{more}, or import it as a list",
                names.join(" ")
            )
        }
        Err(error) => error.to_string(),
    }
}

const NEITHER: &str = "is neither a peer id nor an address";
/// The most networks of a range that are named.
const MOST_NAMED: usize = 5;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_meant_and_what_is_wrong_with_it_is_named() {
        let id = "12D3KooWK3mWd6H4tkoJPjNHv2gDTS2SrhWjBgNs39zHtswG6cJc";
        let relay = "12D3KooWEyoppNCUx8Yx66oV9fJnriXwCcXwDDUA2kj6vnc6iDEp";
        let neither = |why: &str| Some(format!("is neither a peer id nor an address: {why}"));
        let said = |text: &str| Some(text.to_owned());
        for (text, expected) in [
            ("203.0.113.300", neither("300 is no byte")),
            ("203.0.113", neither("IPv4 has four numbers, not 3")),
            ("203.0.113.", neither("\"\" is no byte")),
            ("2001:db8::1::", neither("2001:db8::1:: is not an IPv6 address")),
            (
                "203.0.113.07",
                said("has a number that begins with 0, which may be octal: write it without"),
            ),
            (
                "203.0.113.0/33",
                said("is no network: a number from 0 to 32 has to follow the slash"),
            ),
            (
                "192.0.2.0/255.0.255.0",
                said("is no network: a number from 0 to 32 has to follow the slash"),
            ),
            (
                "2001:db8::/129",
                said("is no network: a number from 0 to 128 has to follow the slash"),
            ),
            ("1.2.3.4:4001", said("has a port: give the IP alone")),
            ("fe80::1%eth0", said("has a zone: give the IP alone")),
            ("bad.example.org", said("is the name of a host: give its IPs")),
            (
                "192.0.2.4-192.0.2.9",
                said(
                    "is a range: give its networks 192.0.2.4/30 192.0.2.8/31, or import it as a list",
                ),
            ),
            (
                "192.0.2.1 - 192.0.2.254",
                said(
                    "is a range: give its networks 192.0.2.1/32 192.0.2.2/31 192.0.2.4/30 192.0.2.8/29 \
                     192.0.2.16/28 and 9 more, or import it as a list",
                ),
            ),
            ("192.0.2.9-192.0.2.4", said("is no range: it ends before it begins")),
            ("192.0.2.4-9", said("is no range: \"9\" is no IP: IPv4 has four numbers, not 1")),
            (
                &format!("/ip4/1.2.3.4/tcp/4001/p2p/{id}"),
                said(&format!("is a multiaddress: give its IP 1.2.3.4, or its peer {id}")),
            ),
            ("/ip6/2001:db8::1/udp/1/quic-v1", said("is a multiaddress: give its IP 2001:db8::1")),
            (
                &format!("/ip4/1.2.3.4/tcp/1/p2p/{relay}/p2p-circuit/p2p/{id}"),
                said(&format!("is a multiaddress: give its peer {id}")),
            ),
            (
                "/dns4/a.example/tcp/1",
                said(
                    "is a multiaddress without an IP or a peer: give an IP such as 192.0.2.1, or a peer's id",
                ),
            ),
            ("203.0.113.0/24", None),
            ("12D3KooW", None),
            ("12D3KooW..6cJc", None),
            ("1234", None),
            ("/24", None),
            ("192.0.2.x", None),
        ] {
            assert_eq!(fault(text), expected, "{text}");
        }
    }
}
