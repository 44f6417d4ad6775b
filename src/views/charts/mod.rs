//! Charts, drawn on the server as SVG: bars, stacked bars, lines, each with its figures as a table beneath.
//!
//! A chart is a figure with a title, a summary in words, a legend, one drawing for wide windows and one for phones (CSS
//! shows one of them), and the table. Colours come from classes, so that they follow light and dark. All text is escaped.

mod bars;
mod columns;
mod line;
mod reduce;
mod scale;
mod svg;
#[cfg(test)]
mod tests;

use serde_json::{Value, json};

pub use crate::plugin_host::document::{Chart, ChartKind, Series};

use super::{Markup, Views, ViewsError};
use scale::Scale;
pub(super) use scale::number;
use svg::Svg;

/// What a drawing is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Room {
    /// 760 units wide.
    Wide,
    /// 360 units wide, so that its text keeps its size on a phone.
    Narrow,
}

impl Room {
    fn width(self) -> f64 {
        match self {
            Self::Wide => 760.0,
            Self::Narrow => 360.0,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Wide => "wide",
            Self::Narrow => "narrow",
        }
    }
}

impl Views {
    /// The figure of `chart`. `id` is the start of the ids inside it, unique on its page: `chart-1`.
    ///
    /// # Errors
    /// [`ViewsError`] only through a defect in the figure's template.
    pub fn chart(&self, chart: &Chart, id: &str) -> Result<Markup, ViewsError> {
        let (drawn, note) = reduce::reduce(chart);
        let context = json!({
            "title": chart.title,
            "summary": chart.summary,
            "note": note,
            "legend": legend(&drawn),
            "wide": draw(&drawn, id, Room::Wide),
            "narrow": draw(&drawn, id, Room::Narrow),
            "head": head(chart),
            "rows": rows(chart),
        });
        self.kit("chart", context)
    }
}

/// The whole SVG of one drawing.
fn draw(chart: &Chart, id: &str, room: Room) -> String {
    let mut svg = Svg::new(room.width());
    match chart.kind {
        ChartKind::Line => line::draw(&mut svg, chart, room),
        ChartKind::Bar | ChartKind::StackedBar if columns::fit(chart, room) => columns::draw(&mut svg, chart, room),
        ChartKind::Bar | ChartKind::StackedBar => bars::draw(&mut svg, chart, room),
    }
    svg.finish(&format!("{id}-{}", room.name()), room.name(), &chart.title, &chart.summary)
}

/// The scale that holds every value, or every stack, and zero.
fn scale(chart: &Chart) -> Scale {
    let tops: Vec<f64> = match chart.kind {
        ChartKind::StackedBar => (0..chart.labels.len()).map(|index| total(chart, index)).collect(),
        ChartKind::Bar | ChartKind::Line => {
            chart.series.iter().flat_map(|series| series.values.iter().flatten().copied()).collect()
        }
    };
    Scale::around(tops.into_iter())
}

/// The sum of all series at one label.
fn total(chart: &Chart, index: usize) -> f64 {
    chart.series.iter().filter_map(|series| value(series, index)).sum()
}

fn value(series: &Series, index: usize) -> Option<f64> {
    series.values.get(index).copied().flatten().filter(|value| value.is_finite())
}

/// A count as a coordinate; charts hold far fewer things than this loses precision at.
fn float(count: usize) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX))
}

/// The number of the colour of the series at `index`, 1 to 6.
fn colour(index: usize) -> usize {
    index % reduce::MOST_SERIES + 1
}

fn legend(chart: &Chart) -> Vec<Value> {
    if chart.series.len() < 2 {
        return Vec::new();
    }
    let line = chart.kind == ChartKind::Line;
    let entry = |(index, series): (usize, &Series)| json!({"name": series.name, "colour": colour(index), "line": line});
    chart.series.iter().enumerate().map(entry).collect()
}

fn head(chart: &Chart) -> Vec<Value> {
    let of_unit = |name: &str| match &chart.unit {
        Some(unit) => format!("{name} ({unit})"),
        None => name.to_owned(),
    };
    let labels = std::iter::once(json!({"text": chart.labels_title}));
    labels
        .chain(chart.series.iter().map(|series| json!({"text": of_unit(&series.name), "format": "numeric"})))
        .collect()
}

fn rows(chart: &Chart) -> Vec<Value> {
    let row = |(index, label): (usize, &String)| {
        let values = chart.series.iter().map(|series| {
            let text = value(series, index).map_or_else(|| "no figure".to_owned(), number);
            json!({"text": text, "format": "numeric"})
        });
        std::iter::once(json!({"text": label})).chain(values).collect::<Value>()
    };
    chart.labels.iter().enumerate().map(row).collect()
}
