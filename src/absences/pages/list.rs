//! The absences of one person: one's own page, and a manager's look at somebody.

use std::borrow::Cow;

use actix_web::HttpResponse;
use actix_web::web::Path;
use jiff::civil::Date;
use serde::Serialize;

use super::{id, in_words, length};
use crate::absences::model::{Absence, Days};
use crate::absences::service::{self, Listed};
use crate::http::{Ask, Failure};
use crate::kernel::civil;
use crate::kernel::ids::PersonId;
use crate::views::{Crumb, PageContext, format};

#[derive(Debug, Clone, Serialize)]
struct Row {
    days: String,
    length: String,
    kind: &'static str,
    state: &'static str,
    colour: &'static str,
    by: Option<&'static str>,
    changed: Option<String>,
    change: Option<String>,
    withdraw: Option<String>,
}

#[derive(Debug, Clone, Serialize)]
struct AwayRow {
    name: String,
    days: String,
}

#[derive(Debug, Clone, Serialize)]
struct ListPage {
    #[serde(skip)]
    heading: String,
    own: bool,
    rows: Vec<Row>,
    record: Option<String>,
    away: Vec<AwayRow>,
}

impl PageContext for ListPage {
    const TEMPLATE: &'static str = "absences/list";
    const SECTION: &'static str = "team-absences";

    fn title(&self) -> Cow<'_, str> {
        self.heading.as_str().into()
    }

    fn breadcrumbs(&self) -> Vec<Crumb> {
        vec![Crumb::new("Who is away", "/team/absences")]
    }

    fn sample() -> Self {
        Self { heading: "Jo Marsh: absences".to_owned(), own: false, rows: Vec::new(), record: None, away: Vec::new() }
    }

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        tests::samples()
    }
}

/// The same, as one reads one's own.
#[derive(Debug, Clone, Serialize)]
#[serde(transparent)]
struct OwnPage(ListPage);

impl PageContext for OwnPage {
    const TEMPLATE: &'static str = "absences/list";
    const SECTION: &'static str = "absences";

    fn title(&self) -> Cow<'_, str> {
        "My absences".into()
    }

    fn sample() -> Self {
        Self(ListPage { own: true, ..ListPage::sample() })
    }

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        tests::samples().into_iter().map(|page| Self(ListPage { own: true, ..page })).collect()
    }
}

/// Shows one's own.
pub(super) async fn own(ask: Ask) -> Result<HttpResponse, Failure> {
    let person = ask.person()?.id;
    let now = ask.clock().now();
    let listed = service::of(&ask.site().db, ask.caller(), person, now).await?;
    ask.page(&OwnPage(build(&listed, true, civil::local(now).date())))
}

/// Shows somebody's.
pub(super) async fn show(ask: Ask, path: Path<String>) -> Result<HttpResponse, Failure> {
    let person = id(&path, PersonId)?;
    let now = ask.clock().now();
    let listed = service::of(&ask.site().db, ask.caller(), person, now).await?;
    let own = ask.caller().is(person);
    let page = build(&listed, own, civil::local(now).date());
    if own { ask.page(&OwnPage(page)) } else { ask.page(&page) }
}

fn build(listed: &Listed, own: bool, today: Date) -> ListPage {
    let member = &listed.member;
    let record = if own { "/absences/new".to_owned() } else { format!("/team/absences/{}/new", member.id) };
    let away = listed.away.iter().map(|away| AwayRow {
        name: away.name.clone(),
        days: match (away.first, away.last) {
            (first, last) if first == last => format::short_date(first),
            (first, last) => format!("{} to {}", format::short_date(first), format::short_date(last)),
        },
    });
    ListPage {
        heading: format!("{}: absences", member.name),
        own,
        rows: listed.absences.iter().map(|(absence, may)| row(absence, *may, today)).collect(),
        record: listed.may_record.then_some(record),
        away: away.collect(),
    }
}

fn row(absence: &Absence, may_withdraw: bool, today: Date) -> Row {
    let (state, colour) = state(absence.days, absence.withdrawn_at.is_some(), today);
    Row {
        days: in_words(absence.days),
        length: length(absence.days),
        kind: absence.days.kind.title(),
        state,
        colour,
        by: (absence.recorded_by != absence.person).then_some("Recorded by a manager"),
        changed: absence.changed_at.map(|at| format!("Changed {}", format::short_time(at))),
        change: may_withdraw.then(|| format!("/absences/{}/edit", absence.id)),
        withdraw: may_withdraw.then(|| format!("/absences/{}/withdraw", absence.id)),
    }
}

fn state(days: Days, withdrawn: bool, today: Date) -> (&'static str, &'static str) {
    if withdrawn {
        ("Withdrawn", "govuk-tag--grey")
    } else if days.has(today) {
        ("Now", "govuk-tag--blue")
    } else if days.first > today {
        ("To come", "govuk-tag--turquoise")
    } else {
        ("Past", "govuk-tag--grey")
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use jiff::civil::date;

    use super::*;
    use crate::absences::model::{Away, Kind, Member};
    use crate::kernel::ids::{AbsenceId, UnitId};

    fn listed() -> Listed {
        let member = Member { id: PersonId::NIL, name: "Jo Marsh".to_owned(), unit: UnitId::NIL, left: false };
        let absence = |kind, first: i8, withdrawn: bool, by: u128| Absence {
            id: AbsenceId::NIL,
            person: PersonId::NIL,
            unit: UnitId::NIL,
            days: Days { kind, first: date(2026, 11, first), last: date(2026, 11, first + 1) },
            recorded_by: PersonId(uuid::Uuid::from_u128(by)),
            created_at: Timestamp::UNIX_EPOCH,
            changed_at: withdrawn.then_some(Timestamp::UNIX_EPOCH),
            withdrawn_at: withdrawn.then_some(Timestamp::UNIX_EPOCH),
        };
        let absences = vec![
            (absence(Kind::AnnualLeave, 27, false, 0), true),
            (absence(Kind::Sick, 22, false, 2), false),
            (absence(Kind::Other, 9, false, 0), true),
            (absence(Kind::Family, 2, true, 0), false),
        ];
        let away = vec![Away {
            person: PersonId::NIL,
            name: "Sam Webb".to_owned(),
            first: date(2026, 11, 24),
            last: date(2026, 11, 25),
        }];
        Listed { member, absences, may_record: true, away }
    }

    pub(super) fn samples() -> Vec<ListPage> {
        vec![ListPage::sample(), build(&listed(), false, date(2026, 11, 23))]
    }

    #[test]
    fn the_pages_stand() {
        crate::views::testing::check::<ListPage>();
        crate::views::testing::check::<OwnPage>();
    }

    #[test]
    fn each_says_where_in_time_it_lies() {
        let page = build(&listed(), true, date(2026, 11, 23));
        let states: Vec<&str> = page.rows.iter().map(|row| row.state).collect();
        assert_eq!(states, ["To come", "Now", "Past", "Withdrawn"]);
        assert_eq!(page.rows[1].by, Some("Recorded by a manager"));
    }
}
