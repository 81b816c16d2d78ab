//! Thread that writes a recording.

use std::fs::File;
use std::io;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::Sender;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant as StdInstant};

use peerwarden_core::Instant;

use super::error::RecordError;
use super::file_names::FileNames;
use super::line_writer::{Beginning, LineWriter};
use super::options::RecordingOptions;
use super::output::Output;
use super::status::{RecordingState, RecordingStatus};
use super::tap::{Tap, Tapped};
use crate::driver::Driver;
use crate::log;
use crate::peer::PeerName;
use crate::shared::{EngineState, Shared};

/// What the thread and those who ask about it share.
#[derive(Debug)]
pub(super) struct Progress {
    pub(super) status: Mutex<RecordingStatus>,
    pub(super) stop: AtomicBool,
}

/// A recording that is being written.
struct Recorder<P: PeerName, D: Driver<P>> {
    shared: Arc<Shared<P, D>>,
    options: RecordingOptions,
    names: FileNames,
    progress: Arc<Progress>,
    lines: LineWriter<P>,
    output: Output<File>,
    path: PathBuf,
    /// When the file began, on the node's clock.
    began: Instant,
    part: u32,
    /// In files that are done.
    bytes: u64,
    /// The buffer that is not being filled.
    spare: Tapped<P>,
    /// Since when there is something that may not be in the file yet.
    unflushed: Option<StdInstant>,
}

/// Records on this thread until it is told to stop, and says by `begun` how beginning went.
pub(super) fn run<P: PeerName, D: Driver<P>>(
    shared: Arc<Shared<P, D>>,
    options: RecordingOptions,
    progress: Arc<Progress>,
    begun: &Sender<Result<(), RecordError>>,
) {
    let untap = Untap(Arc::clone(&shared));
    let mut recorder = match Recorder::begin(&shared, options, Arc::clone(&progress)) {
        Ok(recorder) => recorder,
        Err(error) => {
            drop(untap);
            let _ = begun.send(Err(error));
            return;
        }
    };
    log::recording(&recorder.path);
    let _ = begun.send(Ok(()));
    let result = recorder.record().and_then(|()| recorder.finish());
    drop(untap);
    let mut status = progress.status.lock().unwrap_or_else(PoisonError::into_inner);
    match result {
        Ok(()) => status.state = RecordingState::Stopped,
        Err(error) => {
            status.state = RecordingState::Failed;
            status.error = Some(error.to_string());
            let file = status.file.clone();
            drop(status);
            log::recording_failed(&file, &error);
        }
    }
}

/// Ends copying when it is dropped, however the thread ends.
struct Untap<P: PeerName, D: Driver<P>>(Arc<Shared<P, D>>);

impl<P: PeerName, D: Driver<P>> Drop for Untap<P, D> {
    fn drop(&mut self) {
        drop(self.0.untap());
    }
}

impl<P: PeerName, D: Driver<P>> Recorder<P, D> {
    fn begin(
        shared: &Arc<Shared<P, D>>,
        options: RecordingOptions,
        progress: Arc<Progress>,
    ) -> Result<Self, RecordError> {
        let failed = |error| RecordError::File { file: options.file().to_owned(), error };
        let names = FileNames::of(options.file()).map_err(failed)?;
        let (path, file) = names.create().map_err(failed)?;
        let buffer = options.buffer().get();
        let engine = shared.tap(Tap::new(buffer, thread::current()))?;
        let lines = LineWriter::new(&engine.config, options.pseudonyms());
        let mut recorder = Self {
            shared: Arc::clone(shared),
            names,
            progress,
            lines,
            output: Output::new(file).map_err(failed)?,
            path,
            began: shared.now(),
            part: 1,
            bytes: 0,
            spare: Tapped { inputs: Vec::with_capacity(buffer), lost: 0 },
            unflushed: None,
            options,
        };
        let file = recorder.path.clone();
        let failed = |error| RecordError::File { file, error };
        recorder.begin_file(engine, None).map_err(failed)?;
        Ok(recorder)
    }

    fn record(&mut self) -> io::Result<()> {
        loop {
            // A flag that was set before is seen now, and one that is set later ends the wait.
            let stop = self.progress.stop.load(Ordering::Acquire);
            let empty = std::mem::take(&mut self.spare.inputs);
            let (tapped, closed) = self.shared.tapped(empty);
            self.write(tapped)?;
            if stop || closed {
                return Ok(());
            }
            if self.unflushed.is_some_and(|since| since.elapsed() >= FLUSH_AFTER) {
                self.flush()?;
            }
            let age = self.shared.now().saturating_duration_since(self.began);
            if self.output.bytes() >= self.options.max_file_size().get()
                || age >= self.options.max_file_age()
            {
                self.next_file()?;
            }
            thread::park_timeout(PAUSE);
        }
    }

    fn write(&mut self, mut tapped: Tapped<P>) -> io::Result<()> {
        let lost = tapped.lost;
        let lines = self.lines.lines(&mut tapped);
        self.spare = tapped;
        if lines.is_empty() {
            return Ok(());
        }
        self.output.write(lines)?;
        self.unflushed.get_or_insert_with(StdInstant::now);
        let mut status = self.status();
        status.inputs = self.lines.inputs();
        status.bytes = self.bytes.saturating_add(self.output.bytes());
        if lost > 0 {
            status.gaps = status.gaps.saturating_add(1);
            status.lost = status.lost.saturating_add(lost);
            if status.gaps == 1 {
                log::recording_gap(&self.path, lost);
            }
        }
        Ok(())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.output.flush()?;
        self.unflushed = None;
        self.status().bytes = self.bytes.saturating_add(self.output.bytes());
        Ok(())
    }

    /// Writes the first line of a file that is there.
    fn begin_file(&mut self, engine: EngineState<P>, continues: Option<String>) -> io::Result<()> {
        let EngineState { at, config, saved, live } = engine;
        let wall = self.shared.wall_at(at);
        let part = self.part;
        let begin = Beginning { at, wall, config, saved, live, part, continues };
        let header = self.lines.header(self.options.name(), begin)?;
        self.began = self.shared.now();
        self.output.write(&header)?;
        let mut status = self.status();
        status.file.clone_from(&self.path);
        status.files = self.part;
        drop(status);
        self.flush()
    }

    fn next_file(&mut self) -> io::Result<()> {
        let (path, file) = self.names.create()?;
        let empty = std::mem::take(&mut self.spare.inputs);
        let Ok((tapped, engine)) = self.shared.part(empty) else {
            // The node ends, and this with it.
            return std::fs::remove_file(path);
        };
        self.write(tapped)?;
        self.finish()?;
        let next = Output::new(file)?;
        self.bytes = self.bytes.saturating_add(self.output.bytes());
        self.output = next;
        let before = std::mem::replace(&mut self.path, path);
        self.part = self.part.saturating_add(1);
        let before = before.file_name().map(|name| name.to_string_lossy().into_owned());
        self.begin_file(engine, before)?;
        // What cannot be removed stays, and recording goes on.
        if let Err(error) = self.names.prune(self.options.max_files().get(), &self.path) {
            log::recording_not_removed(&self.path, &error);
        }
        Ok(())
    }

    /// Ends the file, and has it written to the disk.
    fn finish(&mut self) -> io::Result<()> {
        self.output.write(self.lines.end())?;
        self.output.end()?.sync_all()?;
        let bytes = self.bytes.saturating_add(self.output.bytes());
        self.status().bytes = bytes;
        Ok(())
    }

    fn status(&self) -> MutexGuard<'_, RecordingStatus> {
        self.progress.status.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// How often there is a look at what has come.
const PAUSE: Duration = Duration::from_millis(200);

/// After how long what was written ends a block. With a pause on either side, within a second.
const FLUSH_AFTER: Duration = Duration::from_millis(600);
