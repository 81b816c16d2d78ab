//! Pages of text whose code is compiled and run as tests.

#[doc = include_str!("../REPOSITORY.md")]
mod repository {}

#[doc = include_str!("../README.md")]
mod readme {}

#[doc = include_str!("../guide/README.md")]
mod guide {}

#[doc = include_str!("../guide/operating.md")]
mod operating {}

#[doc = include_str!("../guide/addresses.md")]
mod addresses {}

#[doc = include_str!("../guide/policy.md")]
mod policy {}

#[doc = include_str!("../guide/guard.md")]
mod guard {}
