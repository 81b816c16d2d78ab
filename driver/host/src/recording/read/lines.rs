//! Lines of a file that may be compressed and cut.

use std::io::{self, BufRead, BufReader, Read};
use std::str;
use std::sync::Arc;

use super::error::ReadRecordingError;

/// Lines, one at a time.
pub(super) struct Lines {
    location: Arc<str>,
    input: Box<dyn BufRead + Send>,
    line: Vec<u8>,
    number: u64,
    cut: bool,
}

/// A line.
pub(super) struct Line<'a> {
    /// Without its newline.
    pub(super) text: &'a str,
    /// Counted from 1.
    pub(super) number: u64,
    /// Whether its newline is there.
    pub(super) is_whole: bool,
    /// To be set if it turns out to be cut.
    pub(super) cut: &'a mut bool,
}

impl Lines {
    pub(super) fn new(
        location: String,
        input: Box<dyn Read + Send>,
    ) -> Result<Self, ReadRecordingError> {
        let mut input = BufReader::with_capacity(BUFFER, input);
        let mut begin = Vec::new();
        // Whatever was read before an error is enough, or the error comes again.
        let read = input.by_ref().take(4).read_to_end(&mut begin);
        let input = match (read, begin.as_slice()) {
            (Err(error), _) => return Err(ReadRecordingError::Unreadable { location, error }),
            (Ok(_), []) => return Err(ReadRecordingError::Empty { location }),
            (Ok(_), [0x1f, 0x8b, ..]) => return Err(ReadRecordingError::Gzip { location }),
            (Ok(_), [b'{', ..]) => {
                Box::new(io::Cursor::new(begin).chain(input)) as Box<dyn BufRead + Send>
            }
            (Ok(_), begin) if MARK.starts_with(begin) => {
                let all = io::Cursor::new(begin.to_vec()).chain(input);
                match zstd::stream::read::Decoder::with_buffer(all) {
                    Ok(decoder) => Box::new(BufReader::with_capacity(BUFFER, decoder)),
                    Err(error) => return Err(ReadRecordingError::Unreadable { location, error }),
                }
            }
            (Ok(_), _) => return Err(ReadRecordingError::NotARecording { location }),
        };
        Ok(Self { location: location.into(), input, line: Vec::new(), number: 0, cut: false })
    }

    /// Reads the next line, of so many bytes at most.
    pub(super) fn next(&mut self, longest: u64) -> Result<Option<Line<'_>>, ReadRecordingError> {
        self.line.clear();
        if self.cut {
            return Ok(None);
        }
        let read = self.input.by_ref().take(longest).read_until(b'\n', &mut self.line);
        match read {
            Ok(0) => return Ok(None),
            Ok(_) => {}
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => {
                self.cut = true;
                return Ok(None);
            }
            Err(error) if error.raw_os_error().is_some() => {
                return Err(ReadRecordingError::Unreadable { location: self.location(), error });
            }
            Err(error) => {
                return Err(ReadRecordingError::Damaged {
                    location: self.location(),
                    after: self.number,
                    why: error.to_string(),
                });
            }
        }
        self.number = self.number.saturating_add(1);
        let whole = self.line.strip_suffix(b"\n");
        if whole.is_none() && u64::try_from(self.line.len()).is_ok_and(|len| len >= longest) {
            return Err(self.refused(format!("longer than {longest} bytes")));
        }
        match str::from_utf8(whole.unwrap_or(&self.line)) {
            Ok(text) => Ok(Some(Line {
                text,
                number: self.number,
                is_whole: whole.is_some(),
                cut: &mut self.cut,
            })),
            Err(error) => Err(self.refused(error.to_string())),
        }
    }

    fn refused(&self, why: String) -> ReadRecordingError {
        ReadRecordingError::Line { location: self.location(), line: self.number, why }
    }

    /// Returns the error of a file without a first line.
    pub(super) fn nothing_there(&self) -> ReadRecordingError {
        ReadRecordingError::Empty { location: self.location() }
    }

    pub(super) fn location_text(&self) -> &str {
        &self.location
    }

    pub(super) fn location(&self) -> String {
        self.location.to_string()
    }

    pub(super) fn shared_location(&self) -> Arc<str> {
        Arc::clone(&self.location)
    }

    pub(super) const fn number(&self) -> u64 {
        self.number
    }

    pub(super) const fn is_cut(&self) -> bool {
        self.cut
    }
}

/// How much is read or decompressed at a time: a block of zstd's.
const BUFFER: usize = 128 << 10;

/// The first bytes of what zstd compressed.
const MARK: [u8; 4] = [0x28, 0xb5, 0x2f, 0xfd];
