//! Upright bars: for short labels, and for sequences such as weeks.

use super::reduce::is_sequence;
use super::scale::short;
use super::svg::{Anchor, Svg, text_width};
use super::{Chart, ChartKind, Room, colour, float, scale, total, value};

const HEIGHT: f64 = 300.0;
const TOP: f64 = 24.0;
const BOTTOM: f64 = 28.0;

/// Whether the chart reads well upright: its labels fit side by side, or follow one another and may be thinned.
pub(super) fn fit(chart: &Chart, room: Room) -> bool {
    let band = (room.width() - 60.0) / float(chart.labels.len().max(1));
    let labels_fit = chart.labels.iter().all(|label| text_width(label) < band - 2.0);
    let per_bar = match chart.kind {
        ChartKind::StackedBar => band,
        ChartKind::Bar | ChartKind::Line => band / float(chart.series.len().max(1)),
    };
    if is_sequence(chart) { per_bar > 3.0 } else { labels_fit && per_bar > 14.0 }
}

/// The frame of an upright chart: ticks, grid, labels. Shared with lines.
#[derive(Debug)]
pub(super) struct Frame {
    pub(super) left: f64,
    pub(super) right: f64,
    scale: super::Scale,
}

impl Frame {
    /// Draws the axes of `chart` and the labels under the places that `x` gives them.
    pub(super) fn draw(svg: &mut Svg, chart: &Chart, room: Room, x: impl Fn(&Self, usize) -> f64) -> Self {
        let scale = scale(chart);
        let widest = scale.ticks().iter().map(|tick| text_width(&short(*tick))).fold(0.0, f64::max);
        let frame = Self { left: widest + 10.0, right: room.width() - 4.0, scale };
        svg.height = HEIGHT;
        if let Some(unit) = &chart.unit {
            svg.text("wr-c-quiet", Anchor::Start, 0.0, 12.0, unit);
        }
        for tick in scale.ticks() {
            let y = frame.y(tick);
            let class = if tick == 0.0 { "wr-c-axis" } else { "wr-c-grid" };
            svg.line(class, [frame.left, y, frame.right, y]);
            svg.text("wr-c-quiet", Anchor::End, frame.left - 6.0, y + 4.5, &short(tick));
        }
        let room_for_each = (frame.right - frame.left) / float(chart.labels.len().max(1));
        let widest = chart.labels.iter().map(|label| text_width(label) + 10.0).fold(1.0, f64::max);
        // Every nth label, so that none touches the next.
        let mut every = 1;
        while float(every) * room_for_each < widest && every < chart.labels.len() {
            every += 1;
        }
        for (index, label) in chart.labels.iter().enumerate().step_by(every) {
            let middle = x(&frame, index);
            let half = text_width(label) / 2.0;
            let middle = middle.clamp(half, (room.width() - half).max(half));
            svg.text("wr-c-text", Anchor::Middle, middle, HEIGHT - BOTTOM + 19.0, label);
        }
        frame
    }

    /// The height at which `value` stands.
    pub(super) fn y(&self, value: f64) -> f64 {
        HEIGHT - BOTTOM - self.scale.place(value) * (HEIGHT - BOTTOM - TOP)
    }
}

/// Draws the chart.
pub(super) fn draw(svg: &mut Svg, chart: &Chart, room: Room) {
    let count = float(chart.labels.len().max(1));
    let band = |frame: &Frame| (frame.right - frame.left) / count;
    let frame = Frame::draw(svg, chart, room, |frame, index| frame.left + (float(index) + 0.5) * band(frame));
    let band = band(&frame);
    let gap = (band * 0.22).min(24.0);
    let stacked = chart.kind == ChartKind::StackedBar;
    for index in 0..chart.labels.len() {
        let start = frame.left + float(index) * band + gap / 2.0;
        let width = band - gap;
        if stacked {
            let mut sum = 0.0;
            for (number, series) in chart.series.iter().enumerate() {
                let Some(value) = value(series, index).filter(|value| *value > 0.0) else { continue };
                let (bottom, top) = (frame.y(sum), frame.y(sum + value));
                svg.bar(colour(number), [start, top, width, bottom - top]);
                sum += value;
            }
            say(svg, total(chart, index), start + width / 2.0, frame.y(sum) - 5.0, band);
        } else {
            let one = width / float(chart.series.len().max(1));
            for (number, series) in chart.series.iter().enumerate() {
                let Some(value) = value(series, index) else { continue };
                let (zero, end) = (frame.y(0.0), frame.y(value));
                let left = start + float(number) * one;
                svg.bar(colour(number), [left, zero.min(end), one, (zero - end).abs()]);
                let above = if value < 0.0 { end + 15.0 } else { end - 5.0 };
                say(svg, value, left + one / 2.0, above, one + gap / float(chart.series.len().max(1)));
            }
        }
    }
}

/// Writes the value at a bar's end if it fits there.
fn say(svg: &mut Svg, value: f64, x: f64, y: f64, room: f64) {
    let text = short(value);
    if text_width(&text) < room {
        svg.text("wr-c-value", Anchor::Middle, x, y, &text);
    }
}
