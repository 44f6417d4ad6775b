//! One person's working time: their figure, what it is made of, what they declare, and what a duty would break.

use std::collections::BTreeSet;

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp, ToSpan};
use uuid::Uuid;

use crate::audit::{self, Entry, Field};
use crate::authz::{self, AuthzError, Caller, SystemName, permission};
use crate::db::{Db, Tx};
use crate::kernel::ids::{DutyId, OptOutId, OtherEmploymentId, PersonId};
use crate::kernel::{civil, form_key};
use crate::working_time::failure::TimeError;
use crate::working_time::judge;
use crate::working_time::law::great_britain;
use crate::working_time::mapping::CountsAs;
use crate::working_time::model::{Breaks, Work, WorkId};
use crate::working_time::policy::{DeclareOwn, KnowWork, ReadOf};
use crate::working_time::recompute::KEPT_DAYS;
use crate::working_time::record::{Action, JobDraft, Kept, Member, OptOutRow, OtherJob};
use crate::working_time::rules::{Explanation, Ledger, last_day_of_opt_out};
use crate::working_time::store;
use crate::working_time::watch::Known;

/// Marks that a page shows.
const MARKS: i64 = 20;

const FROM: Field = Field::shown("from_on");
const LAST: Field = Field::shown("last_on");
const KIND: Field = Field::shown("kind");
const HOURS: Field = Field::shown("minutes_a_week");
const DRIVES: Field = Field::shown("drives");

/// What a page of somebody's working time shows: rows that are kept, and nothing that is worked out.
#[derive(Debug, Clone)]
pub struct Seen {
    /// Whose.
    pub member: Member,
    /// Their latest figure.
    pub figure: Option<Kept>,
    /// Their averages of the last half year, in order.
    pub history: Vec<(Date, i32)>,
    /// Whether something changed that is not in the figure yet; known of one's own.
    pub waiting: bool,
    /// Duties that were logged although they break something.
    pub marks: Vec<(DutyId, Timestamp, String)>,
    /// Their opt-outs, the latest first.
    pub opt_outs: Vec<OptOutRow>,
    /// Their other jobs, the latest first.
    pub jobs: Vec<OtherJob>,
}

fn seen(tx: &mut Tx<'_>, member: Member, now: Timestamp) -> Result<Seen, TimeError> {
    let today = civil::local(now).date();
    let since = today.checked_sub(KEPT_DAYS.days()).unwrap_or(today);
    Ok(Seen {
        figure: store::latest(tx, member.id, today)?,
        history: store::history(tx, member.id, since)?,
        waiting: store::waiting(tx, Some(member.id))? > 0,
        marks: store::marks_of(tx, member.id, MARKS)?,
        opt_outs: store::opt_outs_of(tx, member.id)?,
        jobs: store::jobs_of(tx, member.id)?,
        member,
    })
}

/// Reads one's own working time.
///
/// # Errors
/// [`TimeError::Authz`].
pub async fn own(db: &Db, caller: &Caller, now: Timestamp) -> Result<Seen, TimeError> {
    let me = caller.person_id().unwrap_or(PersonId::NIL);
    db.read(caller, move |tx| {
        let may = authz::may::<ReadOf>(tx, me)?;
        let member = may.facts().clone();
        seen(tx, member, now)
    })
    .await
}

/// Reads somebody's working time: one audit entry, unless it is one's own.
///
/// # Errors
/// [`TimeError::Authz`].
pub async fn read(db: &Db, caller: &Caller, person: PersonId, now: Timestamp) -> Result<Seen, TimeError> {
    db.write(caller, move |tx| {
        let may = authz::may::<ReadOf>(tx, person)?;
        let member = may.facts().clone();
        let caller = tx.caller();
        if !caller.is(person) {
            let entry = Entry::new("worktime.read").on("person", person).about(person);
            audit::record(tx, now, entry.allowed_by(caller, &[permission::WORKTIME_READ]))?;
        }
        seen(tx, member, now)
    })
    .await
}

/// Every hour of a figure.
#[derive(Debug, Clone)]
pub struct Explained {
    /// Whose.
    pub member: Member,
    /// The hours; `None` when no contract group holds for them, or the day is none of their employment.
    pub explanation: Option<Explanation>,
    /// Which of the pieces of work are duties.
    pub duties: BTreeSet<Uuid>,
    /// Whose limits: the group's name.
    pub group: Option<String>,
}

/// Lists every hour that goes into somebody's figure of a day.
///
/// Whoever may read the figure may read what it is made of, hours and no more: the work is loaded as the background
/// work that makes figures loads it, so that both see the same.
///
/// # Errors
/// [`TimeError::Authz`]; [`TimeError::Engine`] for a record that makes no sense.
pub async fn explain(
    db: &Db,
    caller: &Caller,
    person: PersonId,
    day: Option<Date>,
    now: Timestamp,
) -> Result<Explained, TimeError> {
    let member = db
        .write(caller, move |tx| {
            let may = authz::may::<ReadOf>(tx, person)?;
            let caller = tx.caller();
            if !caller.is(person) {
                let entry = Entry::new("worktime.read").on("person", person).about(person).noting("hours", "all");
                audit::record(tx, now, entry.allowed_by(caller, &[permission::WORKTIME_READ]))?;
            }
            Ok::<_, TimeError>(may.facts().clone())
        })
        .await?;
    let work = Caller::system(SystemName::WorkingTime, caller.organisation());
    let today = civil::local(now).date();
    let day = day.filter(|day| *day <= today).unwrap_or(today);
    db.read(&work, move |tx| {
        let may = authz::may::<KnowWork>(tx, Some(person))?;
        let known = Known::of(tx, &may, person, (day, today))?;
        let duties = known.record.duties.iter().map(|duty| duty.id.0).collect();
        let group = crate::working_time::assemble::group_on(&known.groups, &known.record.belongings, day);
        let group = group.map(|group| group.draft.name.clone());
        let explanation = match known.person() {
            Some(person) if day >= person.started_on => {
                let calendar = known.calendar()?;
                Some(Ledger::draw_up(&calendar, &person, now)?.explain(day)?)
            }
            Some(_) | None => None,
        };
        Ok(Explained { member, explanation, duties, group })
    })
    .await
}

/// What somebody declared, and the notice that ends an opt-out.
#[derive(Debug, Clone)]
pub struct Declared {
    /// Their opt-outs, the latest first.
    pub opt_outs: Vec<OptOutRow>,
    /// Their other jobs, the latest first.
    pub jobs: Vec<OtherJob>,
}

/// Reads what the caller declared.
///
/// # Errors
/// [`TimeError::Authz`].
pub async fn declared(db: &Db, caller: &Caller) -> Result<Declared, TimeError> {
    let me = caller.person_id().unwrap_or(PersonId::NIL);
    db.read(caller, move |tx| {
        let _may = authz::may::<DeclareOwn>(tx, me)?;
        Ok(Declared { opt_outs: store::opt_outs_of(tx, me)?, jobs: store::jobs_of(tx, me)? })
    })
    .await
}

/// Agrees not to have the weekly limit from a day on: today, or later.
///
/// # Errors
/// [`TimeError::Invalid`] for a day that is over, and for whoever is under 18; [`TimeError::OptedOut`].
pub async fn opt_out(db: &Db, caller: &Caller, from_on: Date, now: Timestamp) -> Result<(), TimeError> {
    let me = caller.person_id().unwrap_or(PersonId::NIL);
    let today = civil::local(now).date();
    db.write(caller, move |tx| {
        let may = authz::may::<DeclareOwn>(tx, me)?;
        if from_on < today {
            return Err(TimeError::field(
                "from_on",
                "An agreement holds from today at the earliest: it cannot be dated back",
            ));
        }
        let know = authz::may::<KnowWork>(tx, Some(me))?;
        let known = Known::of(tx, &know, me, (today, today))?;
        let young = known.person().and_then(|person| person.adult_from).is_some_and(|adult| from_on < adult);
        if young {
            return Err(TimeError::field("from_on", "The law allows no opt-out before you are 18"));
        }
        if known.record.opt_outs.iter().any(|one| one.last_on.is_none_or(|last| last >= from_on)) {
            return Err(TimeError::OptedOut);
        }
        let id = OptOutId::new(now);
        store::add_opt_out(tx, &may, id, from_on, now).map_err(|error| {
            if error.unique_violation() == Some("opt_outs_one") { TimeError::OptedOut } else { error.into() }
        })?;
        let entry = Entry::new("worktime.opt-out").on("opt-out", id).about(me);
        audit::record(tx, now, entry.changed([FROM.change(None::<&str>, from_on.to_string())]))?;
        Ok(())
    })
    .await
}

/// Gives notice to end the opt-out that stands; its last day.
///
/// # Errors
/// [`TimeError::Changed`] when notice was given already.
pub async fn end_opt_out(db: &Db, caller: &Caller, id: OptOutId, now: Timestamp) -> Result<Date, TimeError> {
    let me = caller.person_id().unwrap_or(PersonId::NIL);
    let today = civil::local(now).date();
    db.write(caller, move |tx| {
        let may = authz::may::<DeclareOwn>(tx, me)?;
        let all = store::opt_outs_of(tx, me)?;
        let row = all.into_iter().find(|row| row.id == id).ok_or(AuthzError::Hidden)?;
        let last = last_day_of_opt_out(&great_britain().opt_out, today, Some(row.notice_days.into()))?;
        // One that has not begun stands for its notice all the same: nobody agreed to anything else.
        if row.last_on.is_some() || !store::end_opt_out(tx, &may, id, today, last)? {
            return Err(TimeError::Changed);
        }
        let entry = Entry::new("worktime.opt-out-end").on("opt-out", id).about(me);
        audit::record(tx, now, entry.changed([LAST.change(None::<&str>, last.to_string())]))?;
        Ok(last)
    })
    .await
}

/// The id for a new job that a form chose, so that sending it twice makes one.
pub fn chosen_job(text: &str, now: Timestamp) -> OtherEmploymentId {
    form_key::chosen(text, now).map_or_else(|| OtherEmploymentId::new(now), OtherEmploymentId)
}

/// Declares another job. `false` when this id was declared already, by the same caller.
///
/// # Errors
/// [`TimeError::Authz`].
pub async fn declare_job(
    db: &Db,
    caller: &Caller,
    id: OtherEmploymentId,
    draft: JobDraft,
    now: Timestamp,
) -> Result<bool, TimeError> {
    let me = caller.person_id().unwrap_or(PersonId::NIL);
    db.write(caller, move |tx| {
        let may = authz::may::<DeclareOwn>(tx, me)?;
        if store::jobs_of(tx, me)?.iter().any(|job| job.id == id) {
            return Ok(false);
        }
        store::add_job(tx, &may, id, &draft, now)?;
        let entry = Entry::new("worktime.declare-employment").on("employment", id).about(me).changed([
            KIND.change(None::<&str>, draft.kind.as_str()),
            HOURS.change(None::<&str>, draft.week.minutes().to_string()),
            DRIVES.change(None::<&str>, draft.drives.to_string()),
            FROM.change(None::<&str>, draft.from_on.to_string()),
        ]);
        audit::record(tx, now, entry)?;
        Ok(true)
    })
    .await
}

/// Says when a job ends.
///
/// # Errors
/// [`TimeError::Invalid`] for a day before its first.
pub async fn end_job(
    db: &Db,
    caller: &Caller,
    id: OtherEmploymentId,
    to_on: Date,
    now: Timestamp,
) -> Result<(), TimeError> {
    let me = caller.person_id().unwrap_or(PersonId::NIL);
    db.write(caller, move |tx| {
        let may = authz::may::<DeclareOwn>(tx, me)?;
        let job = store::jobs_of(tx, me)?.into_iter().find(|job| job.id == id).ok_or(AuthzError::Hidden)?;
        if to_on < job.draft.from_on {
            return Err(TimeError::field("to_on", "The last day must not be before the first"));
        }
        store::end_job(tx, &may, id, to_on)?;
        let before = job.draft.to_on.map(|day| day.to_string());
        let entry = Entry::new("worktime.end-employment").on("employment", id).about(me);
        audit::record(tx, now, entry.changed([LAST.change(before, to_on.to_string())]))?;
        Ok(())
    })
    .await
}

/// Takes a job back that was declared by mistake. Nothing happens when that was done already.
///
/// # Errors
/// [`TimeError::Authz`].
pub async fn remove_job(db: &Db, caller: &Caller, id: OtherEmploymentId, now: Timestamp) -> Result<(), TimeError> {
    let me = caller.person_id().unwrap_or(PersonId::NIL);
    db.write(caller, move |tx| {
        let may = authz::may::<DeclareOwn>(tx, me)?;
        if store::remove_job(tx, &may, id, now)? {
            let entry = Entry::new("worktime.end-employment").on("employment", id).about(me);
            audit::record(tx, now, entry.noting("mistake", "yes"))?;
        }
        Ok(())
    })
    .await
}

/// What a duty would break that somebody plans.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Judged {
    /// No contract group holds for them.
    NoGroup,
    /// It counts for nothing.
    NoWork,
    /// It breaks these; nothing when it breaks none. And whether the group refuses work that breaks something.
    Breaks(Vec<String>, bool),
}

/// Judges a duty that the caller plans. Nothing is kept of it.
///
/// # Errors
/// [`TimeError::Authz`]; [`TimeError::Engine`].
pub async fn judge_plan(
    db: &Db,
    caller: &Caller,
    (started_at, ended_at): (Timestamp, Timestamp),
    counts_as: CountsAs,
    now: Timestamp,
) -> Result<Judged, TimeError> {
    let me = caller.person_id().unwrap_or(PersonId::NIL);
    db.read(caller, move |tx| {
        let may = authz::may::<KnowWork>(tx, Some(me))?;
        let today = civil::local(now).date();
        let (day, ends) = (civil::local(started_at).date(), civil::local(ended_at).date());
        let last = ends.max(today).tomorrow().unwrap_or(ends);
        let known = Known::of(tx, &may, me, (day.min(today), last))?;
        let Some(person) = known.person() else { return Ok(Judged::NoGroup) };
        let Some(source) = counts_as.source() else { return Ok(Judged::NoWork) };
        // More than six hours are taken to have their break in the middle.
        let long = ended_at.duration_since(started_at) > SignedDuration::from_hours(6);
        let breaks = if long { Breaks::Minutes(20) } else { Breaks::None };
        let work = Work { id: WorkId(Uuid::nil()), source, started_at, ended_at: Some(ended_at), breaks };
        let said = judge::breaks(&known.calendar()?, &person, work, now)?;
        Ok(Judged::Breaks(said, known.action(day) == Action::Block))
    })
    .await
}
