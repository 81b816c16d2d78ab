//! Subjects, baselines and measuring of the benchmarks and the program `summary`.
//!
//! Every figure that is judged is a ratio against a baseline that runs in the same process, on the
//! same ids, with the same hasher, in turns with what is measured: that is what survives another
//! machine, and a busy one.

#[cfg(feature = "libp2p")]
pub mod baselines;
#[cfg(feature = "libp2p")]
pub mod engines;
pub mod hashers;
pub mod measure;
#[cfg(feature = "libp2p")]
pub mod peers;
#[cfg(feature = "libp2p")]
pub mod stored;
#[cfg(feature = "libp2p")]
pub mod swarms;
