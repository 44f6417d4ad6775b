//! Roles of the organisation's own, built from the catalogue: new, copied from another, changed, retired when unused.
//! The built-in ones can be copied and never changed; the database refuses it too.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::grants::Role;
use super::policy::{BuildRole, ChangeRole};
use super::{IdentityError, grant_store, role_design_store};
use crate::audit::{self, Entry, Field, Value};
use crate::authz::{self, AuthzError, Caller, CatalogueEntry, Permission, Scope, Verdict, permission};
use crate::db::{Db, DbError};
use crate::kernel::ids::RoleId;

const NAME: Field = Field::shown("name");
const SUMMARY: Field = Field::shown("summary");
const PERMISSIONS: Field = Field::shown("permissions");
const RETIRED: Field = Field::shown("retired");

/// What a role shall be.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Draft {
    /// Its name.
    pub name: String,
    /// What it is for, in a sentence.
    pub summary: String,
    /// What it may do, and how far: only codes and scopes of the catalogue.
    pub permissions: BTreeMap<String, Scope>,
}

impl Draft {
    /// Takes a permission in, if the catalogue offers it at that scope.
    pub fn give(&mut self, code: &str, scope: Scope) -> bool {
        let offered = CatalogueEntry::of(code).is_some_and(|entry| entry.scopes.contains(&scope));
        let given = offered && !self.permissions.contains_key(code);
        if given {
            self.permissions.insert(code.to_owned(), scope);
        }
        given
    }

    fn listed(&self) -> Vec<String> {
        self.permissions.iter().map(|(code, scope)| format!("{code} {}", scope.as_str())).collect()
    }
}

/// A role as its page shows it.
#[derive(Debug, Clone)]
pub struct RoleDetail {
    /// The role.
    pub role: Role,
    /// What it may do, by code; a built-in role may have a permission at more than one scope.
    pub permissions: Vec<(String, Scope)>,
    /// How many people have it or will have it, when that is for the caller to see.
    pub holders: Option<i64>,
    /// Build a role, from a copy of this one for instance.
    pub may_build: bool,
    /// Change or retire it.
    pub may_change: bool,
    /// See the console as somebody who has it.
    pub may_preview: bool,
}

/// One role, for everybody of the organisation: whoever is recorded may know what can be done with the record.
///
/// # Errors
/// [`IdentityError::Authz`] when there is none.
pub async fn read(db: &Db, caller: &Caller, id: RoleId) -> Result<RoleDetail, IdentityError> {
    db.read(caller, move |tx| {
        let role = grant_store::roles(tx)?.into_iter().find(|role| role.id == id).ok_or(AuthzError::Hidden)?;
        let facts = role_design_store::facts(tx, id)?.ok_or(AuthzError::Hidden)?;
        let permissions = role_design_store::permissions(tx, id)?;
        let caller = tx.caller();
        let sees = caller.holds_for_all(permission::ROLE_READ);
        let holders = if sees { Some(role_design_store::holders(tx, id)?) } else { None };
        Ok(RoleDetail {
            role,
            permissions,
            holders,
            may_build: BuildRole::decide(caller, &()) == Verdict::Allow,
            may_change: ChangeRole::decide(caller, &facts) == Verdict::Allow,
            may_preview: caller.holds_for_all(permission::ROLE_PREVIEW) && !facts.retired,
        })
    })
    .await
}

/// Builds a role.
///
/// # Errors
/// [`IdentityError::RoleNameTaken`], [`IdentityError::Authz`].
pub async fn build(db: &Db, caller: &Caller, draft: Draft, now: Timestamp) -> Result<RoleId, IdentityError> {
    db.write(caller, move |tx| {
        let may = authz::may::<BuildRole>(tx, ())?;
        let id = RoleId::new(now);
        let mut code = slug(&draft.name);
        if role_design_store::code_taken(tx, &code)? {
            code = format!("{code}-{}", id.0.simple());
        }
        role_design_store::insert(tx, &may, id, &code, &draft, now).map_err(name_taken)?;
        let changes = [
            NAME.change(None::<&str>, draft.name.as_str()),
            SUMMARY.change(None::<&str>, draft.summary.as_str()),
            PERMISSIONS.change(None::<Value>, draft.listed()),
        ];
        let entry = Entry::new("role.design").on("role", id).noting("code", code).changed(changes);
        let caller = tx.caller();
        audit::record(tx, now, entry.allowed_by(caller, &[permission::ROLE_DESIGN]))?;
        Ok(id)
    })
    .await
}

/// Changes a role; it counts at the next request of everybody who has it.
///
/// # Errors
/// [`IdentityError::RoleNameTaken`]; [`IdentityError::RoleTooHeavy`] when somebody who has it would come to hold what
/// takes a second person; [`IdentityError::LastAdministrator`]; [`IdentityError::Authz`] for a built-in role, a
/// retired one, and one that the caller has.
pub async fn change(db: &Db, caller: &Caller, id: RoleId, draft: Draft, now: Timestamp) -> Result<(), IdentityError> {
    let changed = db.write(caller, move |tx| {
        let may = authz::may::<ChangeRole>(tx, id)?;
        let role = grant_store::roles(tx)?.into_iter().find(|role| role.id == id).ok_or(AuthzError::Hidden)?;
        let before = role_design_store::permissions(tx, id)?;
        let was = Draft { name: role.name, summary: role.summary, permissions: before.into_iter().collect() };
        if was == draft {
            return Ok(());
        }
        role_design_store::update(tx, &may, (&was, &draft)).map_err(name_taken)?;
        let changes = [
            NAME.change(was.name.as_str(), draft.name.as_str()),
            SUMMARY.change(was.summary.as_str(), draft.summary.as_str()),
            PERMISSIONS.change(was.listed(), draft.listed()),
        ];
        let entry = Entry::new("role.change").on("role", id).noting("code", role.code).changed(changes);
        let caller = tx.caller();
        audit::record(tx, now, entry.allowed_by(caller, &[permission::ROLE_DESIGN]))?;
        Ok(())
    });
    changed.await.map_err(|error: IdentityError| error.last_owner().too_heavy())
}

/// Retires a role that nobody has: it can no longer be given, and the trail keeps what it was.
///
/// # Errors
/// [`IdentityError::RoleInUse`]; [`IdentityError::Authz`] for a built-in role, and one that is retired already.
pub async fn retire(db: &Db, caller: &Caller, id: RoleId, now: Timestamp) -> Result<(), IdentityError> {
    db.write(caller, move |tx| {
        let may = authz::may::<ChangeRole>(tx, id)?;
        role_design_store::retire(tx, &may, now).map_err(|error| match error.check_violation() {
            Some("roles_retire_unused") => IdentityError::RoleInUse,
            _ => error.into(),
        })?;
        let entry = Entry::new("role.retire").on("role", id).changed([RETIRED.change(false, true)]);
        let caller = tx.caller();
        audit::record(tx, now, entry.allowed_by(caller, &[permission::ROLE_DESIGN]))?;
        Ok(())
    })
    .await
}

fn name_taken(error: DbError) -> IdentityError {
    match error.unique_violation() {
        Some("roles_name") => IdentityError::RoleNameTaken,
        _ => error.into(),
    }
}

/// A code that can be read in the trail: `Watch deputy, nights` becomes `watch-deputy-nights`.
fn slug(name: &str) -> String {
    let lower = name.to_lowercase();
    let words = lower.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    let slug: String = words.collect::<Vec<_>>().join("-").chars().take(40).collect();
    let slug = slug.trim_end_matches('-');
    if slug.is_empty() { "role".to_owned() } else { slug.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_made_of_the_name() {
        assert_eq!(slug("Watch deputy, nights"), "watch-deputy-nights");
        assert_eq!(slug("  "), "role");
        assert_eq!(slug("Prif Swyddog – Gŵyr"), "prif-swyddog-g-yr");
        assert!(slug(&"long name ".repeat(20)).len() <= 40);
    }

    #[test]
    fn only_what_the_catalogue_offers_is_given_and_only_once() {
        let mut draft = Draft::default();
        assert!(draft.give("duty.read", Scope::Below));
        assert!(!draft.give("duty.read", Scope::Unit), "twice");
        assert!(!draft.give("hr.kin.read", Scope::Below), "a scope that is not offered");
        assert!(!draft.give("duty.burn", Scope::Own), "no permission");
        assert_eq!(draft.listed(), ["duty.read below"]);
    }
}
