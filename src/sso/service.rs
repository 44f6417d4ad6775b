//! What administrators do: set up providers, switch them, say for whom passwords work.

use std::sync::Arc;

use jiff::Timestamp;

use super::flow::{SECRET, secret_context};
use super::model::{Provider, SecretChange, Settings};
use super::policy::{Configure, SetPasswords};
use super::{SsoError, link_store, store};
use crate::audit::{self, Change, Entry, Field, Value};
use crate::authz::{self, AuthzError, Caller, Granted};
use crate::crypto::Keyring;
use crate::db::{Db, Tx};
use crate::identity::grants::Role;
use crate::identity::methods::{self, Passwords};
use crate::identity::{doors, vouched};
use crate::kernel::ids::SsoProviderId;
use crate::organisation::{UnitTree, units};

/// How an organisation signs in.
#[derive(Debug, Clone)]
pub struct Overview {
    /// Its providers by label, each with how many people are linked with it.
    pub providers: Vec<(Provider, i64)>,
    /// For whom passwords work.
    pub passwords: Passwords,
    /// How many people can give roles and have a password.
    pub local_administrators: usize,
}

/// What the form of a provider offers.
#[derive(Debug, Clone, Default)]
pub struct Offered {
    /// All units.
    pub units: UnitTree,
    /// All roles.
    pub roles: Vec<Role>,
}

/// All of it.
///
/// # Errors
/// [`SsoError::Authz`].
pub async fn overview(db: &Db, caller: &Caller) -> Result<Overview, SsoError> {
    db.read(caller, |tx| {
        authz::require::<Configure>(tx, ())?;
        let mut providers = Vec::new();
        for provider in store::providers(tx)? {
            let linked = link_store::link_count(tx, provider.id)?;
            providers.push((provider, linked));
        }
        let passwords = methods::passwords(tx)?;
        let local_administrators = methods::local_administrators(tx)?.len();
        Ok(Overview { providers, passwords, local_administrators })
    })
    .await
}

/// One provider, and what its form offers.
///
/// # Errors
/// [`SsoError::Authz`], also when there is no such provider.
pub async fn read(db: &Db, caller: &Caller, id: SsoProviderId) -> Result<(Provider, i64, Offered), SsoError> {
    db.read(caller, move |tx| {
        authz::require::<Configure>(tx, ())?;
        let provider = found(tx, id)?;
        let linked = link_store::link_count(tx, id)?;
        Ok((provider, linked, offered_in(tx)?))
    })
    .await
}

/// What the form of a new provider offers.
///
/// # Errors
/// [`SsoError::Authz`].
pub async fn offered(db: &Db, caller: &Caller) -> Result<Offered, SsoError> {
    db.read(caller, |tx| {
        authz::require::<Configure>(tx, ())?;
        offered_in(tx)
    })
    .await
}

fn offered_in(tx: &mut Tx<'_>) -> Result<Offered, SsoError> {
    Ok(Offered { units: units::tree_in(tx)?, roles: vouched::roles(tx)? })
}

fn found(tx: &mut Tx<'_>, id: SsoProviderId) -> Result<Provider, SsoError> {
    store::provider(tx, id)?.ok_or_else(|| AuthzError::Hidden.into())
}

/// Adds a provider, switched off: it is to be tested first.
///
/// # Errors
/// [`SsoError::OwnerUnconfirmed`] when new people would become owners; [`SsoError::UnitNeeded`]; [`SsoError::Authz`].
pub async fn add(
    db: &Db,
    keys: &Arc<Keyring>,
    caller: &Caller,
    settings: Settings,
    secret: SecretChange,
    now: Timestamp,
) -> Result<SsoProviderId, SsoError> {
    let (keys, id) = (Arc::clone(keys), SsoProviderId::new(now));
    db.write(caller, move |tx| {
        let may = authz::may::<Configure>(tx, ())?;
        check(tx, &settings)?;
        store::provider_insert(tx, &may, id, &settings, now)?;
        let secret_change = put_secret(tx, &may, &keys, id, &secret)?;
        let changed = changes(None, &settings).into_iter().chain([secret_change]);
        audit::record(tx, now, Entry::new("sso.add").on("provider", id).changed(changed))?;
        Ok(id)
    })
    .await
}

/// Changes a provider. With another issuer its links mean nobody any more: they are by issuer and subject.
///
/// # Errors
/// As [`add`].
pub async fn change(
    db: &Db,
    keys: &Arc<Keyring>,
    caller: &Caller,
    id: SsoProviderId,
    (settings, secret): (Settings, SecretChange),
    now: Timestamp,
) -> Result<(), SsoError> {
    let keys = Arc::clone(keys);
    db.write(caller, move |tx| {
        let may = authz::may::<Configure>(tx, ())?;
        let before = found(tx, id)?;
        check(tx, &settings)?;
        store::provider_update(tx, &may, id, &settings, now)?;
        let secret_change = put_secret(tx, &may, &keys, id, &secret)?;
        if before.enabled {
            doors::open(tx, id, &settings.label, settings.listed)?;
        }
        let changed = changes(Some(&before.settings), &settings).into_iter().chain([secret_change]);
        audit::record(tx, now, Entry::new("sso.change").on("provider", id).changed(changed))?;
        Ok(())
    })
    .await
}

/// New people get no role that gives roles, and belong to an open unit.
fn check(tx: &mut Tx<'_>, settings: &Settings) -> Result<(), SsoError> {
    if let Some(role) = settings.default_role {
        let known = vouched::roles(tx)?.into_iter().find(|known| known.id == role).ok_or(AuthzError::Hidden)?;
        if known.for_unit {
            return Err(SsoError::UnitNeeded);
        }
        if vouched::is_owners(tx, role)? {
            return Err(SsoError::OwnerUnconfirmed);
        }
    }
    if let Some(unit) = settings.default_unit
        && units::tree_in(tx)?.get(unit).is_none_or(|unit| unit.closed)
    {
        return Err(SsoError::UnitNeeded);
    }
    Ok(())
}

fn put_secret<'tx>(
    tx: &mut Tx<'tx>,
    may: &Granted<'tx, Configure>,
    keys: &Keyring,
    id: SsoProviderId,
    secret: &SecretChange,
) -> Result<Option<Change>, SsoError> {
    let field = Field::sensitive("client_secret");
    match secret {
        SecretChange::Keep => Ok(None),
        SecretChange::Remove => {
            store::secret_set(tx, may, id, None)?;
            Ok(field.change(true, false))
        }
        SecretChange::Set(secret) => {
            let context = secret_context(tx.caller().organisation(), id);
            let sealed = keys.seal(SECRET, &context, secret.expose().as_bytes())?;
            store::secret_set(tx, may, id, Some(&sealed))?;
            Ok(field.change(false, true))
        }
    }
}

/// Switches a provider on or off. Off, nobody comes in by it; who is in stays in.
///
/// # Errors
/// [`SsoError::Authz`].
pub async fn switch(db: &Db, caller: &Caller, id: SsoProviderId, on: bool, now: Timestamp) -> Result<(), SsoError> {
    db.write(caller, move |tx| {
        let may = authz::may::<Configure>(tx, ())?;
        let provider = found(tx, id)?;
        if provider.enabled == on {
            return Ok(());
        }
        store::enabled_set(tx, &may, id, on)?;
        if on {
            doors::open(tx, id, &provider.settings.label, provider.settings.listed)?;
        } else {
            doors::close(tx, id)?;
        }
        let change = Field::shown("enabled").change(!on, on);
        audit::record(tx, now, Entry::new("sso.switch").on("provider", id).changed([change]))?;
        Ok(())
    })
    .await
}

/// Removes a provider with its links and permits. The people, their roles and their records stay.
///
/// # Errors
/// [`SsoError::Authz`].
pub async fn remove(db: &Db, caller: &Caller, id: SsoProviderId, now: Timestamp) -> Result<(), SsoError> {
    db.write(caller, move |tx| {
        let may = authz::may::<Configure>(tx, ())?;
        let provider = found(tx, id)?;
        let linked = link_store::link_count(tx, id)?;
        doors::close(tx, id)?;
        store::provider_delete(tx, &may, id)?;
        let entry = Entry::new("sso.remove").on("provider", id).noting("label", provider.settings.label);
        audit::record(tx, now, entry.noting("links", linked))?;
        Ok(())
    })
    .await
}

/// Says for whom passwords work.
///
/// # Errors
/// [`SsoError::Identity`] when nobody would be left who can sign in with a password and give roles.
pub async fn set_passwords(db: &Db, caller: &Caller, wanted: Passwords, now: Timestamp) -> Result<(), SsoError> {
    db.write(caller, move |tx| {
        authz::require::<SetPasswords>(tx, ())?;
        Ok(methods::set_passwords(tx, wanted, now)?)
    })
    .await
}

fn changes(before: Option<&Settings>, after: &Settings) -> Vec<Option<Change>> {
    let text =
        |name: &'static str, pick: fn(&Settings) -> &str| Field::shown(name).change(before.map(pick), pick(after));
    vec![
        text("label", |settings| &settings.label),
        text("issuer", |settings| &settings.issuer),
        text("client_id", |settings| &settings.client_id),
        text("scopes", |settings| &settings.scopes),
        text("group_claim", |settings| &settings.group_claim),
        text("joining", |settings| settings.joining.as_str()),
        text("trusted_contexts", |settings| &settings.trusted_contexts),
        Field::shown("default_unit").change(
            before.and_then(|settings| settings.default_unit).map(Value::text),
            after.default_unit.map(Value::text),
        ),
        Field::shown("default_role").change(
            before.and_then(|settings| settings.default_role).map(Value::text),
            after.default_role.map(Value::text),
        ),
        Field::shown("provider_factor").change(before.map(|settings| settings.provider_factor), after.provider_factor),
        Field::shown("listed").change(before.map(|settings| settings.listed), after.listed),
    ]
}
