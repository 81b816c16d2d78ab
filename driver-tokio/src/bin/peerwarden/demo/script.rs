//! Script and checklist: steps that have to happen, and events that must not.

mod steps;

use steps::{COUNTING, NEVER, STEPS};

use crate::demo::command::{Command, To};
use crate::demo::observation::Observation;

/// Script that is followed. That depends on what the guard has against the spammer before it begins.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Script {
    /// It never met the spammer, or has forgiven everything.
    First,
    /// There are offences on record, so the next one earns a long ban at once.
    Again,
    /// What is more, the spammer is still banned for the last one.
    StillOut,
}

/// One step of the story.
#[derive(Debug)]
pub(crate) struct Step {
    /// A short name, for programs.
    pub(crate) name: &'static str,
    /// What has happened once the step is done.
    pub(crate) says: &'static str,
    /// Where it belongs.
    scripts: &'static [Script],
    /// The steps that must be done before this one can be, if they belong to the same script.
    after: &'static [&'static str],
    /// The observation that completes it.
    when: Happens,
    /// Participant is then told to do what.
    then: &'static [(To, Command)],
}

/// Whether a observation is the one that is waited for.
type Happens = fn(&Observation) -> bool;

/// How far the story has come.
#[derive(Debug)]
pub(crate) struct Checklist {
    script: Script,
    done: Vec<&'static str>,
    spoilt: Vec<&'static str>,
}

impl Checklist {
    /// A story of which nothing has happened.
    pub(crate) const fn new(script: Script) -> Self {
        Self { script, done: Vec::new(), spoilt: Vec::new() }
    }

    /// Takes note of a observation, and says who is to do what because of it.
    pub(crate) fn observe(&mut self, observation: &Observation) -> Vec<(To, Command)> {
        for (spoilt, happens) in NEVER {
            if happens(observation) && !self.spoilt.contains(spoilt) {
                self.spoilt.push(spoilt);
            }
        }
        let mut commands = Vec::new();
        // One observation completes one step for which it is time.
        let next = self.awaited().find(|step| (step.when)(observation));
        if let Some(step) = next {
            self.done.push(step.name);
            commands.extend(step.then);
        }
        commands
    }

    /// Whether all but the counting has happened.
    pub(crate) fn is_played(&self) -> bool {
        self.missing().all(|step| COUNTING.contains(&step.name))
    }

    /// Whether everything has happened.
    pub(crate) fn is_complete(&self) -> bool {
        self.missing().next().is_none()
    }

    /// The steps that have not happened.
    pub(crate) fn missing(&self) -> impl Iterator<Item = &'static Step> {
        self.steps().filter(|step| !self.done.contains(&step.name))
    }

    /// Of those, the ones for which it was time.
    pub(crate) fn awaited(&self) -> impl Iterator<Item = &'static Step> {
        self.missing().filter(|step| {
            step.after.iter().all(|before| self.missing().all(|step| step.name != *before))
        })
    }

    /// What happened that must not.
    pub(crate) fn spoilt(&self) -> &[&'static str] {
        &self.spoilt
    }

    /// Every step of it.
    pub(crate) fn steps(&self) -> impl Iterator<Item = &'static Step> {
        STEPS.iter().filter(|step| step.scripts.contains(&self.script))
    }

    /// How many steps are done.
    pub(crate) fn done(&self) -> usize {
        self.done.len()
    }
}

#[cfg(test)]
mod tests;
