//! The contract groups as the organisation's own data: the list, the form, one group with its people.

use std::borrow::Cow;

use actix_web::HttpResponse;
use actix_web::web::Path;
use serde::Serialize;

use super::words::{Line, Nothing, id};
use crate::http::{Ask, Failure, FlashKind, Posted};
use crate::kernel::civil;
use crate::kernel::ids::ContractGroupId;
use crate::views::form::FieldError;
use crate::views::{Choice, Crumb, Field, FormErrors, PageContext, format};
use crate::working_time::failure::TimeError;
use crate::working_time::model::{StandbyRule, WeeklyRestRule};
use crate::working_time::record::{Action, GroupDraft, STANDBY, WEEKLY_REST, name_of};
use crate::working_time::service::{self, GroupPage as Opened, Listed};
use crate::working_time::typed::{self, TypedGroup, TypedTerms};

const PATH: &str = "/contract-groups";

#[derive(Debug, Clone, Serialize)]
struct Row {
    href: String,
    name: String,
    period: String,
    action: &'static str,
    people: String,
    for_all: bool,
    retired: bool,
}

#[derive(Debug, Clone, Serialize)]
struct GroupsPage {
    tab: &'static str,
    rows: Vec<Row>,
    /// How many people wait for their figures.
    waiting: Option<String>,
}

impl PageContext for GroupsPage {
    const TEMPLATE: &'static str = "working-time/groups";
    const SECTION: &'static str = "organisation";

    fn title(&self) -> Cow<'_, str> {
        "Contract groups".into()
    }

    fn sample() -> Self {
        let row = |for_all, retired| Row {
            href: format!("{PATH}/1"),
            name: "Wholetime <2-2-4>".to_owned(),
            period: "26 weeks, rolling".to_owned(),
            action: "Warns",
            people: "12 people".to_owned(),
            for_all,
            retired,
        };
        Self {
            tab: "working-time",
            rows: vec![row(true, false), row(false, true)],
            waiting: Some("12 people wait".to_owned()),
        }
    }

    fn samples() -> Vec<Self> {
        vec![Self::sample(), Self { tab: "working-time", rows: Vec::new(), waiting: None }]
    }
}

fn period(draft: &GroupDraft) -> String {
    let weeks = format::count(draft.reference_weeks.into(), "week", "weeks");
    match draft.anchor_on {
        None => format!("{weeks}, rolling"),
        Some(anchor) => format!("{weeks}, fixed from {}", format::short_date(anchor)),
    }
}

const fn action(action: Action) -> &'static str {
    match action {
        Action::Off => "Shows it in the figures",
        Action::Warn => "Warns",
        Action::Block => "Refuses what has not begun",
    }
}

/// Shows the list.
pub(super) async fn list(ask: Ask) -> Result<HttpResponse, Failure> {
    let (all, waiting) = service::list(&ask.site().db, ask.caller()).await?;
    let row = |listed: &Listed| Row {
        href: format!("{PATH}/{}", listed.group.id),
        name: listed.group.draft.name.clone(),
        period: period(&listed.group.draft),
        action: action(listed.group.draft.action),
        people: format::count(listed.people, "line of terms", "lines of terms"),
        for_all: listed.group.draft.for_all,
        retired: listed.group.retired,
    };
    ask.page(&GroupsPage {
        tab: "working-time",
        rows: all.iter().map(row).collect(),
        waiting: (waiting > 0).then(|| {
            format!("{} for figures that are being made again", format::count(waiting, "person waits", "people wait"))
        }),
    })
}

/// Has everybody's figures made again.
pub(super) async fn recompute(ask: Ask, Posted(Nothing {}): Posted<Nothing>) -> Result<HttpResponse, Failure> {
    let people = service::recompute(&ask.site().db, ask.caller(), ask.clock().now()).await?;
    ask.site().queue.wake();
    let people = format::count(people, "person is", "people are");
    Ok(ask.redirect_with(PATH, FlashKind::Success, &format!("The figures of {people} being worked out anew.")))
}

#[derive(Debug, Clone, Serialize)]
struct FormPage {
    action_href: String,
    back: String,
    is_new: bool,
    revision: String,
    name: Field,
    reference_weeks: Field,
    period: Field,
    anchor_on: Field,
    civil_protection: Field,
    standby: Field,
    weekly_rest: Field,
    breaks_count: Field,
    special_hazards: Field,
    notice_days: Field,
    action: Field,
    for_all: Field,
    #[serde(skip)]
    errors: FormErrors,
}

impl FormPage {
    fn new(of: Option<ContractGroupId>, typed: &TypedGroup, errors: FormErrors) -> Self {
        let field = |name: &str, label: &str, value: &str| Field::new(name, label).value(value).errors(&errors);
        let pick = |name: &str, label: &str, choices: Vec<Choice>, chosen: &str| {
            Field::new(name, label).choices(choices).choose([chosen]).errors(&errors)
        };
        Self {
            action_href: of.map_or_else(|| format!("{PATH}/new"), |id| format!("{PATH}/{id}/edit")),
            back: of.map_or_else(|| PATH.to_owned(), |id| format!("{PATH}/{id}")),
            is_new: of.is_none(),
            revision: typed.revision.clone(),
            name: field("name", "Name", &typed.name).hint("Like: Wholetime 2-2-4, On-call, Control"),
            reference_weeks: pick(
                "reference_weeks",
                "Over how many weeks is working time averaged?",
                vec![
                    Choice::new("17", "17 weeks").hint("What the law says for most workers: regulation 4(3)"),
                    Choice::new("26", "26 weeks").hint("What it says for civil protection services: regulation 4(5)"),
                    Choice::new("52", "52 weeks").hint("Only by a collective or workforce agreement: regulation 23"),
                ],
                &typed.reference_weeks,
            ),
            period: pick(
                "period",
                "Which weeks?",
                vec![
                    Choice::new("rolling", "Rolling: the weeks up to each day"),
                    Choice::new("fixed", "Fixed: one period after the other")
                        .hint("By a relevant agreement: regulation 4(3)(a)"),
                ],
                &typed.period,
            ),
            anchor_on: field("anchor_on", "A day on which a fixed period begins", &typed.anchor_on)
                .hint("Only for fixed periods"),
            civil_protection: pick(
                "civil_protection",
                "Does regulation 21 hold?",
                vec![
                    Choice::new("yes", "Yes, civil protection services").hint(
                        "Where continuity of service asks for it. Missed rest is then owed and has to be made up for",
                    ),
                    Choice::new("no", "No").hint("Missed rest is a breach"),
                ],
                &typed.civil_protection,
            ),
            standby: pick(
                "standby",
                "What of on-call counts as working time?",
                STANDBY.map(standby_choice).into(),
                &typed.standby,
            ),
            weekly_rest: pick(
                "weekly_rest",
                "How is the weekly rest given?",
                WEEKLY_REST.map(weekly_choice).into(),
                &typed.weekly_rest,
            ),
            breaks_count: pick(
                "breaks_count",
                "Breaks",
                vec![
                    Choice::new("yes", "Breaks are working time")
                        .hint("Where crews can be called out of their meal at any moment, or the contract says so"),
                ],
                &typed.breaks_count,
            ),
            special_hazards: pick(
                "special_hazards",
                "Night work",
                vec![
                    Choice::new("yes", "Night work holds special hazards or heavy strain")
                        .hint("Then no more than 8 hours in any 24: regulation 6(7)"),
                ],
                &typed.special_hazards,
            ),
            notice_days: field("notice_days", "Days of notice that end an opt-out", &typed.notice_days)
                .hint("7 unless something else was agreed; three months at most"),
            action: pick(
                "action",
                "What happens when a duty would break a limit or a rest?",
                vec![
                    Choice::new("off", "Nothing").hint("It is shown in the figures"),
                    Choice::new("warn", "A warning").hint("Whoever logs it is told, and can log it all the same"),
                    Choice::new("block", "Work that has not begun is refused")
                        .hint("Hours that were worked are always recorded, after a warning"),
                ],
                &typed.action,
            ),
            for_all: pick(
                "for_all",
                "Everybody else",
                vec![Choice::new("yes", "It holds for everybody of whom nothing else is said")],
                &typed.for_all,
            ),
            errors,
        }
    }
}

fn standby_choice((name, rule): (&'static str, StandbyRule)) -> Choice {
    let (text, hint) = match rule {
        StandbyRule::None => ("Nothing, not even turnouts", "For volunteers who are no workers"),
        StandbyRule::TurnoutOnly => ("Turnouts", "Free time at home is little limited: CJEU C-214/20"),
        StandbyRule::All => ("Every hour on call", "Free time at home is very significantly limited: CJEU C-518/15"),
    };
    Choice::new(name, text).hint(hint)
}

fn weekly_choice((name, rule): (&'static str, WeeklyRestRule)) -> Choice {
    let text = match rule {
        WeeklyRestRule::EverySevenDays => "24 hours in each 7 days",
        WeeklyRestRule::TwiceInFourteenDays => "Twice 24 hours in each 14 days",
        WeeklyRestRule::OnceInFourteenDays => "Once 48 hours in each 14 days",
    };
    Choice::new(name, text)
}

impl PageContext for FormPage {
    const TEMPLATE: &'static str = "working-time/group-form";
    const SECTION: &'static str = "organisation";

    fn title(&self) -> Cow<'_, str> {
        if self.is_new { "Add a contract group".into() } else { "Change a contract group".into() }
    }

    fn breadcrumbs(&self) -> Vec<Crumb> {
        vec![Crumb::new("Contract groups", PATH)]
    }

    fn errors(&self) -> &[FieldError] {
        self.errors.as_slice()
    }

    fn sample() -> Self {
        Self::new(None, &TypedGroup::default(), FormErrors::new())
    }

    fn samples() -> Vec<Self> {
        let mut errors = FormErrors::new();
        for field in [
            "name",
            "reference_weeks",
            "period",
            "anchor_on",
            "civil_protection",
            "standby",
            "weekly_rest",
            "notice_days",
            "action",
        ] {
            errors.add(field, "Correct it");
        }
        vec![Self::sample(), Self::new(Some(ContractGroupId::NIL), &TypedGroup::default(), errors)]
    }
}

fn typed_of(draft: &GroupDraft, revision: i32) -> TypedGroup {
    let yes = |flag: bool| if flag { "yes".to_owned() } else { String::new() };
    TypedGroup {
        revision: revision.to_string(),
        name: draft.name.clone(),
        reference_weeks: draft.reference_weeks.to_string(),
        period: if draft.anchor_on.is_some() { "fixed" } else { "rolling" }.to_owned(),
        anchor_on: draft.anchor_on.map(|day| day.to_string()).unwrap_or_default(),
        civil_protection: if draft.civil_protection { "yes" } else { "no" }.to_owned(),
        standby: name_of(&STANDBY, draft.standby).to_owned(),
        weekly_rest: name_of(&WEEKLY_REST, draft.weekly_rest).to_owned(),
        breaks_count: yes(draft.breaks_count),
        special_hazards: yes(draft.special_hazards),
        notice_days: draft.notice_days.to_string(),
        action: draft.action.as_str().to_owned(),
        for_all: yes(draft.for_all),
    }
}

/// What to show again, when something that was typed is wrong.
fn wrong(error: TimeError) -> Result<FormErrors, TimeError> {
    match error {
        TimeError::Invalid(errors) => Ok(errors),
        TimeError::NameTaken => {
            let mut errors = FormErrors::new();
            errors.add("name", "There is a contract group of this name already");
            Ok(errors)
        }
        error => Err(error),
    }
}

/// Shows the empty form.
pub(super) async fn new(ask: Ask) -> Result<HttpResponse, Failure> {
    let typed = TypedGroup { notice_days: "7".to_owned(), ..TypedGroup::default() };
    ask.page(&FormPage::new(None, &typed, FormErrors::new()))
}

/// Adds the group, or shows what was typed again with what is wrong.
pub(super) async fn add(ask: Ask, Posted(typed): Posted<TypedGroup>) -> Result<HttpResponse, Failure> {
    let outcome = match typed::check_group(&typed) {
        Ok(draft) => service::add(&ask.site().db, ask.caller(), draft, ask.clock().now()).await,
        Err(errors) => Err(errors.into()),
    };
    match outcome {
        Ok(id) => {
            ask.site().queue.wake();
            let text = "Contract group added. Now say who belongs to it.";
            Ok(ask.redirect_with(&format!("{PATH}/{id}"), FlashKind::Success, text))
        }
        Err(error) => ask.page_again(&FormPage::new(None, &typed, wrong(error)?)),
    }
}

/// Shows the form with what the group says.
pub(super) async fn edit(ask: Ask, path: Path<String>) -> Result<HttpResponse, Failure> {
    let id = id(&path, ContractGroupId)?;
    let group = service::open(&ask.site().db, ask.caller(), id).await?.group;
    ask.page(&FormPage::new(Some(id), &typed_of(&group.draft, group.revision), FormErrors::new()))
}

/// Changes the group, or shows what was typed again with what is wrong.
pub(super) async fn change(
    ask: Ask,
    path: Path<String>,
    Posted(typed): Posted<TypedGroup>,
) -> Result<HttpResponse, Failure> {
    let id = id(&path, ContractGroupId)?;
    let revision = typed.revision.parse().unwrap_or(0);
    let outcome = match typed::check_group(&typed) {
        Ok(draft) => service::edit(&ask.site().db, ask.caller(), id, revision, draft, ask.clock().now()).await,
        Err(errors) => Err(errors.into()),
    };
    let to = format!("{PATH}/{id}");
    match outcome {
        Ok(true) => {
            ask.site().queue.wake();
            Ok(ask.redirect_with(
                &to,
                FlashKind::Success,
                "Saved. Everybody\u{2019}s figures are being worked out anew.",
            ))
        }
        Ok(false) => Ok(ask.redirect_with(&to, FlashKind::Notice, "Nothing was changed: it says that already.")),
        Err(error) => ask.page_again(&FormPage::new(Some(id), &typed, wrong(error)?)),
    }
}

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
    fn the_pages_stand_full_empty_and_with_errors() {
        crate::views::testing::check::<GroupsPage>();
        crate::views::testing::check::<FormPage>();
        crate::views::testing::check::<GroupPage>();
    }
}
