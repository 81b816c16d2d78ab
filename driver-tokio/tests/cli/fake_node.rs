//! A socket at which something else than a node answers.

use std::io::{Read, Write};
use std::os::unix::net::UnixListener;
use std::thread;

use tempfile::TempDir;

use crate::node::{Ran, command, ran};

/// Answers each request with the text of the first path that it begins with.
pub(crate) struct FakeNode {
    dir: TempDir,
}

impl FakeNode {
    pub(crate) fn start(answers: &'static [(&str, &str)]) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let listener = UnixListener::bind(dir.path().join("admin.sock")).unwrap();
        thread::spawn(move || {
            let mut held = Vec::new();
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                let mut request = vec![0; 4096];
                let read = stream.read(&mut request).unwrap();
                let request = String::from_utf8_lossy(&request[..read]).into_owned();
                let path = request.split(' ').nth(1).unwrap_or_default();
                let answer = answers.iter().find(|(of, _)| path.starts_with(of));
                let _ = stream.write_all(answer.map_or("", |(_, text)| text).as_bytes());
                // One that says nothing stays open, and keeps the client waiting.
                if answer.is_some_and(|(_, text)| text.is_empty()) {
                    held.push(stream);
                }
            }
        });
        Self { dir }
    }

    pub(crate) fn run(&self, args: &str) -> Ran {
        let mut ran = ran(command(args).arg("--data-dir").arg(self.dir.path()));
        ran.err = ran.err.replace(self.dir.path().to_str().unwrap(), "DIR");
        ran.out = ran.out.replace(self.dir.path().to_str().unwrap(), "DIR");
        ran
    }
}
