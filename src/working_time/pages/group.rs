//! One contract group with its people, and who is put into it.

use std::borrow::Cow;

use actix_web::HttpResponse;
use actix_web::web::Path;
use serde::Serialize;

use super::groups::{PATH, action, period};
use super::words::{Line, Nothing, id};
use crate::http::{Ask, Failure, FlashKind, Posted};
use crate::kernel::civil;
use crate::kernel::ids::ContractGroupId;
use crate::views::form::FieldError;
use crate::views::{Choice, Crumb, Field, FormErrors, PageContext, format};
use crate::working_time::failure::TimeError;
use crate::working_time::model::{StandbyRule, WeeklyRestRule};
use crate::working_time::record::{Action, GroupDraft};
use crate::working_time::service::{self, GroupPage as Opened};
use crate::working_time::typed::TypedTerms;

#[derive(Debug, Clone, Serialize)]
struct MemberRow {
    href: String,
    name: String,
    number: Option<String>,
}

#[derive(Debug, Clone, Serialize)]
struct GroupPage {
    #[serde(skip)]
    name: String,
    href: String,
    lines: Vec<Line>,
    for_all: bool,
    retired: bool,
    members: Vec<MemberRow>,
    unit: Field,
    unit_from: Field,
    unit_employed: Field,
    number: Field,
    from_on: Field,
    employed_on: Field,
    young_until: Field,
    #[serde(skip)]
    errors: FormErrors,
}

/// Which of the two forms of the page was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sent {
    Neither,
    Unit,
    Person,
}

impl GroupPage {
    fn new(opened: &Opened, typed: &TypedTerms, sent: Sent, errors: FormErrors) -> Self {
        let draft = &opened.group.draft;
        let none = FormErrors::new();
        let of = |form: Sent| if form == sent { &errors } else { &none };
        let value = |form: Sent, text: &str| {
            if form == sent || sent == Sent::Neither { text.to_owned() } else { String::new() }
        };
        let units = opened.units.open().map(|(depth, unit)| {
            let label = format!("{}{}", "\u{a0}\u{a0}".repeat(depth), opened.units.path(unit.id));
            Choice::new(unit.id.to_string(), label)
        });
        let choices: Vec<Choice> = std::iter::once(Choice::new("", "Choose a unit")).chain(units).collect();
        let field = |form: Sent, id: &str, name: &str, label: &str, text: &str| {
            Field::new(name, label).id(id).value(value(form, text)).errors(of(form))
        };
        Self {
            name: draft.name.clone(),
            href: format!("{PATH}/{}", opened.group.id),
            lines: vec![
                Line::new("Averaged over", period(draft)),
                Line::new(
                    "Regulation 21",
                    if draft.civil_protection { "Holds: missed rest is made up for" } else { "Does not hold" },
                ),
                Line::new("On-call", on_call(draft.standby)),
                Line::new("Breaks", if draft.breaks_count { "Are working time" } else { "Are not working time" }),
                Line::new(
                    "Night work",
                    if draft.special_hazards { "Special hazards: 8 hours in any 24" } else { "No special hazards" },
                ),
                Line::new("Notice of an opt-out", format::count(draft.notice_days.into(), "day", "days")),
                Line::new("A duty that breaks something", action(draft.action)),
            ],
            for_all: draft.for_all,
            retired: opened.group.retired,
            members: opened
                .members
                .iter()
                .map(|member| MemberRow {
                    href: format!("{PATH}/people/{}", member.id),
                    name: member.name.clone(),
                    number: member.number.clone(),
                })
                .collect(),
            unit: Field::new("unit", "Unit, with all below it")
                .choices(choices)
                .choose([typed.unit.as_str()])
                .errors(of(Sent::Unit)),
            unit_from: field(Sent::Unit, "unit_from", "from_on", "They belong to it from", &typed.from_on),
            unit_employed: field(
                Sent::Unit,
                "unit_employed",
                "employed_on",
                "First day of the employment",
                &typed.employed_on,
            )
            .hint("For people of whom nothing was said yet; the others keep theirs"),
            number: field(Sent::Person, "number", "number", "Employee number", &typed.number),
            from_on: field(Sent::Person, "from_on", "from_on", "They belong to it from", &typed.from_on),
            employed_on: field(
                Sent::Person,
                "employed_on",
                "employed_on",
                "First day of the employment",
                &typed.employed_on,
            )
            .hint("A new starter is averaged since this day: regulation 4(4)"),
            young_until: field(
                Sent::Person,
                "young_until",
                "young_until",
                "Last day before they become 18 (optional)",
                &typed.young_until,
            )
            .hint("The date of birth is not kept here"),
            errors,
        }
    }
}

const fn on_call(rule: StandbyRule) -> &'static str {
    match rule {
        StandbyRule::None => "Does not count, turnouts neither",
        StandbyRule::TurnoutOnly => "Turnouts count, standby at home does not",
        StandbyRule::All => "Every hour counts",
    }
}

impl PageContext for GroupPage {
    const TEMPLATE: &'static str = "working-time/group";
    const SECTION: &'static str = "organisation";

    fn title(&self) -> Cow<'_, str> {
        self.name.as_str().into()
    }

    fn breadcrumbs(&self) -> Vec<Crumb> {
        vec![Crumb::new("Contract groups", PATH)]
    }

    fn errors(&self) -> &[FieldError] {
        self.errors.as_slice()
    }

    fn sample() -> Self {
        samples().remove(0)
    }

    fn samples() -> Vec<Self> {
        samples()
    }
}

fn samples() -> Vec<GroupPage> {
    use crate::kernel::ids::{PersonId, UnitId};
    use crate::organisation::UnitTree;
    use crate::working_time::record::{Group, Member};

    let draft = GroupDraft {
        name: "Wholetime <2-2-4>".to_owned(),
        reference_weeks: 26,
        anchor_on: None,
        civil_protection: true,
        standby: StandbyRule::TurnoutOnly,
        weekly_rest: WeeklyRestRule::EverySevenDays,
        breaks_count: false,
        special_hazards: false,
        notice_days: 7,
        action: Action::Warn,
        for_all: true,
    };
    let member = |number: Option<&str>| Member {
        id: PersonId::NIL,
        name: "Jo <Marsh>".to_owned(),
        number: number.map(str::to_owned),
        unit: UnitId::NIL,
        left: false,
    };
    let full = Opened {
        group: Group { id: ContractGroupId::NIL, draft: draft.clone(), retired: false, revision: 1 },
        members: vec![member(Some("N1")), member(None)],
        units: UnitTree::default(),
    };
    let empty = Opened {
        group: Group { draft: GroupDraft { for_all: false, ..draft }, retired: true, ..full.group.clone() },
        members: Vec::new(),
        ..full.clone()
    };
    let mut errors = FormErrors::new();
    for field in ["unit", "from_on", "employed_on", "number", "young_until"] {
        errors.add(field, "Correct it");
    }
    let typed = TypedTerms::default();
    vec![
        GroupPage::new(&full, &typed, Sent::Neither, FormErrors::new()),
        GroupPage::new(&empty, &typed, Sent::Neither, FormErrors::new()),
        GroupPage::new(&full, &typed, Sent::Person, errors),
    ]
}

/// Shows a group.
pub(super) async fn show(ask: Ask, path: Path<String>) -> Result<HttpResponse, Failure> {
    let id = id(&path, ContractGroupId)?;
    let opened = service::open(&ask.site().db, ask.caller(), id).await?;
    let typed = TypedTerms { from_on: civil::local(ask.clock().now()).date().to_string(), ..TypedTerms::default() };
    ask.page(&GroupPage::new(&opened, &typed, Sent::Neither, FormErrors::new()))
}

/// Puts a unit into the group.
pub(super) async fn assign_unit(
    ask: Ask,
    path: Path<String>,
    Posted(typed): Posted<TypedTerms>,
) -> Result<HttpResponse, Failure> {
    let id = id(&path, ContractGroupId)?;
    let (db, caller, now) = (&ask.site().db, ask.caller(), ask.clock().now());
    match service::assign_unit(db, caller, id, typed.clone(), now).await {
        Ok(people) => {
            ask.site().queue.wake();
            let people = format::count(i64::try_from(people).unwrap_or(i64::MAX), "person belongs", "people belong");
            Ok(ask.redirect_with(&format!("{PATH}/{id}"), FlashKind::Success, &format!("{people} to the group now.")))
        }
        Err(TimeError::Invalid(errors)) => {
            let opened = service::open(db, caller, id).await?;
            ask.page_again(&GroupPage::new(&opened, &typed, Sent::Unit, at_unit(&errors)))
        }
        Err(error) => Err(error.into()),
    }
}

/// The fields of the form for units have ids of their own.
fn at_unit(errors: &FormErrors) -> FormErrors {
    let mut moved = FormErrors::new();
    for error in errors.as_slice() {
        let field = match error.field.as_str() {
            "from_on" => "unit_from",
            "employed_on" => "unit_employed",
            other => other,
        };
        moved.add(field, error.message.clone());
    }
    moved
}

/// Puts one person into the group.
pub(super) async fn assign_one(
    ask: Ask,
    path: Path<String>,
    Posted(typed): Posted<TypedTerms>,
) -> Result<HttpResponse, Failure> {
    let id = id(&path, ContractGroupId)?;
    let (db, caller, now) = (&ask.site().db, ask.caller(), ask.clock().now());
    match service::assign_one(db, caller, id, typed.clone(), now).await {
        Ok(member) => {
            ask.site().queue.wake();
            let text = format!("{} belongs to the group now.", member.name);
            Ok(ask.redirect_with(&format!("{PATH}/people/{}", member.id), FlashKind::Success, &text))
        }
        Err(TimeError::Invalid(errors)) => {
            let opened = service::open(db, caller, id).await?;
            ask.page_again(&GroupPage::new(&opened, &typed, Sent::Person, errors))
        }
        Err(error) => Err(error.into()),
    }
}

/// Retires the group.
pub(super) async fn retire(
    ask: Ask,
    path: Path<String>,
    Posted(Nothing {}): Posted<Nothing>,
) -> Result<HttpResponse, Failure> {
    let id = id(&path, ContractGroupId)?;
    service::retire(&ask.site().db, ask.caller(), id, true, ask.clock().now()).await?;
    let text = "Retired. Whoever belongs to it goes on to; nobody can be put into it.";
    Ok(ask.redirect_with(&format!("{PATH}/{id}"), FlashKind::Success, text))
}

/// Takes the group up again.
pub(super) async fn restore(
    ask: Ask,
    path: Path<String>,
    Posted(Nothing {}): Posted<Nothing>,
) -> Result<HttpResponse, Failure> {
    let id = id(&path, ContractGroupId)?;
    service::retire(&ask.site().db, ask.caller(), id, false, ask.clock().now()).await?;
    Ok(ask.redirect_with(&format!("{PATH}/{id}"), FlashKind::Success, "The group is in use again."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_stands_full_empty_and_with_errors() {
        crate::views::testing::check::<GroupPage>();
    }
}
