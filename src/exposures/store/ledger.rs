//! Exposures with their versions: read whole, added, corrected.

use diesel::prelude::*;
use jiff::Timestamp;
use jiff_diesel::ToDiesel;

use crate::authz::Granted;
use crate::db::schema::{exposure_health, exposure_versions, exposures};
use crate::db::{DbError, Tx};
use crate::exposures::model::{Details, Draft, Exposure, Health, History, Kind, Version};
use crate::exposures::policy::{KeepExposures, OpenExposure, ReadOf};
use crate::kernel::ids::{DutyId, ExposureId, PersonId, UnitId};

type HeadRow = (ExposureId, PersonId, Option<DutyId>, String, i32);

type VersionRow =
    (i32, bool, jiff_diesel::Date, Option<i32>, serde_json::Value, Option<String>, jiff_diesel::Timestamp);

fn head((id, person, duty, kind, version): HeadRow) -> Exposure {
    // The column holds nothing else; a kind of a later version of the program is kept from others like the gravest.
    Exposure { id, person, duty, kind: Kind::parse(&kind).unwrap_or(Kind::Traumatic), version }
}

fn version(row: VersionRow, health: Option<HealthRow>) -> Version {
    let (number, confirmed, happened_on, ba_minutes, details, reason, recorded_at) = row;
    let (symptoms, advice) = health.unwrap_or_default();
    // What a later version of the program wrote is shown as far as this one knows it.
    let details: Details = serde_json::from_value(details).unwrap_or_default();
    Version {
        number,
        confirmed,
        draft: Draft { happened_on: happened_on.to_jiff(), ba_minutes, details, health: Health { symptoms, advice } },
        reason,
        recorded_at: recorded_at.to_jiff(),
    }
}

/// An exposure that the caller's row-level policies show: facts for a permission.
pub(in crate::exposures) fn exposure(tx: &mut Tx<'_>, id: ExposureId) -> Result<Option<Exposure>, DbError> {
    let found: Option<HeadRow> = exposures::table
        .find((tx.caller().organisation(), id))
        .select((exposures::id, exposures::person_id, exposures::duty_id, exposures::kind, exposures::version))
        .first(tx.conn())
        .optional()?;
    Ok(found.map(head))
}

/// Symptoms and health advice, as far as there are any.
type HealthRow = (Option<String>, Option<String>);

/// Everything that the caller may see of what somebody was exposed to, the latest first, with all versions.
fn of(tx: &mut Tx<'_>, person: PersonId) -> Result<Vec<History>, DbError> {
    let rows: Vec<(HeadRow, VersionRow, Option<HealthRow>)> = exposures::table
        .inner_join(
            exposure_versions::table.on(exposure_versions::organisation_id
                .eq(exposures::organisation_id)
                .and(exposure_versions::exposure_id.eq(exposures::id))),
        )
        .left_join(
            exposure_health::table.on(exposure_health::organisation_id
                .eq(exposure_versions::organisation_id)
                .and(exposure_health::exposure_id.eq(exposure_versions::exposure_id))
                .and(exposure_health::version.eq(exposure_versions::version))),
        )
        .filter(exposures::organisation_id.eq(tx.caller().organisation()))
        .filter(exposures::person_id.eq(person))
        .select((
            (exposures::id, exposures::person_id, exposures::duty_id, exposures::kind, exposures::version),
            (
                exposure_versions::version,
                exposure_versions::confirmed,
                exposure_versions::happened_on,
                exposure_versions::ba_minutes,
                exposure_versions::details,
                exposure_versions::reason,
                exposure_versions::recorded_at,
            ),
            (exposure_health::symptoms, exposure_health::advice).nullable(),
        ))
        .order((exposures::happened_on.desc(), exposures::id.desc(), exposure_versions::version.desc()))
        .load(tx.conn())?;
    let mut all: Vec<History> = Vec::new();
    for (row, said, health) in rows {
        let (exposure, said) = (head(row), version(said, health));
        match all.last_mut().filter(|last| last.exposure.id == exposure.id) {
            Some(last) => last.before.push(said),
            None => all.push(History { exposure, now: said, before: Vec::new() }),
        }
    }
    Ok(all)
}

/// One's own.
pub(in crate::exposures) fn of_own<'tx>(
    tx: &mut Tx<'tx>,
    may: &Granted<'tx, KeepExposures>,
) -> Result<Vec<History>, DbError> {
    of(tx, may.scope())
}

/// Somebody else's, without traumatic events; with symptoms where the caller may read those.
pub(in crate::exposures) fn of_subject<'tx>(
    tx: &mut Tx<'tx>,
    may: &Granted<'tx, ReadOf>,
) -> Result<Vec<History>, DbError> {
    of(tx, may.scope())
}

/// Whether an exposure of this id is the caller's own already.
pub(in crate::exposures) fn is_own<'tx>(
    tx: &mut Tx<'tx>,
    may: &Granted<'tx, KeepExposures>,
    id: ExposureId,
) -> Result<bool, DbError> {
    Ok(exposure(tx, id)?.is_some_and(|found| found.person == may.scope()))
}

/// Writes an exposure down with its first version; `false` when there is one of this id, or of this duty and kind,
/// already. The database puts it into the person's unit.
pub(in crate::exposures) fn insert<'tx>(
    tx: &mut Tx<'tx>,
    may: &Granted<'tx, KeepExposures>,
    exposure: &Exposure,
    confirmed: bool,
    draft: &Draft,
    now: Timestamp,
) -> Result<bool, DbError> {
    let inserted = diesel::insert_into(exposures::table)
        .values((
            exposures::organisation_id.eq(tx.caller().organisation()),
            exposures::id.eq(exposure.id),
            exposures::person_id.eq(may.scope()),
            // Put right by the database.
            exposures::unit_id.eq(UnitId::NIL),
            exposures::duty_id.eq(exposure.duty),
            exposures::kind.eq(exposure.kind.as_str()),
            exposures::happened_on.eq(draft.happened_on.to_diesel()),
            exposures::confirmed.eq(confirmed),
            exposures::created_at.eq(now.to_diesel()),
            exposures::changed_at.eq(now.to_diesel()),
        ))
        .on_conflict_do_nothing()
        .execute(tx.conn())?;
    if inserted == 0 {
        return Ok(false);
    }
    insert_version(tx, may.scope(), exposure.id, 1, confirmed, draft, None, now)?;
    Ok(true)
}

#[expect(clippy::too_many_arguments, reason = "a version is its columns")]
fn insert_version(
    tx: &mut Tx<'_>,
    person: PersonId,
    exposure: ExposureId,
    number: i32,
    confirmed: bool,
    draft: &Draft,
    reason: Option<&str>,
    now: Timestamp,
) -> Result<(), DbError> {
    let organisation = tx.caller().organisation();
    diesel::insert_into(exposure_versions::table)
        .values((
            exposure_versions::organisation_id.eq(organisation),
            exposure_versions::exposure_id.eq(exposure),
            exposure_versions::version.eq(number),
            exposure_versions::person_id.eq(person),
            exposure_versions::confirmed.eq(confirmed),
            exposure_versions::happened_on.eq(draft.happened_on.to_diesel()),
            exposure_versions::ba_minutes.eq(draft.ba_minutes),
            exposure_versions::details.eq(serde_json::json!(draft.details)),
            exposure_versions::reason.eq(reason),
            exposure_versions::recorded_at.eq(now.to_diesel()),
        ))
        .execute(tx.conn())?;
    if !draft.health.is_empty() {
        diesel::insert_into(exposure_health::table)
            .values((
                exposure_health::organisation_id.eq(organisation),
                exposure_health::exposure_id.eq(exposure),
                exposure_health::version.eq(number),
                exposure_health::person_id.eq(person),
                exposure_health::unit_id.eq(UnitId::NIL),
                exposure_health::symptoms.eq(draft.health.symptoms.as_deref()),
                exposure_health::advice.eq(draft.health.advice.as_deref()),
            ))
            .execute(tx.conn())?;
    }
    Ok(())
}

/// Adds a version to an exposure that is at `version`; `false` when it is not so any more.
pub(in crate::exposures) fn correct<'tx>(
    tx: &mut Tx<'tx>,
    may: &Granted<'tx, OpenExposure>,
    version: i32,
    confirmed: bool,
    draft: &Draft,
    reason: &str,
    now: Timestamp,
) -> Result<bool, DbError> {
    let next = version.saturating_add(1);
    let this = exposures::table.find((tx.caller().organisation(), may.scope())).filter(exposures::version.eq(version));
    let changed = diesel::update(this)
        .set((
            exposures::happened_on.eq(draft.happened_on.to_diesel()),
            exposures::confirmed.eq(confirmed),
            exposures::version.eq(next),
            exposures::changed_at.eq(now.to_diesel()),
        ))
        .execute(tx.conn())?;
    if changed == 0 {
        return Ok(false);
    }
    insert_version(tx, may.facts().person, may.scope(), next, confirmed, draft, Some(reason), now)?;
    Ok(true)
}
