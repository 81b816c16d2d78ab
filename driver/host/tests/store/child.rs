//! A process of its own, which can be killed.

use std::future::{Pending, pending};
use std::io::{BufRead, BufReader, Write};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{ChildStdout, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use std::{env, fs, io, process, thread};

use peerwarden_host::{
    Amplification, Config, Instant, Misbehavior, Origin, RedbStore, Subject, Timer, Verdict,
};

use crate::node::{DataFile, Guarded, Handle, Node, somebody};
use crate::peer::Peer;

/// A process that guards a node which nobody connects to, with a store at some path.
///
/// What it has to say it says in lines of a word and its meaning.
pub(crate) struct Child {
    process: process::Child,
    lines: BufReader<ChildStdout>,
}

impl Child {
    /// Bans and pardons as fast as it can write that down.
    pub(crate) fn run(store: &Path) -> Self {
        Self::spawn(command(&env::current_exe().unwrap(), store))
    }

    /// The same as a user with no rights, who has to have a program that he may read.
    pub(crate) fn run_as_nobody(store: &Path) -> Self {
        let program = store.with_file_name("program");
        fs::copy(env::current_exe().unwrap(), &program).unwrap();
        let mut command = command(&program, store);
        command.uid(NOBODY).gid(NOBODY);
        Self::spawn(command)
    }

    /// Bans until it cannot write that down, no file of its being allowed more than so many blocks
    /// of half a kilobyte, and then until it can again.
    pub(crate) fn run_with_room(store: &Path, blocks: u64) -> Self {
        let program = env::current_exe().unwrap();
        let inner = command(&program, store);
        let mut outer = Command::new("/bin/sh");
        let script = format!("trap '' XFSZ; ulimit -S -f {blocks}; exec \"$0\" \"$@\"");
        outer.arg("-c").arg(script).arg(program).args(inner.get_args());
        outer.env(STORE, store).env(FILL, "yes");
        Self::spawn(outer)
    }

    fn spawn(mut command: Command) -> Self {
        let mut process = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let lines = BufReader::new(process.stdout.take().unwrap());
        Self { process, lines }
    }

    /// Lifts the limit; whether that can be done here.
    pub(crate) fn give_room(&self) -> bool {
        let id = self.process.id().to_string();
        let lifted = Command::new("prlimit").args(["--pid", &id, "--fsize=unlimited"]).status();
        lifted.is_ok_and(|status| status.success())
    }

    /// The next line, if it comes to its end.
    pub(crate) fn line(&mut self) -> Option<String> {
        let mut line = String::new();
        self.lines.read_line(&mut line).unwrap();
        line.strip_suffix('\n').map(str::to_owned)
    }

    /// Reads on until a line begins with that word; what else is in it.
    pub(crate) fn until(&mut self, word: &str) -> String {
        loop {
            let line = self.line().unwrap_or_else(|| panic!("it ended before it said {word}"));
            if let Some((first, rest)) = line.split_once(' ')
                && first == word
            {
                return rest.to_owned();
            }
        }
    }

    /// Kills it, so that it cannot do anything about it.
    pub(crate) fn kill(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn command(program: &Path, store: &Path) -> Command {
    // This module may be deeper down in another program's tests.
    let (_, here) = module_path!().split_once("::").unwrap();
    let test = format!("{here}::what_one_process_has_banned_is_what_another_has");
    let mut command = Command::new(program);
    command.args(["--exact", &test, "--nocapture"]).env(STORE, store);
    command
}

/// The process that the others start is this test, told of a store.
#[test]
fn what_one_process_has_banned_is_what_another_has() {
    if let Ok(store) = env::var(STORE) {
        return live(store);
    }
    let file = DataFile::new();
    let (_, subject) = somebody();
    Node::start(file.open()).handle.ban(subject.clone(), None, Origin::Operator).unwrap();

    let mut child = Child::run(&file.path());

    assert_eq!(child.until("has"), subject.to_string());
}

fn live(store: String) {
    // What the test harness said of this test is not on a line of its own.
    println!();
    let opened = RedbStore::open(store);
    let restored = opened
        .and_then(|store| Guarded::restore(Config::default(), Arc::new(RealTimer::new()), store));
    match restored {
        Err(error) => say("error", &error.to_string()),
        Ok(behaviour) if env::var(FILL).is_ok() => fill(&behaviour.handle()),
        Ok(behaviour) => ban_and_pardon(&behaviour.handle()),
    }
}

fn ban_and_pardon(warden: &Handle) {
    let bans = warden.bans(None, usize::MAX).unwrap();
    let names: Vec<_> = bans.iter().map(|ban| ban.subject.to_string()).collect();
    say("has", &names.join(" "));
    say("ready", "");
    for round in 0_u8.. {
        for _ in 0..=round % 4 {
            change(warden, round);
        }
        warden.flush().wait().unwrap();
        say("durable", "");
    }
}

fn change(warden: &Handle, round: u8) {
    let peer = Peer::random();
    match round % 5 {
        0 => {
            let bans = warden.bans(None, 1).unwrap();
            if let Some(ban) = bans.into_iter().next() {
                say("pardon", &ban.subject.to_string());
                warden.unban(ban.subject, None).unwrap();
            }
        }
        1 => {
            let [.., a, b] = Vec::<u8>::from(peer)[..] else {
                return;
            };
            let subject = Subject::Addr(format!("203.{a}.{b}.0/24").parse().unwrap());
            say("ban", &subject.to_string());
            warden.ban(subject, None, Origin::Operator).unwrap();
        }
        2 => {
            say("ban", &Subject::Peer(peer).to_string());
            for _ in 0..5 {
                let most = Amplification::try_from(100.0).unwrap();
                warden.report_amplified(peer, Misbehavior::INVALID_MESSAGE, most).unwrap();
            }
        }
        _ => {
            say("ban", &Subject::Peer(peer).to_string());
            warden.ban(Subject::Peer(peer), None, Origin::Operator).unwrap();
        }
    }
}

fn fill(warden: &Handle) {
    say("ready", "");
    let mut said = false;
    for bans in 1_usize.. {
        let peer = Peer::random();
        warden.ban(Subject::Peer(peer), None, Origin::Operator).unwrap();
        if bans % 100 != 0 {
            continue;
        }
        match warden.flush().wait() {
            Err(error) if !said => {
                said = true;
                say("error", &error.to_string());
                let denied = matches!(warden.check_peer(&peer, None), Ok(Verdict::Deny(_)));
                say("enforced", if denied { "yes" } else { "no" });
            }
            Err(_) => thread::sleep(Duration::from_millis(10)),
            Ok(()) if said => {
                say("flushed", &bans.to_string());
                thread::sleep(Duration::from_secs(3_600));
            }
            Ok(()) => {}
        }
    }
}

fn say(word: &str, rest: &str) {
    println!("{word} {rest}");
    io::stdout().flush().unwrap();
}

/// Real time, counted from the Unix epoch.
struct RealTimer {
    started: std::time::Instant,
    at: Duration,
}

impl RealTimer {
    fn new() -> Self {
        let at = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
        Self { started: std::time::Instant::now(), at }
    }
}

impl Timer for RealTimer {
    type Sleep = Pending<()>;

    fn now(&self) -> Instant {
        let nanos = (self.at + self.started.elapsed()).as_nanos();
        Instant::from_nanos(u64::try_from(nanos).unwrap())
    }

    fn sleep_until(&self, _: Instant) -> Pending<()> {
        pending()
    }
}

const STORE: &str = "PEERWARDEN_TEST_STORE";
const FILL: &str = "PEERWARDEN_TEST_FILL";
const NOBODY: u32 = 65_534;
