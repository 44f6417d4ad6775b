//! A person's working time: one's own page, and somebody's as whoever may read it sees it. Reads what is kept.

mod samples;

use std::borrow::Cow;

use actix_web::HttpResponse;
use actix_web::web::Path;
use serde::Serialize;

use super::words::{Line, Tag, about, concern_tag, hours, id, tag, weeks};
use crate::http::{Ask, Failure};
use crate::kernel::civil;
use crate::kernel::ids::PersonId;
use crate::views::charts::{Chart, ChartKind, Series};
use crate::views::{Crumb, Markup, PageContext, Views, ViewsError, format};
use crate::working_time::record::{JobKind, Kept, More, Owed};
use crate::working_time::service::{self, Seen};

#[derive(Debug, Clone, Serialize)]
struct Figure {
    value: String,
    label: String,
}

#[derive(Debug, Clone, Serialize)]
struct DebtRow {
    what: &'static str,
    when: String,
    missed: String,
    owed: String,
    due: String,
    overdue: bool,
}

#[derive(Debug, Clone, Serialize)]
struct MarkRow {
    href: Option<String>,
    when: String,
    said: String,
}

/// Somebody's working time, as others read it.
#[derive(Debug, Clone, Serialize)]
struct PersonPage {
    #[serde(skip)]
    heading: String,
    own: bool,
    /// `to 23 Nov 2026`; nothing when there is no figure.
    as_of: Option<String>,
    waiting: bool,
    tag: Option<Tag>,
    figures: Vec<Figure>,
    warnings: Vec<String>,
    chart: Option<Markup>,
    lines: Vec<Line>,
    debts: Vec<DebtRow>,
    marks: Vec<MarkRow>,
    declared: Vec<String>,
    drives: bool,
    hours_href: String,
}

impl PageContext for PersonPage {
    const TEMPLATE: &'static str = "working-time/person";
    const SECTION: &'static str = "team-working-time";

    fn title(&self) -> Cow<'_, str> {
        self.heading.as_str().into()
    }

    fn breadcrumbs(&self) -> Vec<Crumb> {
        vec![Crumb::new("Team working time", "/team/working-time")]
    }

    fn sample() -> Self {
        samples::page(false)
    }

    fn samples() -> Vec<Self> {
        samples::pages(false)
    }
}

/// The same, as one reads one's own.
#[derive(Debug, Clone, Serialize)]
#[serde(transparent)]
struct OwnPage(PersonPage);

impl PageContext for OwnPage {
    const TEMPLATE: &'static str = "working-time/person";
    const SECTION: &'static str = "working-time";

    fn title(&self) -> Cow<'_, str> {
        "My working time".into()
    }

    fn sample() -> Self {
        Self(samples::page(true))
    }

    fn samples() -> Vec<Self> {
        samples::pages(true).into_iter().map(Self).collect()
    }
}

/// Shows one's own.
pub(super) async fn own(ask: Ask) -> Result<HttpResponse, Failure> {
    let seen = service::own(&ask.site().db, ask.caller(), ask.clock().now()).await?;
    let chart = chart(&ask.site().views, &seen)?;
    ask.page(&OwnPage(build(&seen, true, chart, civil::local(ask.clock().now()).date())))
}

/// Shows somebody's.
pub(super) async fn show(ask: Ask, path: Path<String>) -> Result<HttpResponse, Failure> {
    let person = id(&path, PersonId)?;
    let seen = service::read(&ask.site().db, ask.caller(), person, ask.clock().now()).await?;
    let chart = chart(&ask.site().views, &seen)?;
    let own = ask.caller().is(person);
    let page = build(&seen, own, chart, civil::local(ask.clock().now()).date());
    if own { ask.page(&OwnPage(page)) } else { ask.page(&page) }
}

/// Weeks that the chart shows.
const WEEKS: usize = 26;

/// The average of each week's last day against the limit.
fn chart(views: &Views, seen: &Seen) -> Result<Option<Markup>, ViewsError> {
    let Some(last) = seen.figure.as_ref() else { return Ok(None) };
    let weekday = last.day.weekday();
    let mut points: Vec<_> = seen.history.iter().filter(|(day, _average)| day.weekday() == weekday).collect();
    let points = points.split_off(points.len().saturating_sub(WEEKS));
    if points.len() < 2 {
        return Ok(None);
    }
    let limit = limit_of(last);
    let most = points.iter().map(|(_day, average)| *average).max().unwrap_or(0);
    let chart = Chart {
        kind: ChartKind::Line,
        title: "Average hours a week".to_owned(),
        summary: format!(
            "{} hours a week now; the most in these weeks was {}. The limit is {}.",
            hours(last.average.into()),
            hours(most.into()),
            hours(limit)
        ),
        labels_title: "Up to".to_owned(),
        labels: points.iter().map(|(day, _average)| day.strftime("%-d %b").to_string()).collect(),
        series: vec![
            Series {
                name: "Average".to_owned(),
                values: points.iter().map(|(_day, average)| Some(f64::from(*average) / 100.0)).collect(),
            },
            Series {
                name: "Limit".to_owned(),
                values: points
                    .iter()
                    .map(|_point| Some(f64::from(i32::try_from(limit).unwrap_or(0)) / 100.0))
                    .collect(),
            },
        ],
        unit: Some("hours".to_owned()),
    };
    views.chart(&chart, "chart-average").map(Some)
}

/// The limit in hundredths: what is worked and what is left of it.
fn limit_of(kept: &Kept) -> i64 {
    kept.more
        .as_ref()
        .map_or_else(|| i64::from(kept.average).saturating_add(kept.headroom.div_euclid(36)), |more| more.limit / 36)
}

fn build(seen: &Seen, own: bool, chart: Option<Markup>, today: jiff::civil::Date) -> PersonPage {
    let member = &seen.member;
    let figure = seen.figure.as_ref();
    let more = figure.and_then(|kept| kept.more.clone()).unwrap_or_default();
    let declared = seen
        .opt_outs
        .iter()
        .filter(|one| one.last_on.is_none_or(|last| last >= today))
        .map(|one| match one.last_on {
            Some(last) => format!("Opted out of the weekly limit until {}", format::short_date(last)),
            None => format!("Opted out of the weekly limit from {}", format::short_date(one.from_on)),
        })
        .chain(seen.jobs.iter().filter(|job| job.draft.to_on.is_none_or(|last| last >= today)).map(|job| {
            let kind = match job.draft.kind {
                JobKind::Primary => "Main job elsewhere",
                JobKind::Secondary => "Second job",
            };
            format!("{kind}: {} a week", format::minutes(job.draft.week.minutes()))
        }))
        .collect();
    PersonPage {
        heading: member.name.clone(),
        own,
        as_of: figure.map(|kept| format::short_date(kept.day)),
        waiting: seen.waiting,
        tag: figure.map(standing_tag),
        figures: figure.map(figures).unwrap_or_default(),
        warnings: figure.map(|kept| warnings(kept, &more)).unwrap_or_default(),
        chart,
        lines: figure.map(|kept| lines(kept, &more)).unwrap_or_default(),
        debts: more.debts.iter().map(|owed| debt_row(owed, today)).collect(),
        marks: seen
            .marks
            .iter()
            .map(|(duty, at, said)| MarkRow {
                href: own.then(|| format!("/duties/{duty}")),
                when: format::short_time(*at),
                said: said.clone(),
            })
            .collect(),
        declared,
        drives: seen.jobs.iter().any(|job| job.draft.drives && job.draft.to_on.is_none_or(|last| last >= today)),
        hours_href: if own {
            "/working-time/hours".to_owned()
        } else {
            format!("/team/working-time/{}/hours", member.id)
        },
    }
}

fn standing_tag(kept: &Kept) -> Tag {
    let near = i64::from(kept.average).saturating_mul(10) >= limit_of(kept).saturating_mul(9);
    match kept.standing {
        "over" => concern_tag(service::Concern::Over),
        "opted-out" => tag("Opted out of the limit", "govuk-tag--blue"),
        _ if near => concern_tag(service::Concern::Near),
        _ => tag("Within the limit", "govuk-tag--green"),
    }
}

fn figures(kept: &Kept) -> Vec<Figure> {
    let figure = |value: String, label: &str| Figure { value, label: label.to_owned() };
    vec![
        figure(hours(kept.average.into()), "hours a week on average"),
        figure(hours(kept.headroom.div_euclid(36)), "hours a week left to the limit"),
        figure(
            kept.shortest_rest.map_or_else(|| "none".to_owned(), |rest| about(rest.into())),
            "shortest rest of the last days",
        ),
        figure(about(kept.owed), "rest owed"),
    ]
}

fn warnings(kept: &Kept, more: &More) -> Vec<String> {
    let mut said = Vec::new();
    if kept.standing == "over" {
        said.push(format!(
            "Over the weekly limit: {} hours a week on average, and the limit is {}.",
            hours(kept.average.into()),
            hours(limit_of(kept))
        ));
    }
    let [daily, weekly, breaks] = more.missed;
    for (count, one, many) in [
        (daily, "daily rest was missed", "daily rests were missed"),
        (weekly, "weekly rest was missed", "weekly rests were missed"),
        (breaks, "break was missed", "breaks were missed"),
    ] {
        if count > 0 {
            let count = i64::try_from(count).unwrap_or(i64::MAX);
            said.push(format!(
                "{} in the last {}.",
                format::count(count, one, many),
                format::count(more.look_back, "day", "days")
            ));
        }
    }
    if more.young_within == Some(false) {
        said.push("Under 18: the limits of the day, the week or the night are broken.".to_owned());
    }
    if more.night.as_ref().is_some_and(|(standing, _average)| standing == "over") {
        said.push("Night work is over its limit.".to_owned());
    }
    said
}

fn lines(kept: &Kept, more: &More) -> Vec<Line> {
    let mut lines = vec![
        Line::new(
            "Reference period",
            format!(
                "{} to {}, {}",
                format::short_date(kept.first_on),
                format::short_date(kept.last_on),
                weeks(kept.c_days.into())
            ),
        ),
        Line::new("Hours in it (A)", about(kept.a)),
        Line::new("Hours for excluded days (B)", about(kept.b)),
        Line::new("Excluded days: leave, sickness, opt-out", more.excluded_days.to_string()),
        Line::new("Left in the whole period", about(more.hours_left)),
        Line::new("Worked in fact", format!("{} hours a week", hours(more.worked))),
        Line::new(
            "Longest stretch without a break",
            kept.longest_stretch.map_or_else(|| "none".to_owned(), |stretch| about(stretch.into())),
        ),
    ];
    if more.open_days > 0 {
        lines.push(Line::new(
            "Still to come",
            format!(
                "{} for excluded days; about {} hours a week then",
                format::count(more.open_days, "worked day", "worked days"),
                hours(more.expected)
            ),
        ));
    }
    if let Some((standing, average)) = &more.night {
        let said = match standing.as_str() {
            "none" => "Not a night worker".to_owned(),
            "exempt" => {
                format!("Night worker, {} in each 24 hours; the limit does not apply (regulation 21)", about(*average))
            }
            _ => format!("Night worker, {} in each 24 hours", about(*average)),
        };
        lines.push(Line::new("Night work", said));
    }
    lines.push(Line::new("Rules", kept.rule_version.clone()));
    lines
}

fn debt_row(owed: &Owed, today: jiff::civil::Date) -> DebtRow {
    DebtRow {
        what: match owed.kind.as_str() {
            "daily" => "Daily rest",
            "weekly" => "Weekly rest",
            _ => "Break",
        },
        when: format::span(owed.from, owed.until),
        missed: about(owed.amount),
        owed: about(owed.owed),
        due: format::short_date(owed.due_on),
        overdue: owed.due_on < today,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pages_stand_full_empty_and_calm() {
        crate::views::testing::check::<PersonPage>();
        crate::views::testing::check::<OwnPage>();
    }

    #[test]
    fn what_is_wrong_is_said_in_words() {
        let page = samples::page(true);
        let said = page.warnings.join(" ");
        for words in
            ["Over the weekly limit: 49.41", "1 daily rest was missed in the last 7 days", "Under 18", "Night work"]
        {
            assert!(said.contains(words), "{words} in {said}");
        }
        assert_eq!(page.debts.iter().map(|row| row.overdue).collect::<Vec<_>>(), [true, false, false]);
    }
}
