//! Lines: one per series, broken where there is no figure.

use super::columns::Frame;
use super::svg::Svg;
use super::{Chart, Room, colour, float, value};

/// Dots mark the figures as long as they do not run together.
const MOST_DOTS: usize = 40;

/// Draws the chart.
pub(super) fn draw(svg: &mut Svg, chart: &Chart, room: Room) {
    let steps = float(chart.labels.len().saturating_sub(1).max(1));
    // The first and last figures keep clear of the edges.
    let inset = 10.0;
    let x = |frame: &Frame, index: usize| {
        let (left, right) = (frame.left + inset, frame.right - inset);
        if chart.labels.len() < 2 { (left + right) / 2.0 } else { left + float(index) * (right - left) / steps }
    };
    let frame = Frame::draw(svg, chart, room, x);
    for (number, series) in chart.series.iter().enumerate() {
        let points = (0..chart.labels.len()).map(|index| value(series, index).map(|v| (x(&frame, index), frame.y(v))));
        let points: Vec<Option<(f64, f64)>> = points.collect();
        for run in points.split(Option::is_none) {
            let run: Vec<(f64, f64)> = run.iter().flatten().copied().collect();
            if run.len() > 1 {
                svg.polyline(colour(number), &run);
            }
            // A figure between two gaps would be nothing but a dot.
            if run.len() == 1 || chart.labels.len() <= MOST_DOTS {
                for (x, y) in run {
                    svg.dot(colour(number), x, y);
                }
            }
        }
    }
}
