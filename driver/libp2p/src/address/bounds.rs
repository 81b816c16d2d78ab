//! Bounds on what is kept of addresses that others choose.

use libp2p::Multiaddr;

use super::Destination;
use peerwarden_host::driver::is_plain;

/// Whether `address` is one to keep: it leads somewhere, has at most [`MAX_BYTES`] bytes, and can be
/// printed as it is.
pub(crate) fn is_kept(address: &Multiaddr) -> bool {
    address.len() <= MAX_BYTES
        && Destination::from_address(address).is_ok()
        && is_plain(&address.to_string())
}

/// As many of the parts that `address` begins with as have at most [`MAX_BYTES`] bytes together: all,
/// but for an address that nobody has honestly.
pub(crate) fn shortened(address: &Multiaddr) -> Multiaddr {
    let mut short = Multiaddr::empty();
    for part in address {
        let longer = short.clone().with(part);
        if longer.len() > MAX_BYTES {
            break;
        }
        short = longer;
    }
    short
}

/// How many bytes of an address are kept. One of WebTransport behind a relay, with two certificate
/// hashes and two peer ids, has about 200.
pub(crate) const MAX_BYTES: usize = 256;
