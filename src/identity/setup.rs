//! First start: a one-time link, printed on the console, founds an organisation with its first administrator.

use jiff::{SignedDuration, Timestamp};

use super::people::Details;
use super::roles::{ADMINISTRATOR, MEMBER};
use super::{IdentityError, setup_store, sign_in, store};
use crate::audit::{self, Entry};
use crate::authz::{Caller, SystemName};
use crate::crypto::{Keyring, Token, TokenDigest};
use crate::db::{Db, Tx};
use crate::exposures;
use crate::kernel::ids::{OrganisationId, PersonId, RoleId, UnitId};
use crate::organisation::{self, Service};
use crate::trim;

/// How long a link may be used.
const LIFETIME: SignedDuration = SignedDuration::from_hours(24);

/// What the first administrator says of the organisation and of themself.
#[derive(Debug, Clone)]
pub struct Founding {
    /// The organisation's name.
    pub organisation: String,
    /// Which sets of types and categories it starts with.
    pub service: Service,
    /// The administrator's given name.
    pub given_name: String,
    /// The administrator's family name.
    pub family_name: String,
    /// The administrator's e-mail address.
    pub email: String,
}

/// What was founded.
#[derive(Debug, Clone)]
pub struct Founded {
    /// The organisation.
    pub organisation: OrganisationId,
    /// Its top unit.
    pub unit: UnitId,
    /// The administrator.
    pub administrator: PersonId,
    /// Its roles by code.
    pub roles: Vec<(&'static str, RoleId)>,
}

impl Founded {
    /// The id of a built-in role.
    pub fn role(&self, code: &str) -> Option<RoleId> {
        self.roles.iter().find(|(known, _id)| *known == code).map(|(_code, id)| *id)
    }
}

/// Whether no organisation has been founded yet.
///
/// # Errors
/// [`IdentityError::Db`].
pub fn is_first_start(db: &Db) -> Result<bool, IdentityError> {
    db.read_blocking(&door(OrganisationId::NIL), |tx| Ok(!setup_store::anybody_there(tx)?))
}

/// A new link's token, to be shown once. Older links stay valid until they are used or too old.
///
/// # Errors
/// [`IdentityError::Random`], [`IdentityError::Db`].
pub fn new_link(db: &Db, now: Timestamp) -> Result<Token, IdentityError> {
    let token = Token::random()?;
    let TokenDigest(digest) = token.digest();
    db.write_blocking(&door(OrganisationId::NIL), |tx| {
        setup_store::setup_link_insert(tx, &digest, now, now + LIFETIME)?;
        audit::record(tx, now, Entry::new("setup.link").on("setup", ""))?;
        Ok::<_, IdentityError>(())
    })?;
    Ok(token)
}

/// Whether a link can be used.
///
/// # Errors
/// [`IdentityError::Db`].
pub async fn link_is_valid(db: &Db, token: &Token, now: Timestamp) -> Result<bool, IdentityError> {
    let TokenDigest(digest) = token.digest();
    db.read(&door(OrganisationId::NIL), move |tx| Ok(setup_store::setup_link_valid(tx, &digest, now)?)).await
}

/// Founds an organisation by a link: the link, the organisation, its roles and its administrator in one transaction.
///
/// # Errors
/// [`IdentityError::LinkInvalid`] when the link is unknown, used or too old; [`IdentityError::Db`].
pub async fn found_by_link(
    db: &Db,
    keys: &Keyring,
    token: &Token,
    founding: Founding,
    password_hash: String,
    now: Timestamp,
) -> Result<Founded, IdentityError> {
    let TokenDigest(digest) = token.digest();
    let organisation = OrganisationId::new(now);
    let directory_key = store::directory_key(keys, &founding.email);
    db.write(&door(organisation), move |tx| {
        if !setup_store::setup_link_use(tx, &digest, now)? {
            return Err(IdentityError::LinkInvalid);
        }
        found(tx, &founding, &password_hash, &directory_key, now)
    })
    .await
}

/// Founds the transaction's organisation; the caller is [`SystemName::SetUp`].
///
/// # Errors
/// [`IdentityError::Db`].
pub fn found(
    tx: &mut Tx<'_>,
    founding: &Founding,
    password_hash: &str,
    directory_key: &[u8; 32],
    now: Timestamp,
) -> Result<Founded, IdentityError> {
    let organisation = tx.caller().organisation();
    let unit = organisation::found(tx, &founding.organisation, founding.service, now)?;
    exposures::service::seed(tx, now)?;
    trim::service::seed(tx, now)?;
    let roles = setup_store::roles_found(tx, now)?;
    let administrator = PersonId::new(now);
    let email = sign_in::normal(&founding.email);
    let person = Details {
        given_name: founding.given_name.clone(),
        family_name: founding.family_name.clone(),
        employee_number: None,
        email: Some(email.clone()),
        phone: None,
        unit,
    };
    store::person_insert(tx, administrator, &person, now)?;
    store::account_insert(tx, administrator, &email, Some(password_hash), now)?;
    store::directory_add(tx, directory_key, organisation)?;
    for (code, role) in &roles {
        if matches!(*code, ADMINISTRATOR | MEMBER) {
            setup_store::grant_insert(tx, administrator, *role, None, now)?;
        }
    }
    let entry = Entry::new("organisation.found").on("organisation", organisation).about(administrator);
    audit::record(tx, now, entry)?;
    Ok(Founded { organisation, unit, administrator, roles })
}

/// Somebody who joins while an organisation is being set up.
#[derive(Debug, Clone)]
pub struct Joining<'a> {
    /// Given name.
    pub given_name: &'a str,
    /// Family name.
    pub family_name: &'a str,
    /// What they sign in with.
    pub email: &'a str,
    /// Employee number.
    pub employee_number: &'a str,
    /// Home unit.
    pub unit: UnitId,
    /// Their roles, each with the unit that it is for, if any.
    pub roles: &'a [(RoleId, Option<UnitId>)],
}

/// Adds a person with an account; the caller is [`SystemName::SetUp`].
///
/// # Errors
/// [`IdentityError::Db`].
pub fn join(
    tx: &mut Tx<'_>,
    joining: &Joining<'_>,
    password_hash: &str,
    directory_key: &[u8; 32],
    now: Timestamp,
) -> Result<PersonId, IdentityError> {
    let id = PersonId::new(now);
    let email = sign_in::normal(joining.email);
    let person = Details {
        given_name: joining.given_name.to_owned(),
        family_name: joining.family_name.to_owned(),
        employee_number: Some(joining.employee_number.to_owned()),
        email: Some(email.clone()),
        phone: None,
        unit: joining.unit,
    };
    store::person_insert(tx, id, &person, now)?;
    store::account_insert(tx, id, &email, Some(password_hash), now)?;
    store::directory_add(tx, directory_key, tx.caller().organisation())?;
    for (role, unit) in joining.roles {
        setup_store::grant_insert(tx, id, *role, *unit, now)?;
    }
    audit::record(tx, now, Entry::new("person.add").on("person", id).about(id))?;
    Ok(id)
}

const fn door(organisation: OrganisationId) -> Caller {
    Caller::system(SystemName::SetUp, organisation)
}
