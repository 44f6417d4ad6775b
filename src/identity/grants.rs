//! Roles and who has them, from when to when. Nobody changes their own; the last owner stays (the database sees to
//! it); a grant that weighs too much becomes a request (`approvals`).

use jiff::Timestamp;

use super::approvals;
use super::policy::{GrantRole, ReadRoles, RequestRole, RevokeRole};
use super::{IdentityError, grant_store};
use crate::audit::{self, Entry, Field, Value};
use crate::authz::{self, AuthzError, Caller, Granted, Permission, Verdict, permission};
use crate::db::{Db, Tx};
use crate::kernel::ids::{GrantRequestId, PersonId, RoleGrantId, RoleId, UnitId};
use crate::organisation::UnitTree;
use crate::organisation::units;

pub(super) const ROLE: Field = Field::shown("role");
pub(super) const UNIT: Field = Field::shown("unit");
pub(super) const STARTS: Field = Field::shown("starts");
pub(super) const ENDS: Field = Field::shown("ends");

/// A role of the organisation.
#[derive(Debug, Clone)]
pub struct Role {
    /// Its id.
    pub id: RoleId,
    /// Its stable code.
    pub code: String,
    /// Its name.
    pub name: String,
    /// What it is for.
    pub summary: String,
    /// Whether it is given for a unit.
    pub for_unit: bool,
    /// Whether this version brought it; the others were built by the organisation.
    pub built_in: bool,
    /// Whether it can no longer be given.
    pub retired: bool,
}

/// Whether a grant counts at a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InForce {
    /// It does.
    Now,
    /// It begins later.
    Later,
    /// It has ended.
    Over,
}

/// That somebody has a role.
#[derive(Debug, Clone)]
pub struct GrantView {
    /// The grant.
    pub id: RoleGrantId,
    /// The role's name.
    pub role: String,
    /// The unit it is for.
    pub unit: Option<UnitId>,
    /// When it was given.
    pub granted_at: Timestamp,
    /// From when on it counts; `None`: since it was given.
    pub starts_at: Option<Timestamp>,
    /// When it stops to count; `None`: when it is taken away.
    pub ends_at: Option<Timestamp>,
    /// Whether a second person approved it.
    pub approved: bool,
}

impl GrantView {
    /// Whether it counts at `now`.
    pub fn in_force(&self, now: Timestamp) -> InForce {
        if self.ends_at.is_some_and(|end| end <= now) {
            InForce::Over
        } else if self.starts_at.is_some_and(|start| start > now) {
            InForce::Later
        } else {
            InForce::Now
        }
    }
}

/// Somebody's roles, and those that could be given.
#[derive(Debug, Clone)]
pub struct RolesOf {
    /// Whose.
    pub name: String,
    /// What they have, had, or will have.
    pub grants: Vec<GrantView>,
    /// What there is to give.
    pub roles: Vec<Role>,
    /// All units.
    pub units: UnitTree,
    /// Whether the caller may give one.
    pub may_grant: bool,
    /// Whether the caller may take one away.
    pub may_revoke: bool,
    /// Whether the caller may ask for one, for a second person to approve.
    pub may_request: bool,
}

/// One permission in the catalogue, and who has it.
#[derive(Debug, Clone)]
pub struct CatalogueEntry {
    /// To what it belongs.
    pub area: String,
    /// Its code.
    pub code: String,
    /// What it allows.
    pub summary: String,
    /// Role id and scope (`own`, `unit`, `below`, `organisation`) of each role that has it.
    pub held: Vec<(RoleId, String)>,
}

/// What somebody shall get.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// For which unit, if the role is one for units; else it is left out.
    pub unit: Option<UnitId>,
    /// From when on; `None`: at once.
    pub starts_at: Option<Timestamp>,
    /// Until when; `None`: until it is taken away.
    pub ends_at: Option<Timestamp>,
    /// Why, for the second person, if it takes one.
    pub reason: Option<String>,
}

/// What became of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Given {
    /// They have it.
    Now(RoleGrantId),
    /// A second person decides.
    Asked(GrantRequestId),
}

/// Somebody's roles.
pub(super) fn of<'tx>(tx: &mut Tx<'tx>, may: &Granted<'tx, ReadRoles>) -> Result<Vec<GrantView>, IdentityError> {
    Ok(grant_store::grants_of(tx, may)?)
}

/// Somebody's roles and what could be changed about them. Reading another person's leaves an entry.
///
/// # Errors
/// [`IdentityError::Authz`].
pub async fn read(db: &Db, caller: &Caller, id: PersonId, now: Timestamp) -> Result<RolesOf, IdentityError> {
    db.write(caller, move |tx| {
        let may = authz::may::<ReadRoles>(tx, id)?;
        let grants = grant_store::grants_of(tx, &may)?;
        let name = grant_store::name_of(tx, &may)?;
        let mut roles = grant_store::roles(tx)?;
        roles.retain(|role| !role.retired);
        let units = units::tree_in(tx)?;
        let (caller, person) = (tx.caller(), may.facts());
        let may_grant = GrantRole::decide(caller, person) == Verdict::Allow && !person.left;
        let may_request = RequestRole::decide(caller, person) == Verdict::Allow && !person.left;
        let may_revoke = RevokeRole::decide(caller, person) == Verdict::Allow;
        if caller.person_id() != Some(id) {
            let entry = Entry::new("role.read").on("person", id).about(id);
            audit::record(tx, now, entry.allowed_by(caller, &[permission::ROLE_READ]))?;
        }
        Ok(RolesOf { name, grants, roles, units, may_grant, may_revoke, may_request })
    })
    .await
}

/// Gives somebody a role at once and until it is taken away, for `unit` if the role is one for units.
///
/// # Errors
/// [`IdentityError::UnitNeeded`], [`IdentityError::UnitClosed`], [`IdentityError::HasRole`], [`IdentityError::Left`];
/// [`IdentityError::TakesTwo`] when a second person would have to approve it: see [`give`];
/// [`IdentityError::Authz`] for oneself, and for a role that there is not.
pub async fn grant(
    db: &Db,
    caller: &Caller,
    person: PersonId,
    role: RoleId,
    unit: Option<UnitId>,
    now: Timestamp,
) -> Result<(), IdentityError> {
    db.write(caller, move |tx| grant_in(tx, person, role, unit, now)).await
}

/// [`grant`] inside a transaction.
pub(super) fn grant_in(
    tx: &mut Tx<'_>,
    person: PersonId,
    role: RoleId,
    unit: Option<UnitId>,
    now: Timestamp,
) -> Result<(), IdentityError> {
    let wanted = fitting(tx, role, Wanted { unit, ..Wanted::default() }, now)?;
    // The operator of the machine is the way back in when nobody is left to approve anything.
    if tx.caller().person().is_some() && grant_store::takes_two(tx, person, role)? {
        return Err(IdentityError::TakesTwo);
    }
    write_grant(tx, person, &wanted, now).map(drop)
}

/// Gives somebody a role, or asks for it when it takes a second person's approval within `time_limit`: when they would
/// hold both what opens personal records and what decides over others, and always when it is for oneself.
///
/// # Errors
/// As [`grant`]; [`IdentityError::ReasonNeeded`] when it takes two and no reason is given;
/// [`IdentityError::DatesWrong`]; [`IdentityError::AskedAlready`].
pub async fn give(
    db: &Db,
    caller: &Caller,
    person: PersonId,
    role: RoleId,
    wanted: Wanted,
    time_limit: jiff::SignedDuration,
    now: Timestamp,
) -> Result<Given, IdentityError> {
    db.write(caller, move |tx| {
        let may = authz::may::<RequestRole>(tx, person)?;
        if may.facts().left {
            return Err(IdentityError::Left);
        }
        let wanted = fitting(tx, role, wanted, now)?;
        let own = tx.caller().person_id() == Some(person);
        if own || grant_store::takes_two(tx, person, role)? {
            return approvals::ask_in(tx, &may, &wanted, now + time_limit, now).map(Given::Asked);
        }
        write_grant(tx, person, &wanted, now).map(Given::Now)
    })
    .await
}

/// A role with what is wanted of it, after both were found to fit each other.
#[derive(Debug)]
pub(super) struct Fitting {
    pub(super) role: Role,
    pub(super) wanted: Wanted,
}

fn fitting(tx: &mut Tx<'_>, role: RoleId, wanted: Wanted, now: Timestamp) -> Result<Fitting, IdentityError> {
    let role = grant_store::roles(tx)?.into_iter().find(|known| known.id == role && !known.retired);
    let role = role.ok_or(AuthzError::Hidden)?;
    let unit = if role.for_unit { Some(wanted.unit.ok_or(IdentityError::UnitNeeded)?) } else { None };
    if let Some(unit) = unit
        && units::tree_in(tx)?.get(unit).is_none_or(|unit| unit.closed)
    {
        return Err(IdentityError::UnitClosed);
    }
    let over = wanted.ends_at.is_some_and(|end| end <= now.max(wanted.starts_at.unwrap_or(now)));
    if over { Err(IdentityError::DatesWrong) } else { Ok(Fitting { role, wanted: Wanted { unit, ..wanted } }) }
}

fn write_grant(
    tx: &mut Tx<'_>,
    person: PersonId,
    what: &Fitting,
    now: Timestamp,
) -> Result<RoleGrantId, IdentityError> {
    let may = authz::may::<GrantRole>(tx, person)?;
    if may.facts().left {
        return Err(IdentityError::Left);
    }
    let id = grant_store::insert(tx, &may, what, now).map_err(has_role)?;
    let entry = Entry::new("role.grant").on("person", person).about(person).changed(changes(what));
    let caller = tx.caller();
    audit::record(tx, now, entry.allowed_by(caller, &[permission::ROLE_GRANT]))?;
    Ok(id)
}

/// That the person has the role already, if that is what the database says.
pub(super) fn has_role(error: crate::db::DbError) -> IdentityError {
    match error.unique_violation() {
        Some("role_grants_once") => IdentityError::HasRole,
        _ => error.into(),
    }
}

/// What a grant brings, for the audit trail.
pub(super) fn changes(what: &Fitting) -> [Option<audit::Change>; 4] {
    let Fitting { role, wanted } = what;
    [
        ROLE.change(None::<&str>, role.code.as_str()),
        UNIT.change(None::<&str>, wanted.unit.map(Value::text)),
        STARTS.change(None::<&str>, wanted.starts_at.map(Value::text)),
        ENDS.change(None::<&str>, wanted.ends_at.map(Value::text)),
    ]
}

/// Takes a role away from somebody. It counts at their next request.
///
/// # Errors
/// [`IdentityError::LastAdministrator`]; [`IdentityError::Authz`] for oneself, and for a grant that there is not.
pub async fn revoke(
    db: &Db,
    caller: &Caller,
    person: PersonId,
    grant: RoleGrantId,
    now: Timestamp,
) -> Result<(), IdentityError> {
    let revoked = db.write(caller, move |tx| {
        let may = authz::may::<RevokeRole>(tx, person)?;
        let (role, unit) = grant_store::delete(tx, &may, grant)?.ok_or(AuthzError::Hidden)?;
        let changes = [ROLE.change(role, None::<&str>), UNIT.change(unit.map(Value::text), None::<&str>)];
        let entry = Entry::new("role.revoke").on("person", person).about(person).changed(changes);
        let caller = tx.caller();
        audit::record(tx, now, entry.allowed_by(caller, &[permission::ROLE_REVOKE]))?;
        Ok(())
    });
    revoked.await.map_err(IdentityError::last_owner)
}

/// The catalogue of permissions with the roles that have them: the same for everybody of the organisation.
///
/// # Errors
/// [`IdentityError::Db`].
pub async fn catalogue(db: &Db, caller: &Caller) -> Result<(Vec<Role>, Vec<CatalogueEntry>), IdentityError> {
    db.read(caller, |tx| {
        let mut roles = grant_store::roles(tx)?;
        roles.retain(|role| !role.retired);
        Ok((roles, grant_store::catalogue(tx)?))
    })
    .await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_grant_counts_from_its_first_moment_and_no_longer_at_its_last() {
        let at = |second| Timestamp::from_second(second).expect("a time");
        let grant = GrantView {
            id: RoleGrantId::NIL,
            role: String::new(),
            unit: None,
            granted_at: at(0),
            starts_at: Some(at(10)),
            ends_at: Some(at(20)),
            approved: false,
        };
        assert_eq!(
            [9, 10, 19, 20].map(|second| grant.in_force(at(second))),
            [InForce::Later, InForce::Now, InForce::Now, InForce::Over]
        );
        let open = GrantView { starts_at: None, ends_at: None, ..grant };
        assert_eq!(open.in_force(at(1_000)), InForce::Now);
    }
}
