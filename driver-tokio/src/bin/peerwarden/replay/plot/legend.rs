//! Legends, in a line above what they explain.

use plotters::prelude::*;

use super::{Area, DrawResult};
use crate::client::text::middle;

/// How something is drawn.
#[derive(Clone, Copy, Debug)]
pub(super) enum Mark {
    /// A filled area.
    Area,
    /// A broken line.
    Dashes,
    /// A line of this width.
    Line(u32),
}

/// Draws what each mark and colour means, from left to right.
pub(super) fn draw(
    area: &Area<'_>,
    (mut left, top): (i32, i32),
    items: &[(Mark, RGBColor, &str)],
) -> DrawResult {
    for (mark, color, label) in items {
        let (line, right) = (top + 7, left + SAMPLE);
        match mark {
            Mark::Area => {
                area.draw(&Rectangle::new([(left, top + 1), (right, top + 13)], color.filled()))?;
            }
            Mark::Dashes => {
                for from in [left, left + SAMPLE / 2 + 1] {
                    let ends = [(from, line), (from + SAMPLE / 2 - 3, line)];
                    area.draw(&PathElement::new(ends, color.stroke_width(2)))?;
                }
            }
            Mark::Line(width) => {
                let ends = [(left, line), (right, line)];
                area.draw(&PathElement::new(ends, color.stroke_width(*width)))?;
            }
        }
        let label = middle(label, 30);
        // Without a font at hand: no letter of this size is wider.
        let width = i32::try_from(label.chars().count()).unwrap_or(0).saturating_mul(8);
        let font = ("sans-serif", 13).into_font();
        area.draw(&Text::new(label, (right + 6, top), font))?;
        left = right + 6 + width + 14;
    }
    Ok(())
}

/// Width of a mark, in pixels.
const SAMPLE: i32 = 22;
