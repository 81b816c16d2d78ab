//! All scenarios, by kind.

mod crowds;
mod framing;
mod incidents;
mod noise;
mod single;
mod slots;
mod sybils;

use crate::scenario::Scenario;

/// Every scenario there is, in the order of the tables.
pub(crate) fn all() -> Vec<Scenario> {
    [single::ALL, sybils::ALL, framing::ALL, crowds::ALL, incidents::ALL, noise::ALL, slots::ALL]
        .concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_scenario_has_a_name_of_its_own_and_a_title() {
        let mut names: Vec<_> = all().iter().map(|scenario| scenario.name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), all().len());
        assert!(all().iter().all(|scenario| !scenario.title.is_empty()));
    }
}
