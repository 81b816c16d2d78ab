//! Recordings: what is written while a node runs, and what reads it.

#[cfg(test)]
mod child;
#[cfg(test)]
mod exact;
#[cfg(test)]
mod files;
#[cfg(test)]
mod gaps;
#[cfg(test)]
mod kill;
#[cfg(test)]
mod names;
#[cfg(test)]
mod played;
#[cfg(test)]
mod reading;
#[cfg(test)]
mod running;
