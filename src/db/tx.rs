//! A transaction that knows for whom it was opened.

use std::marker::PhantomData;
use std::sync::Arc;

use diesel::pg::PgConnection;
use diesel::sql_types::{Text, Uuid};
use diesel::{Connection, RunQueryDsl, select};

use super::DbError;
use crate::authz::{Caller, Person};
use crate::kernel::ids::{OrganisationId, PersonId};

diesel::define_sql_function! {
    /// Sets the caller for row-level security; returns the person's access version.
    fn app_enter(organisation: Uuid, person: Uuid, system: Text) -> diesel::sql_types::Nullable<diesel::sql_types::BigInt>;
}

diesel::define_sql_function! {
    /// Limits the transaction to these permissions, whatever the person holds.
    fn app_limit(scopes: Text) -> Text;
}

/// Loads a person again whose access changed since the caller was made: `None` when the session has ended.
/// Runs inside the transaction that noticed, already entered as that person.
pub type CallerLoader = Arc<dyn Fn(&mut PgConnection, &Person) -> Result<Option<Person>, DbError> + Send + Sync>;

/// An open transaction, entered as a caller. `'tx` is invariant: what is branded with it cannot leave.
pub struct Tx<'tx> {
    connection: &'tx mut PgConnection,
    caller: &'tx Caller,
    _brand: PhantomData<fn(&'tx ()) -> &'tx ()>,
}

impl<'tx> Tx<'tx> {
    pub(super) fn new(connection: &'tx mut PgConnection, caller: &'tx Caller) -> Self {
        Self { connection, caller, _brand: PhantomData }
    }

    /// For whom the transaction was opened, with what they may do as of now.
    pub fn caller(&self) -> &'tx Caller {
        self.caller
    }

    /// Does a part that may fail alone: what it did is undone when it fails, and the transaction goes on.
    ///
    /// # Errors
    /// Whatever `work` returns, and what Postgres says of the savepoint.
    pub fn attempt<T, E>(&mut self, work: impl FnOnce(&mut Tx<'_>) -> Result<T, E>) -> Result<T, E>
    where
        E: From<diesel::result::Error>,
    {
        let caller = self.caller;
        self.connection.transaction(|connection| work(&mut Tx::new(connection, caller)))
    }

    /// The connection, for a slice's `store.rs` (a test reads who calls this).
    pub fn conn(&mut self) -> &mut PgConnection {
        self.connection
    }
}

/// Sets the caller for row-level security and makes sure that what we know of them is still so.
pub(super) fn enter(connection: &mut PgConnection, caller: &Caller, loader: &CallerLoader) -> Result<Caller, DbError> {
    match caller {
        Caller::Anonymous { .. } => {
            set(connection, OrganisationId::NIL, PersonId::NIL, "")?;
            Ok(caller.clone())
        }
        Caller::System { name, organisation } => {
            set(connection, *organisation, PersonId::NIL, name.as_str())?;
            Ok(caller.clone())
        }
        Caller::Person(person) => {
            let version = set(connection, person.organisation, person.id, "")?.ok_or(DbError::SignedOut)?;
            if let Some(token) = &person.token {
                let scopes: Vec<&str> = token.scopes.iter().map(String::as_str).collect();
                let _set: String = select(app_limit(scopes.join(","))).get_result(connection)?;
            }
            if version == person.access_version {
                return Ok(caller.clone());
            }
            let fresh = loader(connection, person)?.ok_or(DbError::SignedOut)?;
            Ok(Caller::Person(Arc::new(fresh)))
        }
    }
}

fn set(
    connection: &mut PgConnection,
    organisation: OrganisationId,
    person: PersonId,
    system: &str,
) -> Result<Option<i64>, DbError> {
    Ok(select(app_enter(organisation.0, person.0, system)).get_result(connection)?)
}
