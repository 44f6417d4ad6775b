//! Who decides while somebody is away: whom one named, who named one, naming somebody and ending it.

use std::borrow::Cow;

use actix_web::HttpResponse;
use actix_web::web::{Path, Query};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::super::delegations::{self, Candidate, Delegation, Shown, Standing};
use super::super::error::TimesheetError;
use super::Nothing;
use super::query::uuid;
use super::sheet::Tag;
use crate::duties::rules::parse_date;
use crate::duties::words::Units;
use crate::http::{Ask, Failure, FlashKind, Posted};
use crate::kernel::civil;
use crate::kernel::ids::{DelegationId, PersonId};
use crate::views::form::FieldError;
use crate::views::{Choice, Crumb, Field, FormErrors, PageContext, format};

/// The most people that are offered to choose from.
const OFFERED: usize = 20;

#[derive(Debug, Clone, Serialize)]
struct Row {
    name: String,
    days: String,
    reason: Option<String>,
    standing: Tag,
    end_href: Option<String>,
}

#[derive(Debug, Clone, Serialize)]
struct DelegationsPage {
    made: Vec<Row>,
    held: Vec<Row>,
    may_make: bool,
}

impl PageContext for DelegationsPage {
    const TEMPLATE: &'static str = "approvals/delegations";
    const SECTION: &'static str = "approvals";

    fn title(&self) -> Cow<'_, str> {
        "While somebody is away".into()
    }

    fn breadcrumbs(&self) -> Vec<Crumb> {
        vec![Crumb::new("Approvals", "/approvals")]
    }

    fn sample() -> Self {
        build(&Shown { made: Vec::new(), held: Vec::new(), may_make: true }, jiff::civil::date(2026, 11, 22))
    }

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        tests::samples()
    }
}

/// Shows whom the caller named, and who named them.
pub(super) async fn list(ask: Ask) -> Result<HttpResponse, Failure> {
    let shown = delegations::shown(&ask.site().db, ask.caller()).await?;
    ask.page(&build(&shown, civil::local(ask.clock().now()).date()))
}

fn build(shown: &Shown, today: Date) -> DelegationsPage {
    let row = |(delegation, name): &(Delegation, String), own: bool| {
        let standing = delegation.standing(today);
        let ends = own && matches!(standing, Standing::Planned | Standing::Running);
        Row {
            name: name.clone(),
            days: days(delegation),
            reason: delegation.reason.clone(),
            standing: Tag::of(match standing {
                Standing::Planned => ("Planned", "govuk-tag--blue"),
                Standing::Running => ("Running", "govuk-tag--green"),
                Standing::Over => ("Over", "govuk-tag--grey"),
                Standing::Ended => ("Ended early", "govuk-tag--grey"),
            }),
            end_href: ends.then(|| format!("/approvals/delegations/{}/end", delegation.id)),
        }
    };
    DelegationsPage {
        made: shown.made.iter().map(|one| row(one, true)).collect(),
        held: shown.held.iter().map(|one| row(one, false)).collect(),
        may_make: shown.may_make,
    }
}

fn days(delegation: &Delegation) -> String {
    if delegation.from == delegation.to {
        return format::long_date(delegation.from);
    }
    format!("{} to {}", format::long_date(delegation.from), format::long_date(delegation.to))
}

/// What was typed: every field any text.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Typed {
    find: String,
    delegate: String,
    from: String,
    to: String,
    reason: String,
}

#[derive(Debug, Clone, Serialize)]
struct FormPage {
    find: Field,
    /// Shown once somebody was found.
    delegate: Option<Field>,
    /// Whoever was looked for and not found, or found too often.
    found: Option<String>,
    from: Field,
    to: Field,
    reason: Field,
    searched: String,
    #[serde(skip)]
    errors: FormErrors,
}

impl PageContext for FormPage {
    const TEMPLATE: &'static str = "approvals/delegate";
    const SECTION: &'static str = "approvals";

    fn title(&self) -> Cow<'_, str> {
        "Name somebody to decide in your stead".into()
    }

    fn breadcrumbs(&self) -> Vec<Crumb> {
        vec![Crumb::new("Approvals", "/approvals"), Crumb::new("While somebody is away", "/approvals/delegations")]
    }

    fn errors(&self) -> &[FieldError] {
        self.errors.as_slice()
    }

    fn sample() -> Self {
        Self::new(&Typed::default(), &[], &Units::default(), FormErrors::new())
    }

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        tests::forms()
    }
}

impl FormPage {
    fn new(typed: &Typed, found: &[Candidate], units: &Units, errors: FormErrors) -> Self {
        let field = |name: &str, label: &str, value: &str| Field::new(name, label).value(value).errors(&errors);
        let searched = typed.find.trim();
        let choices = found.iter().take(OFFERED).map(|one| {
            let number = one.number.as_ref().map(|number| format!(", {number}")).unwrap_or_default();
            Choice::new(one.person.to_string(), one.name.clone()).hint(format!("{}{number}", units.label(one.unit)))
        });
        let note = match found.len() {
            _ if searched.is_empty() => None,
            0 => Some(
                "Nobody was found whom you can name: people whom you see, and others who approve hours.".to_owned(),
            ),
            many if many > OFFERED => {
                Some("There are more of that name. Write more of it, or the employee number.".to_owned())
            }
            _few => None,
        };
        Self {
            find: Field::new("find", "Name or employee number").value(searched).errors(&errors),
            delegate: (!found.is_empty()).then(|| {
                Field::new("delegate", "Who decides in your stead?")
                    .choices(choices)
                    .choose([typed.delegate.trim()])
                    .errors(&errors)
            }),
            found: note,
            from: field("from", "First day", &typed.from),
            to: field("to", "Last day", &typed.to),
            reason: field("reason", "Why? (optional)", &typed.reason).hint("Only the two of you read this"),
            searched: searched.to_owned(),
            errors,
        }
    }
}

/// Shows the form, with those who were looked for.
pub(super) async fn form(ask: Ask, query: Query<Typed>) -> Result<HttpResponse, Failure> {
    let found = delegations::candidates(&ask.site().db, ask.caller(), query.find.clone()).await?;
    let mut typed = query.into_inner();
    if typed.from.is_empty() {
        typed.from = civil::local(ask.clock().now()).date().to_string();
    }
    ask.page(&FormPage::new(&typed, &found.0, &found.1, FormErrors::new()))
}

/// Names somebody, or shows the form again.
pub(super) async fn submit(ask: Ask, Posted(typed): Posted<Typed>) -> Result<HttpResponse, Failure> {
    let (db, caller, now) = (&ask.site().db, ask.caller(), ask.clock().now());
    let delegate = uuid(&typed.delegate).map(PersonId);
    let days = (parse_date(&typed.from), parse_date(&typed.to));
    let wrong = match delegations::check(delegate, days, &typed.reason, civil::local(now).date()) {
        Ok(new) => match delegations::make(db, caller, new, now).await {
            Ok(_made) => {
                let text = "Named. It begins and ends by itself, and you can end it sooner.";
                return Ok(ask.redirect_with("/approvals/delegations", FlashKind::Success, text));
            }
            Err(TimesheetError::Field(field, text)) => vec![(field, text)],
            Err(error) => return Err(error.into()),
        },
        Err(wrong) => wrong,
    };
    let (found, units) = delegations::candidates(db, caller, typed.find.clone()).await?;
    let mut errors = FormErrors::new();
    if found.is_empty() {
        // The rest of the form stands there only once there is somebody to choose.
        errors.add("find", "Find somebody first, by their name or number");
    } else {
        wrong.into_iter().for_each(|(field, text)| errors.add(field, text));
    }
    ask.page_again(&FormPage::new(&typed, &found, &units, errors))
}

#[derive(Debug, Clone, Serialize)]
struct EndPage {
    href: String,
    name: String,
    days: String,
}

impl PageContext for EndPage {
    const TEMPLATE: &'static str = "approvals/delegation-end";
    const SECTION: &'static str = "approvals";

    fn title(&self) -> Cow<'_, str> {
        format!("End that {} decides in your stead?", self.name).into()
    }

    fn breadcrumbs(&self) -> Vec<Crumb> {
        vec![Crumb::new("Approvals", "/approvals"), Crumb::new("While somebody is away", "/approvals/delegations")]
    }

    fn sample() -> Self {
        Self {
            href: "/approvals/delegations/1/end".to_owned(),
            name: "Jo Marsh".to_owned(),
            days: "Sunday 22 November 2026".to_owned(),
        }
    }
}

/// Asks whether to end it.
pub(super) async fn end_form(ask: Ask, id: Path<DelegationId>) -> Result<HttpResponse, Failure> {
    let (delegation, name) = delegations::to_end(&ask.site().db, ask.caller(), *id).await?;
    ask.page(&EndPage { href: format!("/approvals/delegations/{id}/end"), name, days: days(&delegation) })
}

/// Ends it.
pub(super) async fn end(
    ask: Ask,
    id: Path<DelegationId>,
    Posted(Nothing {}): Posted<Nothing>,
) -> Result<HttpResponse, Failure> {
    delegations::end(&ask.site().db, ask.caller(), *id, ask.clock().now()).await?;
    Ok(ask.redirect_with("/approvals/delegations", FlashKind::Success, "Ended. What was decided stays decided."))
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::kernel::ids::UnitId;

    fn one(id: u128, from: Date, to: Date, ended: bool) -> (Delegation, String) {
        let delegation = Delegation {
            id: DelegationId(uuid::Uuid::from_u128(id)),
            away: PersonId(uuid::Uuid::from_u128(1)),
            delegate: PersonId(uuid::Uuid::from_u128(2)),
            from,
            to,
            reason: (id == 1).then(|| "Leave <abroad>".to_owned()),
            ended_at: ended.then_some(jiff::Timestamp::UNIX_EPOCH),
        };
        (delegation, "Sam <Reed>".to_owned())
    }

    pub(super) fn samples() -> Vec<DelegationsPage> {
        let day = |day| date(2026, 11, day);
        let shown = Shown {
            made: vec![
                one(1, day(22), day(25), false),
                one(2, day(25), day(25), false),
                one(3, day(22), day(25), true),
            ],
            held: vec![one(4, day(2), day(9), false)],
            may_make: false,
        };
        vec![DelegationsPage::sample(), build(&shown, day(22))]
    }

    pub(super) fn forms() -> Vec<FormPage> {
        let candidate = |n: u128| Candidate {
            person: PersonId(uuid::Uuid::from_u128(n)),
            name: "Sam <Reed>".to_owned(),
            number: Some("N0004".to_owned()),
            unit: UnitId(uuid::Uuid::from_u128(4)),
        };
        let typed =
            Typed { find: "sam".to_owned(), delegate: uuid::Uuid::from_u128(2).to_string(), ..Typed::default() };
        let mut errors = FormErrors::new();
        for field in ["delegate", "from", "to", "reason"] {
            errors.add(field, "Say it");
        }
        let many: Vec<Candidate> = (1..=21).map(candidate).collect();
        let units = Units::default();
        vec![
            FormPage::sample(),
            FormPage::new(&typed, &[], &units, FormErrors::new()),
            FormPage::new(&typed, &[candidate(2), candidate(3)], &units, errors),
            FormPage::new(&typed, &many, &units, FormErrors::new()),
        ]
    }

    #[test]
    fn the_pages_stand() {
        crate::views::testing::check::<DelegationsPage>();
        crate::views::testing::check::<FormPage>();
        crate::views::testing::check::<EndPage>();
    }

    #[test]
    fn only_what_one_made_and_what_goes_on_can_be_ended() {
        let page = samples().remove(1);
        let ends: Vec<bool> = page.made.iter().chain(&page.held).map(|row| row.end_href.is_some()).collect();
        assert_eq!(ends, [true, true, false, false]);
    }
}
