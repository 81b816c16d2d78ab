//! Number of writes, kept in the file beside the database.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};

/// What is noted in a file.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Note {
    /// How many writes were durable.
    pub(super) writes: u64,
    /// The number that whoever opened the file last has drawn, by which it knows its own note from that
    /// in a copy.
    pub(super) session: u64,
}

/// Writes the note.
///
/// It is not synced itself: a node that is killed leaves it behind, and after a power cut it may be
/// that of an earlier write, which claims less than is true.
pub(super) fn note(file: &mut File, note: Note) -> io::Result<()> {
    let Note { writes, session } = note;
    let mut record = [0; LENGTH];
    let numbers = [writes, !writes, session].into_iter().flat_map(u64::to_le_bytes);
    record.iter_mut().zip(MAGIC.iter().copied().chain(numbers)).for_each(|(to, from)| *to = from);
    file.seek(SeekFrom::Start(OFFSET))?;
    file.write_all(&record)
}

/// What was noted; `None` if nothing was, or it makes no sense.
pub(super) fn read(file: &mut File) -> io::Result<Option<Note>> {
    let mut record = [0; LENGTH];
    file.seek(SeekFrom::Start(OFFSET))?;
    file.read_exact(&mut record)?;
    let (magic, numbers) = record.split_at(MAGIC.len());
    let mut numbers = numbers
        .chunks(size_of::<u64>())
        .map_while(|bytes| bytes.try_into().map(u64::from_le_bytes).ok());
    let (Some(writes), Some(inverted), Some(session)) =
        (numbers.next(), numbers.next(), numbers.next())
    else {
        return Ok(None);
    };
    Ok((magic == MAGIC && inverted == !writes).then_some(Note { writes, session }))
}

/// The last sector of the first page. redb's header is in the first one, and the rest of the page is
/// left alone by it.
const OFFSET: u64 = 4096 - 512;
const LENGTH: usize = MAGIC.len() + 3 * size_of::<u64>();
const MAGIC: &[u8] = b"peerwarden wrote";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_note_that_was_damaged_claims_nothing_or_to_be_anothers() {
        let mut file = tempfile::tempfile().unwrap();
        file.set_len(8_192).unwrap();
        assert_eq!(read(&mut file).unwrap(), None);
        let ours = Note { writes: 77, session: 0x0123_4567_89ab_cdef };
        note(&mut file, ours).unwrap();
        assert_eq!(read(&mut file).unwrap(), Some(ours));

        for bit in 0..LENGTH * 8 {
            note(&mut file, ours).unwrap();
            let at = OFFSET + u64::try_from(bit / 8).unwrap();
            let mut byte = [0];
            file.seek(SeekFrom::Start(at)).unwrap();
            file.read_exact(&mut byte).unwrap();
            file.seek(SeekFrom::Start(at)).unwrap();
            file.write_all(&[byte[0] ^ 1 << (bit % 8)]).unwrap();

            let found = read(&mut file).unwrap();
            let claims = found.is_none_or(|note| note.writes == 77 && note.session != ours.session);
            assert!(claims, "{bit}: {found:?}");
        }
    }
}
