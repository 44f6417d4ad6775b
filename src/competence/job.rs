//! The daily look at what runs out: once a day for each organisation, at seven in the morning in the United Kingdom.
//!
//! People hear of each certificate 90, 30 and 7 days before its last one. What was said is a row, written in the
//! transaction that puts the message into the outbox: a look that is taken again says nothing again. One message is for
//! all that is due that day, and whoever records certificates gets one for all of their people.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::{Timestamp, ToSpan};

use super::error::CompetenceError;
use super::policy::Remind;
use super::standing_rules::{NOTICE_DAYS, days_from, notice_due};
use super::store::{self, Due};
use crate::authz::{self, Caller, Granted, SystemName};
use crate::db::{Db, DbError, Tx};
use crate::jobs::{self, Handler, Job, JobError, NewJob, Queue};
use crate::kernel::civil::{self, Instant};
use crate::kernel::clock::Clock;
use crate::kernel::ids::{OrganisationId, PersonId};
use crate::notices::{self, NewNotice, Note, NoticeKind, Posted};

/// The kind of the job.
pub const KIND: &str = "competence.look";

/// The hour of the day, on the clock in the United Kingdom.
const HOUR: i8 = 7;

/// What the look needs. Cheap to clone.
#[derive(Clone)]
pub struct Look {
    /// The door to the data.
    pub db: Db,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// The bell for the senders.
    pub queue: Queue,
}

/// Sees to it that there will be a look: the next morning, unless one waits already.
pub(super) fn look_daily(tx: &mut Tx<'_>, now: Timestamp) -> Result<(), DbError> {
    let organisation = tx.caller().organisation();
    jobs::enqueue_once_at(tx, now, next_morning(now), &order(organisation))
}

/// The job of one organisation.
fn order(organisation: OrganisationId) -> NewJob {
    NewJob { organisation, kind: KIND, payload: serde_json::json!({}) }
}

/// The next time that it is seven in the morning.
fn next_morning(now: Timestamp) -> Timestamp {
    let today = civil::local(now).date();
    let days = [Some(today), today.tomorrow().ok()];
    let mornings = days.into_iter().flatten().filter_map(|day| match civil::instant(day.at(HOUR, 0, 0, 0)) {
        Instant::One(at) | Instant::Twice(at, _) => Some(at),
        Instant::Never => None,
    });
    mornings.into_iter().find(|at| *at > now).unwrap_or_else(|| now + jiff::SignedDuration::from_hours(24))
}

impl Look {
    /// As a handler of the job queue.
    pub fn handler(self) -> (&'static str, Handler) {
        (KIND, Arc::new(move |job: &Job, _stopping| self.work(job)))
    }

    fn work(&self, job: &Job) -> Result<(), JobError> {
        let caller = Caller::system(SystemName::Competence, job.organisation);
        let now = self.clock.now();
        // The next look first, and by itself: whatever happens to this one, there will be another tomorrow.
        self.db.write_blocking(&caller, |tx| look_daily(tx, now))?;
        match self.db.write_blocking(&caller, |tx| look(tx, now)) {
            Ok(()) => {
                self.queue.wake();
                Ok(())
            }
            Err(CompetenceError::Db(error)) => Err(error.into()),
            Err(error) => Err(JobError::Again(error.to_string())),
        }
    }
}

/// Tells everybody whom it concerns of what is due.
fn look(tx: &mut Tx<'_>, now: Timestamp) -> Result<(), CompetenceError> {
    let may = authz::may::<Remind>(tx, ())?;
    store::lock(tx, &may)?;
    let today = civil::local(now).date();
    let furthest = NOTICE_DAYS.into_iter().max().unwrap_or(0);
    let until = today.checked_add(furthest.days()).unwrap_or(today);
    let mut due: BTreeMap<PersonId, Vec<(Due, i64)>> = BTreeMap::new();
    for one in store::due(tx, &may, today, until)? {
        let days = notice_due(days_from(today, one.expires_on));
        if let Some(days) = days.filter(|days| one.told.is_none_or(|told| told > *days)) {
            due.entry(one.person).or_default().push((one, days));
        }
    }
    let mut others: BTreeMap<PersonId, String> = BTreeMap::new();
    for (subject, all) in due {
        others.extend(tell(tx, &may, subject, &all, now)?);
    }
    for (person, recipient) in others {
        notices::note(tx, now, &Note::of(NoticeKind::TeamCertificateEnding, person))?;
        mail(tx, NoticeKind::TeamCertificateEnding, person, recipient, now)?;
    }
    Ok(())
}

/// Tells somebody of their own, and says who else is to be told: nobody, when they have left or cannot be told just now.
fn tell<'tx>(
    tx: &mut Tx<'tx>,
    may: &Granted<'tx, Remind>,
    subject: PersonId,
    all: &[(Due, i64)],
    now: Timestamp,
) -> Result<Vec<(PersonId, String)>, CompetenceError> {
    let readers = store::readers(tx, may, subject)?;
    if readers.is_empty() {
        return Ok(Vec::new());
    }
    if let Some(own) = readers.iter().find(|reader| reader.is_subject)
        && mail(tx, NoticeKind::CertificateEnding, subject, own.email.clone(), now)? == Posted::Limited
    {
        // They got too many messages within an hour: nothing is noted, so that they hear of it tomorrow.
        return Ok(Vec::new());
    }
    let told = readers.iter().any(|reader| reader.is_subject);
    for (due, days) in all {
        store::note(tx, may, due, *days, now)?;
        if told {
            let (about, day) = (Some(due.certificate.0), Some(due.expires_on));
            notices::note(tx, now, &Note { about, day, ..Note::of(NoticeKind::CertificateEnding, subject) })?;
        }
    }
    let others = readers.into_iter().filter(|reader| !reader.is_subject);
    Ok(others.map(|reader| (reader.person, reader.email)).collect())
}

fn mail(
    tx: &mut Tx<'_>,
    kind: NoticeKind,
    person: PersonId,
    recipient: String,
    now: Timestamp,
) -> Result<Posted, CompetenceError> {
    Ok(notices::mail(tx, now, &NewNotice { kind, person, recipient, about: None })?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_look_is_taken_at_seven_whatever_the_clocks_do() {
        for (now, next) in [
            ("2026-11-23T06:59:00Z", "2026-11-23T07:00:00Z"),
            ("2026-11-23T07:00:00Z", "2026-11-24T07:00:00Z"),
            ("2026-07-01T12:00:00Z", "2026-07-02T06:00:00Z"),
            ("2026-10-24T06:00:00Z", "2026-10-25T07:00:00Z"),
        ] {
            let now: Timestamp = now.parse().expect("a time");
            assert_eq!(next_morning(now).to_string(), next, "after {now}");
        }
    }
}
