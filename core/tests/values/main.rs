//! Values of the API: what can be made, and what is refused where it is made.

#[cfg(test)]
mod amounts;
#[cfg(test)]
mod answers;
#[cfg(test)]
mod map_peers;
#[cfg(test)]
mod names;
#[cfg(test)]
mod policies;
#[cfg(test)]
mod settings;
#[cfg(test)]
mod times;
