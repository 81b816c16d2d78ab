//! The checklist: what has to happen, and what must not.

mod steps;

use steps::{LAST_ACT, NEVER, STEPS};

use crate::demo::cue::{Cue, To};
use crate::demo::fact::Fact;

/// One step of the story.
#[derive(Debug)]
pub(crate) struct Step {
    /// A short name, for programs.
    pub(crate) name: &'static str,
    /// What has happened once the step is done.
    pub(crate) says: &'static str,
    /// The steps that must be done before this one can be.
    after: &'static [&'static str],
    /// The fact that completes it.
    when: Happens,
    /// Who is then told to do what.
    then: &'static [(To, Cue)],
}

/// Whether a fact is the one that is waited for.
type Happens = fn(&Fact) -> bool;

/// How far the story has come.
#[derive(Debug)]
pub(crate) struct Story {
    done: Vec<&'static str>,
    spoilt: Vec<&'static str>,
}

impl Story {
    /// A story of which nothing has happened.
    pub(crate) const fn new() -> Self {
        Self { done: Vec::new(), spoilt: Vec::new() }
    }

    /// Takes note of a fact, and says who is to do what because of it.
    pub(crate) fn observe(&mut self, fact: &Fact) -> Vec<(To, Cue)> {
        for (spoilt, happens) in NEVER {
            if happens(fact) && !self.spoilt.contains(spoilt) {
                self.spoilt.push(spoilt);
            }
        }
        let mut cues = Vec::new();
        // One fact completes one step for which it is time.
        let next = STEPS.iter().find(|step| {
            !self.is_done(step.name)
                && step.after.iter().all(|before| self.is_done(before))
                && (step.when)(fact)
        });
        if let Some(step) = next {
            self.done.push(step.name);
            cues.extend(step.then);
        }
        cues
    }

    /// Whether all but the counting has happened.
    pub(crate) fn is_played(&self) -> bool {
        self.missing().all(|step| step.after.contains(&LAST_ACT))
    }

    /// Whether everything has happened.
    pub(crate) fn is_complete(&self) -> bool {
        self.missing().next().is_none()
    }

    /// The steps that have not happened.
    pub(crate) fn missing(&self) -> impl Iterator<Item = &'static Step> {
        STEPS.iter().filter(|step| !self.is_done(step.name))
    }

    /// Of those, the ones for which it was time.
    pub(crate) fn awaited(&self) -> impl Iterator<Item = &'static Step> {
        self.missing().filter(|step| step.after.iter().all(|before| self.is_done(before)))
    }

    /// What happened that must not.
    pub(crate) fn spoilt(&self) -> &[&'static str] {
        &self.spoilt
    }

    /// How many steps there are.
    pub(crate) const fn steps() -> usize {
        STEPS.len()
    }

    /// How many steps are done.
    pub(crate) fn done(&self) -> usize {
        self.done.len()
    }

    fn is_done(&self, name: &str) -> bool {
        self.done.contains(&name)
    }
}

#[cfg(test)]
mod tests;
