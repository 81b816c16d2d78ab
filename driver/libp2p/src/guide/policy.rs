//! [`Config`]: crate::Config
//! [`threshold`]: crate::Config::threshold
//! [`dry_run`]: crate::Config::with_dry_run
//! [`report_from`]: peerwarden_host::Handle::report_from
//! [`report`]: peerwarden_host::Handle::report
//! [`valid`]: peerwarden_host::Handle::valid
//! [parameters of your own]: super#6-gossipsubs-scores
//! [amplified]: peerwarden_host::Handle::report_amplified
//! [`expel`]: peerwarden_host::Handle::expel
//! [`Warned`]: crate::EventKind::Warned
//! [`EventKind::Incident`]: crate::EventKind::Incident
//! [`reconfigure`]: peerwarden_host::Handle::reconfigure
//! [`ban`]: peerwarden_host::Handle::ban
//! [`unban`]: peerwarden_host::Handle::unban
//! [`waive`]: peerwarden_host::Handle::waive
#![cfg_attr(not(doctest), doc = include_str!("../../guide/policy.md"))]
