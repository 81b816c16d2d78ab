//! Policies of the tables, by name.

mod knowledge;
mod variants;

use std::num::NonZeroUsize;

use peerwarden_core::{Config, ConfigError};

use crate::policies::{Alsp, Bitcoin, Fail2ban, Lighthouse, OpMonitor, Peerwarden};
use crate::policy::{Knowledge, Policy};
use crate::scenario::Scenario;

/// One column of the tables.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Column {
    /// Short name, for `--only`, and the head of the column.
    pub(crate) name: &'static str,
    /// What it is, in a few words.
    pub(crate) about: &'static str,
    /// Which table it is in.
    pub(crate) table: Table,
    /// Whether the application counts valid messages.
    pub(crate) feeds_valid: bool,
    /// Whether it looks at scores.
    pub(crate) scores: bool,
    /// Seeds that it is run with at least: where the moment of a look decides, only a mean says much.
    pub(crate) least_seeds: u64,
    /// Column that it is a variant of, to be compared with.
    pub(crate) variant_of: Option<&'static str>,
    /// What attackers know of it.
    pub(crate) knowledge: Knowledge,
    make: Make,
}

/// Tables of policies.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Table {
    /// peerwarden's presets and other systems.
    Systems,
    /// `default()` without one of its rules each.
    Rules,
    /// `default()` with other ends of the ladder of places.
    Ladder,
}

#[derive(Clone, Copy, Debug)]
enum Make {
    Engine(fn() -> Result<Config, ConfigError>),
    Model(fn(u64) -> Box<dyn Policy>),
}

impl Column {
    /// Makes the policy, with as much room as the scenario says; the seed is for what models draw.
    ///
    /// # Errors
    ///
    /// The engine refuses one of the settings.
    pub(crate) fn policy(
        &self,
        scenario: &Scenario,
        seed: u64,
    ) -> Result<Box<dyn Policy>, ConfigError> {
        match self.make {
            Make::Engine(_) => {
                let config = self.config(scenario)?.unwrap_or_default();
                Ok(Box::new(Peerwarden::new(config)))
            }
            Make::Model(model) => Ok(model(seed)),
        }
    }

    /// Makes the settings of the engine, if that is what the policy is.
    ///
    /// # Errors
    ///
    /// The engine refuses one of the settings.
    pub(crate) fn config(&self, scenario: &Scenario) -> Result<Option<Config>, ConfigError> {
        let Make::Engine(config) = self.make else { return Ok(None) };
        let config = config()?;
        let records = scenario.max_records.and_then(NonZeroUsize::new);
        Ok(Some(
            records
                .map_or_else(|| config.clone(), |records| config.clone().with_max_records(records)),
        ))
    }
}

/// Every column there is, in the order of the tables.
pub(crate) fn all() -> Vec<Column> {
    let mut columns = vec![DEFAULT, VALID, SCORES];
    columns.extend_from_slice(OTHERS);
    columns.extend_from_slice(variants::ALL);
    columns
}

const DEFAULT: Column = Column {
    name: "default",
    about: "`default()`, reports only",
    table: Table::Systems,
    feeds_valid: false,
    scores: false,
    least_seeds: 1,
    variant_of: None,
    knowledge: knowledge::REPORTS,
    make: Make::Engine(|| Ok(Config::default().with_scores(false))),
};

const VALID: Column = Column {
    name: "+valid",
    about: "the same, and the application counts valid messages",
    feeds_valid: true,
    knowledge: knowledge::VALID,
    ..DEFAULT
};

const SCORES: Column = Column {
    name: "+scores",
    about: "the same, and looks at gossipsub's scores with op-node's weights",
    scores: true,
    knowledge: knowledge::SCORES,
    make: Make::Engine(|| Ok(Config::default())),
    ..VALID
};

const LOOKS: u64 = 8;

const OTHERS: &[Column] = &[
    Column {
        name: "flow",
        about: "`flow()`",
        knowledge: Knowledge::FLOW,
        make: Make::Engine(|| Ok(Config::flow())),
        ..DEFAULT
    },
    Column {
        name: "op_node",
        about: "`op_node()`",
        scores: true,
        least_seeds: LOOKS,
        knowledge: knowledge::OP_NODE,
        make: Make::Engine(|| Ok(Config::op_node())),
        ..DEFAULT
    },
    Column {
        name: "op-node's",
        about: "model of op-node's peer monitor",
        scores: true,
        least_seeds: LOOKS,
        knowledge: knowledge::OP_NODE,
        make: Make::Model(|seed| Box::new(OpMonitor::new(seed))),
        ..DEFAULT
    },
    Column {
        name: "ALSP",
        about: "model of Flow's misbehaviour report manager",
        knowledge: Knowledge::FLOW,
        make: Make::Model(|seed| Box::new(Alsp::new(seed))),
        ..DEFAULT
    },
    Column {
        name: "lighthouse",
        about: "model of Lighthouse's peer manager",
        knowledge: knowledge::LIGHTHOUSE,
        make: Make::Model(|_| Box::new(Lighthouse::new())),
        ..DEFAULT
    },
    Column {
        name: "bitcoin",
        about: "model of Bitcoin Core's discouragement",
        knowledge: knowledge::BITCOIN,
        make: Make::Model(|_| Box::new(Bitcoin::new())),
        ..DEFAULT
    },
    Column {
        name: "fail2ban",
        about: "model of fail2ban with growing bans",
        knowledge: knowledge::FAIL2BAN,
        make: Make::Model(|_| Box::new(Fail2ban::new())),
        ..DEFAULT
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_column_can_be_made_and_has_a_name_of_its_own() {
        let mut names: Vec<_> = all().iter().map(|column| column.name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), all().len());
        for column in all() {
            assert!(column.policy(&Scenario::USUAL, 1).is_ok(), "{}", column.name);
        }
    }
}
