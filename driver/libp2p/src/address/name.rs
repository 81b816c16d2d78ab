//! Host names in addresses.
//!
//! What resolves them differs: the system's resolver also reads `127.1`, `0x7f000001` and
//! `fe80::1%eth0`, libp2p's maps digits of other scripts to ASCII ones. Such names are refused. An IP
//! in its usual form is read as that IP, in its own family only.

use std::net::IpAddr;

use super::{AddressFault, Destination};

/// Of `/dns/..`.
pub(super) fn any(text: &str) -> Result<Destination, AddressFault> {
    match text.parse() {
        Ok(ip) => Destination::at(ip),
        Err(_) => checked(text),
    }
}

/// Of `/dns4/..`.
pub(super) fn ipv4(text: &str) -> Result<Destination, AddressFault> {
    of_family(text, IpAddr::is_ipv4)
}

/// Of `/dns6/..`.
pub(super) fn ipv6(text: &str) -> Result<Destination, AddressFault> {
    of_family(text, IpAddr::is_ipv6)
}

/// Of `/dnsaddr/..`, which has addresses for records, so that no name stands for itself.
pub(super) fn of_records(text: &str) -> Result<Destination, AddressFault> {
    checked(text)
}

fn of_family(text: &str, has: impl FnOnce(&IpAddr) -> bool) -> Result<Destination, AddressFault> {
    let found = any(text)?;
    if found.ip().as_ref().is_none_or(has) { Ok(found) } else { Err(AddressFault::Name) }
}

/// A name of letters, digits, `-`, `_` and dots whose last label is no number.
fn checked(text: &str) -> Result<Destination, AddressFault> {
    let plain = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte));
    let name = text.strip_suffix('.').unwrap_or(text);
    let last = name.rsplit('.').next().unwrap_or_default();
    if plain && (1..=LONGEST).contains(&name.len()) && !last.is_empty() && !is_number(last) {
        Ok(Destination::Name)
    } else {
        Err(AddressFault::Name)
    }
}

/// Whether the resolver of some system would take it for a number: decimal, octal or hexadecimal.
fn is_number(label: &str) -> bool {
    let hexadecimal = label.strip_prefix("0x").or_else(|| label.strip_prefix("0X"));
    match hexadecimal {
        Some(digits) => digits.bytes().all(|byte| byte.is_ascii_hexdigit()),
        None => label.bytes().all(|byte| byte.is_ascii_digit()),
    }
}

/// The longest name that DNS has.
const LONGEST: usize = 253;
