//! HTTP client that sends what it is told to, byte by byte.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::os::unix::net::UnixStream;
use std::path::Path;

use serde_json::Value;

use crate::schema;

/// One connection to the API.
pub(crate) struct Connection {
    stream: BufReader<Box<dyn Stream>>,
}

/// What a request was answered with.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) text: String,
}

pub(crate) trait Stream: Read + Write {
    fn shut_down(&self) -> io::Result<()>;
}

impl Stream for UnixStream {
    fn shut_down(&self) -> io::Result<()> {
        self.shutdown(std::net::Shutdown::Write)
    }
}

impl Stream for TcpStream {
    fn shut_down(&self) -> io::Result<()> {
        self.shutdown(std::net::Shutdown::Write)
    }
}

impl Connection {
    pub(crate) fn open(socket: &Path) -> Self {
        Self::over(UnixStream::connect(socket).unwrap())
    }

    pub(crate) fn open_tcp(addr: SocketAddr) -> Self {
        Self::over(TcpStream::connect(addr).unwrap())
    }

    fn over(stream: impl Stream + 'static) -> Self {
        Self { stream: BufReader::new(Box::new(stream)) }
    }

    /// Sends bytes as they are; whether the other side takes them.
    pub(crate) fn send(&mut self, bytes: impl AsRef<[u8]>) -> io::Result<()> {
        self.stream.get_mut().write_all(bytes.as_ref())
    }

    /// Sends no more.
    pub(crate) fn finish(&mut self) {
        self.stream.get_ref().shut_down().unwrap();
    }

    /// Sends a request with these lines of its head and this body.
    pub(crate) fn request(&mut self, method: &str, path: &str, head: &str, body: &str) -> Answer {
        let length = body.len();
        let request = format!(
            "{method} {path} HTTP/1.1\r\nhost: localhost\r\ncontent-length: {length}\r\n{head}\r\n{body}"
        );
        self.send(request).unwrap();
        self.answer(method, path)
    }

    /// Reads an answer, which has to be as the document says.
    pub(crate) fn answer(&mut self, method: &str, path: &str) -> Answer {
        let mut answer = self.head();
        answer.text = match (answer.header("content-length"), answer.status) {
            (Some(length), _) => {
                let mut bytes = vec![0; length.parse().unwrap()];
                self.stream.read_exact(&mut bytes).unwrap();
                String::from_utf8(bytes).unwrap()
            }
            (None, 304) => String::new(),
            (None, _) if answer.header("transfer-encoding") == Some("chunked") => {
                std::iter::from_fn(|| self.chunk()).collect()
            }
            (None, _) => panic!("{method} {path} is answered without a length: {answer:?}"),
        };
        schema::check(method, path, &answer);
        answer
    }

    /// Reads the head of an answer.
    pub(crate) fn head(&mut self) -> Answer {
        let line = self.line().unwrap();
        let status = line.split(' ').nth(1).unwrap_or_else(|| panic!("{line:?}")).parse().unwrap();
        let mut headers = Vec::new();
        loop {
            let line = self.line().unwrap();
            let Some((name, value)) = line.split_once(": ") else {
                break;
            };
            headers.push((name.to_ascii_lowercase(), value.to_owned()));
        }
        Answer { status, headers, text: String::new() }
    }

    /// Reads a line, without its end; `None` at the end of the connection.
    pub(crate) fn line(&mut self) -> Option<String> {
        let mut line = Vec::new();
        match self.stream.read_until(b'\n', &mut line) {
            Ok(0) => None,
            Ok(_) => Some(String::from_utf8(line).unwrap().trim_end().to_owned()),
            Err(error) if error.kind() == io::ErrorKind::ConnectionReset => None,
            Err(error) => panic!("{error}"),
        }
    }

    /// Reads the data of a chunk; `None` at the end of the connection or of the answer.
    pub(crate) fn chunk(&mut self) -> Option<String> {
        let length = usize::from_str_radix(&self.line()?, 16).unwrap();
        let mut bytes = vec![0; length];
        self.stream.read_exact(&mut bytes).ok()?;
        self.line()?;
        (length > 0).then(|| String::from_utf8(bytes).unwrap())
    }

    /// Reads what there is until the end of the connection.
    pub(crate) fn rest(&mut self) -> String {
        let mut all = Vec::new();
        match self.stream.read_to_end(&mut all) {
            Ok(_) => {}
            Err(error) if error.kind() == io::ErrorKind::ConnectionReset => {}
            Err(error) => panic!("{error}"),
        }
        String::from_utf8(all).unwrap()
    }
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(each, _)| each == name).map(|(_, value)| value.as_str())
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|_| panic!("{self:?}"))
    }

    /// Its status, and the JSON without the time of day, which tests do not own.
    pub(crate) fn without_time(&self) -> (u16, Value) {
        let mut json = self.json();
        if let Value::Object(fields) = &mut json {
            fields.remove("time");
        }
        (self.status, json)
    }

    /// The error that it is: status, name, message and field.
    pub(crate) fn error(&self) -> (u16, String, String, Option<String>) {
        let json = self.json();
        let text = |key: &str| json[key].as_str().map(str::to_owned);
        (self.status, text("error").unwrap(), text("message").unwrap(), text("field"))
    }
}
