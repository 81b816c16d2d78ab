//! The program, and what it prints.

use std::io::{BufRead, BufReader, Lines, Read};
use std::process::{Child, ChildStdout, Command, Output, Stdio};

use serde_json::Value;

/// One that runs, until it is dropped at the latest.
pub(crate) struct Program {
    child: Child,
    lines: Option<Lines<BufReader<ChildStdout>>>,
}

impl Program {
    pub(crate) fn start(arguments: &[&str]) -> Self {
        Self::spawn(Command::new(PEERWARDEN).args(arguments))
    }

    /// One that cannot make a file longer than some kilobytes, which is what a full disk looks like.
    pub(crate) fn start_without_room(arguments: &[&str]) -> Self {
        let script = "ulimit -f 20 && trap '' XFSZ && exec \"$0\" \"$@\"";
        Self::spawn(Command::new("sh").args(["-c", script, PEERWARDEN]).args(arguments))
    }

    fn spawn(command: &mut Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        Self { child, lines: Some(lines) }
    }

    /// Reads as far as the first line that is wanted.
    pub(crate) fn until(&mut self, wanted: impl Fn(&Value) -> bool) -> Value {
        self.collect_until(wanted).pop().unwrap()
    }

    /// All lines as far as the first one that is wanted, which is the last of them.
    pub(crate) fn collect_until(&mut self, wanted: impl Fn(&Value) -> bool) -> Vec<Value> {
        let mut read = Vec::new();
        for line in self.lines.as_mut().unwrap() {
            let line = line.unwrap();
            read.push(serde_json::from_str(&line).expect(&line));
            if read.last().is_some_and(&wanted) {
                return read;
            }
        }
        panic!("it ended too early: {read:#?}\n{}", self.errors());
    }

    /// As `head` does.
    pub(crate) fn stop_reading(&mut self) {
        self.lines = None;
    }

    /// As Ctrl-C does.
    pub(crate) fn interrupt(&self) {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args(["-INT", &id]).status().unwrap().success());
    }

    /// Reads what is left, and the exit code.
    pub(crate) fn end(&mut self) -> (Vec<Value>, Option<i32>) {
        let lines = self.lines.take().unwrap();
        let rest = lines.map(|line| serde_json::from_str(&line.unwrap()).unwrap()).collect();
        (rest, self.wait())
    }

    /// The exit code.
    pub(crate) fn wait(&mut self) -> Option<i32> {
        self.child.wait().unwrap().code()
    }

    /// What it wrote to standard error, once it has ended.
    pub(crate) fn errors(&mut self) -> String {
        let mut errors = String::new();
        self.child.stderr.take().unwrap().read_to_string(&mut errors).unwrap();
        errors
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Runs it to its end.
pub(crate) fn peerwarden(arguments: &[&str]) -> Output {
    Command::new(PEERWARDEN).args(arguments).output().unwrap()
}

/// What it printed, every line of which is an object.
pub(crate) fn lines(output: &[u8]) -> Vec<Value> {
    let text = std::str::from_utf8(output).unwrap();
    text.lines().map(|line| serde_json::from_str(line).expect(line)).collect()
}

/// Whether a line tells of such an event.
pub(crate) fn event(name: &str) -> impl Fn(&Value) -> bool {
    move |line| line["event"] == name
}

/// Whether a line tells of such an event, and of this node.
pub(crate) fn event_of(name: &str, who: &str) -> impl Fn(&Value) -> bool {
    move |line| line["event"] == name && line["who"] == who
}

const PEERWARDEN: &str = env!("CARGO_BIN_EXE_peerwarden");
