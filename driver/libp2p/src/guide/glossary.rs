//! [`decisions`]: super::decisions
#![cfg_attr(not(doctest), doc = include_str!("../../guide/glossary.md"))]
