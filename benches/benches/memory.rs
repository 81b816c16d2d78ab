//! Bytes that a peer takes.
//!
//! Counted, not timed: the same at every run.

use allocation_counter::measure;
use peerwarden_benches::engines::{self, Known, SIZES};
use peerwarden_benches::hashers::SipHash;
use peerwarden_benches::peers::peers;

fn main() {
    for known in Known::ALL {
        for size in SIZES {
            let (peers, mut warden) = (peers(size, 1), None);
            let held = measure(|| {
                warden = Some(engines::engine::<SipHash>(&peers, known, engines::roomy(size)));
            });
            let bytes = held.bytes_current.unsigned_abs() / size as u64;
            println!("memory/{}/{size} {bytes} bytes", known.name());
        }
    }
}
