//! The kinds of competence, and who needs them.

use std::collections::BTreeMap;

use diesel::dsl::{count_star, max};
use diesel::prelude::*;
use jiff::Timestamp;
use jiff_diesel::ToDiesel;

use crate::authz::Granted;
use crate::competence::model::{Effect, Kind, KindDraft, Need};
use crate::competence::policy::ManageKinds;
use crate::db::schema::{competence_kinds, competence_needs, roles};
use crate::db::{DbError, Tx};
use crate::kernel::ids::{CompetenceKindId, CompetenceNeedId, RoleId, UnitId};

type Columns = (
    competence_kinds::id,
    competence_kinds::name,
    competence_kinds::validity_months,
    competence_kinds::grace_days,
    competence_kinds::effect,
    competence_kinds::effect_note,
    competence_kinds::retired_at,
);

const COLUMNS: Columns = (
    competence_kinds::id,
    competence_kinds::name,
    competence_kinds::validity_months,
    competence_kinds::grace_days,
    competence_kinds::effect,
    competence_kinds::effect_note,
    competence_kinds::retired_at,
);

type Loaded = (CompetenceKindId, String, Option<i32>, i32, String, Option<String>, Option<jiff_diesel::Timestamp>);

fn row((id, name, validity_months, grace_days, effect, effect_note, retired_at): Loaded) -> Kind {
    // The database holds no other effect; were there one, the gravest would be seen first.
    let effect = Effect::parse(&effect).unwrap_or(Effect::OffTheRun);
    Kind {
        id,
        draft: KindDraft { name, validity_months, grace_days, effect, effect_note },
        retired: retired_at.is_some(),
    }
}

/// One kind. Everybody may know which there are.
pub(in crate::competence) fn kind(tx: &mut Tx<'_>, id: CompetenceKindId) -> Result<Option<Kind>, DbError> {
    let this = competence_kinds::table.find((tx.caller().organisation(), id)).select(COLUMNS);
    Ok(this.first::<Loaded>(tx.conn()).optional()?.map(row))
}

/// All kinds in their order, those that are no longer asked for at the end.
pub(in crate::competence) fn kinds(tx: &mut Tx<'_>) -> Result<Vec<Kind>, DbError> {
    let rows: Vec<Loaded> = competence_kinds::table
        .filter(competence_kinds::organisation_id.eq(tx.caller().organisation()))
        .select(COLUMNS)
        .order((competence_kinds::retired_at.is_not_null(), competence_kinds::position, competence_kinds::id))
        .load(tx.conn())?;
    Ok(rows.into_iter().map(row).collect())
}

/// Where the last kind stands.
pub(in crate::competence) fn last_position<'tx>(
    tx: &mut Tx<'tx>,
    _may: &Granted<'tx, ManageKinds>,
) -> Result<i32, DbError> {
    let own = competence_kinds::table.filter(competence_kinds::organisation_id.eq(tx.caller().organisation()));
    let last: Option<i32> = own.select(max(competence_kinds::position)).first(tx.conn())?;
    Ok(last.unwrap_or(0))
}

/// Adds a kind at a place.
pub(in crate::competence) fn add_kind<'tx>(
    tx: &mut Tx<'tx>,
    _may: &Granted<'tx, ManageKinds>,
    id: CompetenceKindId,
    draft: &KindDraft,
    position: i32,
    now: Timestamp,
) -> Result<(), DbError> {
    diesel::insert_into(competence_kinds::table)
        .values((
            competence_kinds::organisation_id.eq(tx.caller().organisation()),
            competence_kinds::id.eq(id),
            competence_kinds::name.eq(&draft.name),
            competence_kinds::validity_months.eq(draft.validity_months),
            competence_kinds::grace_days.eq(draft.grace_days),
            competence_kinds::effect.eq(draft.effect.as_str()),
            competence_kinds::effect_note.eq(draft.effect_note.as_deref()),
            competence_kinds::position.eq(position),
            competence_kinds::created_at.eq(now.to_diesel()),
        ))
        .execute(tx.conn())?;
    Ok(())
}

/// Changes a kind.
pub(in crate::competence) fn change_kind<'tx>(
    tx: &mut Tx<'tx>,
    may: &Granted<'tx, ManageKinds>,
    draft: &KindDraft,
) -> Result<(), DbError> {
    let Some(id) = may.scope() else { return Ok(()) };
    diesel::update(competence_kinds::table.find((tx.caller().organisation(), id)))
        .set((
            competence_kinds::name.eq(&draft.name),
            competence_kinds::validity_months.eq(draft.validity_months),
            competence_kinds::grace_days.eq(draft.grace_days),
            competence_kinds::effect.eq(draft.effect.as_str()),
            competence_kinds::effect_note.eq(draft.effect_note.as_deref()),
        ))
        .execute(tx.conn())?;
    Ok(())
}

/// Asks for a kind no longer, or again.
pub(in crate::competence) fn retire<'tx>(
    tx: &mut Tx<'tx>,
    may: &Granted<'tx, ManageKinds>,
    retired_at: Option<Timestamp>,
) -> Result<(), DbError> {
    let Some(id) = may.scope() else { return Ok(()) };
    diesel::update(competence_kinds::table.find((tx.caller().organisation(), id)))
        .set(competence_kinds::retired_at.eq(retired_at.map(ToDiesel::to_diesel)))
        .execute(tx.conn())?;
    Ok(())
}

/// Deletes a kind with what was said of who needs it. Fails with the foreign key's violation when there is a
/// certificate of it.
pub(in crate::competence) fn delete_kind<'tx>(
    tx: &mut Tx<'tx>,
    may: &Granted<'tx, ManageKinds>,
) -> Result<(), DbError> {
    let Some(id) = may.scope() else { return Ok(()) };
    diesel::delete(competence_kinds::table.find((tx.caller().organisation(), id))).execute(tx.conn())?;
    Ok(())
}

type NeedRow = (CompetenceNeedId, CompetenceKindId, Option<UnitId>, Option<RoleId>);

fn need_of((id, kind, unit, role): NeedRow) -> Need {
    Need { id, kind, unit, role }
}

/// Who needs a kind.
pub(in crate::competence) fn needs<'tx>(
    tx: &mut Tx<'tx>,
    may: &Granted<'tx, ManageKinds>,
) -> Result<Vec<Need>, DbError> {
    let Some(kind) = may.scope() else { return Ok(Vec::new()) };
    let rows: Vec<NeedRow> = competence_needs::table
        .filter(competence_needs::organisation_id.eq(tx.caller().organisation()))
        .filter(competence_needs::kind_id.eq(kind))
        .select((competence_needs::id, competence_needs::kind_id, competence_needs::unit_id, competence_needs::role_id))
        .order((competence_needs::created_at, competence_needs::id))
        .load(tx.conn())?;
    Ok(rows.into_iter().map(need_of).collect())
}

/// How many needs each kind has.
pub(in crate::competence) fn needs_by_kind<'tx>(
    tx: &mut Tx<'tx>,
    _may: &Granted<'tx, ManageKinds>,
) -> Result<BTreeMap<CompetenceKindId, i64>, DbError> {
    let rows: Vec<(CompetenceKindId, i64)> = competence_needs::table
        .filter(competence_needs::organisation_id.eq(tx.caller().organisation()))
        .group_by(competence_needs::kind_id)
        .select((competence_needs::kind_id, count_star()))
        .load(tx.conn())?;
    Ok(rows.into_iter().collect())
}

/// One need of the kind.
pub(in crate::competence) fn need<'tx>(
    tx: &mut Tx<'tx>,
    may: &Granted<'tx, ManageKinds>,
    id: CompetenceNeedId,
) -> Result<Option<Need>, DbError> {
    Ok(needs(tx, may)?.into_iter().find(|need| need.id == id))
}

/// Says that people need the kind; `false` when that is said already.
pub(in crate::competence) fn add_need<'tx>(
    tx: &mut Tx<'tx>,
    _may: &Granted<'tx, ManageKinds>,
    need: &Need,
    now: Timestamp,
) -> Result<bool, DbError> {
    let added = diesel::insert_into(competence_needs::table)
        .values((
            competence_needs::organisation_id.eq(tx.caller().organisation()),
            competence_needs::id.eq(need.id),
            competence_needs::kind_id.eq(need.kind),
            competence_needs::unit_id.eq(need.unit),
            competence_needs::role_id.eq(need.role),
            competence_needs::created_at.eq(now.to_diesel()),
        ))
        .on_conflict_do_nothing()
        .execute(tx.conn())?;
    Ok(added == 1)
}

/// Takes a need of the kind back.
pub(in crate::competence) fn remove_need<'tx>(
    tx: &mut Tx<'tx>,
    _may: &Granted<'tx, ManageKinds>,
    id: CompetenceNeedId,
) -> Result<(), DbError> {
    diesel::delete(competence_needs::table.find((tx.caller().organisation(), id))).execute(tx.conn())?;
    Ok(())
}

/// The roles that there are, by name.
pub(in crate::competence) fn roles<'tx>(
    tx: &mut Tx<'tx>,
    _may: &Granted<'tx, ManageKinds>,
) -> Result<Vec<(RoleId, String)>, DbError> {
    let own = roles::table.filter(roles::organisation_id.eq(tx.caller().organisation()));
    Ok(own.select((roles::id, roles::name)).order((roles::name, roles::id)).load(tx.conn())?)
}
