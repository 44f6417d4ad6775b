//! What is written into organisations that are made up for previews. Row-level security lets the set-up do it there, and
//! nowhere else.

use diesel::dsl::exists;
use diesel::prelude::*;
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use jiff_diesel::ToDiesel;

use crate::authz::Scope;
use crate::db::schema::{
    duties, duty_kinds, duty_shared_notes, hr_contracts, hr_fitness, hr_kin, hr_payroll, organisations, people,
    role_grants, role_permissions, roles, units,
};
use crate::db::{DbError, Tx};
use crate::kernel::ids::{DutyId, DutyKindId, PersonId, RoleGrantId, RoleId, UnitId};

/// Whether the transaction's organisation has been made up.
pub(super) fn is_there(tx: &mut Tx<'_>) -> Result<bool, DbError> {
    let this = organisations::table.find(tx.caller().organisation());
    Ok(diesel::select(exists(this)).get_result(tx.conn())?)
}

/// The station through which a role for a unit is looked at.
pub(super) fn station(tx: &mut Tx<'_>) -> Result<UnitId, DbError> {
    let stations = units::table.filter(units::organisation_id.eq(tx.caller().organisation()));
    Ok(stations.filter(units::kind.eq("station")).select(units::id).order(units::code).first(tx.conn())?)
}

/// Whoever looks: a made-up person without an account, called by the role. `true` when they were not there before.
pub(super) fn viewer(
    tx: &mut Tx<'_>,
    viewer: PersonId,
    unit: UnitId,
    role: &str,
    now: Timestamp,
) -> Result<bool, DbError> {
    let made = diesel::insert_into(people::table)
        .values((
            people::organisation_id.eq(tx.caller().organisation()),
            people::id.eq(viewer),
            people::unit_id.eq(unit),
            people::given_name.eq("Seen as"),
            people::family_name.eq(role),
            people::created_at.eq(now.to_diesel()),
        ))
        .on_conflict_do_nothing()
        .execute(tx.conn())?;
    Ok(made == 1)
}

/// Gives the viewer a role of their own with exactly these permissions.
pub(super) fn hold(
    tx: &mut Tx<'_>,
    viewer: PersonId,
    permissions: &[(String, Scope)],
    unit: UnitId,
    now: Timestamp,
) -> Result<(), DbError> {
    let (organisation, role) = (tx.caller().organisation(), RoleId(viewer.0));
    let name = format!("preview-{}", viewer.0.simple());
    diesel::insert_into(roles::table)
        .values((
            roles::organisation_id.eq(organisation),
            roles::id.eq(role),
            roles::code.eq(&name),
            roles::name.eq(&name),
            roles::summary.eq("The role that is looked at."),
            roles::built_in.eq(false),
        ))
        .on_conflict_do_nothing()
        .execute(tx.conn())?;
    let theirs = role_permissions::table
        .filter(role_permissions::organisation_id.eq(organisation).and(role_permissions::role_id.eq(role)));
    diesel::delete(theirs).execute(tx.conn())?;
    let rows: Vec<_> = permissions
        .iter()
        .map(|(code, scope)| {
            (
                role_permissions::organisation_id.eq(organisation),
                role_permissions::role_id.eq(role),
                role_permissions::permission.eq(code),
                role_permissions::scope.eq(scope.as_str()),
            )
        })
        .collect();
    diesel::insert_into(role_permissions::table).values(rows).execute(tx.conn())?;
    diesel::insert_into(role_grants::table)
        .values((
            role_grants::organisation_id.eq(organisation),
            role_grants::id.eq(RoleGrantId(viewer.0)),
            role_grants::person_id.eq(viewer),
            role_grants::role_id.eq(role),
            role_grants::unit_id.eq(Some(unit)),
            role_grants::granted_at.eq(now.to_diesel()),
        ))
        .on_conflict_do_nothing()
        .execute(tx.conn())?;
    Ok(())
}

/// A day shift of nine hours with a note.
pub(super) fn duty(
    tx: &mut Tx<'_>,
    person: PersonId,
    unit: UnitId,
    day: Date,
    start: Timestamp,
    now: Timestamp,
) -> Result<(), DbError> {
    let organisation = tx.caller().organisation();
    let kind: DutyKindId = duty_kinds::table
        .filter(duty_kinds::organisation_id.eq(organisation).and(duty_kinds::level.eq(1)))
        .select(duty_kinds::id)
        .order((duty_kinds::position, duty_kinds::id))
        .first(tx.conn())?;
    let id = DutyId::new(start);
    diesel::insert_into(duties::table)
        .values((
            duties::organisation_id.eq(organisation),
            duties::id.eq(id),
            duties::person_id.eq(person),
            duties::unit_id.eq(unit),
            duties::started_at.eq(start.to_diesel()),
            duties::ended_at.eq((start + SignedDuration::from_hours(9)).to_diesel()),
            duties::started_on.eq(day.to_diesel()),
            duties::break_minutes.eq(45),
            duties::type_id.eq(kind),
            duties::call_sign.eq("X01P1"),
            duties::source.eq("manual"),
            duties::created_at.eq(now.to_diesel()),
            duties::created_by.eq(person),
            duties::changed_at.eq(now.to_diesel()),
        ))
        .execute(tx.conn())?;
    diesel::insert_into(duty_shared_notes::table)
        .values((
            duty_shared_notes::organisation_id.eq(organisation),
            duty_shared_notes::duty_id.eq(id),
            duty_shared_notes::person_id.eq(person),
            duty_shared_notes::unit_id.eq(unit),
            duty_shared_notes::body.eq("A made-up note that managers of the unit read."),
        ))
        .execute(tx.conn())?;
    Ok(())
}

/// Something in every set of HR fields.
pub(super) fn hr(tx: &mut Tx<'_>, person: PersonId, number: u32, now: Timestamp) -> Result<(), DbError> {
    let (organisation, at) = (tx.caller().organisation(), now.to_diesel());
    diesel::insert_into(hr_contracts::table)
        .values((
            hr_contracts::organisation_id.eq(organisation),
            hr_contracts::person_id.eq(person),
            hr_contracts::contract_type.eq("Whole-time"),
            hr_contracts::contract_minutes_per_week.eq(2_520),
            hr_contracts::changed_at.eq(at),
        ))
        .execute(tx.conn())?;
    diesel::insert_into(hr_payroll::table)
        .values((
            hr_payroll::organisation_id.eq(organisation),
            hr_payroll::person_id.eq(person),
            hr_payroll::payroll_number.eq(format!("P-{number:05}")),
            hr_payroll::changed_at.eq(at),
        ))
        .execute(tx.conn())?;
    diesel::insert_into(hr_kin::table)
        .values((
            hr_kin::organisation_id.eq(organisation),
            hr_kin::person_id.eq(person),
            hr_kin::next_of_kin.eq("Somebody made up, 01632 960000"),
            hr_kin::changed_at.eq(at),
        ))
        .execute(tx.conn())?;
    diesel::insert_into(hr_fitness::table)
        .values((
            hr_fitness::organisation_id.eq(organisation),
            hr_fitness::person_id.eq(person),
            hr_fitness::fitness_note.eq("Fit for all duties"),
            hr_fitness::changed_at.eq(at),
        ))
        .execute(tx.conn())?;
    Ok(())
}
