//! Networks and ranges of IPs read from text.

use std::net::{IpAddr, Ipv4Addr};

use ipnet::{IpSubnets, Ipv4Subnets, Ipv6Subnets};
use peerwarden_core::{IpNet, Subject};

/// A network as it was written down.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct ListedNetwork {
    /// The network in its canonical form.
    pub net: IpNet,
    /// Whether there were bits after the prefix: `10.1.2.3/8`, which is read as `10.0.0.0/8`.
    pub masked: bool,
}

/// Reads an IP, or a network with the length of its prefix or with a mask.
///
/// ```
/// use peerwarden_host::lists::parse_network;
///
/// assert_eq!(parse_network("203.0.113.7")?.net, "203.0.113.7/32".parse()?);
/// assert_eq!(parse_network("192.0.2.0/255.255.255.0")?.net, "192.0.2.0/24".parse()?);
/// let error = parse_network("203.0.113.300").unwrap_err();
/// assert_eq!(error.to_string(), "is no IP: 300 is no byte");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
///
/// [`NetworkError`], which says what is wrong with the text and goes on from it in a sentence.
pub fn parse_network(text: &str) -> Result<ListedNetwork, NetworkError> {
    let (ip, prefix) = match text.split_once('/') {
        Some((ip, prefix)) => (ip, Some(prefix)),
        None => (text, None),
    };
    let ip: IpAddr = ip.parse().map_err(|_| why_no_ip(ip))?;
    let Some(prefix) = prefix else {
        return Ok(ListedNetwork { net: canonical(ip.into()), masked: false });
    };
    let most = if ip.is_ipv4() { 32 } else { 128 };
    let bits = if prefix.is_empty() || !prefix.bytes().all(|byte| byte.is_ascii_digit()) {
        let mask = prefix.parse().ok().filter(|_| ip.is_ipv4());
        mask.and_then(bits_of_mask)
    } else {
        prefix.parse().ok()
    };
    let net =
        bits.and_then(|bits| IpNet::new(ip, bits).ok()).ok_or(NetworkError::Prefix { most })?;
    Ok(ListedNetwork { net: canonical(net), masked: net != net.trunc() })
}

/// Returns the fewest networks that hold the IPs from `first` to `last`, both included, and no other: at
/// most 62 of IPv4, and 254 of IPv6.
///
/// ```
/// use peerwarden_host::lists::range_networks;
///
/// let nets = range_networks("203.0.113.4".parse()?, "203.0.113.9".parse()?)?;
/// assert_eq!(nets.collect::<Vec<_>>(), ["203.0.113.4/30".parse()?, "203.0.113.8/31".parse()?]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
///
/// [`RangeError`] if the last comes before the first, or they are of two families.
pub fn range_networks(
    first: IpAddr,
    last: IpAddr,
) -> Result<impl Iterator<Item = IpNet>, RangeError> {
    let subnets = match (first.to_canonical(), last.to_canonical()) {
        (IpAddr::V4(first), IpAddr::V4(last)) if first <= last => {
            IpSubnets::V4(Ipv4Subnets::new(first, last, 0))
        }
        (IpAddr::V6(first), IpAddr::V6(last)) if first <= last => {
            IpSubnets::V6(Ipv6Subnets::new(first, last, 0))
        }
        (IpAddr::V4(_), IpAddr::V4(_)) | (IpAddr::V6(_), IpAddr::V6(_)) => {
            return Err(RangeError::Backwards);
        }
        (IpAddr::V4(_), IpAddr::V6(_)) | (IpAddr::V6(_), IpAddr::V4(_)) => {
            return Err(RangeError::Families);
        }
    };
    Ok(subnets.map(canonical))
}

/// Reads an IP of a range. Octets of IPv4 may be padded with zeros, and are decimal all the same, as in
/// eMule's and PeerGuardian's lists.
///
/// # Errors
///
/// [`NetworkError`], as [`parse_network`].
pub fn parse_range_ip(text: &str) -> Result<IpAddr, NetworkError> {
    let ip = text.parse().ok().or_else(|| padded(text));
    ip.ok_or_else(|| why_no_ip(text))
}

/// What is wrong with a text that ought to be an IP or a network. Prints as the end of a sentence that
/// begins with the text.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum NetworkError {
    /// There is nothing.
    #[error("is empty")]
    Empty,
    /// It is the name of a host, which is not looked up.
    #[error("is the name of a host: give its IPs")]
    HostName,
    /// It is neither an IP nor anything that is often mistaken for one.
    #[error("is neither an IP nor a network")]
    Neither,
    /// It has numbers and dots, but not four.
    #[error("is no IP: IPv4 has four numbers, not {count}")]
    Numbers {
        /// How many it has.
        count: usize,
    },
    /// One of the four numbers is missing or too large.
    #[error("is no IP: {} is no byte", if .octet.is_empty() { "\"\"" } else { .octet })]
    Octet {
        /// The number, cut after twelve digits.
        octet: String,
    },
    /// A number begins with a zero, which some programs read as octal.
    #[error("has a number that begins with 0, which may be octal: write it without")]
    Padded,
    /// There is a port behind the IP.
    #[error("has a port: give the IP alone")]
    Port,
    /// What follows the slash is no length of a prefix.
    #[error("is no network: a number from 0 to {most} has to follow the slash")]
    Prefix {
        /// The longest prefix there is in this family.
        most: u8,
    },
    /// There is a zone behind the IP, which means something on one machine alone.
    #[error("has a zone: give the IP alone")]
    Zone,
}

/// Why two IPs are no range. Prints as the end of a sentence.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum RangeError {
    /// The last IP comes before the first.
    #[error("is no range: it ends before it begins")]
    Backwards,
    /// One IP is of IPv4 and the other of IPv6.
    #[error("is no range: it begins in one family of addresses and ends in the other")]
    Families,
}

fn canonical(net: IpNet) -> IpNet {
    match Subject::<()>::Addr(net).canonical() {
        Subject::Addr(net) => net,
        Subject::Peer(()) => net,
    }
}

fn bits_of_mask(mask: Ipv4Addr) -> Option<u8> {
    let bits = mask.to_bits();
    let ones = bits.leading_ones();
    (ones + bits.trailing_zeros() == u32::BITS || bits == u32::MAX)
        .then(|| u8::try_from(ones).ok())
        .flatten()
}

fn padded(text: &str) -> Option<IpAddr> {
    let mut octets = [0; 4];
    let mut parts = text.split('.');
    for octet in &mut octets {
        let part = parts.next().filter(|part| part.len() <= 3)?;
        *octet = part.parse().ok()?;
    }
    parts.next().is_none().then_some(IpAddr::from(octets))
}

fn why_no_ip(text: &str) -> NetworkError {
    if text.is_empty() {
        return NetworkError::Empty;
    }
    if text.contains('%') && text.contains(':') {
        return NetworkError::Zone;
    }
    if let Some((ip, port)) = text.rsplit_once(':')
        && port.parse::<u16>().is_ok()
        && (ip.parse::<Ipv4Addr>().is_ok() || ip.starts_with('['))
    {
        return NetworkError::Port;
    }
    if text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.') {
        let count = text.split('.').count();
        if count != 4 {
            return NetworkError::Numbers { count };
        }
        let wrong = text.split('.').find(|octet| {
            octet.len() > 3 || octet.parse::<u16>().map_or(true, |octet| octet > 255)
        });
        return match wrong {
            Some(octet) => NetworkError::Octet { octet: octet.chars().take(12).collect() },
            None => NetworkError::Padded,
        };
    }
    let name = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_');
    if text.contains('.') && text.bytes().all(name) {
        return NetworkError::HostName;
    }
    NetworkError::Neither
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(text: &str) -> String {
        parse_network(text).unwrap_err().to_string()
    }

    #[test]
    fn an_ip_and_a_network_are_read() {
        for (text, net) in [
            ("203.0.113.7", "203.0.113.7/32"),
            ("203.0.113.0/24", "203.0.113.0/24"),
            ("0.0.0.0/0", "0.0.0.0/0"),
            ("192.0.2.0/255.255.254.0", "192.0.2.0/23"),
            ("192.0.2.1/255.255.255.255", "192.0.2.1/32"),
            ("0.0.0.0/0.0.0.0", "0.0.0.0/0"),
            ("2001:db8::/32", "2001:db8::/32"),
            ("2001:DB8::1", "2001:db8::1/128"),
            ("::ffff:192.0.2.7", "192.0.2.7/32"),
            ("64:ff9b::192.0.2.0/120", "192.0.2.0/24"),
        ] {
            let read = ListedNetwork { net: net.parse().unwrap(), masked: false };
            assert_eq!(parse_network(text), Ok(read), "{text}");
        }
        let masked = parse_network("10.1.2.3/8").unwrap();
        assert_eq!(masked, ListedNetwork { net: "10.0.0.0/8".parse().unwrap(), masked: true });
    }

    #[test]
    fn what_is_no_network_is_refused_with_what_is_wrong() {
        for (text, wrong) in [
            ("", "is empty"),
            ("203.0.113.300", "is no IP: 300 is no byte"),
            ("203.0.113.", "is no IP: \"\" is no byte"),
            ("1.2.3/24", "is no IP: IPv4 has four numbers, not 3"),
            ("1.2.3.4.5", "is no IP: IPv4 has four numbers, not 5"),
            ("010.1.2.3", "has a number that begins with 0, which may be octal: write it without"),
            ("192.0.2.1:30303", "has a port: give the IP alone"),
            ("[2001:db8::1]:30303", "has a port: give the IP alone"),
            ("fe80::1%eth0", "has a zone: give the IP alone"),
            ("bad.example.com", "is the name of a host: give its IPs"),
            ("192.0.2.0/33", "is no network: a number from 0 to 32 has to follow the slash"),
            ("192.0.2.0/", "is no network: a number from 0 to 32 has to follow the slash"),
            ("192.0.2.0/+8", "is no network: a number from 0 to 32 has to follow the slash"),
            (
                "192.0.2.0/255.0.255.0",
                "is no network: a number from 0 to 32 has to follow the slash",
            ),
            ("2001:db8::/129", "is no network: a number from 0 to 128 has to follow the slash"),
            (
                "2001:db8::/255.0.0.0",
                "is no network: a number from 0 to 128 has to follow the slash",
            ),
            ("2001:db8:::1", "is neither an IP nor a network"),
            ("hello", "is neither an IP nor a network"),
            ("1\u{660}.2.3.4", "is neither an IP nor a network"),
        ] {
            assert_eq!(error(text), wrong, "{text}");
        }
    }

    #[test]
    fn a_range_is_the_fewest_networks_that_hold_it() {
        let nets = |first: &str, last: &str| -> Vec<String> {
            let nets = range_networks(first.parse().unwrap(), last.parse().unwrap()).unwrap();
            nets.map(|net| net.to_string()).collect()
        };
        assert_eq!(nets("192.0.2.0", "192.0.2.255"), ["192.0.2.0/24"]);
        assert_eq!(nets("192.0.2.7", "192.0.2.7"), ["192.0.2.7/32"]);
        assert_eq!(nets("0.0.0.0", "255.255.255.255"), ["0.0.0.0/0"]);
        assert_eq!(nets("192.0.2.255", "192.0.3.0"), ["192.0.2.255/32", "192.0.3.0/32"]);
        assert_eq!(nets("0.0.0.1", "255.255.255.254").len(), 62);
        assert_eq!(nets("::1", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:fffe").len(), 254);
        assert_eq!(nets("2001:db8::", "2001:db8::ffff"), ["2001:db8::/112"]);

        let error = |first: &str, last: &str| {
            range_networks(first.parse().unwrap(), last.parse().unwrap()).err()
        };
        assert_eq!(error("192.0.2.2", "192.0.2.1"), Some(RangeError::Backwards));
        assert_eq!(error("192.0.2.2", "::1"), Some(RangeError::Families));
    }

    #[test]
    fn the_zeros_of_a_range_do_not_make_it_octal() {
        let ip = |text: &str| parse_range_ip(text).map(|ip| ip.to_string());
        assert_eq!(ip("010.001.000.255"), Ok("10.1.0.255".to_owned()));
        assert_eq!(ip("256.1.1.1"), Err(NetworkError::Octet { octet: "256".to_owned() }));
        assert_eq!(ip("0010.1.1.1"), Err(NetworkError::Octet { octet: "0010".to_owned() }));
    }
}
