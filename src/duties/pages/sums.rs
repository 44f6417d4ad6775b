//! What a period adds up to, as a chart and as tables.

use serde::Serialize;

use super::super::totals::{Amount, Totals};
use crate::views::charts::{Chart, ChartKind, Series};
use crate::views::{Markup, Views, ViewsError, format};

/// One line of a table of sums.
#[derive(Debug, Clone, Serialize)]
pub(super) struct SumRow {
    name: String,
    hours: String,
    duties: String,
}

/// Sums in words.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Sums {
    pub(super) period: String,
    pub(super) hours: String,
    pub(super) duties: String,
    /// How much of it is at the same time as another duty.
    overlap: Option<String>,
    weeks: Vec<SumRow>,
    categories: Vec<SumRow>,
    chart: Option<Markup>,
}

impl Sums {
    pub(super) fn new(totals: &Totals, period: String, chart: Option<Markup>) -> Self {
        let row = |name: String, amount: &Amount| SumRow {
            name,
            hours: format::minutes(amount.minutes),
            duties: format::number(amount.duties),
        };
        Self {
            period,
            hours: format::minutes(totals.all.minutes),
            duties: format::count(totals.all.duties, "duty", "duties"),
            overlap: (totals.twice > 0)
                .then(|| format!("{} overlap with another duty and count once.", format::minutes(totals.twice))),
            weeks: totals.weeks.iter().rev().map(|(week, amount)| row(format::short_date(*week), amount)).collect(),
            categories: totals.categories.iter().map(|(name, amount)| row(name.clone(), amount)).collect(),
            chart,
        }
    }
}

/// The hours of each week, by type, as a figure; none when there is nothing to draw.
///
/// # Errors
/// [`ViewsError`] only through a defect in the figure's template.
pub(super) fn chart(views: &Views, totals: &Totals, title: &str) -> Result<Option<Markup>, ViewsError> {
    let most = totals.weeks.iter().max_by_key(|(_week, amount)| amount.minutes);
    let Some((week, amount)) = most.filter(|_most| totals.all.minutes > 0) else { return Ok(None) };
    let (total, top) = (format::minutes(totals.all.minutes), format::minutes(amount.minutes));
    let chart = Chart {
        kind: ChartKind::StackedBar,
        title: title.to_owned(),
        summary: format!("{total} in all; the most in the week from {}, {top}.", format::short_date(*week)),
        labels_title: "Week from".to_owned(),
        labels: totals.weeks.iter().map(|(week, _amount)| week.strftime("%-d %b").to_string()).collect(),
        series: totals
            .types
            .iter()
            .map(|(name, minutes)| Series {
                name: name.clone(),
                values: minutes.iter().map(|minutes| Some(hours(*minutes))).collect(),
            })
            .collect(),
        unit: Some("hours".to_owned()),
    };
    views.chart(&chart, "chart-hours").map(Some)
}

/// Hours with one decimal, as a chart's figures read.
fn hours(minutes: i64) -> f64 {
    let tenths = i32::try_from((minutes + 3) / 6).unwrap_or(i32::MAX);
    f64::from(tenths) / 10.0
}

#[cfg(test)]
mod tests {
    #[test]
    fn minutes_become_hours_with_one_decimal() {
        assert_eq!([0, 90, 690, 5].map(super::hours), [0.0, 1.5, 11.5, 0.1]);
    }
}
