//! What an operator does while the node runs: reads the bans a page at a time, changes the policy.

#[cfg(test)]
mod pages;
#[cfg(test)]
mod reconfigure;
