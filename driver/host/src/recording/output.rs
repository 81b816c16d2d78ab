//! Compressed file that is being written.

use std::fs::File;
use std::io::{self, Write};

use zstd::stream::write::Encoder;

/// A file, and what compresses into it. Dropped without an [`end`](Self::end), it is cut.
pub(super) struct Output<W: Write = File> {
    /// None only while one frame is replaced by the next, and after an error there.
    encoder: Option<Encoder<'static, Counted<W>>>,
    /// Bytes before compression, in the frame that is being written.
    in_frame: usize,
    /// Bytes in the file, once it has ended.
    bytes: u64,
}

impl<W: Write> Output<W> {
    pub(super) fn new(file: W) -> io::Result<Self> {
        let encoder = frame(Counted { to: file, bytes: 0 })?;
        Ok(Self { encoder: Some(encoder), in_frame: 0, bytes: 0 })
    }

    /// Writes whole lines.
    pub(super) fn write(&mut self, lines: &str) -> io::Result<()> {
        self.encoder()?.write_all(lines.as_bytes())?;
        self.in_frame = self.in_frame.saturating_add(lines.len());
        if self.in_frame >= FRAME {
            let encoder = self.encoder.take().ok_or_else(broken)?;
            self.encoder = Some(frame(encoder.finish()?)?);
            self.in_frame = 0;
        }
        Ok(())
    }

    /// Ends a block, so that what was written can be read.
    pub(super) fn flush(&mut self) -> io::Result<()> {
        self.encoder()?.flush()
    }

    /// Returns how many bytes there are in the file.
    pub(super) fn bytes(&self) -> u64 {
        self.encoder.as_ref().map_or(self.bytes, |encoder| encoder.get_ref().bytes)
    }

    /// Ends the file, to which nothing more can be written, and returns it.
    pub(super) fn end(&mut self) -> io::Result<W> {
        let counted = self.encoder.take().ok_or_else(broken)?.finish()?;
        self.bytes = counted.bytes;
        Ok(counted.to)
    }

    fn encoder(&mut self) -> io::Result<&mut Encoder<'static, Counted<W>>> {
        self.encoder.as_mut().ok_or_else(broken)
    }
}

/// Begins a frame, which has a checksum at its end.
fn frame<W: Write>(to: Counted<W>) -> io::Result<Encoder<'static, Counted<W>>> {
    let mut encoder = Encoder::new(to, LEVEL)?;
    encoder.include_checksum(true)?;
    Ok(encoder)
}

fn broken() -> io::Error {
    io::Error::other("an earlier write failed")
}

/// Counts what is written.
struct Counted<W> {
    to: W,
    bytes: u64,
}

impl<W: Write> Write for Counted<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.to.write(bytes)?;
        self.bytes = self.bytes.saturating_add(u64::try_from(written).unwrap_or(u64::MAX));
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.to.flush()
    }
}

/// How much text a frame holds, and a checksum is good for: what is damaged is noticed after so much.
const FRAME: usize = 8 << 20;

/// zstd's own default.
const LEVEL: i32 = 3;
