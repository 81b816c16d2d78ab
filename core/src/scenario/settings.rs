//! Settings that differ from a preset.

mod apply;
mod of;
mod values;

use alloc::collections::BTreeMap;
use alloc::vec::Vec;
use core::num::{NonZeroU32, NonZeroUsize};

use serde::{Deserialize, Serialize};

use self::values::{Cost, Level, Limit, Net, Rate};
use super::number::{Amount, Span, present};
use crate::misbehavior::Misbehavior;

/// The key `set`: a value for each setting that differs from the preset.
///
/// Times are in seconds, `null` for none or off. What is set turns its rule on, in every preset, unless
/// `places` is given and false.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    #[serde(skip_serializing_if = "Option::is_none")]
    penalties: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    threshold: Option<Amount>,
    #[serde(skip_serializing_if = "Option::is_none")]
    default_penalty: Option<Cost>,
    #[serde(skip_serializing_if = "Option::is_none")]
    weights: Option<BTreeMap<Misbehavior, Cost>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    decay: Option<Vec<Rate>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    slow_accrual: Option<bool>,
    #[serde(deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    max_sentence: Option<Option<Span>>,
    #[serde(deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    warning: Option<Option<Amount>>,
    #[serde(deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    long_budget: Option<Option<Amount>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    hearsay: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    scores: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    min_score: Option<Limit>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ban_durations: Option<Vec<Span>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    confirmations: Option<NonZeroU32>,
    #[serde(deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    confirm_within: Option<Option<Span>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    checks_per_tick: Option<NonZeroU32>,
    #[serde(deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    max_cycle_ticks: Option<Option<NonZeroU32>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    check_on_leave: Option<bool>,
    #[serde(deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    min_connected: Option<Option<usize>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    places: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    places_v4: Option<Vec<Level>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    places_v6: Option<Vec<Level>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    place_durations: Option<Vec<Span>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    exempt: Option<Vec<Net>>,
    #[serde(deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    standing_after: Option<Option<Span>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    standing_for: Option<Span>,
    #[serde(skip_serializing_if = "Option::is_none")]
    incident: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_records: Option<NonZeroUsize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_addr_bans: Option<NonZeroUsize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_remote_bans: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_places: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_standing: Option<usize>,
    #[serde(deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    forgive_after: Option<Option<Span>>,
    #[serde(deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    unban_grace: Option<Option<Span>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    redial: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    dry_run: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_remote_ban: Option<Span>,
}
