//! What a drawing can hold: at most twelve categories and six series. The table beneath always has all of them.

use super::{Chart, ChartKind, Series, total, value};

/// As many colours as the palette has.
pub(super) const MOST_SERIES: usize = 6;
/// As many categories as stay readable.
const MOST_LABELS: usize = 12;

/// Words in a labels' title that say the labels are in an order that must not be broken.
const SEQUENCES: [&str; 10] = ["week", "weeks", "day", "date", "month", "quarter", "year", "hour", "period", "time"];

/// Whether the labels follow one another, as weeks do, so that none may be left out or put together.
pub(super) fn is_sequence(chart: &Chart) -> bool {
    let title = chart.labels_title.to_lowercase();
    chart.kind == ChartKind::Line || title.split_whitespace().any(|word| SEQUENCES.contains(&word))
}

/// The chart as it is drawn, and a sentence about what is not in the drawing.
///
/// Stacks may be put together as "Other", since their values add up; for other charts the largest are kept.
pub(super) fn reduce(chart: &Chart) -> (Chart, Option<String>) {
    let mut drawn = chart.clone();
    let mut notes = Vec::new();
    if chart.series.len() > MOST_SERIES {
        notes.push(fewer_series(&mut drawn));
    }
    if chart.labels.len() > MOST_LABELS && !is_sequence(chart) {
        notes.push(fewer_labels(&mut drawn));
    }
    (drawn, (!notes.is_empty()).then(|| format!("{} The table has them all.", notes.join(" "))))
}

fn fewer_series(chart: &mut Chart) -> String {
    let all = chart.series.len();
    let stacked = chart.kind == ChartKind::StackedBar;
    let weight = |series: &Series| series.values.iter().flatten().map(|value| value.abs()).sum::<f64>();
    let kept = largest(all, if stacked { MOST_SERIES - 1 } else { MOST_SERIES }, |index| {
        chart.series.get(index).map_or(0.0, weight)
    });
    let (keep, rest) = split(std::mem::take(&mut chart.series), &kept);
    chart.series = keep;
    if !stacked {
        return format!("The chart shows the {MOST_SERIES} largest of {all} series.");
    }
    let other = |index: usize| rest.iter().filter_map(|series| value(series, index)).sum();
    let values = (0..chart.labels.len()).map(|index| Some(other(index))).collect();
    chart.series.push(Series { name: format!("Other ({} series)", rest.len()), values });
    format!("The chart puts the {} smallest of {all} series together.", rest.len())
}

fn fewer_labels(chart: &mut Chart) -> String {
    let all = chart.labels.len();
    let stacked = chart.kind == ChartKind::StackedBar;
    let kept = largest(all, if stacked { MOST_LABELS - 1 } else { MOST_LABELS }, |index| {
        if stacked { total(chart, index) } else { highest(chart, index) }
    });
    let (labels, rest) = split(std::mem::take(&mut chart.labels), &kept);
    chart.labels = labels;
    for series in &mut chart.series {
        let (mut keep, others) = split(std::mem::take(&mut series.values), &kept);
        if stacked {
            keep.push(Some(others.iter().flatten().sum()));
        }
        series.values = keep;
    }
    if !stacked {
        return format!("The chart shows the {MOST_LABELS} largest of {all}.");
    }
    chart.labels.push(format!("Other ({})", rest.len()));
    format!("The chart puts the {} smallest of {all} together.", rest.len())
}

fn highest(chart: &Chart, index: usize) -> f64 {
    chart.series.iter().filter_map(|series| value(series, index)).map(f64::abs).fold(0.0, f64::max)
}

/// The places of the `most` heaviest of `all` things, in the order in which they stand.
fn largest(all: usize, most: usize, weight: impl Fn(usize) -> f64) -> Vec<usize> {
    let mut places: Vec<usize> = (0..all).collect();
    places.sort_by(|a, b| weight(*b).total_cmp(&weight(*a)));
    places.truncate(most);
    places.sort_unstable();
    places
}

fn split<T>(all: Vec<T>, kept: &[usize]) -> (Vec<T>, Vec<T>) {
    let (keep, rest): (Vec<_>, Vec<_>) = all.into_iter().enumerate().partition(|(index, _)| kept.contains(index));
    (keep.into_iter().map(|(_, item)| item).collect(), rest.into_iter().map(|(_, item)| item).collect())
}
