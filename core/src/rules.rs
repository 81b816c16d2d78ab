//! Rules of the engine, one file each.

mod application;
mod bans;
mod connections;
mod crowd;
pub(crate) mod displacement;
mod exemptions;
mod gates;
mod hearsay;
mod incident;
mod ladder;
mod long_budget;
mod networks;
mod places;
mod protection;
mod reckoning;
mod reconfigure;
pub(crate) mod redial;
mod reports;
mod scores;
mod standing;
mod time_first;
mod unban;
mod waiver;
mod warning;
mod withholding;

pub(crate) use self::reports::LEAST_AMENDMENT;
