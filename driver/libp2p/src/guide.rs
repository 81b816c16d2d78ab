//! [`policy`]: policy
//! [`decisions`]: decisions
//! [`operating`]: operating
//! [`glossary`]: glossary
//! [`addresses`]: addresses
//! [`guard`]: guard
//! [`Config::max_records`]: crate::Config::max_records
//! [kept connected]: crate::Handle::keep_connected
//! [`max_redials`]: crate::DriverOptions::max_redials
//! [`DeniedElsewhere`]: crate::RedialError::DeniedElsewhere
//! [`CloseTimeout`]: crate::CloseTimeout
//! [`Handle::set_local_peer_id`]: peerwarden_host::Handle::set_local_peer_id
//! [crate's first page]: crate#across-restarts
//! [`DialGate`]: crate::DialGate
//! [`Handle`]: crate::Handle
//! [`check_peer`]: peerwarden_host::Handle::check_peer
//! [`EventKind`]: crate::EventKind
//! [`warning`]: crate::Config::warning
//! [what to do]: policy#what-to-do-in-an-incident
//! [`Event::missed`]: crate::Event::missed
//! [`Handle::bans`]: peerwarden_host::Handle::bans
//! [`Handle::subscribe`]: peerwarden_host::Handle::subscribe
//! [`keep_connected`]: crate::Handle::keep_connected
//! [`report`]: peerwarden_host::Handle::report
//! [`report_from(author, propagation_source, ..)`]: peerwarden_host::Handle::report_from
//! [`valid`]: peerwarden_host::Handle::valid
//! [`ApplicationScore`]: crate::ApplicationScore
//! [`min_score`]: crate::Config::min_score
//! [places]: policy#the-rules-in-short
//! [`ban_durations`]: crate::Config::ban_durations
//! [`check_on_leave`]: crate::Config::with_check_on_leave
//! [`Denied`]: crate::Denied
//! [`protect`]: peerwarden_host::Handle::protect
//! [`ban`]: peerwarden_host::Handle::ban
//! [`unban`]: peerwarden_host::Handle::unban
//! [`Tag`]: crate::Tag
//! [`Handle::reconfigure`]: peerwarden_host::Handle::reconfigure
//! [`dry_run`]: crate::Config::with_dry_run
//! [`Closed`]: crate::Closed
//! [`Store`]: crate::Store
//! [`store`]: crate::store
//! [`StoreHealth`]: crate::StoreHealth
//! [`ManualTimer`]: crate::ManualTimer
//! [`MemoryStore`]: crate::MemoryStore
#![cfg_attr(not(doctest), doc = include_str!("../guide/README.md"))]

pub mod addresses;
pub mod decisions;
pub mod glossary;
pub mod guard;
pub mod operating;
pub mod policy;
