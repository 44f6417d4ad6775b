//! Lying bars: for long labels, and for phones. Each bar has its value beside it.

use super::scale::short;
use super::svg::{Anchor, Svg, fitted, text_width};
use super::{Chart, ChartKind, Room, colour, float, scale, total, value};

/// The thickness of one bar, or of one stack.
const BAR: f64 = 18.0;
const STACK: f64 = 22.0;
const GAP: f64 = 14.0;
/// The height of a label above its bars, on a phone.
const LABEL_LINE: f64 = 18.0;

/// Draws the chart.
pub(super) fn draw(svg: &mut Svg, chart: &Chart, room: Room) {
    let scale = scale(chart);
    let stacked = chart.kind == ChartKind::StackedBar;
    let thickness = if stacked { STACK } else { BAR * float(chart.series.len().max(1)) };
    let widest = chart.labels.iter().map(|label| text_width(label)).fold(0.0, f64::max);
    let beside = match room {
        Room::Wide => widest.min(240.0) + 12.0,
        Room::Narrow => 0.0,
    };
    let above = if room == Room::Narrow { LABEL_LINE } else { 0.0 };
    let values = (0..chart.labels.len()).flat_map(|index| {
        let each = chart.series.iter().filter_map(move |series| value(series, index));
        each.chain(stacked.then(|| total(chart, index)))
    });
    let says = values.map(|value| text_width(&short(value))).fold(0.0, f64::max) + 10.0;
    let negative = scale.place(0.0) > 0.0;
    let left = beside + if negative { says } else { 0.0 };
    let right = (room.width() - says).max(left + 40.0);
    let x = |value: f64| left + scale.place(value) * (right - left);

    let top = if let Some(unit) = &chart.unit {
        svg.text("wr-c-quiet", Anchor::Start, beside, 12.0, unit);
        22.0
    } else {
        4.0
    };
    let step = above + thickness + GAP;
    let bottom = top + float(chart.labels.len()) * step;
    svg.height = bottom;
    for (index, label) in chart.labels.iter().enumerate() {
        let start = top + float(index) * step;
        let bars = start + above;
        if room == Room::Narrow {
            svg.text("wr-c-text", Anchor::Start, 0.0, start + 13.0, &fitted(label, room.width()));
        } else {
            svg.text(
                "wr-c-text",
                Anchor::End,
                beside - 8.0,
                bars + thickness / 2.0 + 4.5,
                &fitted(label, beside - 12.0),
            );
        }
        if room == Room::Narrow {
            // The labels stand above their bars, where a line all the way down would cut them.
            svg.line("wr-c-axis", [x(0.0), bars - 2.0, x(0.0), bars + thickness + 2.0]);
        }
        if stacked {
            let mut sum = 0.0;
            for (number, series) in chart.series.iter().enumerate() {
                let Some(value) = value(series, index).filter(|value| *value > 0.0) else { continue };
                svg.bar(colour(number), [x(sum), bars, x(sum + value) - x(sum), STACK]);
                sum += value;
            }
            svg.text("wr-c-value", Anchor::Start, x(sum) + 6.0, bars + STACK / 2.0 + 4.5, &short(total(chart, index)));
            continue;
        }
        for (number, series) in chart.series.iter().enumerate() {
            let Some(value) = value(series, index) else { continue };
            let y = bars + float(number) * BAR;
            let (zero, end) = (x(0.0), x(value));
            svg.bar(colour(number), [zero.min(end), y + 1.0, (end - zero).abs(), BAR - 2.0]);
            let (anchor, at) = if value < 0.0 { (Anchor::End, end - 6.0) } else { (Anchor::Start, end + 6.0) };
            svg.text("wr-c-value", anchor, at, y + BAR / 2.0 + 4.5, &short(value));
        }
    }
    if room == Room::Wide {
        svg.line("wr-c-axis", [x(0.0), top - 2.0, x(0.0), bottom - GAP + 2.0]);
    }
}
