//! People: who they are, where they belong, when they left. What they may do is in `grants`, what HR holds in `hr`.

use std::sync::Arc;

use jiff::Timestamp;

use super::error::Taken;
use super::password_links::{self, PasswordLink};
use super::policy::{
    AddAccount, AddPerson, ChangeSignIn, EditPerson, ListPeople, ReadPerson, ReadRoles, RecordLeaving,
};
use super::{IdentityError, grants, people_store, store};
use crate::audit::{self, Entry, Field, Value};
use crate::authz::{self, AuthzError, Caller, Permission, permission};
use crate::crypto::Keyring;
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
const LEFT: Field = Field::shown("left");

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
    /// Ask who can open the record.
    pub explain: bool,
    /// Whether it is the caller's own record.
    pub own: bool,
}

/// Who still works here.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Presence {
    /// Those who do.
    #[default]
    Working,
    /// Those who left.
    Left,
    /// Both.
    All,
}

/// Which people, and which page of them.
#[derive(Debug, Clone, Default)]
pub struct Search {
    /// Of this unit and all below.
    pub unit: Option<UnitId>,
    /// With this in their name, employee number or address.
    pub text: String,
    /// Working, left, or both.
    pub presence: Presence,
    /// From where on.
    pub from: Option<(Way, NameCursor)>,
}

/// In which direction a list goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// After the cursor.
    On,
    /// Before it.
    Back,
}

/// Where a list by name goes on.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct NameCursor(pub String, pub String, pub PersonId);

impl NameCursor {
    /// As it stands in an address.
    pub fn encode(&self) -> String {
        let json = serde_json::to_vec(self).unwrap_or_default();
        data_encoding::BASE64URL_NOPAD.encode(&json)
    }

    /// Reads what [`NameCursor::encode`] wrote; `None` for anything else.
    pub fn decode(text: &str) -> Option<Self> {
        // Two names of 100 characters and an id fit; more is nonsense.
        let short = Some(text).filter(|text| text.len() <= 2_000)?;
        serde_json::from_slice(&data_encoding::BASE64URL_NOPAD.decode(short.as_bytes()).ok()?).ok()
    }

    fn of(record: &Record) -> Self {
        Self(record.details.family_name.clone(), record.details.given_name.clone(), record.id)
    }
}

/// A page of people.
#[derive(Debug, Clone)]
pub struct Listing {
    /// By family name, given name, id.
    pub people: Vec<Record>,
    /// How many there are in all.
    pub total: i64,
    /// All units, to name theirs.
    pub units: UnitTree,
    /// Where the page before ends, if there is one.
    pub back: Option<NameCursor>,
    /// Where the next page begins, if there is one.
    pub on: Option<NameCursor>,
}

/// People on a page.
pub const PAGE: usize = 50;

/// A page of the people that the caller may see.
///
/// # Errors
/// [`IdentityError::Authz`] when they may see none.
pub async fn list(db: &Db, caller: &Caller, search: Search) -> Result<Listing, IdentityError> {
    db.read(caller, move |tx| {
        let may = authz::may::<ListPeople>(tx, ())?;
        let units = units::tree_in(tx)?;
        let branch = search.unit.map(|unit| units.with_below(unit));
        let total = people_store::count(tx, &may, &search, branch.as_deref())?;
        let mut people = people_store::list(tx, &may, &search, branch.as_deref(), PAGE + 1)?;
        let more = people.len() > PAGE;
        people.truncate(PAGE);
        let back_way = matches!(search.from, Some((Way::Back, _)));
        if back_way {
            people.reverse();
        }
        let first = people.first().map(NameCursor::of);
        let last = people.last().map(NameCursor::of);
        let (back, on) = match (&search.from, back_way) {
            (None, _) => (None, last.filter(|_last| more)),
            (Some(_), false) => (first, last.filter(|_last| more)),
            (Some(_), true) => (first.filter(|_first| more), last),
        };
        Ok(Listing { people, total, units, back, on })
    })
    .await
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

fn allowed(caller: &Caller, person: &super::policy::PersonFacts) -> Allowed {
    use super::policy::{ExplainAccess, GrantRole, InvitePerson, LinkPassword, ReadHr};
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
        explain: ExplainAccess::decide(caller, person) == Allow,
        own,
    }
}

/// The units that a new person may belong to.
///
/// # Errors
/// [`IdentityError::Authz`] when the caller may not add anybody.
pub async fn before_adding(db: &Db, caller: &Caller) -> Result<UnitTree, IdentityError> {
    db.read(caller, |tx| {
        authz::may::<AddPerson>(tx, ()).map(drop)?;
        Ok(units::tree_in(tx)?)
    })
    .await
}

/// Adds somebody; with `account`, they get one and the link by which they choose their password.
///
/// # Errors
/// [`IdentityError::Taken`], [`IdentityError::UnitClosed`], [`IdentityError::NoEmail`].
pub async fn add(
    db: &Db,
    keys: &Arc<Keyring>,
    caller: &Caller,
    details: Details,
    account: bool,
    now: Timestamp,
) -> Result<(PersonId, Option<PasswordLink>), IdentityError> {
    let directory = details.email.as_deref().map(|email| store::directory_key(keys, email));
    db.write(caller, move |tx| add_in(tx, &details, account, directory, now)).await
}

/// [`add`] inside a transaction; `directory` is the key of the e-mail address in the sign-in directory.
pub(super) fn add_in(
    tx: &mut Tx<'_>,
    details: &Details,
    account: bool,
    directory: Option<[u8; 32]>,
    now: Timestamp,
) -> Result<(PersonId, Option<PasswordLink>), IdentityError> {
    let may = authz::may::<AddPerson>(tx, ())?;
    if account {
        authz::may::<AddAccount>(tx, ()).map(drop)?;
    }
    open_unit(tx, details.unit)?;
    let id = PersonId::new(now);
    people_store::insert(tx, &may, id, details, now).map_err(taken)?;
    let entry = Entry::new("person.add").on("person", id).about(id);
    let changes = changes(None, details).into_iter().chain([ACCOUNT.change(false, account)]);
    audit::record(tx, now, entry.changed(changes))?;
    if !account {
        return Ok((id, None));
    }
    let email = details.email.as_deref().ok_or(IdentityError::NoEmail)?;
    store::account_insert(tx, id, email, None, now).map_err(taken)?;
    if let Some(key) = directory {
        store::directory_add(tx, &key, tx.caller().organisation())?;
    }
    let link = password_links::issue_in(tx, id, now)?;
    Ok((id, Some(link)))
}

/// Changes who somebody is. With an account, a new e-mail address is what they sign in with from then on.
///
/// # Errors
/// [`IdentityError::Taken`], [`IdentityError::UnitClosed`]; [`IdentityError::NoEmail`] when somebody with an account
/// would be left without an address; [`IdentityError::Left`]; [`IdentityError::Authz`].
pub async fn edit(
    db: &Db,
    keys: &Arc<Keyring>,
    caller: &Caller,
    id: PersonId,
    details: Details,
    now: Timestamp,
) -> Result<(), IdentityError> {
    let keys = Arc::clone(keys);
    db.write(caller, move |tx| {
        let may = authz::may::<EditPerson>(tx, id)?;
        if may.facts().left {
            return Err(IdentityError::Left);
        }
        let before = people_store::for_edit(tx, &may)?;
        if before.details.unit != details.unit {
            open_unit(tx, details.unit)?;
            // Whoever edits the people of some units moves them between those, and not out of sight.
            if !tx.caller().reaches(permission::PEOPLE_EDIT, id, details.unit) {
                return Err(AuthzError::Denied(EditPerson::NAME).into());
            }
        }
        // An account has to follow its person's address, so whoever cannot change the one cannot change the other.
        if before.details.email != details.email {
            let may = authz::may::<ChangeSignIn>(tx, id)?;
            if let Some(account) = people_store::account_email(tx, &may)? {
                let email = details.email.as_deref().ok_or(IdentityError::NoEmail)?;
                people_store::account_rename(tx, &may, email).map_err(taken)?;
                let organisation = tx.caller().organisation();
                store::directory_remove(tx, &store::directory_key(&keys, &account), organisation)?;
                store::directory_add(tx, &store::directory_key(&keys, email), organisation)?;
            }
        }
        people_store::update(tx, &may, &details).map_err(taken)?;
        let entry = Entry::new("person.edit").on("person", id).about(id);
        audit::record(tx, now, entry.changed(changes(Some(&before.details), &details)))?;
        Ok(())
    })
    .await
}

/// What ends when somebody leaves.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct WhatEnds {
    /// Places where they are signed in.
    pub sessions: i64,
    /// Invitations and password links that still work.
    pub links: i64,
    /// Roles.
    pub roles: i64,
}

/// What ends when this person leaves now.
///
/// # Errors
/// [`IdentityError::Authz`].
pub async fn what_ends(db: &Db, caller: &Caller, id: PersonId, now: Timestamp) -> Result<WhatEnds, IdentityError> {
    db.read(caller, move |tx| {
        let may = authz::may::<RecordLeaving>(tx, id)?;
        Ok(people_store::what_ends(tx, &may, now)?)
    })
    .await
}

/// Records that somebody left: the account is switched off, sessions end, roles go, and what they did stays.
///
/// # Errors
/// [`IdentityError::LastAdministrator`], [`IdentityError::Authz`].
pub async fn leave(
    db: &Db,
    keys: &Arc<Keyring>,
    caller: &Caller,
    id: PersonId,
    now: Timestamp,
) -> Result<(), IdentityError> {
    let keys = Arc::clone(keys);
    let recorded = db.write(caller, move |tx| {
        let may = authz::may::<RecordLeaving>(tx, id)?;
        if may.facts().left {
            return Ok(());
        }
        let roles = people_store::role_codes(tx, &may)?;
        let account = people_store::account_email(tx, &may)?;
        // The database switches the account off and takes sessions, links and roles away: see let_leavers_go.
        people_store::set_left(tx, &may, Some(now))?;
        if let Some(email) = &account {
            store::directory_remove(tx, &store::directory_key(&keys, email), tx.caller().organisation())?;
        }
        let changes = [LEFT.change(false, true), Field::shown("roles").change(roles, Vec::<String>::new())];
        audit::record(tx, now, Entry::new("person.leave").on("person", id).about(id).changed(changes))?;
        Ok(())
    });
    recorded.await.map_err(IdentityError::last_owner)
}

/// Records that somebody came back. Their account is switched on without a password; roles have to be given anew.
///
/// # Errors
/// [`IdentityError::Authz`], [`IdentityError::UnitClosed`] when their unit has closed meanwhile.
pub async fn reinstate(
    db: &Db,
    keys: &Arc<Keyring>,
    caller: &Caller,
    id: PersonId,
    now: Timestamp,
) -> Result<(), IdentityError> {
    let keys = Arc::clone(keys);
    db.write(caller, move |tx| {
        let may = authz::may::<RecordLeaving>(tx, id)?;
        if !may.facts().left {
            return Ok(());
        }
        open_unit(tx, may.facts().unit)?;
        let account = people_store::account_email(tx, &may)?;
        people_store::set_left(tx, &may, None)?;
        if let Some(email) = &account {
            people_store::account_revive(tx, &may)?;
            store::directory_add(tx, &store::directory_key(&keys, email), tx.caller().organisation())?;
        }
        let entry = Entry::new("person.reinstate").on("person", id).about(id);
        audit::record(tx, now, entry.changed([LEFT.change(true, false)]))?;
        Ok(())
    })
    .await
}

/// Gives somebody an account, with the link by which they choose their password.
///
/// # Errors
/// [`IdentityError::NoEmail`] when no address of theirs is known; [`IdentityError::Taken`].
pub async fn open_account(
    db: &Db,
    keys: &Arc<Keyring>,
    caller: &Caller,
    id: PersonId,
    now: Timestamp,
) -> Result<PasswordLink, IdentityError> {
    let keys = Arc::clone(keys);
    db.write(caller, move |tx| {
        let may = authz::may::<ChangeSignIn>(tx, id)?;
        if may.facts().left {
            return Err(IdentityError::Left);
        }
        let record = people_store::for_edit(tx, &may)?;
        let email = record.details.email.ok_or(IdentityError::NoEmail)?;
        store::account_insert(tx, id, &email, None, now).map_err(taken)?;
        store::directory_add(tx, &store::directory_key(&keys, &email), tx.caller().organisation())?;
        let entry = Entry::new("account.open").on("person", id).about(id).changed([ACCOUNT.change(false, true)]);
        audit::record(tx, now, entry)?;
        password_links::issue_in(tx, id, now)
    })
    .await
}

fn open_unit(tx: &mut Tx<'_>, unit: UnitId) -> Result<(), IdentityError> {
    let open = units::tree_in(tx)?.get(unit).is_some_and(|unit| !unit.closed);
    if open { Ok(()) } else { Err(IdentityError::UnitClosed) }
}

fn changes(before: Option<&Details>, after: &Details) -> Vec<Option<audit::Change>> {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_survives_the_address_bar() {
        let cursor = NameCursor("O'Neill \"x\"".to_owned(), "Zoë".to_owned(), PersonId::NIL);
        assert_eq!(NameCursor::decode(&cursor.encode()), Some(cursor));
        for nonsense in ["", "AAAA", "not base64 !", &"A".repeat(3_000)] {
            assert_eq!(NameCursor::decode(nonsense), None, "{nonsense}");
        }
    }
}
