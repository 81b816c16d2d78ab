//! Lists that the settings name.

use std::path::{Path, PathBuf};
use std::time::Duration;

use super::format::ListFormat;
use super::name::ListName;

/// A list that is kept in a file, and read again when the file changes: a table `[[list]]` of the settings.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ListOptions {
    name: ListName,
    path: PathBuf,
    format: Option<ListFormat>,
    lasting: Option<Duration>,
}

impl ListOptions {
    /// Returns the list of this name in this file, in whatever format it is.
    #[must_use]
    pub fn new(name: ListName, path: impl Into<PathBuf>) -> Self {
        Self { name, path: path.into(), format: None, lasting: None }
    }

    /// Sets the format; `None`, the default, to guess it by what the file says.
    #[must_use]
    pub const fn with_format(mut self, format: Option<ListFormat>) -> Self {
        self.format = format;
        self
    }

    /// Sets for how long entries without an end count, from when the file was last changed; `None`, the
    /// default, for as long as they are in the file. So a list that nothing renews any more comes to an end.
    #[must_use]
    pub const fn with_lasting(mut self, lasting: Option<Duration>) -> Self {
        self.lasting = lasting;
        self
    }

    /// Returns the name.
    #[must_use]
    pub const fn name(&self) -> &ListName {
        &self.name
    }

    /// Returns the file.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Returns the format, if it is not to be guessed.
    #[must_use]
    pub const fn format(&self) -> Option<ListFormat> {
        self.format
    }

    /// Returns for how long entries without an end count, if that has a bound.
    #[must_use]
    pub const fn lasting(&self) -> Option<Duration> {
        self.lasting
    }

    /// Has a relative path be relative to `directory`.
    #[cfg(feature = "toml")]
    pub(crate) fn in_directory(mut self, directory: &Path) -> Self {
        self.path = directory.join(self.path);
        self
    }
}
