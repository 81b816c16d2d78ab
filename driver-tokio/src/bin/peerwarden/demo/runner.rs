//! Runner: starts the nodes and follows the script.

mod setup;
mod shutdown;

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use peerwarden_tokio::Handle;
use tokio::signal::ctrl_c;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep_until};

use crate::demo::command::{Command, To};
use crate::demo::network::BoxError;
use crate::demo::observation::Observation;
use crate::demo::output::Output;
use crate::demo::participants::Participant;
use crate::demo::restored::Restored;
use crate::demo::script::Checklist;
use crate::demo::tally::Tally;

/// How it ended.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Ending {
    Complete,
    Incomplete,
    Interrupted,
}

/// The nodes at work, the story and its numbers.
pub(crate) struct Runner {
    began: Instant,
    honest: usize,
    warden: Handle,
    /// The guard's task.
    guard: JoinHandle<()>,
    restored: Restored,
    /// Where the guard's bans outlive it.
    file: Option<PathBuf>,
    /// Where metrics are served.
    server: Option<SocketAddr>,
    observations: mpsc::Receiver<(Instant, Observation)>,
    commands: BTreeMap<Participant, mpsc::Sender<Command>>,
    checklist: Checklist,
    tally: Tally,
    gathered: bool,
    next_flow: Option<Instant>,
    /// All has happened, and the honest peers have been told to stop.
    last_call: Option<Instant>,
    counted: bool,
    /// Nothing can follow any more.
    stuck: bool,
}

impl Runner {
    /// Follows the story to its end, and stays for as long as metrics are served.
    pub(crate) async fn play(&mut self, output: &mut Output) -> Result<Ending, BoxError> {
        let ending = self.follow_the_story(output).await?;
        if ending != Ending::Interrupted {
            self.stay(output).await?;
        }
        Ok(ending)
    }

    /// Until the story is over, or its time is up.
    async fn follow_the_story(&mut self, output: &mut Output) -> Result<Ending, BoxError> {
        self.open();
        let time_is_up = self.began + LONGEST + self.restored.longest_left();
        let mut interrupted = std::pin::pin!(ctrl_c());
        while !(self.stuck || self.counted && self.checklist.is_complete()) {
            let wait_until = self.last_call.map_or(time_is_up, |call| call + LAST_CALL);
            tokio::select! {
                biased;
                _ = &mut interrupted => {
                    self.keep(output).await?;
                    return Ok(Ending::Interrupted);
                }
                observation = self.observations.recv() => match observation {
                    Some((at, observation)) => self.follow(at, &observation, output)?,
                    None => break,
                },
                () = sleep_until(wait_until.min(time_is_up)) => break,
            }
        }
        self.close_the_count(output)?;
        let kept = self.keep(output).await?;
        output.summary(&self.checklist, &self.tally, self.began.elapsed())?;
        if kept && self.checklist.is_complete() && self.checklist.spoilt().is_empty() {
            Ok(Ending::Complete)
        } else {
            Ok(Ending::Incomplete)
        }
    }

    /// Tells those who are banned to try, and the others not to wait for them.
    fn open(&self) {
        let spammer = self.restored.left(Participant::Spammer);
        for who in self.commands.keys().copied() {
            if let Some(left) = self.restored.left(who) {
                // The last attempt comes early enough not to meet the end of the ban.
                let end = self.began + left.saturating_sub(MARGIN);
                self.command(To::One(who), Command::KnockUntil(end));
            } else if spammer.is_some() {
                self.command(To::One(who), Command::Join);
            }
        }
    }

    /// Prints a observation, counts it and gives the commands that follow from it.
    fn follow(
        &mut self,
        at: Instant,
        observation: &Observation,
        output: &mut Output,
    ) -> Result<(), BoxError> {
        output.observation(at.saturating_duration_since(self.began), observation)?;
        self.tally.observe(observation, at);
        for (to, command) in self.checklist.observe(observation) {
            self.command(to, command);
        }
        self.gathered |= matches!(observation, Observation::Gathered { .. });
        // A redial that failed is made again only minutes later; of the others, only those who were
        // thrown out try again by themselves.
        self.stuck |= matches!(observation, Observation::RedialFailed { .. })
            || matches!(observation, Observation::Unreached { who, .. }
                if !self.gathered && self.restored.left(*who).is_none());
        if self.gathered && self.last_call.is_none() {
            self.tell_of_the_flow(at, output)?;
        }
        if self.checklist.is_played() && self.last_call.is_none() {
            self.last_call = Some(Instant::now());
            self.command(To::Honest, Command::Stop);
            self.command(To::One(Participant::Guard), Command::CallTheRoll);
        }
        if self.last_call.is_some() && self.tally.settled(self.honest).is_some() {
            self.close_the_count(output)?;
        }
        Ok(())
    }

    /// Says now and then how much has come through.
    fn tell_of_the_flow(&mut self, now: Instant, output: &mut Output) -> Result<(), BoxError> {
        if self.tally.heard(WELL_HEARD) < self.honest
            || self.next_flow.is_some_and(|next| now < next)
        {
            return Ok(());
        }
        self.next_flow = Some(now + FLOW);
        let flowing = Observation::Flowing { messages: self.tally.delivered(), peers: self.honest };
        self.follow(now, &flowing, output)
    }

    /// Counts, once, what the honest peers were told to stop for.
    fn close_the_count(&mut self, output: &mut Output) -> Result<(), BoxError> {
        if self.counted || self.last_call.is_none() {
            return Ok(());
        }
        self.counted = true;
        let counted = self.tally.count();
        self.follow(Instant::now(), &counted, output)
    }

    fn command(&self, to: To, command: Command) {
        for (_, node) in self.commands.iter().filter(|(who, _)| to.includes(**who)) {
            // There is room: no node is given more commands in all than its queue holds.
            let _ = node.try_send(command);
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
