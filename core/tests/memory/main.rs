//! Memory, measured: an allocator that counts is in charge of this whole test binary.

#[cfg(test)]
mod engine;
#[cfg(test)]
mod flat;
#[cfg(test)]
mod gauge;
#[cfg(test)]
mod quiet;
