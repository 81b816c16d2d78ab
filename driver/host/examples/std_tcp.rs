//! A TCP server of the standard library, guarded: a thread for each connection, one for what is due.
//!
//! Its clients have no names, so a peer is called by its IP. Lines that begin with `get` are answered,
//! all others are misbehavior. It asserts what it shows, and ends.

use std::error::Error;
use std::io::{BufRead, BufReader, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::thread;

use futures::StreamExt;
use futures::executor::block_on;
use peerwarden_host::{Config, Direction, Doorman, Misbehavior, NoticeKind, Points, Task};

type Guard = Doorman<String, Arc<TcpStream>>;

/// Serves one connection to its end.
fn serve(guard: &Guard, stream: TcpStream) -> Result<(), Box<dyn Error>> {
    let (ip, stream) = (stream.peer_addr()?.ip(), Arc::new(stream));
    let admission = guard.admit(ip.to_string(), Some(ip), Direction::Inbound, stream.clone())?;
    for line in BufReader::new(&*stream).lines() {
        if line?.starts_with("get") {
            (&*stream).write_all(b"here\n")?;
        } else {
            guard.handle().report(ip.to_string(), Misbehavior::INVALID_MESSAGE)?;
            // Closing is another thread's; until then nothing more is answered.
            admission.check()?;
            (&*stream).write_all(b"what?\n")?;
        }
    }
    Ok(())
}

/// Starts the server, which lives as long as the process.
fn start(config: Config) -> Result<(SocketAddr, Arc<Guard>), Box<dyn Error>> {
    let (guard, tasks) = Guard::new(config);
    tasks.spawn(|task| {
        if let Task::Close { connection, .. } = task {
            let _ = connection.shutdown(Shutdown::Both);
        }
    })?;
    let (guard, listener) = (Arc::new(guard), TcpListener::bind("127.0.0.1:0")?);
    let (addr, shared) = (listener.local_addr()?, guard.clone());
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let guard = shared.clone();
            thread::spawn(move || {
                serve(&guard, stream).unwrap_or_else(|e| println!("server: {e}"))
            });
        }
    });
    Ok((addr, guard))
}

fn main() -> Result<(), Box<dyn Error>> {
    // No scores and no dials; more than 2 000 points are too much. A report costs 864, of which 1 000
    // fall off each second.
    let config = Config::default().with_scores(false).with_redial(false);
    let (addr, guard) = start(config.with_threshold(Points::from_points(2_000)))?;
    let mut notices = guard.handle().subscribe()?;

    let mut client = Client::connect(addr)?;
    assert_eq!(client.ask("get me something")?, Some("here".to_owned()));
    let answered = (0..100).map_while(|_| client.ask("nonsense").ok().flatten()).count();
    println!("client: {answered} lines of nonsense were answered, then I was thrown out");
    assert!((2..100).contains(&answered), "two are not too much, a hundred are: {answered}");

    let refused = Client::connect(addr)?.ask("get me something");
    assert!(!matches!(refused, Ok(Some(_))), "a banned client got {refused:?}");
    println!("client: while banned I get nothing");

    loop {
        let notice = block_on(notices.next()).ok_or("the server was dropped")?;
        if let NoticeKind::Unbanned { subject, cause, .. } = notice.kind {
            println!("server: the ban of {subject} by {cause} is over");
            break;
        }
    }
    assert_eq!(Client::connect(addr)?.ask("get me something")?, Some("here".to_owned()));
    println!("client: back again");
    Ok(())
}

/// The other side.
struct Client(BufReader<TcpStream>);

impl Client {
    fn connect(addr: SocketAddr) -> std::io::Result<Self> {
        TcpStream::connect(addr).map(BufReader::new).map(Self)
    }

    /// Sends a line. The answer is `None` where the server closes the connection.
    fn ask(&mut self, line: &str) -> std::io::Result<Option<String>> {
        self.0.get_mut().write_all(format!("{line}\n").as_bytes())?;
        let mut answer = String::new();
        let read = self.0.read_line(&mut answer)?;
        Ok((read > 0).then(|| answer.trim_end().to_owned()))
    }
}
