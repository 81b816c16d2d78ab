//! Colours of policies.

use plotters::prelude::*;

/// The colour of a policy by its position: the recorded one is first. They are told apart by those who do
/// not tell red from green, and by how dark they are on paper.
pub(super) fn of_policy(at: usize) -> RGBColor {
    let others = at.checked_sub(1).map(|other| other % OTHERS.len());
    others.and_then(|other| OTHERS.get(other)).copied().unwrap_or(RECORDED)
}

const RECORDED: RGBColor = RGBColor(90, 90, 90);

/// Those of Okabe and Ito that show well on white.
const OTHERS: [RGBColor; 6] = [
    RGBColor(213, 94, 0),
    RGBColor(0, 114, 178),
    RGBColor(0, 158, 115),
    RGBColor(204, 121, 167),
    RGBColor(230, 159, 0),
    RGBColor(86, 180, 233),
];

/// Of what is said beside.
pub(super) const QUIET: RGBColor = RGBColor(90, 90, 90);
/// Of the lines behind.
pub(super) const GRID: RGBColor = RGBColor(225, 225, 225);
