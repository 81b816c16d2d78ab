//! Number of writes, kept in the file beside the database.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};

/// Note that so many writes are durable.
///
/// It is not synced itself: a node that is killed leaves it behind, and after a power cut it may be
/// that of an earlier write, which claims less than is true.
pub(super) fn note(file: &mut File, writes: u64) -> io::Result<()> {
    let mut record = [0; LENGTH];
    let parts = MAGIC.iter().copied().chain(writes.to_le_bytes()).chain((!writes).to_le_bytes());
    record.iter_mut().zip(parts).for_each(|(to, from)| *to = from);
    file.seek(SeekFrom::Start(OFFSET))?;
    file.write_all(&record)
}

/// How many writes were noted; 0 if none were, or the note makes no sense.
pub(super) fn read(file: &mut File) -> io::Result<u64> {
    let mut record = [0; LENGTH];
    file.seek(SeekFrom::Start(OFFSET))?;
    file.read_exact(&mut record)?;
    let (magic, numbers) = record.split_at(MAGIC.len());
    let (writes, inverted) = numbers.split_at(size_of::<u64>());
    let number = |bytes: &[u8]| bytes.try_into().map(u64::from_le_bytes).ok();
    let writes = number(writes).filter(|writes| number(inverted) == Some(!writes));
    Ok(writes.filter(|_| magic == MAGIC).unwrap_or(0))
}

/// The last sector of the first page. redb's header is in the first one, and the rest of the page is
/// left alone by it.
const OFFSET: u64 = 4096 - 512;
const LENGTH: usize = MAGIC.len() + 2 * size_of::<u64>();
const MAGIC: &[u8] = b"peerwarden wrote";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_note_that_was_damaged_claims_nothing() {
        let mut file = tempfile::tempfile().unwrap();
        file.set_len(8_192).unwrap();
        assert_eq!(read(&mut file).unwrap(), 0);
        note(&mut file, 77).unwrap();
        assert_eq!(read(&mut file).unwrap(), 77);

        for bit in 0..LENGTH * 8 {
            note(&mut file, 77).unwrap();
            let at = OFFSET + u64::try_from(bit / 8).unwrap();
            let mut byte = [0];
            file.seek(SeekFrom::Start(at)).unwrap();
            file.read_exact(&mut byte).unwrap();
            file.seek(SeekFrom::Start(at)).unwrap();
            file.write_all(&[byte[0] ^ 1 << (bit % 8)]).unwrap();

            assert_eq!(read(&mut file).unwrap(), 0, "{bit}");
        }
    }
}
