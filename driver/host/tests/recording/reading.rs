//! Reading of files: whole, cut, damaged, foreign.

use std::io::{self, Write};

use peerwarden_host::recording::{ReadRecordingError, RecordingReader};

#[test]
fn a_file_reads_the_same_compressed_or_not() {
    let plain = text();

    assert_eq!(read(plain.clone().into_bytes()).expect("it is whole"), whole());
    assert_eq!(read(compressed()).expect("it is whole"), whole());
}

#[test]
fn a_file_cut_anywhere_reads_to_the_last_whole_block() {
    let file = compressed();
    let mut most = 0;
    for end in 0..file.len() {
        match read(file[..end].to_vec()) {
            Ok(Read { steps, is_cut }) => {
                assert!(is_cut, "cut at {end}");
                assert_eq!(steps, whole().steps[..steps.len()], "cut at {end}");
                assert!(steps.len() >= most, "a longer file has more in it");
                most = steps.len();
            }
            Err(error) => {
                assert!(matches!(error, ReadRecordingError::Empty { .. }), "cut at {end}: {error}");
                assert_eq!(most, 0);
            }
        }
    }
    // The last block but the mark of the end.
    assert_eq!(most, whole().steps.len());
}

#[test]
fn lines_cut_anywhere_read_to_the_last_whole_one() {
    let file = text().into_bytes();
    for end in 1..file.len() {
        let newlines = file[..end].iter().filter(|byte| **byte == b'\n').count();
        // What is missing may be the newline alone.
        let lines = newlines + usize::from(file[end] == b'\n');

        match read(file[..end].to_vec()) {
            Ok(Read { steps, .. }) => assert_eq!(steps.len() + 1, lines, "cut at {end}"),
            Err(error) => {
                assert!(matches!(error, ReadRecordingError::Empty { .. }), "cut at {end}: {error}");
                assert_eq!(lines, 0);
            }
        }
    }
}

#[test]
fn no_damage_of_what_is_in_a_file_goes_unnoticed() {
    let file = compressed();
    for at in 0..file.len() {
        for bit in [1, 0x80] {
            let mut damaged = file.clone();
            damaged[at] ^= bit;

            let read = read(damaged);

            // Some bits say how much memory is needed, and nothing of what is in the file.
            let unnoticed = read.is_ok_and(|read| !read.is_cut && read != whole());
            assert!(!unnoticed, "bit {bit} of byte {at}");
        }
    }
}

#[test]
fn what_is_no_recording_is_called_what_it_is() {
    let header = text().lines().next().expect("there is a header").to_owned();
    for (bytes, message) in [
        (Vec::new(), "a file: ends before its first line does: nothing was recorded".to_owned()),
        (
            vec![0x1f, 0x8b, 8, 0],
            "a file: compressed with gzip, and recordings are with zstd: unpack it with gunzip first"
                .to_owned(),
        ),
        (
            b"peers are here".to_vec(),
            "a file: not a recording: it begins neither with zstd's mark nor with a recording's \
             first line"
                .to_owned(),
        ),
        (
            b"{\"name\":\"n\",\"steps\":[]}\n".to_vec(),
            "a file: not a recording: it begins neither with zstd's mark nor with a recording's \
             first line"
                .to_owned(),
        ),
        (
            header.replace("\"recording\":1", "\"recording\":7").into_bytes(),
            "a file: a recording of format 7, and this version reads format 1 only: use the version \
             that wrote it"
                .to_owned(),
        ),
        (
            format!("{header}\n{{\"at\":1}}\n").into_bytes(),
            "a file: line 2: a step that is neither an input nor a question"
                .to_owned(),
        ),
        (
            [header.as_bytes(), b"\n{\"at\":1,\"connect\":\"\xff\"}\n"].concat(),
            "a file: line 2: invalid utf-8 sequence of 1 bytes from index 19".to_owned(),
        ),
    ] {
        assert_eq!(read(bytes).expect_err("it is no recording").to_string(), message);
    }
}

#[test]
fn a_file_that_cannot_be_opened_is_named() {
    let dir = tempfile::tempdir().expect("a directory");
    let path = dir.path().join("missing");

    let error = RecordingReader::open(&path).expect_err("it is not there").to_string();

    assert!(error.starts_with(&format!("{}: cannot be read: ", path.display())), "{error}");
}

#[test]
fn a_file_that_stops_being_readable_says_so() {
    let mut file = compressed();
    file.truncate(file.len() / 2);
    let broken = io::Read::chain(io::Cursor::new(file), Broken);
    let mut reader = RecordingReader::new("a file", broken).expect("it begins well");

    let error = loop {
        match reader.next_step() {
            Ok(Some(_)) => {}
            Ok(None) => panic!("it ended"),
            Err(error) => break error,
        }
    };

    assert!(matches!(error, ReadRecordingError::Unreadable { .. }), "{error}");
}

/// What came of reading a file.
#[derive(Debug, PartialEq)]
struct Read {
    steps: Vec<String>,
    is_cut: bool,
}

fn read(bytes: Vec<u8>) -> Result<Read, ReadRecordingError> {
    let mut reader = RecordingReader::new("a file", io::Cursor::new(bytes))?;
    let mut steps = Vec::new();
    while let Some(step) = reader.next_step()? {
        steps.push(step.to_string());
    }
    Ok(Read { steps, is_cut: reader.is_cut() })
}

fn whole() -> Read {
    Read { steps: text().lines().skip(1).map(str::to_owned).collect(), is_cut: false }
}

/// A header and steps.
fn text() -> String {
    let mut text =
        "{\"recording\":1,\"engine\":\"0.1.0\",\"origin\":\"2026-01-02T03:04:05Z\",\"at\":1,\
                    \"preset\":\"flow\",\"set\":{\"threshold\":10}}\n"
            .to_owned();
    for n in 0..40 {
        text += &format!("{{\"at\":{n}.25,\"connect\":\"peer-{}\",\"inbound\":true}}\n", n * n);
    }
    text
}

/// The same in blocks of some lines, with a checksum at the end.
fn compressed() -> Vec<u8> {
    let mut encoder = zstd::Encoder::new(Vec::new(), 3).expect("zstd works");
    encoder.include_checksum(true).expect("before the first byte");
    for (number, line) in (1..).zip(text().split_inclusive('\n')) {
        encoder.write_all(line.as_bytes()).expect("into memory");
        if number % 7 == 0 {
            encoder.flush().expect("into memory");
        }
    }
    encoder.flush().expect("into memory");
    encoder.finish().expect("into memory")
}

/// A disk that fails.
struct Broken;

impl io::Read for Broken {
    fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
        Err(io::Error::from_raw_os_error(5))
    }
}
