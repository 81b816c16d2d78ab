//! [`Guard`]: crate::Guard
//! [`Behaviour`]: crate::Behaviour
//! [`CloseTimeout`]: crate::CloseTimeout
//! [`with_close_timeout`]: crate::Behaviour::with_close_timeout
#![cfg_attr(not(doctest), doc = include_str!("../../guide/guard.md"))]
