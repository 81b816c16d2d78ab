//! Fuzz target: whatever bytes are given for a list are read, or refused.

use std::time::{Duration, UNIX_EPOCH};

use peerwarden_host::Subject;
use peerwarden_host::lists::{
    LineFaults, ListFormat, ReadListError, ReadOptions, parse_network, read_list,
};

/// Reads the bytes after the first in the format that the first one says, or in whatever they look like.
///
/// # Panics
///
/// If something does not hold.
pub fn run(input: &[u8]) {
    let Some((choice, bytes)) = input.split_first() else {
        return;
    };
    let format = ListFormat::ALL.get(usize::from(*choice)).copied();
    // Noon on 28 November 2026: what the seeds say has not ended by then.
    let now = UNIX_EPOCH + Duration::from_secs(1_795_867_200);
    let options = ReadOptions::new(now)
        .with_format(format)
        .with_lasting((choice % 2 == 0).then_some(Duration::from_secs(3_600)))
        .with_max_entries(MOST);
    let read = read_list::<String>(bytes, &options);
    assert_eq!(read, read_list(bytes, &options), "it is read otherwise the second time");
    let file = match read {
        Ok(file) => file,
        Err(ReadListError::OtherFormat { asked, found }) => {
            assert_ne!(asked, found);
            assert_eq!(format, Some(asked));
            return;
        }
        Err(error) => {
            assert!(error.to_string().len() < 1_000, "{error}");
            return;
        }
    };
    assert!(format.is_none_or(|format| format == file.format));
    let lines = bytes.iter().filter(|byte| matches!(byte, b'\n' | b'\r')).count() + 1;
    assert!(file.entries.len() + file.protected.len() <= MOST);
    for entry in &file.entries {
        assert!((1..=lines).contains(&entry.line), "there is no line {}", entry.line);
        assert!(entry.until.is_none_or(|until| until > now), "it has ended");
        assert_eq!(entry.subject.clone().canonical(), entry.subject);
        if let Subject::Addr(net) = entry.subject {
            let again = parse_network(&net.to_string()).map(|read| (read.net, read.masked));
            assert_eq!(again, Ok((net, false)));
        }
    }
    for faults in [&file.faults, &file.remarks] {
        assert!(faults.first.len() == faults.total.min(LineFaults::MAX_KEPT));
        for fault in &faults.first {
            assert!((1..=lines).contains(&fault.line), "there is no line {}", fault.line);
            let said = fault.to_string();
            assert!(said.len() < 2_000 && !said.contains(['\n', '\u{1b}', '\u{202e}']), "{said}");
        }
    }
    // What was guessed is what it would have been asked for as.
    let asked = options.with_format(Some(file.format));
    assert_eq!(read_list(bytes, &asked), Ok(file), "it is read otherwise when it is asked for");
}

/// Few enough that a range of everything is not all that the target does.
const MOST: usize = 1_000;
