//! People: who they are, where they belong, when they left. What they may do is in `grants`, what HR holds in `hr`.
//!
//! Here is what they are and how one record is read; each deed has a file of its own below.

mod adding;
mod editing;
mod leaving;
mod listing;

use jiff::Timestamp;

pub(super) use self::adding::add_in;
pub use self::adding::{add, before_adding, open_account};
pub use self::editing::edit;
pub use self::leaving::{WhatEnds, leave, reinstate, what_ends};
pub use self::listing::{Listing, NameCursor, PAGE, Presence, Search, Way, list};
use super::error::Taken;
use super::policy::{
    ChangeSignIn, EditPerson, GrantRole, InvitePerson, LinkPassword, PersonFacts, ReadHr, ReadPerson, ReadRoles,
    RecordLeaving,
};
use super::{IdentityError, grants, people_store};
use crate::audit::{self, Entry, Field, Value};
use crate::authz::{self, AuthzError, Caller, Permission, permission};
use crate::db::{Db, Tx};
use crate::identity::grants::GrantView;
use crate::kernel::ids::{PersonId, UnitId};
use crate::organisation::UnitTree;
use crate::organisation::units;

const GIVEN_NAME: Field = Field::shown("given_name");
const FAMILY_NAME: Field = Field::shown("family_name");
const EMPLOYEE_NUMBER: Field = Field::shown("employee_number");
const EMAIL: Field = Field::shown("email");
const PHONE: Field = Field::sensitive("phone");
const UNIT: Field = Field::shown("unit");
const ACCOUNT: Field = Field::shown("account");

/// Who somebody is, as it is written down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Details {
    /// Given name.
    pub given_name: String,
    /// Family name.
    pub family_name: String,
    /// Employee number.
    pub employee_number: Option<String>,
    /// E-mail address; with an account, they sign in with it.
    pub email: Option<String>,
    /// Telephone number.
    pub phone: Option<String>,
    /// Home unit.
    pub unit: UnitId,
}

/// Somebody's record.
#[derive(Debug, Clone)]
pub struct Record {
    /// Who.
    pub id: PersonId,
    /// Who they are.
    pub details: Details,
    /// When they left; `None` while they work here.
    pub left_at: Option<Timestamp>,
}

impl Record {
    /// Given and family name.
    pub fn name(&self) -> String {
        format!("{} {}", self.details.given_name, self.details.family_name)
    }
}

/// How somebody signs in.
#[derive(Debug, Clone)]
pub struct Account {
    /// With which address.
    pub email: String,
    /// Whether a password has been chosen.
    pub has_password: bool,
    /// Whether it is switched off.
    pub disabled: bool,
    /// When it was last used.
    pub last_sign_in_at: Option<Timestamp>,
    /// Until when a link to choose a password can be used, if one is out.
    pub link_until: Option<Timestamp>,
}

/// Somebody's record with all of it that the caller may see.
#[derive(Debug, Clone)]
pub struct PersonView {
    /// Who they are.
    pub record: Record,
    /// All units, to name theirs and to offer others.
    pub units: UnitTree,
    /// `None` when there is no account, or it is not for the caller to see.
    pub account: Option<Account>,
    /// `None` when it is not for the caller to see.
    pub roles: Option<Vec<GrantView>>,
    /// What the caller may do with it.
    pub may: Allowed,
}

/// What the page of a record offers this caller.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Allowed {
    /// Edit the details.
    pub edit: bool,
    /// See the account, and whether there is one.
    pub account: bool,
    /// Open one, with a link to choose its password.
    pub open: bool,
    /// Hand over a link to choose a password.
    pub link: bool,
    /// Invite them.
    pub invite: bool,
    /// Record that they left or came back.
    pub leave: bool,
    /// Change roles.
    pub grant: bool,
    /// Read HR fields.
    pub hr: bool,
    /// Whether it is the caller's own record.
    pub own: bool,
}

/// Somebody's record, as far as the caller may see it. Reading another person's leaves an entry.
///
/// # Errors
/// [`IdentityError::Authz`] when there is no such person, as far as the caller may know.
pub async fn read(db: &Db, caller: &Caller, id: PersonId, now: Timestamp) -> Result<PersonView, IdentityError> {
    db.write(caller, move |tx| {
        let may = authz::may::<ReadPerson>(tx, id)?;
        let record = people_store::record(tx, &may)?;
        let allowed = allowed(tx.caller(), may.facts());
        let account = if allowed.account { people_store::account(tx, &may, now)? } else { None };
        let roles = match authz::may::<ReadRoles>(tx, id) {
            Ok(may) => Some(grants::of(tx, &may)?),
            Err(AuthzError::Denied(_) | AuthzError::Hidden) => None,
            Err(error) => return Err(error.into()),
        };
        let units = units::tree_in(tx)?;
        if !allowed.own {
            let entry = Entry::new("person.read").on("person", id).about(id);
            let caller = tx.caller();
            audit::record(tx, now, entry.allowed_by(caller, &[permission::PEOPLE_READ]))?;
        }
        Ok(PersonView { record, units, account, roles, may: allowed })
    })
    .await
}

fn allowed(caller: &Caller, person: &PersonFacts) -> Allowed {
    use crate::authz::Verdict::Allow;
    let own = caller.person_id() == Some(person.id);
    Allowed {
        edit: EditPerson::decide(caller, person) == Allow && !person.left,
        account: own || super::policy::sees_accounts(caller),
        open: ChangeSignIn::decide(caller, person) == Allow && LinkPassword::decide(caller, person) == Allow,
        link: LinkPassword::decide(caller, person) == Allow,
        invite: InvitePerson::decide(caller, person) == Allow && !person.left,
        leave: RecordLeaving::decide(caller, person) == Allow,
        grant: GrantRole::decide(caller, person) == Allow && !person.left,
        hr: ReadHr::decide(caller, person) == Allow,
        own,
    }
}

fn open_unit(tx: &mut Tx<'_>, unit: UnitId) -> Result<(), IdentityError> {
    let open = units::tree_in(tx)?.get(unit).is_some_and(|unit| !unit.closed);
    if open { Ok(()) } else { Err(IdentityError::UnitClosed) }
}

pub(super) fn changes(before: Option<&Details>, after: &Details) -> Vec<Option<audit::Change>> {
    let was = |pick: fn(&Details) -> Option<&str>| before.and_then(pick);
    vec![
        GIVEN_NAME.change(was(|d| Some(&d.given_name)), after.given_name.as_str()),
        FAMILY_NAME.change(was(|d| Some(&d.family_name)), after.family_name.as_str()),
        EMPLOYEE_NUMBER.change(was(|d| d.employee_number.as_deref()), after.employee_number.as_deref()),
        EMAIL.change(was(|d| d.email.as_deref()), after.email.as_deref()),
        PHONE.change(was(|d| d.phone.as_deref()), after.phone.as_deref()),
        UNIT.change(before.map(|d| Value::text(d.unit)), Value::text(after.unit)),
    ]
}

/// Which of the things that must be unique is somebody else's.
pub(super) fn taken(error: crate::db::DbError) -> IdentityError {
    match error.unique_violation() {
        Some("people_email" | "accounts_email") => IdentityError::Taken(Taken::Email),
        Some("people_employee_number") => IdentityError::Taken(Taken::EmployeeNumber),
        Some("accounts_pkey") => IdentityError::Taken(Taken::Account),
        _ => error.into(),
    }
}
