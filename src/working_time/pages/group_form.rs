//! The form of a contract group: a new one, and one that is there.

use std::borrow::Cow;

use actix_web::HttpResponse;
use actix_web::web::Path;
use serde::Serialize;

use super::groups::PATH;
use super::words::id;
use crate::http::{Ask, Failure, FlashKind, Posted};
use crate::kernel::ids::ContractGroupId;
use crate::views::form::FieldError;
use crate::views::{Choice, Crumb, Field, FormErrors, PageContext};
use crate::working_time::failure::TimeError;
use crate::working_time::model::{StandbyRule, WeeklyRestRule};
use crate::working_time::record::{GroupDraft, STANDBY, WEEKLY_REST, name_of};
use crate::working_time::service;
use crate::working_time::typed::{self, TypedGroup};

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_form_stands_fresh_and_with_every_error() {
        crate::views::testing::check::<FormPage>();
    }
}
