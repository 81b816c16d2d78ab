//! Damage to files in every state that a node can leave them in: never a silent loss of bans.

use std::fs;
use std::io;
use std::sync::{Arc, Mutex};

use peerwarden_host::{RedbStore, Store};
use redb::{Builder, StorageBackend};

use crate::node::{DataFile, Node, somebody};

#[test]
fn a_closed_file_that_is_damaged_holds_everything_or_is_refused() {
    State::closed().try_everything();
}

#[test]
fn a_file_of_a_killed_node_that_is_damaged_holds_everything_or_is_refused() {
    State::killed().try_everything();
}

/// After a power cut the note beside the database may be an older one, or none.
#[test]
fn a_file_of_a_killed_node_without_its_note_holds_everything_or_is_refused() {
    let mut state = State::killed();
    state.whole[NOTE..NOTE + 64].fill(0);
    assert_eq!(state.open(&state.whole), Ok(BANS), "nothing is damaged yet");
    let mut seen = Seen::default();
    state.flip_bits(1, &mut seen);
    state.zero_sectors(&mut seen);
    println!("{} refused, {} whole", seen.refused, seen.whole);
    assert!(seen.refused > 20, "{seen:?}");
}

#[test]
fn a_file_of_a_node_killed_in_recovery_that_is_damaged_holds_everything_or_is_refused() {
    let killed = State::killed();
    let writes = killed.writes_of_recovery();
    assert!(writes.len() > 2, "{}", writes.len());
    for done in [1, writes.len() - 1] {
        let mut state = State::killed_after(&killed, &writes[..done]);
        state.step *= 3;
        state.try_everything();
    }
}

#[test]
fn a_node_may_be_killed_anywhere_in_recovery() {
    let killed = State::killed();
    let writes = killed.writes_of_recovery();
    for done in 0..=writes.len() {
        let state = State::killed_after(&killed, &writes[..done]);
        assert_eq!(state.open(&state.whole), Ok(BANS), "after {done} of {} writes", writes.len());
    }
}

/// A file as a node leaves it, with so many bans in it, all of which were durable.
struct State {
    file: DataFile,
    whole: Vec<u8>,
    /// As it was before the last ban.
    before: Vec<u8>,
    /// Of so many bits of the header, and of ten times as many bytes in use, one is changed.
    step: usize,
}

impl State {
    fn closed() -> Self {
        Self::left_by(|file, node| {
            drop(node);
            fs::read(file.path()).unwrap()
        })
    }

    fn killed() -> Self {
        Self::left_by(|file, node| {
            let whole = fs::read(file.path()).unwrap();
            drop(node);
            whole
        })
    }

    fn left_by(leave: impl FnOnce(&DataFile, Node) -> Vec<u8>) -> Self {
        let file = DataFile::new();
        let node = Node::start(file.open());
        for _ in 1..BANS {
            node.ban(somebody().1, 3_600);
            node.flush();
        }
        let before = fs::read(file.path()).unwrap();
        node.ban(somebody().1, 3_600);
        node.flush();
        let whole = leave(&file, node);
        Self { file, whole, before, step: 17 }
    }

    /// That file after a part of what recovery writes.
    fn killed_after(killed: &Self, writes: &[Write]) -> Self {
        let mut whole = killed.whole.clone();
        for write in writes {
            match write {
                Write::Bytes(offset, bytes) => {
                    whole[*offset..offset + bytes.len()].copy_from_slice(bytes);
                }
                Write::Length(length) => whole.resize(*length, 0),
            }
        }
        Self { file: DataFile::new(), whole, before: killed.before.clone(), step: killed.step }
    }

    /// What opening the file writes to it.
    fn writes_of_recovery(&self) -> Vec<Write> {
        let recorder = Recorder::default();
        *recorder.bytes.lock().unwrap() = self.whole.clone();
        drop(Builder::new().create_with_backend(recorder.clone()).unwrap());
        let writes = recorder.writes.lock().unwrap();
        writes.clone()
    }

    /// How many bans are in a file with these bytes, or what is said against it.
    fn open(&self, bytes: &[u8]) -> Result<usize, String> {
        fs::write(self.file.path(), bytes).unwrap();
        let rows = |mut store: RedbStore| store.load();
        let tried = RedbStore::open(self.file.path()).and_then(rows);
        let tried = tried.map(|rows| rows.iter().filter(|row| row.key.starts_with(b"p")).count());
        tried.map_err(|error| {
            let left = fs::read(self.file.path()).unwrap();
            assert!(left == bytes, "it was changed, and then refused: {error}");
            error.to_string()
        })
    }

    fn try_everything(&self) {
        assert_eq!(self.open(&self.whole), Ok(BANS), "nothing is damaged yet");
        let mut seen = Seen::default();
        self.flip_bits(0, &mut seen);
        self.zero_sectors(&mut seen);
        self.bring_back_old_sectors(&mut seen);
        self.cut(&mut seen);
        println!("{} refused, {} whole", seen.refused, seen.whole);
        assert!(seen.refused > 20 && seen.whole > 20, "{seen:?}");
    }

    /// Some bits of the header, all of the byte that says what counts, and one in some other bytes.
    /// Of that byte the first `spared` bits are left alone.
    fn flip_bits(&self, spared: usize, seen: &mut Seen) {
        let everywhere = (0..self.whole.len()).filter(|at| self.whole[*at] != 0);
        let header = (12 * 8..320 * 8).step_by(self.step);
        let others = everywhere.step_by(10 * self.step).map(|at| at * 8 + at % 8);
        for bit in (9 * 8 + spared..10 * 8).chain(header).chain(others) {
            let mut damaged = self.whole.clone();
            damaged[bit / 8] ^= 1 << (bit % 8);
            seen.judge(&self.open(&damaged), || format!("bit {} of byte {}", bit % 8, bit / 8));
        }
    }

    fn zero_sectors(&self, seen: &mut Seen) {
        for size in [SECTOR, PAGE] {
            for at in (0..self.whole.len()).step_by(size) {
                if self.whole[at..at + size].iter().any(|byte| *byte != 0) {
                    let mut damaged = self.whole.clone();
                    damaged[at..at + size].fill(0);
                    seen.judge(&self.open(&damaged), || format!("{size} bytes zeroed at {at}"));
                }
            }
        }
    }

    /// Writes that the disk said it had made, and had not.
    fn bring_back_old_sectors(&self, seen: &mut Seen) {
        for size in [SECTOR, PAGE] {
            for at in (0..self.whole.len().min(self.before.len())).step_by(size) {
                // What cannot be told, as the documentation of the store says.
                if size == PAGE && at == 0 {
                    continue;
                }
                let before = &self.before[at..at + size];
                if before != &self.whole[at..at + size] {
                    let mut damaged = self.whole.clone();
                    damaged[at..at + size].copy_from_slice(before);
                    seen.judge(&self.open(&damaged), || format!("{size} old bytes at {at}"));
                }
            }
        }
    }

    fn cut(&self, seen: &mut Seen) {
        for length in (0..self.whole.len()).step_by(self.whole.len() / 20) {
            seen.judge(&self.open(&self.whole[..length]), || format!("cut to {length} bytes"));
        }
    }
}

#[derive(Debug, Default)]
struct Seen {
    refused: usize,
    whole: usize,
}

impl Seen {
    fn judge(&mut self, opened: &Result<usize, String>, what: impl Fn() -> String) {
        match opened {
            Ok(BANS) => self.whole += 1,
            Ok(bans) => panic!("{}: {bans} bans, and not a word", what()),
            Err(said) => {
                assert!(said.contains("move it away"), "{}: {said}", what());
                self.refused += 1;
            }
        }
    }
}

#[derive(Clone, Debug)]
enum Write {
    Bytes(usize, Vec<u8>),
    Length(usize),
}

/// A file in memory that takes note of what is written to it.
#[derive(Clone, Debug, Default)]
struct Recorder {
    bytes: Arc<Mutex<Vec<u8>>>,
    writes: Arc<Mutex<Vec<Write>>>,
}

impl StorageBackend for Recorder {
    fn len(&self) -> io::Result<u64> {
        Ok(u64::try_from(self.bytes.lock().unwrap().len()).unwrap())
    }

    fn read(&self, offset: u64, out: &mut [u8]) -> io::Result<()> {
        let at = usize::try_from(offset).unwrap();
        out.copy_from_slice(&self.bytes.lock().unwrap()[at..at + out.len()]);
        Ok(())
    }

    fn set_len(&self, len: u64) -> io::Result<()> {
        let length = usize::try_from(len).unwrap();
        self.bytes.lock().unwrap().resize(length, 0);
        self.writes.lock().unwrap().push(Write::Length(length));
        Ok(())
    }

    fn sync_data(&self) -> io::Result<()> {
        Ok(())
    }

    fn write(&self, offset: u64, data: &[u8]) -> io::Result<()> {
        let at = usize::try_from(offset).unwrap();
        self.bytes.lock().unwrap()[at..at + data.len()].copy_from_slice(data);
        self.writes.lock().unwrap().push(Write::Bytes(at, data.to_vec()));
        Ok(())
    }
}

const BANS: usize = 40;
const SECTOR: usize = 512;
const PAGE: usize = 4_096;
/// Where in the file the store notes how often it was written.
const NOTE: usize = PAGE - SECTOR;
