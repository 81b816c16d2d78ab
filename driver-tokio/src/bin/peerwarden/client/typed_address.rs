//! Typing errors in IPs and networks, in words.

use std::net::IpAddr;

/// Says what is wrong with a text that was meant to be an IP or a network; `None` if it is something else.
pub(crate) fn fault(text: &str) -> Option<String> {
    let (address, prefix) = match text.split_once('/') {
        Some((address, prefix)) => (address, Some(prefix)),
        None => (text, None),
    };
    let fault = if address.contains(':') {
        let digits = |byte: u8| byte.is_ascii_hexdigit() || matches!(byte, b':' | b'.');
        if !address.bytes().all(digits) {
            return None;
        }
        let wrong = address.parse::<IpAddr>().is_err();
        wrong.then(|| format!("{address} is not an IPv6 address"))
    } else {
        let only = |byte: u8| byte.is_ascii_digit() || byte == b'.';
        if !(address.contains('.') || prefix.is_some()) || !address.bytes().all(only) {
            return None;
        }
        fault_of_v4(address)
    };
    fault.or_else(|| fault_of_prefix(address, prefix?))
}

fn fault_of_v4(address: &str) -> Option<String> {
    let parts: Vec<_> = address.split('.').collect();
    let too_large = parts.iter().find(|part| part.parse::<u64>().is_ok_and(|byte| byte > 255));
    if let Some(part) = too_large {
        return Some(format!("{part} is no byte"));
    }
    if parts.len() != 4 || parts.iter().any(|part| part.is_empty()) {
        return Some(format!(
            "an IPv4 address has four numbers, {address} has {}",
            numbers(&parts)
        ));
    }
    let zero = parts.iter().find(|part| part.len() > 1 && part.starts_with('0'))?;
    Some(format!("{zero} begins with a zero, which some read as octal"))
}

fn numbers(parts: &[&str]) -> usize {
    parts.iter().filter(|part| !part.is_empty()).count()
}

fn fault_of_prefix(address: &str, prefix: &str) -> Option<String> {
    let longest = match address.parse::<IpAddr>().ok()? {
        IpAddr::V4(_) => 32,
        IpAddr::V6(_) => 128,
    };
    let fits = prefix.parse::<u8>().is_ok_and(|length| length <= longest);
    (!fits).then(|| format!("/{prefix} is no prefix length, which is a number from 0 to {longest}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_typing_error_is_named() {
        for (text, expected) in [
            ("203.0.113.300", Some("300 is no byte")),
            ("203.0.113", Some("an IPv4 address has four numbers, 203.0.113 has 3")),
            ("203.0.113.", Some("an IPv4 address has four numbers, 203.0.113. has 3")),
            ("203.0.113.07", Some("07 begins with a zero, which some read as octal")),
            ("203.0.113.0/33", Some("/33 is no prefix length, which is a number from 0 to 32")),
            ("203.0.113.0/", Some("/ is no prefix length, which is a number from 0 to 32")),
            ("2001:db8::/129", Some("/129 is no prefix length, which is a number from 0 to 128")),
            ("2001:db8::1::", Some("2001:db8::1:: is not an IPv6 address")),
            ("203.0.113.0/24", None),
            ("12D3KooW", None),
            ("example.org", None),
            ("1234", None),
        ] {
            assert_eq!(fault(text).as_deref(), expected, "{text}");
        }
    }
}
