//! What a person may do, read afresh from the database.

use diesel::pg::PgConnection;

use super::{session_store, store};
use crate::authz::Person;
use crate::db::{CallerLoader, DbError};
use crate::kernel::address::MaskedAddress;
use crate::kernel::ids::{OrganisationId, PersonId};

/// Reloads a caller whose access changed since they were made; the session has to be there still.
pub fn loader() -> CallerLoader {
    std::sync::Arc::new(|connection: &mut PgConnection, known: &Person| {
        if let Some(session) = &known.session
            && !session_store::exists(connection, known.organisation, session)?
        {
            return Ok(None);
        }
        load(connection, known.organisation, known.id, known.session, known.address)
    })
}

/// Loads a person as a caller; the transaction must have been entered as that person. `None` once they have left.
pub(super) fn load(
    connection: &mut PgConnection,
    organisation: OrganisationId,
    id: PersonId,
    session: Option<[u8; 32]>,
    address: Option<MaskedAddress>,
) -> Result<Option<Person>, DbError> {
    let Some(row) = store::person_for_caller(connection, organisation, id)? else { return Ok(None) };
    let mut permissions = std::collections::BTreeMap::<String, crate::authz::Reach>::new();
    for held in store::permissions_of_caller(connection)? {
        let reach = permissions.entry(held.permission).or_default();
        match (held.scope.as_str(), held.unit_id) {
            ("organisation", _) => reach.organisation = true,
            ("own", _) => reach.own = true,
            ("role", _) => reach.roles.extend(held.role),
            (_, Some(unit)) => reach.units.push(unit),
            (_, None) => {}
        }
    }
    for reach in permissions.values_mut() {
        reach.units.sort_unstable();
        reach.units.dedup();
        reach.roles.sort_unstable();
    }
    Ok(Some(Person {
        id,
        organisation,
        organisation_name: row.organisation_name,
        brand_colour: row.brand_colour,
        name: format!("{} {}", row.given_name, row.family_name),
        unit: row.unit_id,
        roles: store::role_codes_of(connection, organisation, id)?,
        permissions,
        access_version: row.access_version,
        session,
        token: None,
        address,
    }))
}
