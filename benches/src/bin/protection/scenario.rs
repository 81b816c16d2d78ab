//! Strategies and situations that policies are tried in.

use std::net::IpAddr;
use std::time::Duration;

use peerwarden_core::Instant;

use crate::actor::Actor;
use crate::attackers::{Shared, Tactic, Visitor};
use crate::habits::Habits;
use crate::honest::Honest;
use crate::ledger::Figures;
use crate::network;
use crate::peer::{ActorNo, Class, PeerNo};
use crate::policy::Knowledge;
use crate::world::{Setup, World};

/// One row of the tables: who is there, and what they do.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Scenario {
    /// Short name, for `--only`.
    pub(crate) name: &'static str,
    /// What happens, in a few words.
    pub(crate) title: &'static str,
    /// What its row shows.
    pub(crate) tells: Tells,
    /// Connections that the node holds at most.
    pub(crate) slots: usize,
    /// Time before the attack begins and anything is looked at.
    pub(crate) warmup: Duration,
    /// Time that is looked at.
    pub(crate) length: Duration,
    /// Under which variants of `default()` it is run besides.
    pub(crate) variants: Variants,
    /// Whether it only makes sense under a policy that looks at scores.
    pub(crate) needs_scores: bool,
    /// Records that the policy has room for, if not as many as by default.
    pub(crate) max_records: Option<usize>,
    /// Puts everybody in their places.
    pub(crate) populate: fn(&mut Stage),
}

/// What a row shows.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Tells {
    /// Bad messages accepted, and what honest peers lose beside that.
    Harm,
    /// Time that honest peers lose.
    Lost,
    /// How many honest peers are up at the end.
    Up,
}

/// Variants of `default()` that can make a difference in a scenario.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Variants {
    /// None is worth the time.
    None,
    /// Those without a rule.
    Rules,
    /// Those, and other ends of the ladder of places.
    RulesAndLadder,
}

/// How much of a scenario is run.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Scale {
    /// Longest time before the attack.
    pub(crate) warmup: Duration,
    /// Longest time that is looked at.
    pub(crate) length: Duration,
    /// A run ends after so many accepted bad messages.
    pub(crate) enough: u64,
}

impl Scale {
    /// All of it. Two million bad messages show well enough that nothing stops them.
    pub(crate) const FULL: Self =
        Self { warmup: Duration::MAX, length: Duration::MAX, enough: 2_000_000 };
    /// Just enough to show that everything runs.
    pub(crate) const SMOKE: Self =
        Self { warmup: Duration::from_secs(30), length: Duration::from_secs(120), enough: 1_000 };
}

impl Scale {
    /// Whether this is too little to say anything.
    pub(crate) fn is_smoke(self) -> bool {
        self.length == Self::SMOKE.length
    }
}

/// Where actors are put before a run.
pub(crate) struct Stage {
    world: World,
    actors: Vec<Box<dyn Actor>>,
    /// Time from the start of the run to that of the attack.
    pub(crate) warmup: Duration,
}

impl Scenario {
    /// What most scenarios are like.
    pub(crate) const USUAL: Self = Self {
        name: "",
        title: "",
        tells: Tells::Harm,
        slots: 50,
        warmup: Duration::from_secs(60),
        length: Duration::from_secs(7_200),
        variants: Variants::Rules,
        needs_scores: false,
        max_records: None,
        populate: |_| {},
    };

    /// Runs it. `setup` says how long, at most.
    pub(crate) fn run(&self, setup: Setup) -> Figures {
        let (warmup, length) = (setup.warmup, setup.length);
        let mut stage = Stage { world: World::new(setup), actors: Vec::new(), warmup };
        (self.populate)(&mut stage);
        let end = stage.attack().saturating_add(length);
        stage.world.run(stage.actors, end)
    }
}

impl Stage {
    /// When the attack begins.
    pub(crate) fn attack(&self) -> Instant {
        Instant::ORIGIN.saturating_add(self.warmup)
    }

    /// What attackers know of the policy.
    pub(crate) fn knowledge(&self) -> Knowledge {
        self.world.knowledge()
    }

    /// The world, to set its clock or to make peers that nobody runs.
    pub(crate) fn world(&mut self) -> &mut World {
        &mut self.world
    }

    /// So many honest peers far from each other.
    pub(crate) fn honest(&mut self, count: u32, habits: Habits) -> Vec<PeerNo> {
        (0..count).map(|index| self.honest_at(network::home(index), habits)).collect()
    }

    /// An honest peer at this address.
    pub(crate) fn honest_at(&mut self, addr: IpAddr, habits: Habits) -> PeerNo {
        let class = if habits.fresh { Class::Newcomer } else { Class::Resident };
        let peer = self.world.new_peer(self.next_actor(), addr, class);
        self.actors.push(Box::new(Honest::new(peer, addr, habits)));
        peer
    }

    /// So many attackers that share a pool of addresses, and begin when the attack does.
    pub(crate) fn attackers(&mut self, count: usize, tactic: &Tactic, addresses: &Shared) {
        for _ in 0..count {
            let begins = self.warmup.saturating_add(tactic.begins);
            self.actor(Visitor::new(Tactic { begins, ..tactic.clone() }, addresses));
        }
    }

    /// Anybody else.
    pub(crate) fn actor(&mut self, actor: impl Actor + 'static) {
        self.actors.push(Box::new(actor));
    }

    fn next_actor(&self) -> ActorNo {
        ActorNo(u32::try_from(self.actors.len()).unwrap_or(u32::MAX))
    }
}
