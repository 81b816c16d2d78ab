//! Names of the files of a recording, and what is there already.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};

use super::read::{ReadRecordingError, RecordingReader};

/// `day.jsonl.zst`, `day.2.jsonl.zst`, `day.3.jsonl.zst` and so on.
#[derive(Clone, Debug)]
pub(super) struct FileNames {
    directory: PathBuf,
    stem: String,
    extension: String,
}

impl FileNames {
    /// Returns the names that begin with this one.
    pub(super) fn of(file: &Path) -> io::Result<Self> {
        let name = file.file_name().and_then(|name| name.to_str());
        let name = name.ok_or_else(|| {
            io::Error::new(io::ErrorKind::InvalidInput, "it has no name that is a text")
        })?;
        // A dot in front makes a hidden file, and no extension.
        let dot = name.char_indices().skip(1).find(|(_, each)| *each == '.').map(|(at, _)| at);
        let (stem, extension) =
            name.split_at_checked(dot.unwrap_or(name.len())).unwrap_or((name, ""));
        let parent = file.parent().filter(|parent| !parent.as_os_str().is_empty());
        let directory = parent.unwrap_or_else(|| Path::new(".")).to_owned();
        Ok(Self { directory, stem: stem.to_owned(), extension: extension.to_owned() })
    }

    /// Makes the file after the last that there is, for the owner alone.
    pub(super) fn create(&self) -> io::Result<(PathBuf, File)> {
        let first = self.there()?.last().map_or(1, |last| last.saturating_add(1));
        for number in first..first.saturating_add(ATTEMPTS) {
            let path = self.path(number);
            let mut options = OpenOptions::new();
            options.write(true).create_new(true);
            #[cfg(unix)]
            std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
            match options.open(&path) {
                // Another process was faster.
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(error),
                Ok(file) => return Ok((path, file)),
            }
        }
        Err(io::Error::new(io::ErrorKind::AlreadyExists, "files of its name are there already"))
    }

    /// Removes the oldest recordings but so many; what is no recording stays, and so does this one.
    pub(super) fn prune(&self, keep: usize, current: &Path) -> io::Result<()> {
        let numbers = self.there()?;
        let recordings: Vec<_> = numbers
            .into_iter()
            .map(|number| self.path(number))
            .filter(|path| path == current || is_recording(path))
            .collect();
        let surplus = recordings.len().saturating_sub(keep);
        for path in recordings.iter().take(surplus).filter(|path| *path != current) {
            fs::remove_file(path)?;
        }
        Ok(())
    }

    fn path(&self, number: u64) -> PathBuf {
        let Self { directory, stem, extension } = self;
        directory.join(match number {
            1 => format!("{stem}{extension}"),
            _ => format!("{stem}.{number}{extension}"),
        })
    }

    /// Returns the numbers of the files that are there, in order.
    fn there(&self) -> io::Result<Vec<u64>> {
        let mut numbers = Vec::new();
        for entry in fs::read_dir(&self.directory)? {
            numbers.extend(entry?.file_name().to_str().and_then(|name| self.number(name)));
        }
        numbers.sort_unstable();
        Ok(numbers)
    }

    fn number(&self, name: &str) -> Option<u64> {
        let middle = name.strip_prefix(&self.stem)?.strip_suffix(&self.extension)?;
        if middle.is_empty() {
            return Some(1);
        }
        let number = middle.strip_prefix('.')?.parse().ok()?;
        // The one way in which it is written.
        (self.path(number).file_name()?.to_str()? == name).then_some(number)
    }
}

fn is_recording(path: &Path) -> bool {
    match RecordingReader::open(path) {
        Ok(_) => true,
        Err(ReadRecordingError::Format { .. }) => true,
        Err(_) => false,
    }
}

/// How many names are tried if others make files of these names at the same time.
const ATTEMPTS: u64 = 100;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_as_they_are_written() {
        let names = FileNames::of(Path::new("there/day.jsonl.zst")).unwrap();

        assert_eq!(names.path(1), Path::new("there/day.jsonl.zst"));
        assert_eq!(names.path(12), Path::new("there/day.12.jsonl.zst"));
        for (name, number) in [
            ("day.jsonl.zst", Some(1)),
            ("day.2.jsonl.zst", Some(2)),
            ("day.02.jsonl.zst", None),
            ("day.1.jsonl.zst", None),
            ("day.+2.jsonl.zst", None),
            ("day2.jsonl.zst", None),
            ("days.2.jsonl.zst", None),
            ("day.2.jsonl", None),
        ] {
            assert_eq!(names.number(name), number, "{name}");
        }
    }

    #[test]
    fn a_name_without_an_extension_or_a_directory_will_do() {
        let plain = FileNames::of(Path::new("day")).unwrap();
        let hidden = FileNames::of(Path::new(".day.zst")).unwrap();

        assert_eq!(plain.path(2), Path::new("./day.2"));
        assert_eq!(hidden.path(2), Path::new("./.day.2.zst"));
        assert!(FileNames::of(Path::new("/")).is_err());
    }
}
