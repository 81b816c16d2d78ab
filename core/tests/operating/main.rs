//! Operation of a running engine: bans read a page at a time, amounts held, time in slices, changes of policy.

#[cfg(test)]
mod exempt;
#[cfg(test)]
mod held;
#[cfg(test)]
mod one_setting;
#[cfg(test)]
mod pages;
#[cfg(test)]
mod reconfigure;
#[cfg(test)]
mod remembered;
#[cfg(test)]
mod remote;
#[cfg(test)]
mod sim;
#[cfg(test)]
mod slices;
