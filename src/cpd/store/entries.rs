//! Entries: one, a page of them, what a review needs of all of them; adding, changing, sharing, deleting.

use diesel::dsl::{exists, max};
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sql_types::Bool;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff_diesel::ToDiesel;
use uuid::Uuid;

use crate::authz::{Granted, Team};
use crate::cpd::model::{Draft, EntryRow, Filter, Kind, Page, Standards};
use crate::cpd::policy::{EditEntry, EntryFacts, KeepRecord, ReadShared};
use crate::cpd::review_rules::Seen;
use crate::db::schema::{cpd_entries, cpd_requests, duties};
use crate::db::{DbError, Tx};
use crate::kernel::cursor::page_of;
use crate::kernel::ids::{CpdEntryId, DutyId, OrganisationId, PersonId, UnitId};

/// The columns of an [`EntryRow`], in its order.
type Columns = (
    (cpd_entries::id, cpd_entries::person_id, cpd_entries::unit_id),
    (cpd_entries::kind, cpd_entries::title, cpd_entries::provider, cpd_entries::started_on, cpd_entries::ended_on),
    (cpd_entries::minutes, cpd_entries::outcome, cpd_entries::reflection, cpd_entries::practice, cpd_entries::benefit),
    (cpd_entries::standards, cpd_entries::duty_id, cpd_entries::shared, cpd_entries::revision),
    (cpd_entries::created_at, cpd_entries::changed_at),
);

const COLUMNS: Columns = (
    (cpd_entries::id, cpd_entries::person_id, cpd_entries::unit_id),
    (cpd_entries::kind, cpd_entries::title, cpd_entries::provider, cpd_entries::started_on, cpd_entries::ended_on),
    (cpd_entries::minutes, cpd_entries::outcome, cpd_entries::reflection, cpd_entries::practice, cpd_entries::benefit),
    (cpd_entries::standards, cpd_entries::duty_id, cpd_entries::shared, cpd_entries::revision),
    (cpd_entries::created_at, cpd_entries::changed_at),
);

/// What [`COLUMNS`] load as.
type Loaded = (
    (CpdEntryId, PersonId, UnitId),
    (String, String, Option<String>, jiff_diesel::Date, Option<jiff_diesel::Date>),
    (Option<i32>, Option<String>, Option<String>, Option<String>, Option<String>),
    (i16, Option<DutyId>, bool, i32),
    (jiff_diesel::Timestamp, jiff_diesel::Timestamp),
);

fn row(loaded: Loaded) -> EntryRow {
    let (
        (id, person, unit),
        (kind, title, provider, started_on, ended_on),
        (minutes, outcome, reflection, practice, benefit),
        (standards, duty, shared, revision),
        (created_at, changed_at),
    ) = loaded;
    let draft = Draft {
        // The database holds no other.
        kind: Kind::parse(&kind).unwrap_or(Kind::Other),
        title,
        provider,
        started_on: started_on.to_jiff(),
        ended_on: ended_on.map(jiff_diesel::Date::to_jiff),
        minutes,
        outcome,
        reflection,
        practice,
        benefit,
        standards: Standards::of_bits(standards),
        duty,
    };
    EntryRow {
        id,
        person,
        unit,
        draft,
        shared,
        revision,
        created_at: created_at.to_jiff(),
        changed_at: changed_at.to_jiff(),
    }
}

/// An entry that the caller's row-level policies show: facts for a permission.
pub(in crate::cpd) fn entry_facts(tx: &mut Tx<'_>, id: CpdEntryId) -> Result<Option<EntryFacts>, DbError> {
    let organisation = tx.caller().organisation();
    let me = tx.caller().person_id().unwrap_or(PersonId::NIL);
    let found: Option<Loaded> =
        cpd_entries::table.find((organisation, id)).select(COLUMNS).first(tx.conn()).optional()?;
    let Some(found) = found.map(row) else { return Ok(None) };
    let asked = cpd_requests::table
        .filter(cpd_requests::organisation_id.eq(organisation).and(cpd_requests::entry_id.eq(id)))
        .filter(cpd_requests::verifier_id.eq(me).and(cpd_requests::state.eq("asked")));
    let asked = diesel::select(exists(asked)).get_result(tx.conn())?;
    Ok(Some(EntryFacts { row: found, asked }))
}

type Wanted = Box<dyn BoxableExpression<cpd_entries::table, Pg, SqlType = Bool>>;

fn wanted(organisation: OrganisationId, filter: &Filter, after: Option<(Date, Uuid)>) -> Wanted {
    let mut all: Wanted = Box::new(cpd_entries::organisation_id.eq(organisation));
    if let Some(from) = filter.from {
        all = Box::new(all.and(cpd_entries::happened_on.ge(from.to_diesel())));
    }
    if let Some(to) = filter.to {
        all = Box::new(all.and(cpd_entries::happened_on.le(to.to_diesel())));
    }
    if let Some(kind) = filter.kind {
        all = Box::new(all.and(cpd_entries::kind.eq(kind.as_str())));
    }
    if let Some(number) = filter.standard {
        let bits: Vec<i16> = (0..32).filter(|bits| Standards::of_bits(*bits).has(number)).collect();
        all = Box::new(all.and(cpd_entries::standards.eq_any(bits)));
    }
    if let Some((day, id)) = after {
        let (day, id) = (day.to_diesel(), CpdEntryId(id));
        // The first condition bounds the look at the index, the rest decides between entries of one day.
        let later = cpd_entries::happened_on.lt(day).or(cpd_entries::id.lt(id));
        all = Box::new(all.and(cpd_entries::happened_on.le(day)).and(later));
    }
    all
}

fn load_page(tx: &mut Tx<'_>, wanted: Wanted, limit: u16) -> Result<Page<EntryRow>, DbError> {
    let rows: Vec<Loaded> = cpd_entries::table
        .filter(wanted)
        .select(COLUMNS)
        .order((cpd_entries::happened_on.desc(), cpd_entries::id.desc()))
        .limit(i64::from(limit) + 1)
        .load(tx.conn())?;
    let rows: Vec<EntryRow> = rows.into_iter().map(row).collect();
    let (rows, next) = page_of(rows, limit.into(), |last| (last.draft.happened_on(), last.id.0));
    Ok(Page { rows, next })
}

/// A page of somebody's own entries, the latest first.
pub(in crate::cpd) fn page<'tx>(
    tx: &mut Tx<'tx>,
    may: &Granted<'tx, KeepRecord>,
    filter: &Filter,
    after: Option<(Date, Uuid)>,
    limit: u16,
) -> Result<Page<EntryRow>, DbError> {
    let wanted = wanted(tx.caller().organisation(), filter, after);
    load_page(tx, Box::new(wanted.and(cpd_entries::person_id.eq(may.scope()))), limit)
}

/// A page of the entries that people of the caller's units shared, the latest first.
pub(in crate::cpd) fn shared_page<'tx>(
    tx: &mut Tx<'tx>,
    may: &Granted<'tx, ReadShared>,
    after: Option<(Date, Uuid)>,
    limit: u16,
) -> Result<Page<EntryRow>, DbError> {
    let me = tx.caller().person_id().unwrap_or(PersonId::NIL);
    let mut wanted = wanted(tx.caller().organisation(), &Filter::default(), after);
    wanted = Box::new(wanted.and(cpd_entries::shared).and(cpd_entries::person_id.ne(me)));
    if let Some(Team::Units(units)) = may.facts() {
        wanted = Box::new(wanted.and(cpd_entries::unit_id.eq_any(units.clone())));
    }
    load_page(tx, wanted, limit)
}

/// What a review needs of the entries since `from`.
pub(in crate::cpd) fn seen<'tx>(
    tx: &mut Tx<'tx>,
    may: &Granted<'tx, KeepRecord>,
    from: Date,
) -> Result<Vec<Seen>, DbError> {
    type Row = (String, jiff_diesel::Date, jiff_diesel::Date, Option<i32>, i16, bool);
    let rows: Vec<Row> = cpd_entries::table
        .filter(cpd_entries::organisation_id.eq(tx.caller().organisation()))
        .filter(cpd_entries::person_id.eq(may.scope()).and(cpd_entries::happened_on.ge(from.to_diesel())))
        .select((
            cpd_entries::kind,
            cpd_entries::started_on,
            cpd_entries::happened_on,
            cpd_entries::minutes,
            cpd_entries::standards,
            cpd_entries::reflection.is_not_null(),
        ))
        .load(tx.conn())?;
    Ok(rows
        .into_iter()
        .map(|(kind, started_on, happened_on, minutes, standards, reflected)| Seen {
            kind: Kind::parse(&kind).unwrap_or(Kind::Other),
            started_on: started_on.to_jiff(),
            happened_on: happened_on.to_jiff(),
            minutes,
            standards: Standards::of_bits(standards),
            reflected,
        })
        .collect())
}

/// The last day of the last entry before `day`.
pub(in crate::cpd) fn last_before<'tx>(
    tx: &mut Tx<'tx>,
    may: &Granted<'tx, KeepRecord>,
    day: Date,
) -> Result<Option<Date>, DbError> {
    let last: Option<jiff_diesel::Date> = cpd_entries::table
        .filter(cpd_entries::organisation_id.eq(tx.caller().organisation()))
        .filter(cpd_entries::person_id.eq(may.scope()).and(cpd_entries::happened_on.lt(day.to_diesel())))
        .select(max(cpd_entries::happened_on))
        .first(tx.conn())?;
    Ok(last.map(jiff_diesel::Date::to_jiff))
}

/// Some of somebody's own entries, the earliest first.
pub(in crate::cpd) fn entries_of<'tx>(
    tx: &mut Tx<'tx>,
    may: &Granted<'tx, KeepRecord>,
    entries: &[CpdEntryId],
) -> Result<Vec<EntryRow>, DbError> {
    let rows: Vec<Loaded> = cpd_entries::table
        .filter(cpd_entries::organisation_id.eq(tx.caller().organisation()))
        .filter(cpd_entries::person_id.eq(may.scope()).and(cpd_entries::id.eq_any(entries)))
        .select(COLUMNS)
        .order((cpd_entries::happened_on, cpd_entries::id))
        .load(tx.conn())?;
    Ok(rows.into_iter().map(row).collect())
}

/// Which of these are somebody's own.
pub(in crate::cpd) fn own_of<'tx>(
    tx: &mut Tx<'tx>,
    may: &Granted<'tx, KeepRecord>,
    entries: &[CpdEntryId],
) -> Result<Vec<CpdEntryId>, DbError> {
    let own = cpd_entries::table
        .filter(cpd_entries::organisation_id.eq(tx.caller().organisation()))
        .filter(cpd_entries::person_id.eq(may.scope()).and(cpd_entries::id.eq_any(entries)));
    Ok(own.select(cpd_entries::id).load(tx.conn())?)
}

/// Writes a new entry; `false` when there is one with this id already. The database puts it into the person's unit.
pub(in crate::cpd) fn insert<'tx>(
    tx: &mut Tx<'tx>,
    may: &Granted<'tx, KeepRecord>,
    id: CpdEntryId,
    draft: &Draft,
    now: Timestamp,
) -> Result<bool, DbError> {
    let unit = tx.caller().person().map_or(UnitId::NIL, |me| me.unit);
    let inserted = diesel::insert_into(cpd_entries::table)
        .values((
            (
                cpd_entries::organisation_id.eq(tx.caller().organisation()),
                cpd_entries::id.eq(id),
                cpd_entries::person_id.eq(may.scope()),
                cpd_entries::unit_id.eq(unit),
                cpd_entries::created_at.eq(now.to_diesel()),
            ),
            values(draft, 1, now),
        ))
        .on_conflict((cpd_entries::organisation_id, cpd_entries::id))
        .do_nothing()
        .execute(tx.conn())?;
    Ok(inserted == 1)
}

/// What a draft writes, as a form and a change alike have it.
#[derive(Insertable, AsChangeset)]
#[diesel(table_name = cpd_entries, treat_none_as_null = true)]
struct Values<'a> {
    kind: &'static str,
    title: &'a str,
    provider: Option<&'a str>,
    started_on: jiff_diesel::Date,
    ended_on: Option<jiff_diesel::Date>,
    minutes: Option<i32>,
    outcome: Option<&'a str>,
    reflection: Option<&'a str>,
    practice: Option<&'a str>,
    benefit: Option<&'a str>,
    standards: i16,
    duty_id: Option<DutyId>,
    revision: i32,
    changed_at: jiff_diesel::Timestamp,
}

fn values(draft: &Draft, revision: i32, now: Timestamp) -> Values<'_> {
    Values {
        kind: draft.kind.as_str(),
        title: &draft.title,
        provider: draft.provider.as_deref(),
        started_on: draft.started_on.to_diesel(),
        ended_on: draft.ended_on.map(ToDiesel::to_diesel),
        minutes: draft.minutes,
        outcome: draft.outcome.as_deref(),
        reflection: draft.reflection.as_deref(),
        practice: draft.practice.as_deref(),
        benefit: draft.benefit.as_deref(),
        standards: draft.standards.bits(),
        duty_id: draft.duty,
        revision,
        changed_at: now.to_diesel(),
    }
}

/// Whether an entry of the caller's has this id.
pub(in crate::cpd) fn is_own(tx: &mut Tx<'_>, id: CpdEntryId) -> Result<bool, DbError> {
    let own = cpd_entries::table
        .find((tx.caller().organisation(), id))
        .filter(cpd_entries::person_id.eq(tx.caller().person_id().unwrap_or(PersonId::NIL)));
    Ok(diesel::select(exists(own)).get_result(tx.conn())?)
}

/// Changes an entry that is at `revision`; `false` when it is not any more.
pub(in crate::cpd) fn update<'tx>(
    tx: &mut Tx<'tx>,
    may: &Granted<'tx, EditEntry>,
    revision: i32,
    draft: &Draft,
    now: Timestamp,
) -> Result<bool, DbError> {
    let this =
        cpd_entries::table.find((tx.caller().organisation(), may.scope())).filter(cpd_entries::revision.eq(revision));
    let changed = diesel::update(this).set(values(draft, revision.saturating_add(1), now)).execute(tx.conn())?;
    Ok(changed == 1)
}

/// Lets managers read an entry, or no longer. What it says stays as it is, and so does its revision.
pub(in crate::cpd) fn set_shared<'tx>(
    tx: &mut Tx<'tx>,
    may: &Granted<'tx, EditEntry>,
    shared: bool,
) -> Result<(), DbError> {
    diesel::update(cpd_entries::table.find((tx.caller().organisation(), may.scope())))
        .set(cpd_entries::shared.eq(shared))
        .execute(tx.conn())?;
    Ok(())
}

/// Deletes an entry with its evidence and its requests; `false` when it is not at that revision any more.
pub(in crate::cpd) fn delete<'tx>(
    tx: &mut Tx<'tx>,
    may: &Granted<'tx, EditEntry>,
    revision: i32,
) -> Result<bool, DbError> {
    let this =
        cpd_entries::table.find((tx.caller().organisation(), may.scope())).filter(cpd_entries::revision.eq(revision));
    Ok(diesel::delete(this).execute(tx.conn())? == 1)
}

/// Whether a duty is the caller's own and was not deleted.
pub(in crate::cpd) fn duty_is_own(tx: &mut Tx<'_>, id: DutyId) -> Result<bool, DbError> {
    let own = duties::table
        .find((tx.caller().organisation(), id))
        .filter(duties::person_id.eq(tx.caller().person_id().unwrap_or(PersonId::NIL)))
        .filter(duties::deleted_at.is_null());
    Ok(diesel::select(exists(own)).get_result(tx.conn())?)
}
