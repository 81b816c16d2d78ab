//! [`policy`]: super::policy
//! [`glossary`]: super::glossary
//! [`report_amplified`]: peerwarden_host::Handle::report_amplified
//! [`expel`]: peerwarden_host::Handle::expel
//! [`ban`]: peerwarden_host::Handle::ban
//! [`report_from`]: peerwarden_host::Handle::report_from
//! [`valid`]: peerwarden_host::Handle::valid
//! [`unban`]: peerwarden_host::Handle::unban
//! [`Config`]: crate::Config
#![cfg_attr(feature = "toml", doc = "[example]: peerwarden_host::Settings::EXAMPLE")]
#![cfg_attr(not(feature = "toml"), doc = "[example]: peerwarden_host")]
#![cfg_attr(not(doctest), doc = include_str!("../../guide/decisions.md"))]
