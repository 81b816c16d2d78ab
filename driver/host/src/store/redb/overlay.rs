//! Copy-on-write view of the database file: writes stay in memory.

use std::collections::BTreeMap;
use std::fs::File;
use std::io;
use std::ops::Range;
use std::sync::{Mutex, MutexGuard, PoisonError};

use redb::backends::FileBackend;
use redb::{DatabaseError, StorageBackend};

use super::locks::delegate_locks;

/// Reads a file, and keeps to itself what is written to it. It locks the file as others do.
///
/// To open a database is to mend it, and to check one too: what is damaged would be thrown away,
/// and the next start would find nothing wrong.
#[derive(Debug)]
pub(super) struct Overlay {
    file: FileBackend,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    length: u64,
    /// From here on nothing of the file is to be seen.
    visible: u64,
    /// What was written, by its place in the file in blocks.
    blocks: BTreeMap<u64, Vec<u8>>,
}

impl Overlay {
    pub(super) fn new(file: File) -> Result<Self, DatabaseError> {
        let file = FileBackend::new(file)?;
        let length = file.len()?;
        let state = State { length, visible: length, blocks: BTreeMap::new() };
        Ok(Self { file, state: Mutex::new(state) })
    }

    /// What is in the file from there on, and zeros after its end.
    fn read_file(&self, state: &State, offset: u64, out: &mut [u8]) -> io::Result<()> {
        out.fill(0);
        let there = usize::try_from(state.visible.saturating_sub(offset)).unwrap_or(usize::MAX);
        match out.get_mut(..there) {
            Some([]) => Ok(()),
            Some(part) => self.file.read(offset, part),
            None => self.file.read(offset, out),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl StorageBackend for Overlay {
    fn len(&self) -> io::Result<u64> {
        Ok(self.state().length)
    }

    fn read(&self, offset: u64, out: &mut [u8]) -> io::Result<()> {
        let state = self.state();
        let end = offset.saturating_add(u64::try_from(out.len()).unwrap_or(u64::MAX));
        if end > state.length {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        self.read_file(&state, offset, out)?;
        for (block, inside, outside) in blocks(offset, out.len()) {
            if let Some(bytes) = state.blocks.get(&block).and_then(|block| block.get(inside))
                && let Some(part) = out.get_mut(outside)
            {
                part.copy_from_slice(bytes);
            }
        }
        Ok(())
    }

    fn set_len(&self, length: u64) -> io::Result<()> {
        let mut state = self.state();
        state.length = length;
        state.visible = state.visible.min(length);
        let mut cut = state.blocks.split_off(&(length / BLOCK));
        if let Some(mut last) = cut.remove(&(length / BLOCK)) {
            let kept = usize::try_from(length % BLOCK).unwrap_or(0);
            last.iter_mut().skip(kept).for_each(|byte| *byte = 0);
            state.blocks.insert(length / BLOCK, last);
        }
        Ok(())
    }

    fn sync_data(&self) -> io::Result<()> {
        Ok(())
    }

    fn write(&self, offset: u64, data: &[u8]) -> io::Result<()> {
        let mut state = self.state();
        let end = offset.saturating_add(u64::try_from(data.len()).unwrap_or(u64::MAX));
        state.length = state.length.max(end);
        for (block, inside, outside) in blocks(offset, data.len()) {
            let mut bytes = match state.blocks.remove(&block) {
                Some(bytes) => bytes,
                None => {
                    let mut bytes = vec![0; usize::try_from(BLOCK).unwrap_or(0)];
                    self.read_file(&state, block.saturating_mul(BLOCK), &mut bytes)?;
                    bytes
                }
            };
            if let (Some(part), Some(data)) = (bytes.get_mut(inside), data.get(outside)) {
                part.copy_from_slice(data);
            }
            state.blocks.insert(block, bytes);
        }
        Ok(())
    }

    delegate_locks!();
}

/// The blocks that so many bytes from there on touch: which block, what part of it, and what part
/// of the bytes that is.
fn blocks(offset: u64, length: usize) -> impl Iterator<Item = (u64, Range<usize>, Range<usize>)> {
    let mut done = 0;
    std::iter::from_fn(move || {
        let at = offset.saturating_add(u64::try_from(done).ok()?);
        let left = length.checked_sub(done).filter(|left| *left > 0)?;
        let begin = usize::try_from(at % BLOCK).ok()?;
        let size = usize::try_from(BLOCK).ok()?.saturating_sub(begin).min(left);
        let outside = done..done + size;
        done += size;
        Some((at / BLOCK, begin..begin + size, outside))
    })
}

/// As large as redb's pages.
const BLOCK: u64 = 4096;

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    #[test]
    fn it_shows_what_a_file_would_and_changes_nothing() {
        let whole: Vec<u8> = (0..20_000_u32).map(|at| u8::try_from(at % 251).unwrap()).collect();
        let (mut file, mut twin) = (tempfile::tempfile().unwrap(), tempfile::tempfile().unwrap());
        file.write_all(&whole).unwrap();
        twin.write_all(&whole).unwrap();
        let overlay = Overlay::new(file.try_clone().unwrap()).unwrap();
        let twin = FileBackend::new(twin).unwrap();

        for step in 0..400_u64 {
            let offset = step * 7_919 % 30_000;
            let data = vec![
                u8::try_from(step % 256).unwrap();
                usize::try_from(step * 31 % 9_000).unwrap()
            ];
            if step % 5 == 4 {
                overlay.set_len(offset).unwrap();
                twin.set_len(offset).unwrap();
            } else {
                overlay.write(offset, &data).unwrap();
                twin.write(offset, &data).unwrap();
            }
            assert_eq!(overlay.len().unwrap(), twin.len().unwrap());
            let mut seen = vec![1; usize::try_from(twin.len().unwrap()).unwrap()];
            let mut expected = seen.clone();
            overlay.read(0, &mut seen).unwrap();
            twin.read(0, &mut expected).unwrap();
            assert!(seen == expected, "step {step}");
            assert!(overlay.read(twin.len().unwrap(), &mut [0]).is_err());
        }

        let file = FileBackend::new(file).unwrap();
        let mut left = vec![0; whole.len()];
        file.read(0, &mut left).unwrap();
        assert!(file.len().unwrap() == 20_000 && left == whole);
    }
}
