//! Other employments: the form of a new one, its end, and taking it back.

use std::borrow::Cow;

use actix_web::HttpResponse;
use actix_web::web::Path;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::declare::{PATH, job_line};
use super::words::{Nothing, id};
use crate::http::{Ask, Failure, FlashKind, Posted};
use crate::kernel::civil;
use crate::kernel::ids::OtherEmploymentId;
use crate::views::form::FieldError;
use crate::views::{Choice, Crumb, Field, FormErrors, PageContext};
use crate::working_time::failure::TimeError;
use crate::working_time::service;
use crate::working_time::typed::{self, TypedJob, WEEKDAYS};

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct EndForm {
    to_on: String,
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
    fn the_pages_stand_empty_and_with_errors() {
        crate::views::testing::check::<JobPage>();
        crate::views::testing::check::<EndJobPage>();
    }
}
