//! `kill -9`, at any moment, many times.

use std::collections::{BTreeMap, BTreeSet};
use std::thread;
use std::time::Duration;

use crate::child::Child;
use crate::node::DataFile;

/// Nothing that was said to be durable is missing, however often and whenever the process is
/// killed.
#[test]
fn no_ban_that_was_durable_is_lost_by_killing_the_process() {
    let file = DataFile::new();
    let mut ledger = Ledger::default();
    let mut durable = 0;
    for kill in 0..KILLS {
        let mut child = Child::run(&file.path());
        // Every other one is killed some time after it was started, perhaps before it has opened
        // the file, and the rest while they write.
        if kill % 2 == 1 {
            durable += ledger.read(&mut child, 1);
        }
        thread::sleep(Duration::from_millis(kill * 37 % 100));
        child.kill();
        durable += ledger.read(&mut child, u64::MAX);
    }

    let mut child = Child::run(&file.path());
    let has = child.until("has");
    ledger.check(&has);
    println!(
        "{KILLS} kills, {durable} groups of changes durable, {} bans in the end",
        ledger.sure.len()
    );
    assert!(durable >= KILLS / 2, "{durable}");
}

/// What the process has said, and so what must be in its file.
#[derive(Default)]
struct Ledger {
    /// Who is banned, without a doubt.
    sure: BTreeSet<String>,
    /// What was begun, and not said to be durable.
    begun: Vec<(String, bool)>,
}

impl Ledger {
    /// Reads what the child says until it has said so many times that all is durable, or is dead;
    /// how often it was.
    fn read(&mut self, child: &mut Child, at_most: u64) -> u64 {
        let mut durable = 0;
        while durable < at_most
            && let Some(line) = child.line()
        {
            let (word, rest) = line.split_once(' ').unwrap_or((&line, ""));
            match word {
                "has" => self.check(rest),
                "ban" => self.begun.push((rest.to_owned(), true)),
                "pardon" => self.begun.push((rest.to_owned(), false)),
                "durable" => {
                    durable += 1;
                    for (subject, banned) in self.begun.drain(..) {
                        if banned {
                            self.sure.insert(subject);
                        } else {
                            self.sure.remove(&subject);
                        }
                    }
                }
                "error" => panic!("{rest}"),
                _ => {}
            }
        }
        durable
    }

    /// After a restart it has exactly what was durable, and of what was begun any part.
    fn check(&mut self, has: &str) {
        let has: BTreeSet<_> = has.split_whitespace().map(str::to_owned).collect();
        let begun: BTreeMap<_, _> = self.begun.drain(..).collect();
        for subject in self.sure.symmetric_difference(&has) {
            assert!(
                begun.contains_key(subject),
                "{subject} was {}durable, and is {}there",
                if self.sure.contains(subject) { "" } else { "not " },
                if has.contains(subject) { "" } else { "not " },
            );
        }
        self.sure = has;
    }
}

const KILLS: u64 = 60;
