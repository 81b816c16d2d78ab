//! Restored, mended and refused snapshots.

#[cfg(test)]
mod aged;
#[cfg(test)]
mod kept;
#[cfg(test)]
mod mended;
#[cfg(test)]
mod refused;
#[cfg(test)]
mod resumed;
#[cfg(test)]
mod saved;
#[cfg(all(test, feature = "serde"))]
mod written;
