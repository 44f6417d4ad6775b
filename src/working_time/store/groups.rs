//! Contract groups, who belongs to which, and what kinds of work are.

use std::collections::BTreeMap;

use diesel::dsl::count_star;
use diesel::prelude::*;
use jiff::Timestamp;
use jiff_diesel::ToDiesel;

use crate::authz::Granted;
use crate::db::schema::{contract_groups, duty_kind_sources, duty_kinds, working_terms};
use crate::db::{DbError, Tx};
use crate::kernel::ids::{ContractGroupId, DutyKindId};
use crate::working_time::mapping::{CountsAs, Kind};
use crate::working_time::model::{StandbyRule, WeeklyRestRule};
use crate::working_time::policy::ManageGroups;
use crate::working_time::record::{Action, Group, GroupDraft, STANDBY, WEEKLY_REST, name_of, value_of};

type Columns = (
    contract_groups::id,
    contract_groups::name,
    contract_groups::reference_weeks,
    contract_groups::anchor_on,
    contract_groups::civil_protection,
    contract_groups::standby,
    contract_groups::weekly_rest,
    contract_groups::breaks_count,
    contract_groups::special_hazards,
    contract_groups::notice_days,
    contract_groups::action,
    contract_groups::for_all,
    contract_groups::retired_at,
    contract_groups::revision,
);

const COLUMNS: Columns = (
    contract_groups::id,
    contract_groups::name,
    contract_groups::reference_weeks,
    contract_groups::anchor_on,
    contract_groups::civil_protection,
    contract_groups::standby,
    contract_groups::weekly_rest,
    contract_groups::breaks_count,
    contract_groups::special_hazards,
    contract_groups::notice_days,
    contract_groups::action,
    contract_groups::for_all,
    contract_groups::retired_at,
    contract_groups::revision,
);

type Loaded = (
    ContractGroupId,
    String,
    i16,
    Option<jiff_diesel::Date>,
    bool,
    String,
    String,
    bool,
    bool,
    i16,
    String,
    bool,
    Option<jiff_diesel::Timestamp>,
    i32,
);

fn row(loaded: Loaded) -> Group {
    let (
        id,
        name,
        reference_weeks,
        anchor_on,
        civil_protection,
        standby,
        weekly_rest,
        breaks_count,
        hazards,
        notice_days,
        action,
        for_all,
        retired_at,
        revision,
    ) = loaded;
    // The database holds no other words; were there one, the rule that counts most would be seen.
    Group {
        id,
        draft: GroupDraft {
            name,
            reference_weeks,
            anchor_on: anchor_on.map(jiff_diesel::Date::to_jiff),
            civil_protection,
            standby: value_of(&STANDBY, &standby).unwrap_or(StandbyRule::All),
            weekly_rest: value_of(&WEEKLY_REST, &weekly_rest).unwrap_or(WeeklyRestRule::EverySevenDays),
            breaks_count,
            special_hazards: hazards,
            notice_days,
            action: Action::parse(&action).unwrap_or(Action::Warn),
            for_all,
        },
        retired: retired_at.is_some(),
        revision,
    }
}

/// One group. Everybody may know which there are.
pub(in crate::working_time) fn group(tx: &mut Tx<'_>, id: ContractGroupId) -> Result<Option<Group>, DbError> {
    let this = contract_groups::table.find((tx.caller().organisation(), id)).select(COLUMNS);
    Ok(this.first::<Loaded>(tx.conn()).optional()?.map(row))
}

/// All groups by name, those that are retired at the end.
pub(in crate::working_time) fn groups(tx: &mut Tx<'_>) -> Result<Vec<Group>, DbError> {
    let rows: Vec<Loaded> = contract_groups::table
        .filter(contract_groups::organisation_id.eq(tx.caller().organisation()))
        .select(COLUMNS)
        .order((contract_groups::retired_at.is_not_null(), contract_groups::name, contract_groups::id))
        .load(tx.conn())?;
    Ok(rows.into_iter().map(row).collect())
}

/// Adds a group.
pub(in crate::working_time) fn add_group<'tx>(
    tx: &mut Tx<'tx>,
    _may: &Granted<'tx, ManageGroups>,
    id: ContractGroupId,
    draft: &GroupDraft,
    now: Timestamp,
) -> Result<(), DbError> {
    diesel::insert_into(contract_groups::table)
        .values((
            contract_groups::organisation_id.eq(tx.caller().organisation()),
            contract_groups::id.eq(id),
            (
                contract_groups::name.eq(&draft.name),
                contract_groups::reference_weeks.eq(draft.reference_weeks),
                contract_groups::anchor_on.eq(draft.anchor_on.map(ToDiesel::to_diesel)),
                contract_groups::civil_protection.eq(draft.civil_protection),
                contract_groups::standby.eq(name_of(&STANDBY, draft.standby)),
                contract_groups::weekly_rest.eq(name_of(&WEEKLY_REST, draft.weekly_rest)),
            ),
            (
                contract_groups::breaks_count.eq(draft.breaks_count),
                contract_groups::special_hazards.eq(draft.special_hazards),
                contract_groups::notice_days.eq(draft.notice_days),
                contract_groups::action.eq(draft.action.as_str()),
                contract_groups::for_all.eq(draft.for_all),
                contract_groups::created_at.eq(now.to_diesel()),
            ),
        ))
        .execute(tx.conn())?;
    Ok(())
}

/// Changes a group that is at `revision`; `false` when it is at another.
pub(in crate::working_time) fn change_group<'tx>(
    tx: &mut Tx<'tx>,
    may: &Granted<'tx, ManageGroups>,
    revision: i32,
    draft: &GroupDraft,
) -> Result<bool, DbError> {
    let Some(id) = may.scope() else { return Ok(false) };
    let this = contract_groups::table.find((tx.caller().organisation(), id));
    let changed = diesel::update(this.filter(contract_groups::revision.eq(revision)))
        .set((
            contract_groups::name.eq(&draft.name),
            contract_groups::reference_weeks.eq(draft.reference_weeks),
            contract_groups::anchor_on.eq(draft.anchor_on.map(ToDiesel::to_diesel)),
            contract_groups::civil_protection.eq(draft.civil_protection),
            contract_groups::standby.eq(name_of(&STANDBY, draft.standby)),
            contract_groups::weekly_rest.eq(name_of(&WEEKLY_REST, draft.weekly_rest)),
            contract_groups::breaks_count.eq(draft.breaks_count),
            contract_groups::special_hazards.eq(draft.special_hazards),
            contract_groups::notice_days.eq(draft.notice_days),
            contract_groups::action.eq(draft.action.as_str()),
            contract_groups::for_all.eq(draft.for_all),
            contract_groups::revision.eq(revision.saturating_add(1)),
        ))
        .execute(tx.conn())?;
    Ok(changed == 1)
}

/// Takes "for everybody" from whichever group has it, so that another one can.
pub(in crate::working_time) fn make_for_all<'tx>(
    tx: &mut Tx<'tx>,
    _may: &Granted<'tx, ManageGroups>,
    but: ContractGroupId,
) -> Result<(), DbError> {
    let other = contract_groups::table
        .filter(contract_groups::organisation_id.eq(tx.caller().organisation()))
        .filter(contract_groups::for_all.and(contract_groups::id.ne(but)));
    diesel::update(other).set(contract_groups::for_all.eq(false)).execute(tx.conn())?;
    Ok(())
}

/// Retires a group, or takes it up again.
pub(in crate::working_time) fn retire_group<'tx>(
    tx: &mut Tx<'tx>,
    may: &Granted<'tx, ManageGroups>,
    at: Option<Timestamp>,
) -> Result<(), DbError> {
    let Some(id) = may.scope() else { return Ok(()) };
    diesel::update(contract_groups::table.find((tx.caller().organisation(), id)))
        .set(contract_groups::retired_at.eq(at.map(ToDiesel::to_diesel)))
        .execute(tx.conn())?;
    Ok(())
}

/// How many people's terms name each group.
pub(in crate::working_time) type GroupUse = BTreeMap<ContractGroupId, i64>;

/// How many lines name each group, and how many people have any.
pub(in crate::working_time) fn uses<'tx>(
    tx: &mut Tx<'tx>,
    _may: &Granted<'tx, ManageGroups>,
) -> Result<GroupUse, DbError> {
    let rows: Vec<(ContractGroupId, i64)> = working_terms::table
        .filter(working_terms::organisation_id.eq(tx.caller().organisation()))
        .group_by(working_terms::group_id)
        .select((working_terms::group_id, count_star()))
        .load(tx.conn())?;
    Ok(rows.into_iter().collect())
}

/// All kinds of work, each after the one that it is below, with what was said of them.
pub(in crate::working_time) fn kinds(tx: &mut Tx<'_>) -> Result<Vec<Kind>, DbError> {
    type Row = (DutyKindId, Option<DutyKindId>, String, String, Option<jiff_diesel::Timestamp>);
    let organisation = tx.caller().organisation();
    let rows: Vec<Row> = duty_kinds::table
        .filter(duty_kinds::organisation_id.eq(organisation))
        .order((duty_kinds::level, duty_kinds::position, duty_kinds::id))
        .select((duty_kinds::id, duty_kinds::parent_id, duty_kinds::code, duty_kinds::name, duty_kinds::retired_at))
        .load(tx.conn())?;
    let said: Vec<(DutyKindId, String)> = duty_kind_sources::table
        .filter(duty_kind_sources::organisation_id.eq(organisation))
        .select((duty_kind_sources::kind_id, duty_kind_sources::source))
        .load(tx.conn())?;
    let said: BTreeMap<DutyKindId, String> = said.into_iter().collect();
    let kind = |(id, parent, code, name, retired_at): Row| Kind {
        id,
        parent,
        code,
        name,
        retired: retired_at.is_some(),
        said: said.get(&id).and_then(|said| CountsAs::parse(said)),
    };
    Ok(rows.into_iter().map(kind).collect())
}

/// Says what a kind of work is; `None` takes it back.
pub(in crate::working_time) fn say_source<'tx>(
    tx: &mut Tx<'tx>,
    _may: &Granted<'tx, ManageGroups>,
    kind: DutyKindId,
    said: Option<CountsAs>,
) -> Result<(), DbError> {
    let organisation = tx.caller().organisation();
    let Some(said) = said else {
        diesel::delete(duty_kind_sources::table.find((organisation, kind))).execute(tx.conn())?;
        return Ok(());
    };
    diesel::insert_into(duty_kind_sources::table)
        .values((
            duty_kind_sources::organisation_id.eq(organisation),
            duty_kind_sources::kind_id.eq(kind),
            duty_kind_sources::source.eq(said.as_str()),
        ))
        .on_conflict((duty_kind_sources::organisation_id, duty_kind_sources::kind_id))
        .do_update()
        .set(duty_kind_sources::source.eq(said.as_str()))
        .execute(tx.conn())?;
    Ok(())
}
