//! Lists that outlive the node although no file of the settings has them.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use peerwarden_core::Cause;
use serde::{Deserialize, Deserializer, Serialize};

use super::file::ListFile;
use super::format::ListFormat;
use super::list::{List, ListSource};
use super::load::ListError;
use super::name::ListName;
use super::read::{ReadListError, ReadOptions, read_list};
use super::remote_lists::RemoteLists;
use super::state::Changing;
use super::write::{Exportable, ExportedCause, ListWriter};
use crate::closed::Closed;
use crate::driver::Driver;
use crate::json::moment;
use crate::one_line::OneLine;
use crate::peer::PeerName;
use crate::shared::Shared;

/// Why lists cannot be kept in a directory.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum KeepError {
    /// The node was shut down.
    #[error(transparent)]
    Closed(#[from] Closed),
    /// The directory, or a list in it, cannot be read or written.
    #[error("{}: {error}", OneLine(.path.display()))]
    Io {
        /// The file or directory.
        path: PathBuf,
        /// Why not.
        #[source]
        error: io::Error,
    },
    /// A list in the directory is damaged.
    #[error("{}: {error}: remove the file to start without this list", OneLine(.path.display()))]
    List {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        #[source]
        error: ReadListError,
    },
}

impl<P: PeerName, D: Driver<P>> RemoteLists<P, D> {
    /// Keeps lists in this directory, in a file each, and loads those that are there already: what is
    /// changed by calls survives the node, whatever ends it, once the call has returned. Lists of files
    /// that the settings name have those, and [unkept](Self::unkept) ones are not kept. Returns how many lists
    /// there were.
    ///
    /// The directory is made when it is needed, for the owner alone. A change of one entry writes the whole
    /// list anew.
    ///
    /// # Errors
    ///
    /// [`KeepError`] for the first thing in the directory that cannot be read, after all others are loaded; or
    /// if the node was shut down.
    pub fn keep_in(&self, directory: impl Into<PathBuf>) -> Result<usize, KeepError> {
        let (shared, directory) = (self.shared()?, directory.into());
        let mut changing = shared.lists.changing();
        // Whatever is there: what cannot be written is an answer to those who change something.
        let directory = changing.directory.insert(directory);
        let (mut loaded, mut failed) = (0, None);
        for (name, path) in files(directory)? {
            match read(&path, shared.clocks().0) {
                Ok((file, about)) => {
                    shared.load(&name, &file, ListSource::Given)?;
                    let mut inner = shared.lists.inner();
                    if let Some((list, about)) = inner.lists.get_mut(&name).zip(about) {
                        about.describe(list);
                    }
                    drop(inner);
                    loaded += 1;
                }
                Err(error) => failed = failed.or(Some(error)),
            }
        }
        failed.map_or(Ok(loaded), Err)
    }

    /// Writes a list down as it is now, if it is to be kept.
    pub(super) fn keep_list(
        &self,
        shared: &Shared<P, D>,
        changing: &Changing,
        name: &ListName,
    ) -> Result<(), ListError> {
        let Some(directory) = changing.directory.as_deref().filter(|_| self.is_kept) else {
            return Ok(());
        };
        let now = shared.clocks().0;
        let inner = shared.lists.inner();
        let written = match inner.lists.get(name) {
            Some(list) => text(list, now),
            None => Ok(Vec::new()),
        };
        drop(inner);
        let written = written.and_then(|text| replace(directory, name, &text));
        written.map_err(|error| {
            let error = format!("{}: {error}", OneLine(path(directory, name).display()));
            ListError::NotKept { name: name.clone(), error }
        })
    }
}

/// What is kept of a list besides its entries.
#[derive(Debug, Deserialize, Serialize)]
struct About {
    format: Option<ListFormat>,
    #[serde(serialize_with = "moment", deserialize_with = "read_moment")]
    loaded: Option<SystemTime>,
    turned_away: usize,
}

impl About {
    /// Has the list be what it was when it was kept.
    fn describe<P>(self, list: &mut List<P>) {
        list.format = self.format;
        list.loaded = self.loaded.or(list.loaded);
        list.turned_away = self.turned_away;
    }
}

fn read_moment<'de, D: Deserializer<'de>>(from: D) -> Result<Option<SystemTime>, D::Error> {
    let text: Option<String> = Deserialize::deserialize(from)?;
    Ok(text.and_then(|text| humantime::parse_rfc3339(&text).ok()))
}

fn read<P: PeerName>(
    path: &Path,
    now: SystemTime,
) -> Result<(ListFile<P>, Option<About>), KeepError> {
    #[derive(Deserialize)]
    struct Kept {
        // Earlier versions did not write it.
        list: Option<About>,
    }
    let bytes = fs::read(path).map_err(|error| KeepError::Io { path: path.to_owned(), error })?;
    let file = read_list(&bytes, &ReadOptions::new(now))
        .map_err(|error| KeepError::List { path: path.to_owned(), error })?;
    let about = serde_json::from_slice(&bytes).ok().and_then(|Kept { list }| list);
    Ok((file, about))
}

/// The lists in a directory, none if that does not exist.
fn files(directory: &Path) -> Result<Vec<(ListName, PathBuf)>, KeepError> {
    let failed = |error| KeepError::Io { path: directory.to_owned(), error };
    let entries = match fs::read_dir(directory) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(failed(error)),
    };
    let mut files = Vec::new();
    for entry in entries {
        let path = entry.map_err(failed)?.path();
        let name = path.file_name().and_then(|name| name.to_str());
        let name = name.and_then(|name| name.strip_suffix(SUFFIX));
        if let Some(name) = name.and_then(|name| name.parse().ok()) {
            files.push((name, path));
        }
    }
    files.sort();
    Ok(files)
}

fn text<P: PeerName>(list: &List<P>, now: SystemTime) -> io::Result<Vec<u8>> {
    let mut text = Vec::new();
    let about = About { format: list.format, loaded: list.loaded, turned_away: list.turned_away };
    let mut writer = ListWriter::kept(&mut text, now, &about)?;
    for (subject, end) in list.claims.after(None) {
        let cause = ExportedCause { cause: Cause::Remote, until: end.moment(), note: None };
        writer.ban(&Exportable { subject, began: now, causes: vec![cause] })?;
    }
    writer.finish()?;
    Ok(text)
}

/// Puts a text in the place of a list's file, or takes the file away if there is none: one or the other is
/// there, whatever happens.
fn replace(directory: &Path, name: &ListName, text: &[u8]) -> io::Result<()> {
    let path = path(directory, name);
    if text.is_empty() {
        match fs::remove_file(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            removed => removed?,
        }
    } else {
        make(directory)?;
        // No list has a name that begins with a dot.
        let new = directory.join(format!(".{name}{SUFFIX}"));
        let mut file = BufWriter::new(File::create(&new)?);
        file.write_all(text)?;
        file.into_inner()?.sync_all()?;
        fs::rename(&new, &path)?;
    }
    if cfg!(unix) {
        File::open(directory)?.sync_all()?;
    }
    Ok(())
}

fn make(directory: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(directory)
}

fn path(directory: &Path, name: &ListName) -> PathBuf {
    directory.join(format!("{name}{SUFFIX}"))
}

/// What the names of the files end with.
const SUFFIX: &str = ".list.json";
