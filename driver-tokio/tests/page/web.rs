//! `peerwarden web`, running.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};

/// The page of a node on a loopback port, until this is dropped.
pub(crate) struct Web {
    child: Child,
    /// Where the page is, with its token.
    pub(crate) url: String,
}

impl Web {
    pub(crate) fn start(socket: &Path) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_peerwarden"))
            .arg("web")
            .arg("--socket")
            .arg(socket)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut url = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut url).unwrap();
        Self { child, url: url.trim_end().to_owned() }
    }

    pub(crate) fn host(&self) -> String {
        self.url.split('/').nth(2).unwrap().to_owned()
    }

    pub(crate) fn token(&self) -> String {
        self.url.split_once("token=").unwrap().1.to_owned()
    }

    /// The status of the answer to a request with this host and token.
    pub(crate) fn status(&self, path: &str, host: &str, token: &str) -> u16 {
        let mut stream = TcpStream::connect(self.host()).unwrap();
        let token = if token.is_empty() {
            String::new()
        } else {
            format!("authorization: Bearer {token}\r\n")
        };
        let request =
            format!("GET {path} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n{token}\r\n");
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer.split(' ').nth(1).unwrap_or_else(|| panic!("{answer:?}")).parse().unwrap()
    }
}

impl Drop for Web {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
