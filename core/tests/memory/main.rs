//! Memory use of the engine, measured.

#[cfg(test)]
mod engine;
#[cfg(test)]
mod flat;
#[cfg(test)]
mod gauge;
#[cfg(test)]
mod quiet;
