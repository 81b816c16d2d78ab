//! One file for each policy.

mod alsp;
mod bitcoin;
mod fail2ban;
mod lighthouse;
mod op_monitor;
mod peerwarden;

pub(crate) use alsp::Alsp;
pub(crate) use bitcoin::Bitcoin;
pub(crate) use fail2ban::Fail2ban;
pub(crate) use lighthouse::Lighthouse;
pub(crate) use op_monitor::OpMonitor;
pub(crate) use peerwarden::Peerwarden;
