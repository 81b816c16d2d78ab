//! [`peers`]: peerwarden_host::Handle::peers
//! [`protected`]: peerwarden_host::Handle::protected
//! [`notes`]: peerwarden_host::Handle::notes
//! [`wall`]: peerwarden_host::Handle::wall
//! [`disconnect`]: peerwarden_host::Handle::disconnect
//! [incidents]: super::policy#what-to-do-in-an-incident
//! [wrong set-ups]: super::guard#what-a-wrong-set-up-shows
//! [addresses]: super::addresses
//! [the guide]: super#8-while-it-runs
//! [written as JSON]: peerwarden_host::guide::json
#![cfg_attr(
    feature = "toml",
    doc = "[an example with every default]: peerwarden_host::Settings::EXAMPLE"
)]
#![cfg_attr(not(feature = "toml"), doc = "[an example with every default]: peerwarden_host")]
#![cfg_attr(feature = "metrics", doc = "[The table of metrics]: crate::metrics")]
#![cfg_attr(not(feature = "metrics"), doc = "[The table of metrics]: peerwarden_host")]
#![cfg_attr(not(doctest), doc = include_str!("../../guide/operating.md"))]
