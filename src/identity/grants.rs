//! Roles and who has them. Nobody changes their own; the last administrator stays.

use jiff::Timestamp;

use super::policy::{GrantRole, ReadRoles, RevokeRole};
use super::{IdentityError, grant_store};
use crate::audit::{self, Entry, Field, Value};
use crate::authz::{self, Caller, Granted};
use crate::db::{Db, Tx};
use crate::kernel::ids::{PersonId, RoleGrantId, RoleId, UnitId};
use crate::organisation::UnitTree;
use crate::organisation::units;

const ROLE: Field = Field::shown("role");
const UNIT: Field = Field::shown("unit");

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
    /// Since when.
    pub granted_at: Timestamp,
}

/// Somebody's roles, and those that could be given.
#[derive(Debug, Clone)]
pub struct RolesOf {
    /// Whose.
    pub name: String,
    /// What they have.
    pub grants: Vec<GrantView>,
    /// What there is.
    pub roles: Vec<Role>,
    /// All units.
    pub units: UnitTree,
    /// Whether the caller may give one.
    pub may_grant: bool,
    /// Whether the caller may take one away.
    pub may_revoke: bool,
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
    /// Role id and scope (`own`, `unit`, `organisation`) of each role that has it.
    pub held: Vec<(RoleId, String)>,
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
        use crate::authz::{Permission, Verdict};
        let may = authz::may::<ReadRoles>(tx, id)?;
        let grants = grant_store::grants_of(tx, &may)?;
        let name = grant_store::name_of(tx, &may)?;
        let roles = grant_store::roles(tx)?;
        let units = units::tree_in(tx)?;
        let may_grant = GrantRole::decide(tx.caller(), may.facts()) == Verdict::Allow && !may.facts().left;
        let may_revoke = RevokeRole::decide(tx.caller(), may.facts()) == Verdict::Allow;
        if tx.caller().person_id() != Some(id) {
            audit::record(tx, now, Entry::new("role.read").on("person", id).about(id))?;
        }
        Ok(RolesOf { name, grants, roles, units, may_grant, may_revoke })
    })
    .await
}

/// Gives somebody a role, for `unit` if the role is one for units.
///
/// # Errors
/// [`IdentityError::UnitNeeded`], [`IdentityError::UnitClosed`], [`IdentityError::HasRole`], [`IdentityError::Left`];
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
    let may = authz::may::<GrantRole>(tx, person)?;
    if may.facts().left {
        return Err(IdentityError::Left);
    }
    let role = grant_store::roles(tx)?.into_iter().find(|known| known.id == role).ok_or(authz::AuthzError::Hidden)?;
    let unit = if role.for_unit { Some(unit.ok_or(IdentityError::UnitNeeded)?) } else { None };
    if let Some(unit) = unit
        && units::tree_in(tx)?.get(unit).is_none_or(|unit| unit.closed)
    {
        return Err(IdentityError::UnitClosed);
    }
    grant_store::insert(tx, &may, role.id, unit, now).map_err(|error| match error.unique_violation() {
        Some("role_grants_once") => IdentityError::HasRole,
        _ => error.into(),
    })?;
    let changes = [ROLE.change(None::<&str>, role.code), UNIT.change(None::<&str>, unit.map(Value::text))];
    audit::record(tx, now, Entry::new("role.grant").on("person", person).about(person).changed(changes))?;
    Ok(())
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
    db.write(caller, move |tx| {
        let may = authz::may::<RevokeRole>(tx, person)?;
        lock(tx)?;
        let before = administrators(tx)?;
        let (role, unit) = grant_store::delete(tx, &may, grant)?.ok_or(authz::AuthzError::Hidden)?;
        check_one_left(tx, &before)?;
        let changes = [ROLE.change(role, None::<&str>), UNIT.change(unit.map(Value::text), None::<&str>)];
        audit::record(tx, now, Entry::new("role.revoke").on("person", person).about(person).changed(changes))?;
        Ok(())
    })
    .await
}

/// The catalogue of permissions with the roles that have them: the same for everybody of the organisation.
///
/// # Errors
/// [`IdentityError::Db`].
pub async fn catalogue(db: &Db, caller: &Caller) -> Result<(Vec<Role>, Vec<CatalogueEntry>), IdentityError> {
    db.read(caller, |tx| Ok((grant_store::roles(tx)?, grant_store::catalogue(tx)?))).await
}

/// Makes whoever takes an administrator away wait for one another, until the end of the transaction.
pub(super) fn lock(tx: &mut Tx<'_>) -> Result<(), IdentityError> {
    Ok(grant_store::lock(tx)?)
}

/// Who can give roles and sign in. Ask after [`lock`], else the answer is old by the time it is used.
pub(super) fn administrators(tx: &mut Tx<'_>) -> Result<Vec<PersonId>, IdentityError> {
    Ok(grant_store::administrators(tx)?)
}

/// Refuses what would leave an organisation that had an administrator without one.
pub(super) fn check_one_left(tx: &mut Tx<'_>, before: &[PersonId]) -> Result<(), IdentityError> {
    if !before.is_empty() && administrators(tx)?.is_empty() {
        return Err(IdentityError::LastAdministrator);
    }
    Ok(())
}
