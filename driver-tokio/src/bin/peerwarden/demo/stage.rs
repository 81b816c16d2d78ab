//! Puts the nodes on, and follows the story as they tell it.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use fastrand::Rng;
use peerwarden_tokio::Subject;
use tokio::signal::ctrl_c;
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep_until};

use crate::cli;
use crate::demo::cast::{Cast, Who};
use crate::demo::cue::{Cue, To};
use crate::demo::fact::Fact;
use crate::demo::guard::{self, Guard};
use crate::demo::manners::Manners;
use crate::demo::network::{Failure, guarded_node, node};
use crate::demo::output::Output;
use crate::demo::peer::{self, Peer};
use crate::demo::policy::policy;
use crate::demo::report::Reporter;
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
    /// Builds every node and starts it.
    pub(crate) async fn set(options: &cli::Demo) -> Result<Self, Failure> {
        let began = Instant::now();
        let cast = Arc::new(Cast::new(options.honest, options.seed));
        let (reporter, facts) = Reporter::new(Arc::clone(&cast));
        let mut cues = BTreeMap::new();

        let key = cast.key(Who::Guard).ok_or("the cast has no guard")?;
        let guard_id = key.public().to_peer_id();
        let (guard, guard_address) = guarded_node(key, policy(options.speed)?).await?;
        let warden = guard.behaviour().warden.handle();
        let address = guard_address.clone();
        reporter.tell(Fact::Listening { address }).await;

        let mut nodes = Vec::new();
        let mut addresses = BTreeMap::from([(Who::Guard, (guard_id, guard_address.clone()))]);
        for (who, key) in cast.peers() {
            let manners = Manners::of(who, options.honest, options.speed);
            let (swarm, address) = node(key, manners.validates).await?;
            if who == Who::Friend {
                warden.protect(Subject::Peer(*swarm.local_peer_id()))?;
            }
            addresses.insert(who, (*swarm.local_peer_id(), address));
            nodes.push((who, manners, swarm));
        }
        let expected = nodes.len();
        for (at, (who, manners, swarm)) in nodes.into_iter().enumerate() {
            let (sender, receiver) = mpsc::channel(CUES);
            cues.insert(who, sender);
            let friends = friends(who)
                .filter_map(|friend| addresses.get(&friend))
                .map(|(_, address)| address.clone())
                .collect();
            let seed = options.seed.wrapping_add(1 + at as u64);
            let peer = Peer {
                who,
                swarm,
                manners,
                friends,
                guard: (guard_id, guard_address.clone()),
                rng: Rng::with_seed(seed),
                reporter: reporter.clone(),
                state: peer::State::default(),
            };
            tokio::spawn(peer.run(receiver));
        }

        let spammer = addresses.remove(&Who::Spammer).ok_or("the cast has no spammer")?;
        let (sender, receiver) = mpsc::channel(CUES);
        cues.insert(Who::Guard, sender);
        let guard =
            Guard { swarm: guard, warden, expected, reporter, state: guard::State::default() };
        tokio::spawn(guard.run(spammer, receiver));

        Ok(Self {
            began,
            honest: usize::from(options.honest),
            facts,
            cues,
            story: Story::new(),
            tally: Tally::default(),
            gathered: false,
            next_flow: None,
            last_call: None,
            counted: false,
            stuck: false,
        })
    }

    /// Follows the story to its end, or until its time is up.
    pub(crate) async fn play(&mut self, output: &mut Output) -> Result<Ending, Failure> {
        let time_is_up = self.began + LONGEST;
        let mut interrupted = std::pin::pin!(ctrl_c());
        while !(self.stuck || self.counted && self.story.is_complete()) {
            let wait_until = self.last_call.map_or(time_is_up, |call| call + LAST_CALL);
            tokio::select! {
                biased;
                _ = &mut interrupted => return Ok(Ending::Interrupted),
                fact = self.facts.recv() => match fact {
                    Some((at, fact)) => self.follow(at, &fact, output)?,
                    None => break,
                },
                () = sleep_until(wait_until.min(time_is_up)) => break,
            }
        }
        self.close_the_count(output)?;
        output.summary(&self.story, &self.tally, self.began.elapsed())?;
        if self.story.is_complete() && self.story.spoilt().is_empty() {
            Ok(Ending::Complete)
        } else {
            Ok(Ending::Incomplete)
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
        // Nobody tries again by itself, but for those who were thrown out.
        self.stuck |= matches!(fact, Fact::RedialFailed { .. })
            || matches!(fact, Fact::Unreached { .. }) && !self.gathered;
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

/// Whom `who` dials at the beginning.
///
/// The spammer knows one honest peer too, which gets its messages and must not forward them.
fn friends(who: Who) -> impl Iterator<Item = Who> {
    let (first, second) = match who {
        Who::Guard => (None, None),
        Who::Honest(number) => (Some(Who::Guard), (number > 1).then(|| Who::Honest(number - 1))),
        Who::Friend | Who::Sneak => (Some(Who::Guard), None),
        Who::Spammer => (Some(Who::Honest(1)), None),
    };
    first.into_iter().chain(second)
}

const CUES: usize = 16;
/// So many messages of an honest peer show that it comes through.
const WELL_HEARD: u64 = 2;
/// How often it is told how much has come through.
const FLOW: Duration = Duration::from_secs(3);
/// How long the last messages may take.
const LAST_CALL: Duration = Duration::from_secs(2);
/// After so long the demo ends, however far it has come.
const LONGEST: Duration = Duration::from_secs(27);
