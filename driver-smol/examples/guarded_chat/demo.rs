//! Trial of the chat with itself: two processes, of which one floods the other.

use std::env;
use std::error::Error;
use std::time::Duration;

use futures::future::{Either, select};
use futures::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines};
use futures::{FutureExt, StreamExt};
use smol::Timer;
use smol::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

pub(crate) async fn run() -> Result<(), Box<dyn Error>> {
    let story = story().boxed_local();
    match select(story, Timer::after(Duration::from_secs(60))).await {
        Either::Left((told, _)) => told,
        Either::Right(_) => Err("a minute has passed, and the story is not over".into()),
    }
}

async fn story() -> Result<(), Box<dyn Error>> {
    let directory = tempfile::tempdir()?;
    let data_dir = directory.path().join("data").display().to_string();
    let mut guard = Process::start("guard", &["--data-dir", &data_dir])?;
    let listening = guard.until("* listening at /ip4/127.0.0.1/").await?;
    let address = listening.strip_prefix("* listening at ").unwrap_or_default();
    let mut flooder = Process::start("flooder", &[address])?;

    flooder.until(" listens").await?;
    flooder.type_line("hello").await?;
    guard.until(": hello").await?;
    for n in 0..4 {
        flooder.type_line(&format!("{n}{}", "!".repeat(300))).await?;
    }
    let banned = guard.until(" banned by penalty").await?;
    #[cfg(feature = "admin")]
    is_served(&directory.path().join("data/admin.sock"), &banned).await?;
    #[cfg(not(feature = "admin"))]
    drop(banned);
    flooder.until(" is gone").await?;
    guard.until(" refused: banned by penalty for another ").await?;
    guard.until(" may come back").await?;
    guard.until(" connected").await?;

    // What is heard is said after everybody is there.
    flooder.until(" listens").await?;
    flooder.type_line("sorry").await?;
    guard.until(": sorry").await?;
    for mut process in [flooder, guard] {
        process.type_line("/quit").await?;
        if !process.child.status().await?.success() {
            return Err(format!("the {} failed", process.name).into());
        }
    }
    println!("It was thrown out, refused, and came back.");
    Ok(())
}

/// Fails unless the admin API on this socket tells of the ban that was said.
#[cfg(feature = "admin")]
async fn is_served(socket: &std::path::Path, banned: &str) -> Result<(), Box<dyn Error>> {
    use futures::io::AsyncReadExt;

    let request = "GET /v1/bans HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n";
    let mut stream = smol::net::unix::UnixStream::connect(socket).await?;
    stream.write_all(request.as_bytes()).await?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await?;
    let subject = banned.split_whitespace().nth(1).unwrap_or_default();
    println!("   admin | {}", answer.lines().last().unwrap_or_default());
    if answer.contains(&format!("\"subject\":\"{subject}\"")) {
        Ok(())
    } else {
        Err(format!("the admin API does not tell of {subject}").into())
    }
}

/// One of us, as a process of its own.
struct Process {
    name: &'static str,
    child: Child,
    input: ChildStdin,
    output: Lines<BufReader<ChildStdout>>,
}

impl Process {
    fn start(name: &'static str, arguments: &[&str]) -> Result<Self, Box<dyn Error>> {
        let mut command = Command::new(env::current_exe()?);
        command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).kill_on_drop(true);
        let mut child = command.spawn()?;
        let (input, output) = (child.stdin.take(), child.stdout.take());
        let (Some(input), Some(output)) = (input, output) else {
            return Err("its input and output are not at hand".into());
        };
        Ok(Self { name, child, input, output: BufReader::new(output).lines() })
    }

    async fn type_line(&mut self, line: &str) -> Result<(), Box<dyn Error>> {
        self.input.write_all(format!("{line}\n").as_bytes()).await?;
        Ok(self.input.flush().await?)
    }

    /// Repeats what it says until that has `wanted` in it.
    async fn until(&mut self, wanted: &str) -> Result<String, Box<dyn Error>> {
        while let Some(line) = self.output.next().await {
            let line = line?;
            println!("{:>8} | {line}", self.name);
            if line.contains(wanted) {
                return Ok(line);
            }
        }
        Err(format!("the {} ended before it said {wanted:?}", self.name).into())
    }
}
