//! Contract groups, who belongs to which, and what kinds of work are.

use std::collections::BTreeMap;

use diesel::dsl::count_star;
use diesel::prelude::*;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff_diesel::ToDiesel;

use crate::authz::Granted;
use crate::db::schema::{contract_groups, duty_kind_sources, duty_kinds, people, working_terms};
use crate::db::{DbError, Tx};
use crate::kernel::ids::{ContractGroupId, DutyKindId, PersonId, UnitId};
use crate::working_time::mapping::{CountsAs, Kind};
use crate::working_time::model::{StandbyRule, WeeklyRestRule};
use crate::working_time::policy::ManageGroups;
use crate::working_time::record::{
    Action, Belonging, Group, GroupDraft, Member, STANDBY, WEEKLY_REST, name_of, value_of,
};

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

type MemberRow = (PersonId, String, String, Option<String>, UnitId, Option<jiff_diesel::Timestamp>);

fn member_row((id, given, family, number, unit, left): MemberRow) -> Member {
    Member { id, name: format!("{given} {family}"), number, unit, left: left.is_some() }
}

type MemberColumns =
    (people::id, people::given_name, people::family_name, people::employee_number, people::unit_id, people::left_at);

const MEMBER: MemberColumns =
    (people::id, people::given_name, people::family_name, people::employee_number, people::unit_id, people::left_at);

/// Somebody, as far as the caller sees people.
pub(in crate::working_time) fn member(tx: &mut Tx<'_>, id: PersonId) -> Result<Option<Member>, DbError> {
    let this = people::table.find((tx.caller().organisation(), id)).select(MEMBER);
    Ok(this.first::<MemberRow>(tx.conn()).optional()?.map(member_row))
}

/// Whoever has this employee number.
pub(in crate::working_time) fn person_by_number<'tx>(
    tx: &mut Tx<'tx>,
    _may: &Granted<'tx, ManageGroups>,
    number: &str,
) -> Result<Option<Member>, DbError> {
    let this = people::table
        .filter(people::organisation_id.eq(tx.caller().organisation()))
        .filter(people::employee_number.eq(number).and(people::left_at.is_null()))
        .select(MEMBER);
    Ok(this.first::<MemberRow>(tx.conn()).optional()?.map(member_row))
}

/// The first people whose latest terms name the group, by name.
pub(in crate::working_time) fn members_of<'tx>(
    tx: &mut Tx<'tx>,
    may: &Granted<'tx, ManageGroups>,
    limit: i64,
) -> Result<Vec<Member>, DbError> {
    let Some(id) = may.scope() else { return Ok(Vec::new()) };
    let named = working_terms::table
        .filter(working_terms::organisation_id.eq(tx.caller().organisation()).and(working_terms::group_id.eq(id)))
        .select(working_terms::person_id);
    let rows: Vec<MemberRow> = people::table
        .filter(people::organisation_id.eq(tx.caller().organisation()))
        .filter(people::left_at.is_null().and(people::id.eq_any(named)))
        .order((people::family_name, people::given_name, people::id))
        .limit(limit)
        .select(MEMBER)
        .load(tx.conn())?;
    Ok(rows.into_iter().map(member_row).collect())
}

/// Who has one of these units as their home and has not left.
pub(in crate::working_time) fn people_of<'tx>(
    tx: &mut Tx<'tx>,
    _may: &Granted<'tx, ManageGroups>,
    units: &[UnitId],
) -> Result<Vec<PersonId>, DbError> {
    Ok(people::table
        .filter(people::organisation_id.eq(tx.caller().organisation()))
        .filter(people::unit_id.eq_any(units).and(people::left_at.is_null()))
        .select(people::id)
        .order(people::id)
        .load(tx.conn())?)
}

/// To which groups somebody belongs, the latest line first.
pub(in crate::working_time) fn belongings<'tx>(
    tx: &mut Tx<'tx>,
    _may: &Granted<'tx, ManageGroups>,
    person: PersonId,
) -> Result<Vec<Belonging>, DbError> {
    type Row = (jiff_diesel::Date, ContractGroupId, jiff_diesel::Date, Option<jiff_diesel::Date>);
    let rows: Vec<Row> = working_terms::table
        .filter(working_terms::organisation_id.eq(tx.caller().organisation()))
        .filter(working_terms::person_id.eq(person))
        .order(working_terms::from_on.desc())
        .select((
            working_terms::from_on,
            working_terms::group_id,
            working_terms::employed_on,
            working_terms::young_until,
        ))
        .load(tx.conn())?;
    let line = |(from_on, group, employed_on, young_until): Row| Belonging {
        from_on: from_on.to_jiff(),
        group,
        employed_on: employed_on.to_jiff(),
        young_until: young_until.map(jiff_diesel::Date::to_jiff),
    };
    Ok(rows.into_iter().map(line).collect())
}

/// Says to which group people belong from a day on. What was said of that day is replaced. With `keep`, whoever has terms
/// already keeps their first day of employment and the day until which they are young.
pub(in crate::working_time) fn assign<'tx>(
    tx: &mut Tx<'tx>,
    _may: &Granted<'tx, ManageGroups>,
    people: &[PersonId],
    line: &Belonging,
    keep: bool,
    now: Timestamp,
) -> Result<(), DbError> {
    let organisation = tx.caller().organisation();
    let by = tx.caller().person_id().unwrap_or(PersonId::NIL);
    let mine = working_terms::table
        .filter(working_terms::organisation_id.eq(organisation).and(working_terms::person_id.eq_any(people)));
    let had: Vec<(PersonId, jiff_diesel::Date, jiff_diesel::Date, Option<jiff_diesel::Date>)> = mine
        .select((
            working_terms::person_id,
            working_terms::from_on,
            working_terms::employed_on,
            working_terms::young_until,
        ))
        .order((working_terms::person_id, working_terms::from_on))
        .load(tx.conn())?;
    // Of several lines the latest one stays in the map.
    let had: BTreeMap<PersonId, _> =
        had.into_iter().map(|(id, _from, employed, young)| (id, (employed, young))).collect();
    let on = working_terms::table
        .filter(working_terms::organisation_id.eq(organisation).and(working_terms::person_id.eq_any(people)))
        .filter(working_terms::from_on.eq(line.from_on.to_diesel()));
    diesel::delete(on).execute(tx.conn())?;
    let said = (line.employed_on.to_diesel(), line.young_until.map(ToDiesel::to_diesel));
    let values: Vec<_> = people
        .iter()
        .map(|person| {
            let (employed, young) = had.get(person).copied().filter(|_had| keep).unwrap_or(said);
            (
                working_terms::organisation_id.eq(organisation),
                working_terms::person_id.eq(*person),
                working_terms::from_on.eq(line.from_on.to_diesel()),
                // The home unit of the person, which the database fills in.
                working_terms::unit_id.eq(UnitId::NIL),
                working_terms::group_id.eq(line.group),
                working_terms::employed_on.eq(employed),
                working_terms::young_until.eq(young),
                working_terms::set_by.eq(by),
                working_terms::set_at.eq(now.to_diesel()),
            )
        })
        .collect();
    // A statement takes 65,535 values.
    for batch in values.chunks(5_000) {
        diesel::insert_into(working_terms::table).values(batch.to_vec()).execute(tx.conn())?;
    }
    Ok(())
}

/// Takes back what was said of somebody from a day on.
pub(in crate::working_time) fn unassign<'tx>(
    tx: &mut Tx<'tx>,
    _may: &Granted<'tx, ManageGroups>,
    person: PersonId,
    from_on: Date,
) -> Result<bool, DbError> {
    let this = working_terms::table.find((tx.caller().organisation(), person, from_on.to_diesel()));
    Ok(diesel::delete(this).execute(tx.conn())? == 1)
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
