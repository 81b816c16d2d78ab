//! All scenarios, by kind.

mod crowds;
mod framing;
mod incidents;
mod noise;
mod single;
mod slots;
mod small;
mod sybils;

use crate::scenario::Scenario;

/// Every scenario there is, in the order of the tables.
pub(crate) fn all() -> Vec<Scenario> {
    [single::ALL, sybils::ALL, framing::ALL, crowds::ALL, incidents::ALL, noise::ALL, slots::ALL]
        .concat()
}

/// Those, and the small ones that are not in the tables: for recordings.
pub(crate) fn named() -> Vec<Scenario> {
    [all().as_slice(), small::ALL].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_scenario_has_a_name_of_its_own_and_a_title() {
        let mut names: Vec<_> = named().iter().map(|scenario| scenario.name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), named().len());
        assert!(named().iter().all(|scenario| !scenario.title.is_empty()));
    }
}
