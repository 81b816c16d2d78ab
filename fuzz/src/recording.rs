//! Fuzz target: whatever bytes are given for a recording are read and played, or refused.

use std::borrow::Cow;
use std::io::Cursor;

use foldhash::fast::FixedState;
use peerwarden_core::Warden;
use peerwarden_core::scenario::{Entry, Header, Step};
use peerwarden_host::recording::{ReadRecordingError, RecordingReader};

/// Reads the bytes after the first as they are, or compressed and cut, as the first one says.
///
/// # Panics
///
/// If something does not hold.
pub fn run(input: &[u8]) {
    let Some((choice, bytes)) = input.split_first() else {
        return;
    };
    let (bytes, cut) = if choice.is_multiple_of(2) {
        (bytes.to_vec(), 0)
    } else {
        (zstd::encode_all(bytes, 1).expect("into memory"), usize::from(choice / 2))
    };
    let kept = bytes.len().saturating_sub(cut);
    if let Err(error) = read(bytes[..kept].to_vec()) {
        let said = error.to_string();
        assert!(said.len() < 3_000 && !said.contains(['\n', '\u{1b}', '\u{202e}']), "{said}");
    }
}

fn read(bytes: Vec<u8>) -> Result<(), ReadRecordingError> {
    let mut reader = RecordingReader::new("a file", Cursor::new(bytes))?;
    let header = reader.header().clone();
    let line = header.write().expect("names are texts");
    let again = Header::<String>::read(&line).expect("it was written");
    assert_eq!(again.write().expect("names are texts"), line, "a header reads otherwise");

    let mut warden = header.policy().config().ok().and_then(|config| {
        let live = header.live.unwrap_or_default();
        let hasher = FixedState::default();
        Warden::<String, _>::resume(config, hasher, header.snapshot, live, header.at).ok()
    });
    while let Some(step) = reader.next_step()? {
        let step: Step<String> = step.map_peers(Cow::into_owned);
        let line = step.to_string();
        assert!(!line.contains('\n'));
        assert_eq!(Step::read(&line).expect("it was written"), step, "{line}");
        let Step { at, entry } = step;
        if let (Entry::Input { input, .. }, Some(warden)) = (entry, &mut warden) {
            let event = input.into_event(&warden.config().clone());
            let _ = warden.handle_input(event, at);
        }
    }
    Ok(())
}
