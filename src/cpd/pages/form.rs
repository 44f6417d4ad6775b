//! The form of an entry: a new one, and one that is there.

use std::borrow::Cow;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Path;
use serde::Serialize;

use super::query::{Line, entry_id, errors_of, lines};
use crate::cpd::error::CpdError;
use crate::cpd::model::{EntryRow, Kind};
use crate::cpd::rules::{self, Typed, in_hours};
use crate::cpd::service;
use crate::cpd::standards;
use crate::http::{Ask, Failure, FlashKind, Posted};
use crate::kernel::civil;
use crate::kernel::ids::{CpdEntryId, DutyId};
use crate::views::form::FieldError;
use crate::views::{Choice, Crumb, Field, FormErrors, PageContext};

#[derive(Debug, Clone, Serialize)]
struct EntryFields {
    kind: Field,
    title: Field,
    provider: Field,
    started_on: Field,
    ended_on: Field,
    hours: Field,
    outcome: Field,
    reflection: Field,
    practice: Field,
    benefit: Field,
    standards: Field,
    duty: Option<Field>,
}

#[derive(Debug, Clone, Serialize)]
pub(super) struct FormPage {
    action: String,
    back: String,
    key: String,
    revision: String,
    fields: EntryFields,
    /// What the entry says by now, when it is not what the form was opened on.
    meanwhile: Option<Vec<Line>>,
    is_new: bool,
    #[serde(skip)]
    of: Option<Crumb>,
    #[serde(skip)]
    errors: FormErrors,
}

/// What the form offers beside what was typed.
struct Offered {
    duties: Vec<(DutyId, String)>,
    today: jiff::civil::Date,
}

fn fields(typed: &Typed, offered: &Offered, errors: &FormErrors) -> EntryFields {
    let field = |name: &str, label: &str, value: &str| Field::new(name, label).value(value).errors(errors);
    let kinds = Kind::ALL.map(|kind| Choice::new(kind.as_str(), kind.title()).hint(kind.examples()));
    let standards = (1..).zip(&standards::of(offered.today).standards);
    let standards =
        standards.map(|(number, text)| Choice::new(number.to_string(), format!("{number}. {}", text.value)));
    let duty = (!offered.duties.is_empty()).then(|| {
        let duties = offered.duties.iter().map(|(id, label)| Choice::new(id.to_string(), label.clone()));
        Field::new("duty", "A duty that it came out of (optional)")
            .hint("Your own duties of the last four months. Only you see the link")
            .choices(std::iter::once(Choice::new("", "None")).chain(duties))
            .choose([&typed.duty])
            .errors(errors)
    });
    EntryFields {
        kind: Field::new("kind", "What type of activity was it?").choices(kinds).choose([&typed.kind]).errors(errors),
        title: field("title", "What was it?", &typed.title),
        provider: field("provider", "Provider (optional)", &typed.provider)
            .hint("Who gave the course, ran the exercise, wrote what you read"),
        started_on: field("started_on", "Date", &typed.started_on),
        ended_on: field("ended_on", "Last day, if it took longer (optional)", &typed.ended_on),
        hours: field("hours", "Hours (optional)", &typed.hours)
            .hint("Like 2, 1.5 or 1:30. The HCPC asks for no number of hours"),
        outcome: field("outcome", "What did you learn?", &typed.outcome),
        reflection: field("reflection", "Reflection", &typed.reflection)
            .hint("What went well, what did not, what you would do another time"),
        practice: field("practice", "What did it change in how you work?", &typed.practice)
            .hint("Standard 3: the quality of your practice"),
        benefit: field("benefit", "How did it help patients or the public?", &typed.benefit)
            .hint("Standard 4: benefit to the service user"),
        standards: Field::new("standards", "Which standards does it meet?")
            .hint("Standards 1 and 5 are met by the record and the profile as a whole")
            .choices(standards)
            .choose(&typed.standards)
            .errors(errors),
        duty,
    }
}

impl FormPage {
    fn adding(typed: &Typed, offered: &Offered, key: String, errors: FormErrors) -> Self {
        Self {
            action: "/cpd/new".to_owned(),
            back: "/cpd".to_owned(),
            key,
            revision: String::new(),
            fields: fields(typed, offered, &errors),
            meanwhile: None,
            is_new: true,
            of: None,
            errors,
        }
    }

    fn changing(row: &EntryRow, typed: &Typed, offered: &Offered, changed: bool, errors: FormErrors) -> Self {
        let texts = standards::of(offered.today).standards.map(|standard| standard.value);
        // After a conflict it holds the new revision, so that sending it again is a decision.
        let revision = if changed { row.revision.to_string() } else { typed.revision.clone() };
        Self {
            action: format!("/cpd/{}/edit", row.id),
            back: format!("/cpd/{}", row.id),
            key: String::new(),
            revision,
            fields: fields(typed, offered, &errors),
            meanwhile: changed.then(|| {
                let mut all = vec![Line::new("Title", row.draft.title.clone())];
                all.extend(lines(row, &texts));
                all
            }),
            is_new: false,
            of: Some(Crumb::new(row.draft.title.clone(), format!("/cpd/{}", row.id))),
            errors,
        }
    }
}

impl PageContext for FormPage {
    const TEMPLATE: &'static str = "cpd/form";
    const SECTION: &'static str = "cpd";

    fn title(&self) -> Cow<'_, str> {
        if self.is_new { "Add a CPD entry".into() } else { "Change a CPD entry".into() }
    }

    fn breadcrumbs(&self) -> Vec<Crumb> {
        std::iter::once(Crumb::new("My CPD", "/cpd")).chain(self.of.clone()).collect()
    }

    fn errors(&self) -> &[FieldError] {
        self.errors.as_slice()
    }

    fn sample() -> Self {
        let offered = Offered { duties: Vec::new(), today: jiff::civil::date(2026, 11, 22) };
        Self::adding(&Typed::default(), &offered, "key".to_owned(), FormErrors::new())
    }

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        tests::samples()
    }
}

/// An entry as it would have been typed.
fn typed_of(row: &EntryRow) -> Typed {
    let draft = &row.draft;
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    Typed {
        key: String::new(),
        revision: row.revision.to_string(),
        kind: draft.kind.as_str().to_owned(),
        title: draft.title.clone(),
        provider: text(&draft.provider),
        started_on: draft.started_on.to_string(),
        ended_on: draft.ended_on.map(|day| day.to_string()).unwrap_or_default(),
        hours: draft.minutes.map(in_hours).unwrap_or_default(),
        outcome: text(&draft.outcome),
        reflection: text(&draft.reflection),
        practice: text(&draft.practice),
        benefit: text(&draft.benefit),
        standards: draft.standards.numbers().map(|number| number.to_string()).collect(),
        duty: draft.duty.map(|duty| duty.to_string()).unwrap_or_default(),
    }
}

/// The duties to choose from, with the one that is linked already even when it is older.
async fn offered(ask: &Ask, kept: Option<DutyId>) -> Result<Offered, Failure> {
    let (db, caller, now) = (&ask.site().db, ask.caller(), ask.clock().now());
    let mut duties = service::duties_to_offer(db, caller, now).await?;
    if let Some(kept) = kept.filter(|kept| !duties.iter().any(|(id, _label)| id == kept)) {
        let label = service::duty_label(db, caller, kept, now).await?;
        duties.push((kept, label.unwrap_or_else(|| "The duty that it is linked to".to_owned())));
    }
    Ok(Offered { duties, today: civil::local(now).date() })
}

/// Shows the empty form, for today.
pub(super) async fn new(ask: Ask) -> Result<HttpResponse, Failure> {
    let offered = offered(&ask, None).await?;
    let typed = Typed { started_on: offered.today.to_string(), ..Typed::default() };
    let key = CpdEntryId::new(ask.clock().now()).to_string();
    ask.page(&FormPage::adding(&typed, &offered, key, FormErrors::new()))
}

/// Adds what was typed, or shows it again with what is wrong.
pub(super) async fn add(ask: Ask, Posted(typed): Posted<Typed>) -> Result<HttpResponse, Failure> {
    let now = ask.clock().now();
    let id = service::chosen_id(&typed.key, now);
    let outcome = match rules::check(&typed, civil::local(now).date()) {
        Ok(draft) => service::add(&ask.site().db, ask.caller(), id, draft, now).await,
        Err(faults) => Err(faults.into()),
    };
    match outcome {
        Ok(_new_or_sent_twice) => {
            let to = format!("/cpd/{id}");
            Ok(ask.redirect_with(
                &to,
                FlashKind::Success,
                "Entry added. You can add evidence, or ask somebody to confirm it.",
            ))
        }
        Err(CpdError::Invalid(faults)) => {
            let offered = offered(&ask, None).await?;
            ask.page_again(&FormPage::adding(&typed, &offered, id.to_string(), errors_of(&faults)))
        }
        Err(error) => Err(error.into()),
    }
}

/// Shows the form with what the entry says.
pub(super) async fn edit(ask: Ask, path: Path<String>) -> Result<HttpResponse, Failure> {
    let row = service::to_edit(&ask.site().db, ask.caller(), entry_id(&path)?).await?;
    let offered = offered(&ask, row.draft.duty).await?;
    ask.page(&FormPage::changing(&row, &typed_of(&row), &offered, false, FormErrors::new()))
}

/// Changes the entry, or shows what was typed again with what is wrong.
pub(super) async fn change(
    ask: Ask,
    path: Path<String>,
    Posted(typed): Posted<Typed>,
) -> Result<HttpResponse, Failure> {
    let (id, now) = (entry_id(&path)?, ask.clock().now());
    let (db, caller) = (&ask.site().db, ask.caller());
    let outcome = match rules::check(&typed, civil::local(now).date()) {
        Ok(draft) => service::edit(db, caller, id, typed.revision.parse().unwrap_or(0), draft, now).await,
        Err(faults) => Err(faults.into()),
    };
    let to = format!("/cpd/{id}");
    let (status, changed, errors) = match outcome {
        Ok(true) => return Ok(ask.redirect_with(&to, FlashKind::Success, "Entry changed.")),
        Ok(false) => {
            return Ok(ask.redirect_with(&to, FlashKind::Notice, "Nothing was changed: it says that already."));
        }
        Err(CpdError::Invalid(faults)) => (StatusCode::UNPROCESSABLE_ENTITY, false, errors_of(&faults)),
        Err(CpdError::Changed) => (StatusCode::CONFLICT, true, FormErrors::new()),
        Err(error) => return Err(error.into()),
    };
    let row = service::to_edit(db, caller, id).await?;
    let offered = offered(&ask, row.draft.duty).await?;
    ask.page_with(status, &FormPage::changing(&row, &typed, &offered, changed, errors))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cpd::paper::samples;
    use crate::cpd::rules::Faults;

    fn every_error() -> FormErrors {
        let mut faults = Faults::default();
        for field in [
            "kind",
            "title",
            "provider",
            "started_on",
            "ended_on",
            "hours",
            "outcome",
            "reflection",
            "practice",
            "benefit",
            "standards",
            "duty",
        ] {
            faults.add(field, format!("Correct the {field}"));
        }
        errors_of(&faults)
    }

    pub(super) fn samples() -> Vec<FormPage> {
        let duties = vec![(DutyId(uuid::Uuid::from_u128(9)), "20 Nov 2026, 19:00, Chimney fire".to_owned())];
        let offered = Offered { duties, today: jiff::civil::date(2026, 11, 22) };
        let row = samples::row();
        let typed = typed_of(&row);
        vec![
            FormPage::sample(),
            FormPage::adding(&typed, &offered, "key".to_owned(), every_error()),
            FormPage::changing(&row, &typed, &offered, false, FormErrors::new()),
            FormPage::changing(&row, &typed, &offered, true, FormErrors::new()),
        ]
    }

    #[test]
    fn the_form_stands_empty_wrong_filled_and_in_conflict() {
        crate::views::testing::check::<FormPage>();
        let html = crate::views::testing::views().page(&crate::views::Layout::sample(), &samples()[1]).expect("a page");
        assert_eq!(html.matches("govuk-error-message").count(), 12, "{html}");
    }

    #[test]
    fn an_entry_typed_again_is_the_same_entry() {
        let row = samples::row();
        let draft = rules::check(&typed_of(&row), jiff::civil::date(2026, 11, 22)).expect("an entry");
        // Line ends aside, which browsers send as they like.
        assert_eq!(draft, row.draft);
    }
}
