//! What people declare of themselves: an opt-out with its notice, and other employments.

use std::borrow::Cow;

use actix_web::HttpResponse;
use actix_web::web::Path;
use jiff::Timestamp;
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
use crate::working_time::typed::{self, TypedJob, WEEKDAYS};

const PATH: &str = "/working-time/declarations";

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct OptOutForm {
    from_on: String,
    agreed: String,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct EndForm {
    to_on: String,
}

#[derive(Debug, Clone, Serialize)]
struct OptOutLine {
    said: String,
    /// Where notice is given, while it stands.
    end: Option<String>,
    notice: String,
}

#[derive(Debug, Clone, Serialize)]
struct JobLine {
    name: String,
    said: String,
    drives: bool,
    href: String,
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

fn job_line(job: &OtherJob) -> JobLine {
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

#[derive(Debug, Clone, Serialize)]
struct DayFields {
    name: &'static str,
    start: Field,
    end: Field,
}

#[derive(Debug, Clone, Serialize)]
struct JobPage {
    key: String,
    kind: Field,
    employer: Field,
    drives: Field,
    from_on: Field,
    to_on: Field,
    days: Vec<DayFields>,
    #[serde(skip)]
    errors: FormErrors,
}

impl JobPage {
    fn new(typed: &TypedJob, key: String, errors: FormErrors) -> Self {
        let field = |name: &str, label: &str, value: &str| Field::new(name, label).value(value).errors(&errors);
        let days = typed
            .times()
            .into_iter()
            .zip(WEEKDAYS)
            .map(|((start, end), (code, name))| DayFields {
                name,
                start: field(&format!("{code}_start"), &format!("{name}, start"), start),
                end: field(&format!("{code}_end"), &format!("{name}, end"), end),
            })
            .collect();
        Self {
            key,
            kind: Field::new("kind", "Which job is it?")
                .choices([
                    Choice::new("primary", "My main job")
                        .hint("You are an on-call member here, and work mostly elsewhere"),
                    Choice::new("secondary", "A second job"),
                ])
                .choose([typed.kind.as_str()])
                .errors(&errors),
            employer: field("employer", "What do you call it? (optional)", &typed.employer)
                .hint("You need not name the employer"),
            drives: Field::new("drives", "Driving")
                .choices([Choice::new("yes", "I drive goods vehicles, buses or coaches there")
                    .hint("Drivers\u{2019} hours rules hold then, which ask for more than is worked out here")])
                .choose([typed.drives.as_str()])
                .errors(&errors),
            from_on: field("from_on", "First day on which this holds", &typed.from_on),
            to_on: field("to_on", "Last day (optional)", &typed.to_on),
            days,
            errors,
        }
    }
}

impl PageContext for JobPage {
    const TEMPLATE: &'static str = "working-time/job-form";
    const SECTION: &'static str = "working-time";

    fn title(&self) -> Cow<'_, str> {
        "Declare another job".into()
    }

    fn breadcrumbs(&self) -> Vec<Crumb> {
        vec![Crumb::new("My working time", "/working-time"), Crumb::new("Opt-out and other jobs", PATH)]
    }

    fn errors(&self) -> &[FieldError] {
        self.errors.as_slice()
    }

    fn sample() -> Self {
        Self::new(&TypedJob::default(), String::new(), FormErrors::new())
    }

    fn samples() -> Vec<Self> {
        let mut errors = FormErrors::new();
        for field in ["kind", "employer", "drives", "from_on", "to_on", "mon_start", "sun_start"] {
            errors.add(field, "Correct it");
        }
        vec![Self::sample(), Self::new(&TypedJob::default(), "key".to_owned(), errors)]
    }
}

/// Shows the form of a new job.
pub(super) async fn job_form(ask: Ask) -> Result<HttpResponse, Failure> {
    service::declared(&ask.site().db, ask.caller()).await?;
    let now = ask.clock().now();
    let typed = TypedJob { from_on: civil::local(now).date().to_string(), ..TypedJob::default() };
    ask.page(&JobPage::new(&typed, OtherEmploymentId::new(now).to_string(), FormErrors::new()))
}

/// Declares the job, or shows what was typed again with what is wrong.
pub(super) async fn declare_job(ask: Ask, Posted(typed): Posted<TypedJob>) -> Result<HttpResponse, Failure> {
    let now = ask.clock().now();
    let id = service::chosen_job(&typed.key, now);
    match typed::check_job(&typed) {
        Ok(draft) => {
            service::declare_job(&ask.site().db, ask.caller(), id, draft, now).await?;
            Ok(ask.redirect_with(PATH, FlashKind::Success, "Your other job is on record."))
        }
        Err(errors) => ask.page_again(&JobPage::new(&typed, id.to_string(), errors)),
    }
}

#[derive(Debug, Clone, Serialize)]
struct EndJobPage {
    href: String,
    said: String,
    to_on: Field,
    #[serde(skip)]
    errors: FormErrors,
}

impl PageContext for EndJobPage {
    const TEMPLATE: &'static str = "working-time/job-end";
    const SECTION: &'static str = "working-time";

    fn title(&self) -> Cow<'_, str> {
        "End or withdraw another job".into()
    }

    fn breadcrumbs(&self) -> Vec<Crumb> {
        vec![Crumb::new("My working time", "/working-time"), Crumb::new("Opt-out and other jobs", PATH)]
    }

    fn errors(&self) -> &[FieldError] {
        self.errors.as_slice()
    }

    fn sample() -> Self {
        let mut errors = FormErrors::new();
        errors.add("to_on", "Enter a day");
        Self {
            href: format!("{PATH}/jobs/1"),
            said: "Main job, 40 h a week".to_owned(),
            to_on: Field::new("to_on", "Last day").errors(&errors),
            errors,
        }
    }
}

async fn end_page(ask: &Ask, id: OtherEmploymentId, typed: &str, errors: FormErrors) -> Result<EndJobPage, Failure> {
    let declared = service::declared(&ask.site().db, ask.caller()).await?;
    let job = declared.jobs.iter().find(|job| job.id == id).ok_or(crate::http::Problem::NotFound)?;
    let line = job_line(job);
    Ok(EndJobPage {
        href: line.href,
        said: format!("{}: {}", line.name, line.said),
        to_on: Field::new("to_on", "Last day")
            .hint("The hours up to this day go on to count")
            .value(typed)
            .errors(&errors),
        errors,
    })
}

/// Shows the form with which a job is ended or taken back.
pub(super) async fn end_job_form(ask: Ask, path: Path<String>) -> Result<HttpResponse, Failure> {
    let id = id(&path, OtherEmploymentId)?;
    let page = end_page(&ask, id, "", FormErrors::new()).await?;
    ask.page(&page)
}

/// Says when the job ends.
pub(super) async fn end_job(
    ask: Ask,
    path: Path<String>,
    Posted(form): Posted<EndForm>,
) -> Result<HttpResponse, Failure> {
    let id = id(&path, OtherEmploymentId)?;
    let now: Timestamp = ask.clock().now();
    let mut errors = FormErrors::new();
    let day = typed::day(&form.to_on, "to_on", &mut errors);
    if day.is_none() {
        errors.add("to_on", "Enter its last day");
    }
    let outcome = match day {
        Some(day) => service::end_job(&ask.site().db, ask.caller(), id, day, now).await,
        None => Err(errors.into()),
    };
    match outcome {
        Ok(()) => Ok(ask.redirect_with(PATH, FlashKind::Success, "Saved.")),
        Err(TimeError::Invalid(errors)) => {
            let page = end_page(&ask, id, &form.to_on, errors).await?;
            ask.page_again(&page)
        }
        Err(error) => Err(error.into()),
    }
}

/// Takes a job back that was declared by mistake.
pub(super) async fn remove_job(
    ask: Ask,
    path: Path<String>,
    Posted(Nothing {}): Posted<Nothing>,
) -> Result<HttpResponse, Failure> {
    let id = id(&path, OtherEmploymentId)?;
    service::remove_job(&ask.site().db, ask.caller(), id, ask.clock().now()).await?;
    Ok(ask.redirect_with(PATH, FlashKind::Success, "It is withdrawn and counts for nothing."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pages_stand_full_empty_and_with_errors() {
        crate::views::testing::check::<DeclarationsPage>();
        crate::views::testing::check::<JobPage>();
        crate::views::testing::check::<EndJobPage>();
    }
}
