//! What people declare of themselves: an opt-out with its notice, and other employments.

use std::borrow::Cow;

use actix_web::HttpResponse;
use actix_web::web::Path;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::words::{Nothing, id};
use crate::http::{Ask, Failure, FlashKind, Posted};
use crate::kernel::civil;
use crate::kernel::ids::{OptOutId, OtherEmploymentId};
use crate::views::form::FieldError;
use crate::views::{Choice, Crumb, Field, FormErrors, PageContext, format};
use crate::working_time::failure::TimeError;
use crate::working_time::record::{JobKind, OptOutRow, OtherJob};
use crate::working_time::service::{self, Declared};
use crate::working_time::typed;

pub(super) const PATH: &str = "/working-time/declarations";

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct OptOutForm {
    from_on: String,
    agreed: String,
}

#[derive(Debug, Clone, Serialize)]
struct OptOutLine {
    said: String,
    /// Where notice is given, while it stands.
    end: Option<String>,
    notice: String,
}

#[derive(Debug, Clone, Serialize)]
pub(super) struct JobLine {
    pub(super) name: String,
    pub(super) said: String,
    drives: bool,
    pub(super) href: String,
}

#[derive(Debug, Clone, Serialize)]
struct DeclarationsPage {
    opt_outs: Vec<OptOutLine>,
    /// The form for a new one, when none stands.
    from_on: Option<Field>,
    agreed: Field,
    jobs: Vec<JobLine>,
    #[serde(skip)]
    errors: FormErrors,
}

impl PageContext for DeclarationsPage {
    const TEMPLATE: &'static str = "working-time/declarations";
    const SECTION: &'static str = "working-time";

    fn title(&self) -> Cow<'_, str> {
        "Opt-out and other jobs".into()
    }

    fn breadcrumbs(&self) -> Vec<Crumb> {
        vec![Crumb::new("My working time", "/working-time")]
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

impl DeclarationsPage {
    fn new(declared: &Declared, typed: &OptOutForm, today: Date, errors: FormErrors) -> Self {
        let open = declared.opt_outs.iter().any(|one| one.last_on.is_none_or(|last| last >= today));
        Self {
            opt_outs: declared.opt_outs.iter().map(|one| opt_out_line(one, today)).collect(),
            from_on: (!open).then(|| {
                Field::new("from_on", "From which day?")
                    .hint("Today or later. An agreement cannot be dated back")
                    .value(typed.from_on.as_str())
                    .errors(&errors)
            }),
            agreed: Field::new("agreed", "Your agreement")
                .choices([Choice::new(
                    "yes",
                    "I agree that the limit of 48 hours a week on average does not apply to me. Nobody made me, and I can end it by notice",
                )])
                .choose([typed.agreed.as_str()])
                .errors(&errors),
            jobs: declared.jobs.iter().map(job_line).collect(),
            errors,
        }
    }
}

fn opt_out_line(one: &OptOutRow, today: Date) -> OptOutLine {
    let from = format::short_date(one.from_on);
    let said = match one.last_on {
        None => format!("Stands from {from}"),
        Some(last) if last >= today => format!("From {from}; ends on {} by your notice", format::short_date(last)),
        Some(last) => format!("From {from} to {}", format::short_date(last)),
    };
    let notice = format::count(one.notice_days.into(), "day", "days");
    OptOutLine { said, end: one.last_on.is_none().then(|| format!("{PATH}/opt-outs/{}/end", one.id)), notice }
}

pub(super) fn job_line(job: &OtherJob) -> JobLine {
    let draft = &job.draft;
    let until = draft.to_on.map_or_else(String::new, |last| format!(" to {}", format::short_date(last)));
    let kind = match draft.kind {
        JobKind::Primary => "Main job",
        JobKind::Secondary => "Second job",
    };
    JobLine {
        name: draft.employer.clone().unwrap_or_else(|| kind.to_owned()),
        said: format!(
            "{kind}, {} a week, from {}{until}",
            format::minutes(draft.week.minutes()),
            format::short_date(draft.from_on)
        ),
        drives: draft.drives,
        href: format!("{PATH}/jobs/{}", job.id),
    }
}

fn samples() -> Vec<DeclarationsPage> {
    use jiff::civil::date;

    use crate::working_time::record::{JobDraft, Week};

    let row = |given: Option<Date>, last_on| OptOutRow {
        id: OptOutId::NIL,
        from_on: date(2026, 1, 1),
        notice_days: 7,
        notice_given_on: given,
        last_on,
    };
    let job = |kind, employer: Option<&str>, to_on| OtherJob {
        id: OtherEmploymentId::NIL,
        draft: JobDraft {
            kind,
            employer: employer.map(str::to_owned),
            drives: true,
            week: Week([Some((540, 480)); 7]),
            from_on: date(2026, 1, 1),
            to_on,
        },
    };
    let full = Declared {
        opt_outs: vec![
            row(None, None),
            row(Some(date(2026, 11, 20)), Some(date(2026, 11, 27))),
            row(Some(date(2026, 2, 1)), Some(date(2026, 2, 8))),
        ],
        jobs: vec![
            job(JobKind::Primary, Some("Farm <Hill>"), None),
            job(JobKind::Secondary, None, Some(date(2026, 12, 1))),
        ],
    };
    let today = date(2026, 11, 23);
    let mut errors = FormErrors::new();
    errors.add("from_on", "Enter a day");
    errors.add("agreed", "Tick it");
    let nothing = Declared { opt_outs: Vec::new(), jobs: Vec::new() };
    vec![
        DeclarationsPage::new(&full, &OptOutForm::default(), today, FormErrors::new()),
        DeclarationsPage::new(&nothing, &OptOutForm::default(), today, errors),
    ]
}

/// Shows what was declared.
pub(super) async fn show(ask: Ask) -> Result<HttpResponse, Failure> {
    let declared = service::declared(&ask.site().db, ask.caller()).await?;
    let today = civil::local(ask.clock().now()).date();
    let typed = OptOutForm { from_on: today.to_string(), agreed: String::new() };
    ask.page(&DeclarationsPage::new(&declared, &typed, today, FormErrors::new()))
}

/// Agrees to the opt-out, or shows what was typed again with what is wrong.
pub(super) async fn opt_out(ask: Ask, Posted(form): Posted<OptOutForm>) -> Result<HttpResponse, Failure> {
    let (db, caller, now) = (&ask.site().db, ask.caller(), ask.clock().now());
    let mut errors = FormErrors::new();
    let day = typed::day(&form.from_on, "from_on", &mut errors);
    if day.is_none() {
        errors.add("from_on", "Enter the day from which it holds");
    }
    if form.agreed != "yes" {
        errors.add("agreed", "Tick the box: without your agreement there is no opt-out");
    }
    let outcome = match day.filter(|_day| errors.is_empty()) {
        Some(day) => service::opt_out(db, caller, day, now).await,
        None => Err(errors.into()),
    };
    match outcome {
        Ok(()) => Ok(ask.redirect_with(PATH, FlashKind::Success, "Your opt-out is on record.")),
        Err(TimeError::Invalid(errors)) => {
            let declared = service::declared(db, caller).await?;
            ask.page_again(&DeclarationsPage::new(&declared, &form, civil::local(now).date(), errors))
        }
        Err(error) => Err(error.into()),
    }
}

/// Gives notice to end the opt-out.
pub(super) async fn end_opt_out(
    ask: Ask,
    path: Path<String>,
    Posted(Nothing {}): Posted<Nothing>,
) -> Result<HttpResponse, Failure> {
    let id = id(&path, OptOutId)?;
    let last = service::end_opt_out(&ask.site().db, ask.caller(), id, ask.clock().now()).await?;
    let text = format!("Notice is given. The last day of your opt-out is {}.", format::long_date(last));
    Ok(ask.redirect_with(PATH, FlashKind::Success, &text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pages_stand_full_empty_and_with_errors() {
        crate::views::testing::check::<DeclarationsPage>();
    }
}
