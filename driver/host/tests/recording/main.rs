//! Recordings: what is written while a node runs, and what reads it.

#[cfg(test)]
mod reading;
