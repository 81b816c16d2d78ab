//! Policy and options as an operator writes them: a TOML file.

mod error;
mod keys;
mod known_kinds;
mod list;
mod lists;
mod locate;
mod merge;
mod place_levels;
#[cfg(all(feature = "admin", unix))]
mod policy_text;
mod recording;
mod retired;
mod scalars;
mod shadows;
#[cfg(test)]
mod tests;
mod value;
mod warning;
mod weights;

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use peerwarden_core::Config;

pub use error::{ReadSettingsError, SettingsError};
#[cfg(all(feature = "admin", unix))]
pub(crate) use policy_text::{policy_text, policy_values};
pub use warning::SettingsWarning;

use crate::known_peer::{KnownPeer, NoAddresses};
use crate::options::DriverOptions;
use crate::peer::PeerName;
use merge::Unlogged;

/// What a settings file says: a policy and options, every value of them checked.
///
/// A file names a preset and what is to be different; an empty one is the default. All keys are in
/// [`Settings::EXAMPLE`]. An unknown key is refused, and so is a value that makes no
/// sense: the error names line, key and value, and what would be right.
///
/// ```
/// use peerwarden_host::{Config, Settings};
///
/// let settings = Settings::<String>::from_toml("preset = 'op-node'\nmin_score = -50\n")?;
/// assert_eq!(settings.config.ban_durations(), Config::op_node().ban_durations());
///
/// let error = Settings::<String>::from_toml("preset = 'flow'\ntreshold = 10").unwrap_err();
/// assert_eq!(error.to_string(), "line 2: unknown setting treshold: did you mean threshold?");
/// # Ok::<(), peerwarden_host::SettingsError>(())
/// ```
///
/// What may be meant, but most likely is not, such as a weight whose name is nearly that of a known
/// kind, is read all the same and becomes a [warning](Self::warnings), which is logged as well.
///
/// [`Node::from_settings`](crate::Node::from_settings) makes the node that the file describes. What is
/// left are the options for driver and transport, such as [`DriverOptions::close_timeout`].
///
/// To keep the settings in a table of the node's own file, make them a field of what that is
/// deserialized to. A relative [`data_file`](DriverOptions::data_file) is then relative to the working
/// directory, unless [`in_directory`](Self::in_directory) says otherwise.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Settings<P, A = NoAddresses> {
    /// The policy.
    pub config: Config,
    /// How the driver goes about its work.
    pub options: DriverOptions<P, A>,
    warnings: Vec<SettingsWarning>,
    /// Whether somebody listened when the warnings were logged.
    warned: bool,
}

impl<P, A> Default for Settings<P, A> {
    fn default() -> Self {
        Self {
            config: Config::default(),
            options: DriverOptions::default(),
            warnings: Vec::new(),
            warned: false,
        }
    }
}

impl<P: Eq, A: Eq> Eq for Settings<P, A> {}

/// Two that say the same are equal, whoever was there to hear their warnings.
impl<P: PartialEq, A: PartialEq> PartialEq for Settings<P, A> {
    fn eq(&self, other: &Self) -> bool {
        let Self { config, options, warnings, warned: _ } = self;
        (config, options, warnings) == (&other.config, &other.options, &other.warnings)
    }
}

impl<P: PeerName, A: KnownPeer<P>> Settings<P, A> {
    /// A settings file with every key, its default and what it is for, to start from. It says what
    /// an empty one does.
    pub const EXAMPLE: &'static str = include_str!("../peerwarden.example.toml");

    /// How many bytes a settings file may have, and the body of `PUT /v1/policy`: 1 MiB.
    pub const MAX_LEN: usize = MAX_LEN;

    /// Reads settings from a text. A relative [`data_file`](DriverOptions::data_file) stays as it is, and
    /// so is relative to the working directory.
    ///
    /// # Errors
    ///
    /// [`SettingsError`] for a text that is not TOML, and for one of its unknown keys and bad
    /// values.
    pub fn from_toml(text: &str) -> Result<Self, SettingsError> {
        let Unlogged(mut settings) =
            toml::from_str(text).map_err(|error| locate::explain(text, &error))?;
        if !settings.warnings.is_empty() {
            let keys = settings.warnings.iter().map(SettingsWarning::key);
            let lines = locate::lines(text, keys);
            for (warning, line) in settings.warnings.iter_mut().zip(lines) {
                warning.line = line;
            }
            settings.warned = warning::log(&settings.warnings);
        }
        Ok(settings)
    }

    /// Reads settings from a file. A relative [`data_file`](DriverOptions::data_file) in it is relative to
    /// the directory that the file is in, as it is named by `path`.
    ///
    /// # Errors
    ///
    /// [`ReadSettingsError`], which names the file, if it cannot be read, or as
    /// [`from_toml`](Self::from_toml). To show it to people, print it with `{}`: where `main` returns
    /// it, Rust prints it with `{:?}`, for programmers.
    pub fn read(path: impl AsRef<Path>) -> Result<Self, ReadSettingsError> {
        let path = path.as_ref();
        let text = read_text(path)
            .map_err(|error| ReadSettingsError::Unreadable { path: path.to_owned(), error })?;
        let settings = Self::from_toml(&text)
            .map_err(|error| ReadSettingsError::Wrong { path: path.to_owned(), error })?;
        Ok(settings.in_directory(path.parent().unwrap_or_else(|| Path::new(""))))
    }

    /// Has a relative [`data_file`](DriverOptions::data_file), and relative files of lists and of a recording,
    /// be relative to `directory`.
    #[must_use]
    pub fn in_directory(mut self, directory: impl AsRef<Path>) -> Self {
        if let Some(file) = self.options.data_file() {
            let file = directory.as_ref().join(file);
            self.options = self.options.with_data_file(Some(file));
        }
        if !self.options.lists().is_empty() {
            let lists = self.options.lists().iter().cloned();
            let lists = lists.map(|list| list.in_directory(directory.as_ref())).collect();
            self.options = self.options.with_lists(lists);
        }
        if let Some(recording) = self.options.recording() {
            let file = directory.as_ref().join(recording.file());
            let recording = recording.clone().with_file(file);
            self.options = self.options.with_recording(Some(recording));
        }
        self
    }

    /// What the settings say that is likely not meant, in no more than
    /// [`SettingsWarning::MOST`] warnings.
    ///
    /// The first ten are logged when the settings are read or, if the log has no subscriber by then,
    /// by [`Node::from_settings`](crate::Node::from_settings).
    #[must_use]
    pub fn warnings(&self) -> &[SettingsWarning] {
        &self.warnings
    }

    /// Logs the first warnings, unless that was done when the settings were read.
    #[cfg(feature = "redb")]
    pub(crate) fn log_warnings(&self) {
        if !self.warned {
            warning::log(&self.warnings);
        }
    }
}

/// Reads no more of the file than settings may have.
fn read_text(path: &Path) -> io::Result<String> {
    let mut text = String::new();
    let most = u64::try_from(MAX_LEN).unwrap_or(u64::MAX);
    File::open(path)?.take(most.saturating_add(1)).read_to_string(&mut text)?;
    if text.len() > MAX_LEN {
        let error = format!("it has more than the {MAX_LEN} bytes that settings may have");
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, error));
    }
    Ok(text)
}

pub(crate) const MAX_LEN: usize = 1 << 20;
