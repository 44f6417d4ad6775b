//! What the machine's operator does with accounts on the command line, when nobody in the console can: no password is
//! seen or set here, and each deed leaves its entry, list and all.
//!
//! Organisations and accounts are found by the sign-in directory, so the operator enters one organisation at a time.

use jiff::{SignedDuration, Timestamp};

use super::grants::Role;
use super::password_links::PasswordLink;
use super::people::Details;
use super::policy::{ChangeSignIn, ListPeople};
use super::throttle::{self, Attempt};
use super::{IdentityError, grant_store, grants, operator_store, password_links, people, sign_in, store};
use crate::audit::{self, Entry};
use crate::authz::{self, Caller, SystemName};
use crate::config::ThrottleSettings;
use crate::crypto::Keyring;
use crate::db::{Db, Tx};
use crate::kernel::ids::{OrganisationId, PersonId, UnitId};
use crate::organisation::units::{self, UnitTree};

/// Accounts read at once.
const BATCH: i64 = 1_000;

/// The operator at work. Everything here blocks.
pub struct Operator<'a> {
    /// The door to the data.
    pub db: &'a Db,
    /// The appliance's keys.
    pub keys: &'a Keyring,
    /// When an account is refused for too many attempts.
    pub throttle: &'a ThrottleSettings,
}

/// An organisation of this appliance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Organisation {
    /// Its id.
    pub id: OrganisationId,
    /// Its name.
    pub name: String,
}

/// An account, as the operator lists it.
#[derive(Debug, Clone)]
pub struct AccountLine {
    /// Whose.
    pub person: PersonId,
    /// Given and family name.
    pub name: String,
    /// What they sign in with.
    pub email: String,
    /// Their home unit.
    pub unit: String,
    /// Codes of their roles; one that is for a unit has the unit's code or name after a `=`.
    pub roles: Vec<String>,
    /// Whether they have chosen a password.
    pub has_password: bool,
    /// Whether it is switched off, because they left.
    pub disabled: bool,
    /// When it was last used.
    pub last_sign_in_at: Option<Timestamp>,
    /// Until when attempts are refused, if they are.
    pub throttled_until: Option<Timestamp>,
}

/// Somebody to be added, as the operator typed it.
#[derive(Debug, Clone)]
pub struct Newcomer {
    /// What they will sign in with.
    pub email: String,
    /// Given name.
    pub given_name: String,
    /// Family name.
    pub family_name: String,
    /// Employee number.
    pub employee_number: Option<String>,
    /// Home unit by code or name; `None` for the top one.
    pub unit: Option<String>,
    /// Code of each role, with its unit by code or name if it is for one.
    pub roles: Vec<(String, Option<String>)>,
}

/// All organisations in which somebody can sign in, by name. Blocks.
///
/// # Errors
/// [`IdentityError::Db`].
pub fn organisations(db: &Db) -> Result<Vec<Organisation>, IdentityError> {
    let nowhere = door(OrganisationId::NIL);
    let ids = db.read_blocking(&nowhere, |tx| Ok::<_, IdentityError>(operator_store::organisations(tx)?))?;
    named(db, ids)
}

fn named(db: &Db, ids: Vec<OrganisationId>) -> Result<Vec<Organisation>, IdentityError> {
    let mut found = Vec::new();
    for id in ids {
        let name = db.read_blocking(&door(id), |tx| Ok::<_, IdentityError>(operator_store::organisation_name(tx)?))?;
        found.push(Organisation { id, name });
    }
    found.sort_by(|a, b| a.name.cmp(&b.name).then(a.id.cmp(&b.id)));
    Ok(found)
}

impl Operator<'_> {
    /// The organisations that have an account with this address.
    ///
    /// # Errors
    /// [`IdentityError::Db`].
    pub fn knowing(&self, email: &str) -> Result<Vec<Organisation>, IdentityError> {
        let key = store::directory_key(self.keys, email);
        let ids = self
            .db
            .read_blocking(&door(OrganisationId::NIL), |tx| Ok::<_, IdentityError>(store::directory(tx, &key)?))?;
        named(self.db, ids)
    }

    /// Every account of an organisation, by address.
    ///
    /// # Errors
    /// [`IdentityError::Db`].
    pub fn accounts(&self, organisation: OrganisationId, now: Timestamp) -> Result<Vec<AccountLine>, IdentityError> {
        self.db.write_blocking(&door(organisation), |tx| {
            let units = units::tree_in(tx)?;
            let mut all: Vec<AccountLine> = Vec::new();
            loop {
                let after = all.last().map_or_else(String::new, |last| last.email.clone());
                let batch = self.batch(tx, &units, &after, now)?;
                let more = i64::try_from(batch.len()).is_ok_and(|length| length == BATCH);
                all.extend(batch);
                if !more {
                    break;
                }
            }
            let shown = u32::try_from(all.len()).unwrap_or(u32::MAX);
            audit::record(tx, now, Entry::new("account.list").on("account", "").noting("accounts", shown))?;
            Ok(all)
        })
    }

    fn batch(
        &self,
        tx: &mut Tx<'_>,
        units: &UnitTree,
        after: &str,
        now: Timestamp,
    ) -> Result<Vec<AccountLine>, IdentityError> {
        let may = authz::may::<ListPeople>(tx, ())?;
        let rows = operator_store::accounts(tx, &may, after, BATCH)?;
        let people: Vec<PersonId> = rows.iter().map(|row| row.person).collect();
        let roles = operator_store::roles_of(tx, &may, &people)?;
        let keys: Vec<[u8; 32]> = rows.iter().map(|row| throttle::account_key(self.keys, &row.email)).collect();
        let counted = operator_store::counted(tx, &keys)?;
        let lines = rows.into_iter().zip(&keys).map(|(row, key)| AccountLine {
            person: row.person,
            name: format!("{} {}", row.given_name, row.family_name),
            unit: units.path(row.unit),
            roles: roles
                .iter()
                .filter(|(person, _role, _unit)| *person == row.person)
                .map(|(_person, role, unit)| match unit {
                    Some(unit) => format!("{role}={}", short(units, *unit)),
                    None => role.clone(),
                })
                .collect(),
            has_password: row.has_password,
            disabled: row.disabled_at.is_some(),
            last_sign_in_at: row.last_sign_in_at.map(|at| at.to_jiff()),
            throttled_until: counted
                .iter()
                .find(|(known, _failures, _since)| known.as_slice() == key.as_slice())
                .and_then(|(_key, failures, since)| self.refused_until(*failures, since.to_jiff(), now)),
            email: row.email,
        });
        Ok(lines.collect())
    }

    fn refused_until(&self, failures: i32, since: Timestamp, now: Timestamp) -> Option<Timestamp> {
        let window = SignedDuration::try_from(self.throttle.window()).unwrap_or(SignedDuration::from_mins(15));
        // The next attempt is counted before it is looked at.
        (i64::from(failures) >= i64::from(self.throttle.attempts) && since + window > now).then(|| since + window)
    }

    /// Adds somebody with an account and roles, all or nothing; the link is for them to choose a password.
    ///
    /// # Errors
    /// [`IdentityError::Mistyped`] for a unit or a role that there is not, a name or an address that cannot be;
    /// [`IdentityError::Taken`], [`IdentityError::UnitClosed`].
    pub fn add(
        &self,
        organisation: OrganisationId,
        newcomer: &Newcomer,
        now: Timestamp,
    ) -> Result<PasswordLink, IdentityError> {
        let email = sign_in::normal(&newcomer.email);
        if !super::pages::plausible_email(&email) {
            return mistyped(format!("{email:?} is no e-mail address"));
        }
        let given_name = name("--given-name", &newcomer.given_name, 100)?;
        let family_name = name("--family-name", &newcomer.family_name, 100)?;
        let employee_number =
            newcomer.employee_number.as_deref().map(|number| name("--employee-number", number, 40)).transpose()?;
        let directory = store::directory_key(self.keys, &email);
        self.db.write_blocking(&door(organisation), |tx| {
            let tree = units::tree_in(tx)?;
            let top = tree.all().next().map(|(_depth, unit)| unit.id);
            let unit = match &newcomer.unit {
                Some(text) => find_unit(&tree, text)?,
                None => top.ok_or(IdentityError::UnitClosed)?,
            };
            let details = Details { given_name, family_name, employee_number, email: Some(email), phone: None, unit };
            let (person, link) = people::add_in(tx, &details, true, Some(directory), now)?;
            for (role, unit) in &newcomer.roles {
                give(tx, &tree, person, role, unit.as_deref(), now)?;
            }
            link.ok_or(IdentityError::NoAccount)
        })
    }

    /// A new link to choose a password; those made before no longer work. The old password stays until it is used.
    ///
    /// # Errors
    /// [`IdentityError::NoAccount`], [`IdentityError::Authz`] for somebody who left.
    pub fn link(
        &self,
        organisation: OrganisationId,
        email: &str,
        now: Timestamp,
    ) -> Result<PasswordLink, IdentityError> {
        self.db.write_blocking(&door(organisation), |tx| {
            let person = person(tx, email)?;
            password_links::issue_in(tx, person, now)
        })
    }

    /// Forgives the failed attempts at an account's password and second factor; how many there were. Those of networks
    /// stay counted.
    ///
    /// # Errors
    /// [`IdentityError::NoAccount`].
    pub fn unlock(&self, organisation: OrganisationId, email: &str, now: Timestamp) -> Result<i32, IdentityError> {
        let email = sign_in::normal(email);
        let key = throttle::account_key(self.keys, &email);
        self.db.write_blocking(&door(organisation), |tx| {
            let person = person(tx, &email)?;
            authz::may::<ChangeSignIn>(tx, person).map(drop)?;
            let counted = operator_store::counted(tx, &[key, throttle::factor_key(self.keys, person)])?;
            let failures = counted.iter().map(|(_key, failures, _since)| *failures).sum();
            Attempt::new(self.keys, &email, None).forgive(tx)?;
            Attempt::at_factor(self.keys, person, None).forgive(tx)?;
            let entry = Entry::new("account.unlock").on("person", person).about(person);
            audit::record(tx, now, entry.noting("failed_attempts", failures))?;
            Ok(failures)
        })
    }

    /// Gives a role to somebody who has an account, for `unit` (by code or name) if the role is one for units.
    ///
    /// # Errors
    /// [`IdentityError::Mistyped`] for a role or a unit that there is not, a unit that is missing or too much;
    /// [`IdentityError::NoAccount`], [`IdentityError::HasRole`], [`IdentityError::Left`], [`IdentityError::UnitClosed`].
    pub fn grant(
        &self,
        organisation: OrganisationId,
        email: &str,
        role: &str,
        unit: Option<&str>,
        now: Timestamp,
    ) -> Result<(), IdentityError> {
        self.db.write_blocking(&door(organisation), |tx| {
            let person = person(tx, email)?;
            let tree = units::tree_in(tx)?;
            give(tx, &tree, person, role, unit, now)
        })
    }
}

const fn door(organisation: OrganisationId) -> Caller {
    Caller::system(SystemName::Operator, organisation)
}

fn mistyped<T>(sentence: impl Into<String>) -> Result<T, IdentityError> {
    Err(IdentityError::Mistyped(sentence.into()))
}

fn person(tx: &mut Tx<'_>, email: &str) -> Result<PersonId, IdentityError> {
    operator_store::account_of(tx, &sign_in::normal(email))?.ok_or(IdentityError::NoAccount)
}

fn give(
    tx: &mut Tx<'_>,
    tree: &UnitTree,
    person: PersonId,
    role: &str,
    unit: Option<&str>,
    now: Timestamp,
) -> Result<(), IdentityError> {
    let roles = grant_store::roles(tx)?;
    let Some(role) = roles.iter().find(|known| known.code == role) else {
        let known: Vec<&str> = roles.iter().map(|role| role.code.as_str()).collect();
        return mistyped(format!("there is no role {role:?}; there are {}", known.join(", ")));
    };
    let unit = unit_for(role, tree, unit)?;
    grants::grant_in(tx, person, role.id, unit, now)
}

fn unit_for(role: &Role, tree: &UnitTree, unit: Option<&str>) -> Result<Option<UnitId>, IdentityError> {
    match (role.for_unit, unit) {
        (true, Some(unit)) => Ok(Some(find_unit(tree, unit)?)),
        (false, None) => Ok(None),
        (true, None) => mistyped(format!("the role {} is given for a unit: name it by its code or name", role.code)),
        (false, Some(_unit)) => {
            mistyped(format!("the role {} is for the whole organisation: leave the unit away", role.code))
        }
    }
}

/// An open unit by its code, or by its name where no other has it.
fn find_unit(tree: &UnitTree, text: &str) -> Result<UnitId, IdentityError> {
    let text = text.trim();
    let by_code = tree.open().find(|(_depth, unit)| unit.code.as_deref().is_some_and(|code| same(code, text)));
    if let Some((_depth, unit)) = by_code {
        return Ok(unit.id);
    }
    let named: Vec<UnitId> =
        tree.open().filter(|(_depth, unit)| same(&unit.name, text)).map(|(_depth, unit)| unit.id).collect();
    match named.as_slice() {
        [unit] => Ok(*unit),
        [] => mistyped(format!("no open unit has the code or name {text:?}")),
        several => {
            let paths: Vec<String> = several.iter().map(|unit| tree.path(*unit)).collect();
            mistyped(format!("{text:?} may be any of {}: give it a code in the console first", paths.join("; ")))
        }
    }
}

fn same(a: &str, b: &str) -> bool {
    a.to_lowercase() == b.to_lowercase()
}

fn short(units: &UnitTree, id: UnitId) -> String {
    units.get(id).map_or_else(String::new, |unit| unit.code.clone().unwrap_or_else(|| unit.name.clone()))
}

fn name(option: &str, text: &str, longest: usize) -> Result<String, IdentityError> {
    let text = text.trim();
    if text.is_empty() || text.chars().count() > longest || text.chars().any(char::is_control) {
        return mistyped(format!("{option} takes 1 to {longest} characters"));
    }
    Ok(text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::organisation::units::{Unit, UnitKind};

    fn tree() -> UnitTree {
        let unit = |id: u128, parent: Option<u128>, name: &str, code: Option<&str>, closed| Unit {
            id: UnitId(uuid::Uuid::from_u128(id)),
            parent: parent.map(|id| UnitId(uuid::Uuid::from_u128(id))),
            kind: UnitKind::Station,
            name: name.to_owned(),
            code: code.map(str::to_owned),
            closed,
        };
        UnitTree::new(vec![
            unit(1, None, "Northmoor", None, false),
            unit(2, Some(1), "Harbour", Some("E28"), false),
            unit(3, Some(1), "Fernley", None, false),
            unit(4, Some(2), "Red Watch", None, false),
            unit(5, Some(3), "Red Watch", None, false),
            unit(6, Some(1), "Millbrook", None, true),
        ])
    }

    fn found(text: &str) -> Result<u128, String> {
        find_unit(&tree(), text).map(|unit| unit.0.as_u128()).map_err(|error| error.advice())
    }

    #[test]
    fn a_unit_is_found_by_code_or_by_a_name_that_only_one_open_unit_has() {
        assert_eq!((found("e28"), found(" fernley ")), (Ok(2), Ok(3)));
        assert!(found("Red Watch").is_err_and(|said| said.contains("Harbour") && said.contains("Fernley")));
        assert!(found("Millbrook").is_err_and(|said| said.contains("no open unit")));
    }

    #[test]
    fn names_are_trimmed_and_have_bounds() {
        assert!(name("--given-name", " Jo ", 100).is_ok_and(|name| name == "Jo"));
        for wrong in ["", "  ", "a\nb", &"x".repeat(101)] {
            assert!(name("--given-name", wrong, 100).is_err(), "{wrong:?}");
        }
    }
}
