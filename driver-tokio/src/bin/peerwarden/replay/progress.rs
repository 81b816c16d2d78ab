//! Bar of how far a replay is.

use std::io::{self, IsTerminal, Write};
use std::time::{Duration, Instant};

use peerwarden_tokio::peerwarden_host::replay::ReplayProgress;

use crate::client::output::Output;

/// A bar on a terminal, for what takes more than a second.
#[derive(Debug)]
pub(super) struct ProgressBar {
    began: Instant,
    shown: Option<Instant>,
    is_wanted: bool,
}

impl ProgressBar {
    pub(super) fn new(output: &Output) -> Self {
        let is_wanted = !output.quiet() && io::stderr().is_terminal();
        Self { began: Instant::now(), shown: None, is_wanted }
    }

    /// Shows how far it is, ten times a second at most.
    pub(super) fn show(&mut self, progress: ReplayProgress) {
        let now = Instant::now();
        let due =
            self.shown.unwrap_or(self.began) + if self.shown.is_some() { REDRAW } else { PATIENCE };
        if self.is_wanted && now >= due {
            self.shown = Some(now);
            // It is there to be looked at: nothing depends on it.
            let _ = write!(io::stderr(), "\r{}", line(progress, now - self.began));
        }
    }

    /// Takes it away.
    pub(super) fn clear(&self) {
        if self.shown.is_some() {
            let _ = write!(io::stderr(), "\r{:width$}\r", "", width = WIDTH);
        }
    }
}

/// `[=====>    ]  51 %  1234567 inputs, 2.1 million a second`.
fn line(progress: ReplayProgress, elapsed: Duration) -> String {
    let ReplayProgress { inputs, bytes, of_bytes, .. } = progress;
    let percent = bytes.saturating_mul(100).checked_div(of_bytes).unwrap_or(0).min(100);
    let done = usize::try_from(percent).unwrap_or(0) * BAR / 100;
    let bar = format!("{}>", "=".repeat(done));
    #[expect(clippy::cast_precision_loss, reason = "one decimal of it is shown")]
    let rate = inputs as f64 / elapsed.as_secs_f64().max(0.001) / 1e6;
    let text = format!(
        "[{bar:<width$}] {percent:3} %  {inputs} inputs, {rate:.1} million a second",
        width = BAR + 1
    );
    format!("{text:<WIDTH$}")
}

/// After how long there is a bar at all.
const PATIENCE: Duration = Duration::from_secs(1);
const REDRAW: Duration = Duration::from_millis(100);
const BAR: usize = 20;
const WIDTH: usize = 79;

#[cfg(test)]
mod tests {
    use super::*;
    use peerwarden_tokio::peerwarden_host::replay::Replay;

    #[test]
    fn the_line_fits_a_terminal_and_says_how_fast_it_is() {
        // There is no other way to one than to replay something.
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("r.jsonl");
        let header = "{\"recording\":1,\"engine\":\"0.1.0\",\"origin\":\"2026-01-02T03:04:05Z\",\"at\":0,\
             \"preset\":\"default\",\"set\":{}}\n";
        std::fs::write(&file, header).unwrap();
        let mut last = None;
        Replay::new([file]).run(|progress| last = Some(progress)).unwrap();
        let last = last.unwrap();
        assert_eq!((last.inputs, last.bytes), (0, last.of_bytes));

        let mut half = last;
        (half.inputs, half.bytes, half.of_bytes) = (3_000_000, 50, 100);
        let shown = line(half, Duration::from_secs(2));
        assert_eq!(
            shown.trim_end(),
            "[==========>          ]  50 %  3000000 inputs, 1.5 million a second"
        );
        assert_eq!(shown.len(), WIDTH);
    }
}
