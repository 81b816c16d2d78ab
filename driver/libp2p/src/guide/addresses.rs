//! [`AddressFault`]: crate::AddressFault
//! [`RefusedAddress`]: crate::RefusedAddress
//! [`OneLine`]: crate::OneLine
#![cfg_attr(not(doctest), doc = include_str!("../../guide/addresses.md"))]
