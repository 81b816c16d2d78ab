//! Single values of settings.

use std::fmt::Display;
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use toml::Value;

use super::FleetSettingsError;

/// A value of a setting, and what it is called.
#[derive(Clone, Copy)]
pub(super) struct Setting<'a> {
    pub(super) key: &'a str,
    pub(super) value: &'a Value,
}

type Read<T> = Result<T, FleetSettingsError>;

impl<'a> Setting<'a> {
    pub(super) fn wrong(&self, expected: impl Display) -> FleetSettingsError {
        FleetSettingsError::of(self.key, Some(self.value), expected)
    }

    pub(super) fn text(&self) -> Read<&'a str> {
        self.value.as_str().ok_or_else(|| self.wrong("give a text in quotes"))
    }

    pub(super) fn flag(&self) -> Read<bool> {
        self.value.as_bool().ok_or_else(|| self.wrong("give true or false"))
    }

    pub(super) fn path(&self) -> Read<PathBuf> {
        let path = self.value.as_str().filter(|path| !path.is_empty());
        path.map(PathBuf::from)
            .ok_or_else(|| self.wrong("give a path, such as \"/etc/peerwarden/n1.key\""))
    }

    /// A text that says itself what is wrong with it.
    pub(super) fn parsed<T: FromStr<Err: Display>>(&self) -> Read<T> {
        self.text()?.parse().map_err(|error| self.wrong(error))
    }

    pub(super) fn duration(&self, shortest: Duration, longest: Duration) -> Read<Duration> {
        let duration = self.value.as_str().and_then(|text| humantime::parse_duration(text).ok());
        let duration = duration.filter(|duration| (shortest..=longest).contains(duration));
        let [from, to] = [shortest, longest].map(humantime::format_duration);
        duration.ok_or_else(|| {
            self.wrong(format_args!("give a duration from {from} to {to}, such as \"1h 30m\""))
        })
    }

    pub(super) fn count(&self) -> Read<usize> {
        let count = self.value.as_integer().and_then(|number| usize::try_from(number).ok());
        count
            .filter(|count| *count > 0)
            .ok_or_else(|| self.wrong("give a whole number, at least 1"))
    }

    /// A part of the whole.
    pub(super) fn share(&self) -> Read<f64> {
        let whole = self.value.as_integer().map(|whole| whole as f64);
        let share = self.value.as_float().or(whole);
        let share = share.filter(|share| (0.0..=1.0).contains(share));
        share.ok_or_else(|| self.wrong("give a number from 0 to 1, such as 0.1"))
    }

    pub(super) fn list(&self) -> Read<impl Iterator<Item = Setting<'a>> + use<'a>> {
        let list = self.value.as_array().ok_or_else(|| self.wrong("give a list: [..]"))?;
        let key = self.key;
        Ok(list.iter().map(move |value| Setting { key, value }))
    }
}
