//! The profile: what is written for it, which entries are chosen, and all of it together.

use jiff::Timestamp;
use jiff::civil::Date;
use uuid::Uuid;

use super::entries::{Marks, marks_of};
use super::requests::waiting;
use crate::audit::{self, Entry, Field};
use crate::authz::{self, AuthzError, Caller, Granted};
use crate::cpd::error::CpdError;
use crate::cpd::model::{EntryRow, Evidence, Filter, Page, Profile, Request};
use crate::cpd::policy::{KeepRecord, ReadEntry};
use crate::cpd::profile_rules;
use crate::cpd::review_rules::{self, Review};
use crate::cpd::{standards, store};
use crate::db::{Db, Tx};
use crate::kernel::civil;
use crate::kernel::ids::{CpdEntryId, CpdEvidenceId, PersonId};

const REGISTRANT: Field = Field::sensitive("registrant");
const PROFESSION: Field = Field::sensitive("profession");
const REGISTRATION: Field = Field::sensitive("registration");
const PERIOD: Field = Field::sensitive("period");
const HISTORY: Field = Field::sensitive("history");
const STATEMENT: Field = Field::sensitive("statement");

/// The most entries of one period that a profile lists.
const MOST: u16 = 1_000;

/// The profile's own page.
#[derive(Debug, Clone)]
pub struct Overview {
    /// What is written.
    pub profile: Profile,
    /// The days that it is about.
    pub period: (Date, Date),
    /// How many entries are chosen.
    pub chosen: usize,
    /// How many of those have evidence.
    pub with_evidence: usize,
    /// The record as an audit would see it.
    pub review: Review,
    /// How many requests of others wait for the caller.
    pub waiting: usize,
}

fn me(caller: &Caller) -> PersonId {
    caller.person_id().unwrap_or(PersonId::NIL)
}

/// The state of the caller's profile.
///
/// # Errors
/// [`CpdError::Authz`] when they keep no record.
pub async fn overview(db: &Db, caller: &Caller, today: Date) -> Result<Overview, CpdError> {
    let me = me(caller);
    db.read(caller, move |tx| {
        let may = authz::may::<KeepRecord>(tx, me)?;
        let profile = store::profile(tx, &may)?;
        let period = profile_rules::period(&profile, today);
        let chosen = store::chosen(tx, &may, period)?;
        let files = store::evidence_of(tx, &may, &chosen)?;
        let from = standards::window_begins(today);
        let (seen, before) = (store::seen(tx, &may, from)?, store::last_before(tx, &may, from)?);
        Ok(Overview {
            period,
            with_evidence: chosen.iter().filter(|entry| files.iter().any(|file| file.entry == **entry)).count(),
            chosen: chosen.len(),
            review: review_rules::review(&seen, before, today),
            waiting: waiting(tx)?,
            profile,
        })
    })
    .await
}

/// Writes the caller's profile, which is at the revision that it names.
///
/// # Errors
/// [`CpdError::Changed`] when it is at another by now.
pub async fn save(db: &Db, caller: &Caller, profile: Profile, now: Timestamp) -> Result<(), CpdError> {
    let me = me(caller);
    db.write(caller, move |tx| {
        let may = authz::may::<KeepRecord>(tx, me)?;
        let before = store::profile(tx, &may)?;
        if before.revision != profile.revision || !store::save_profile(tx, &may, &profile, now)? {
            return Err(CpdError::Changed);
        }
        let period = |profile: &Profile| format!("{:?} {:?}", profile.from, profile.to);
        let changes = [
            REGISTRANT.change(before.registrant, profile.registrant),
            PROFESSION.change(before.profession.as_deref(), profile.profession.as_deref()),
            REGISTRATION.change(before.registration.as_deref(), profile.registration.as_deref()),
            PERIOD.change(period(&before), period(&profile)),
            HISTORY.change(before.history.as_deref(), profile.history.as_deref()),
            STATEMENT.change(before.statement.as_deref(), profile.statement.as_deref()),
        ];
        audit::record(tx, now, Entry::new("cpd.profile").on("person", me).about(me).changed(changes))?;
        Ok(())
    })
    .await
}

/// An entry that could be chosen.
#[derive(Debug, Clone)]
pub struct Pickable {
    /// The entry.
    pub row: EntryRow,
    /// What stands beside it.
    pub marks: Marks,
    /// Whether it is chosen.
    pub picked: bool,
}

/// A page of entries to choose from.
#[derive(Debug, Clone)]
pub struct Picked {
    /// The days that the profile is about.
    pub period: (Date, Date),
    /// Its entries, the latest first.
    pub page: Page<Pickable>,
    /// How many of the period are chosen, on all pages.
    pub chosen: usize,
}

/// The entries of the profile's period, to choose from.
///
/// # Errors
/// [`CpdError::Authz`].
pub async fn pickable(
    db: &Db,
    caller: &Caller,
    after: Option<(Date, Uuid)>,
    limit: u16,
    today: Date,
) -> Result<Picked, CpdError> {
    let me = me(caller);
    db.read(caller, move |tx| {
        let may = authz::may::<KeepRecord>(tx, me)?;
        let period = profile_rules::period(&store::profile(tx, &may)?, today);
        let filter = Filter { from: Some(period.0), to: Some(period.1), ..Filter::default() };
        let page = store::page(tx, &may, &filter, after, limit)?;
        let chosen = store::chosen(tx, &may, period)?;
        let ids: Vec<CpdEntryId> = page.rows.iter().map(|row| row.id).collect();
        let files = store::evidence_of(tx, &may, &ids)?;
        let requests = store::requests_of(tx, &ids)?;
        let row = |row: EntryRow| Pickable {
            marks: marks_of(&row, &files, &requests),
            picked: chosen.contains(&row.id),
            row,
        };
        let page = Page { rows: page.rows.into_iter().map(row).collect(), next: page.next };
        Ok(Picked { period, page, chosen: chosen.len() })
    })
    .await
}

/// Of `offered`, chooses these for the profile and no other.
///
/// # Errors
/// [`CpdError::Authz`].
pub async fn pick(
    db: &Db,
    caller: &Caller,
    offered: Vec<CpdEntryId>,
    picked: Vec<CpdEntryId>,
    now: Timestamp,
) -> Result<(), CpdError> {
    let me = me(caller);
    db.write(caller, move |tx| {
        let may = authz::may::<KeepRecord>(tx, me)?;
        let own = store::own_of(tx, &may, &offered)?;
        let picked: Vec<CpdEntryId> = picked.into_iter().filter(|entry| own.contains(entry)).collect();
        store::replace_chosen(tx, &may, &own, &picked)?;
        let period = profile_rules::period(&store::profile(tx, &may)?, civil::local(now).date());
        let count = u64::try_from(store::chosen(tx, &may, period)?.len()).unwrap_or(u64::MAX);
        audit::record(tx, now, Entry::new("cpd.profile").on("person", me).about(me).noting("entries", count))?;
        Ok(())
    })
    .await
}

/// An entry of the profile with what shows that it is so.
#[derive(Debug, Clone)]
pub struct Shown {
    /// The entry.
    pub row: EntryRow,
    /// Its files.
    pub files: Vec<Evidence>,
    /// Who confirmed it as it is, and what they are called.
    pub confirmed: Option<(Request, String)>,
}

/// All of a profile.
#[derive(Debug, Clone)]
pub struct Whole {
    /// Whose it is.
    pub name: String,
    /// Where they work.
    pub organisation: String,
    /// What they wrote.
    pub profile: Profile,
    /// The days that it is about.
    pub period: (Date, Date),
    /// The chosen entries, the earliest first.
    pub shown: Vec<Shown>,
    /// Every entry of the period, the earliest first.
    pub all: Vec<EntryRow>,
}

/// All of the caller's profile, to look at.
///
/// # Errors
/// [`CpdError::Authz`].
pub async fn whole(db: &Db, caller: &Caller, today: Date) -> Result<Whole, CpdError> {
    let me = me(caller);
    db.read(caller, move |tx| {
        let may = authz::may::<KeepRecord>(tx, me)?;
        load(tx, &may, today)
    })
    .await
}

/// All of the caller's profile, to hand in: what was handed out is on record before it leaves. `what` is `pdf` or `zip`.
///
/// # Errors
/// [`CpdError::Authz`].
pub async fn begin_export(db: &Db, caller: &Caller, what: &'static str, now: Timestamp) -> Result<Whole, CpdError> {
    let me = me(caller);
    db.write(caller, move |tx| {
        let may = authz::may::<KeepRecord>(tx, me)?;
        let whole = load(tx, &may, civil::local(now).date())?;
        let count = u64::try_from(whole.shown.len()).unwrap_or(u64::MAX);
        let entry = Entry::new("cpd.export").on("person", me).about(me).noting("file", what).noting("entries", count);
        audit::record(tx, now, entry)?;
        Ok(whole)
    })
    .await
}

fn load<'tx>(tx: &mut Tx<'tx>, may: &Granted<'tx, KeepRecord>, today: Date) -> Result<Whole, CpdError> {
    let person = tx.caller().person().ok_or(AuthzError::Hidden)?;
    let (name, organisation) = (person.name.clone(), person.organisation_name.clone());
    let profile = store::profile(tx, may)?;
    let period = profile_rules::period(&profile, today);
    let filter = Filter { from: Some(period.0), to: Some(period.1), ..Filter::default() };
    let mut all = store::page(tx, may, &filter, None, MOST)?.rows;
    all.reverse();
    let chosen = store::chosen(tx, may, period)?;
    let files = store::evidence_of(tx, may, &chosen)?;
    let requests = store::requests_of(tx, &chosen)?;
    let verifiers: Vec<PersonId> = requests.iter().map(|request| request.verifier).collect();
    let names = store::names(tx, &verifiers)?;
    let mut shown = Vec::new();
    for row in store::entries_of(tx, may, &chosen)? {
        let confirmed = requests.iter().find(|request| request.entry == row.id && request.confirms(row.revision));
        let confirmed = confirmed.and_then(|request| {
            let (_id, name) = names.iter().find(|(id, _name)| *id == request.verifier)?;
            Some((request.clone(), name.clone()))
        });
        let files = files.iter().filter(|file| file.entry == row.id).cloned().collect();
        shown.push(Shown { row, files, confirmed });
    }
    Ok(Whole { name, organisation, profile, period, shown, all })
}

/// The bytes of a file of the caller's own profile.
///
/// # Errors
/// [`CpdError::Authz`] when it is there no more.
pub(in crate::cpd) async fn file_bytes(
    db: &Db,
    caller: &Caller,
    entry: CpdEntryId,
    file: CpdEvidenceId,
) -> Result<Vec<u8>, CpdError> {
    db.read(caller, move |tx| {
        let may = authz::may::<ReadEntry>(tx, entry)?;
        let (_found, content) = store::fetch(tx, &may, file)?.ok_or(AuthzError::Hidden)?;
        Ok(content)
    })
    .await
}
