//! Puts the nodes on, and follows the story as they tell it.

mod curtain;
mod set;

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use peerwarden_tokio::Handle;
use tokio::signal::ctrl_c;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep_until};

use crate::demo::cast::Who;
use crate::demo::cue::{Cue, To};
use crate::demo::fact::Fact;
use crate::demo::memory::Memory;
use crate::demo::network::Failure;
use crate::demo::output::Output;
use crate::demo::story::Story;
use crate::demo::tally::Tally;

/// How it ended.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Ending {
    Complete,
    Incomplete,
    Interrupted,
}

/// The nodes at work, the story and its numbers.
pub(crate) struct Stage {
    began: Instant,
    honest: usize,
    warden: Handle,
    /// The guard's task.
    guard: JoinHandle<()>,
    memory: Memory,
    /// Where the guard's bans outlive it.
    file: Option<PathBuf>,
    /// Where metrics are served.
    server: Option<SocketAddr>,
    facts: mpsc::Receiver<(Instant, Fact)>,
    cues: BTreeMap<Who, mpsc::Sender<Cue>>,
    story: Story,
    tally: Tally,
    gathered: bool,
    next_flow: Option<Instant>,
    /// All has happened, and the honest peers have been told to stop.
    last_call: Option<Instant>,
    counted: bool,
    /// Nothing can follow any more.
    stuck: bool,
}

impl Stage {
    /// Follows the story to its end, and stays for as long as metrics are served.
    pub(crate) async fn play(&mut self, output: &mut Output) -> Result<Ending, Failure> {
        let ending = self.follow_the_story(output).await?;
        if ending != Ending::Interrupted {
            self.stay(output).await?;
        }
        Ok(ending)
    }

    /// Until the story is over, or its time is up.
    async fn follow_the_story(&mut self, output: &mut Output) -> Result<Ending, Failure> {
        self.open();
        let time_is_up = self.began + LONGEST + self.memory.longest_left();
        let mut interrupted = std::pin::pin!(ctrl_c());
        while !(self.stuck || self.counted && self.story.is_complete()) {
            let wait_until = self.last_call.map_or(time_is_up, |call| call + LAST_CALL);
            tokio::select! {
                biased;
                _ = &mut interrupted => {
                    self.keep(output).await?;
                    return Ok(Ending::Interrupted);
                }
                fact = self.facts.recv() => match fact {
                    Some((at, fact)) => self.follow(at, &fact, output)?,
                    None => break,
                },
                () = sleep_until(wait_until.min(time_is_up)) => break,
            }
        }
        self.close_the_count(output)?;
        let kept = self.keep(output).await?;
        output.summary(&self.story, &self.tally, self.began.elapsed())?;
        if kept && self.story.is_complete() && self.story.spoilt().is_empty() {
            Ok(Ending::Complete)
        } else {
            Ok(Ending::Incomplete)
        }
    }

    /// Tells those who are banned to try, and the others not to wait for them.
    fn open(&self) {
        let spammer = self.memory.left(Who::Spammer);
        for who in self.cues.keys().copied() {
            if let Some(left) = self.memory.left(who) {
                // The last attempt comes early enough not to meet the end of the ban.
                let end = self.began + left.saturating_sub(MARGIN);
                self.cue(To::One(who), Cue::KnockUntil(end));
            } else if spammer.is_some() {
                self.cue(To::One(who), Cue::Join);
            }
        }
    }

    /// Prints a fact, counts it and gives the cues that follow from it.
    fn follow(&mut self, at: Instant, fact: &Fact, output: &mut Output) -> Result<(), Failure> {
        output.fact(at.saturating_duration_since(self.began), fact)?;
        self.tally.observe(fact, at);
        for (to, cue) in self.story.observe(fact) {
            self.cue(to, cue);
        }
        self.gathered |= matches!(fact, Fact::Gathered { .. });
        // A redial that failed is made again only minutes later; of the others, only those who were
        // thrown out try again by themselves.
        self.stuck |= matches!(fact, Fact::RedialFailed { .. })
            || matches!(fact, Fact::Unreached { who, .. }
                if !self.gathered && self.memory.left(*who).is_none());
        if self.gathered && self.last_call.is_none() {
            self.tell_of_the_flow(at, output)?;
        }
        if self.story.is_played() && self.last_call.is_none() {
            self.last_call = Some(Instant::now());
            self.cue(To::Honest, Cue::Stop);
            self.cue(To::One(Who::Guard), Cue::CallTheRoll);
        }
        if self.last_call.is_some() && self.tally.settled(self.honest).is_some() {
            self.close_the_count(output)?;
        }
        Ok(())
    }

    /// Says now and then how much has come through.
    fn tell_of_the_flow(&mut self, now: Instant, output: &mut Output) -> Result<(), Failure> {
        if self.tally.heard(WELL_HEARD) < self.honest
            || self.next_flow.is_some_and(|next| now < next)
        {
            return Ok(());
        }
        self.next_flow = Some(now + FLOW);
        let flowing = Fact::Flowing { messages: self.tally.delivered(), peers: self.honest };
        self.follow(now, &flowing, output)
    }

    /// Counts, once, what the honest peers were told to stop for.
    fn close_the_count(&mut self, output: &mut Output) -> Result<(), Failure> {
        if self.counted || self.last_call.is_none() {
            return Ok(());
        }
        self.counted = true;
        let counted = self.tally.count();
        self.follow(Instant::now(), &counted, output)
    }

    fn cue(&self, to: To, cue: Cue) {
        for (_, node) in self.cues.iter().filter(|(who, _)| to.includes(**who)) {
            // There is room: no node is given more cues in all than its queue holds.
            let _ = node.try_send(cue);
        }
    }
}

/// So many messages of an honest peer show that it comes through.
const WELL_HEARD: u64 = 2;
/// How often it is told how much has come through.
const FLOW: Duration = Duration::from_secs(3);
/// How long the last messages may take.
const LAST_CALL: Duration = Duration::from_secs(2);
/// Between the last attempt of somebody who is banned from before the start and the ban's end.
const MARGIN: Duration = Duration::from_secs(1);
/// After so long the demo ends, however far it has come. Bans from before the start come on top.
const LONGEST: Duration = Duration::from_secs(27);
