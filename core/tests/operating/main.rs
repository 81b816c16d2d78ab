//! What an operator does while the node runs: reads the bans a page at a time, looks at how much is
//! held, changes the policy.

#[cfg(test)]
mod held;
#[cfg(test)]
mod one_setting;
#[cfg(test)]
mod pages;
#[cfg(test)]
mod reconfigure;
mod remembered;
#[cfg(test)]
mod sim;
