//! What follows from what: a file for each rule.

mod bans;
pub(crate) mod colocation;
mod connections;
pub(crate) mod displacement;
mod gates;
mod networks;
mod protection;
mod reconfigure;
pub(crate) mod redial;
mod reports;
mod scores;
mod time_first;
mod unban;
mod withholding;
