//! The two roles and the database, made at the first start and held to what they must be at every one.

use diesel::connection::SimpleConnection;
use diesel::{Connection, PgConnection, QueryableByName, RunQueryDsl, sql_query, sql_types};

use super::ClusterError;
use super::endpoint::{APP_ROLE, DATABASE, Endpoint, OWNER_ROLE, SUPERUSER};

#[derive(QueryableByName)]
struct Found {
    #[diesel(sql_type = sql_types::Bool)]
    found: bool,
}

/// Makes what is missing and sets what must be so.
///
/// docs/operations.md gives the same statements to whoever runs a Postgres of their own; a test holds the two together.
pub(super) fn prepare(endpoint: &Endpoint) -> Result<(), ClusterError> {
    let boxed = |error: diesel::result::Error| ClusterError::Prepare(Box::new(error));
    let connect = |database: &str| {
        PgConnection::establish(&endpoint.url(SUPERUSER, database)).map_err(|e| ClusterError::Prepare(Box::new(e)))
    };
    let mut postgres = connect("postgres")?;
    for role in [OWNER_ROLE, APP_ROLE] {
        if !exists(&mut postgres, "select exists (select from pg_roles where rolname = $1) as found", role)? {
            postgres.batch_execute(&format!("create role {role} login")).map_err(boxed)?;
        }
    }
    postgres
        .batch_execute(&format!(
            "alter role {OWNER_ROLE} login nosuperuser nocreatedb nocreaterole noreplication nobypassrls;
             alter role {APP_ROLE} login nosuperuser nocreatedb nocreaterole noreplication nobypassrls noinherit;"
        ))
        .map_err(boxed)?;
    if !exists(&mut postgres, "select exists (select from pg_database where datname = $1) as found", DATABASE)? {
        postgres.batch_execute(&format!("create database {DATABASE} owner {OWNER_ROLE}")).map_err(boxed)?;
    }
    postgres
        .batch_execute(&format!(
            "revoke all on database {DATABASE} from public;
             grant connect on database {DATABASE} to {APP_ROLE};"
        ))
        .map_err(boxed)?;
    connect(DATABASE)?
        .batch_execute(&format!(
            "alter schema public owner to {OWNER_ROLE};
             revoke all on schema public from public;
             grant usage on schema public to {APP_ROLE};"
        ))
        .map_err(boxed)
}

fn exists(connection: &mut PgConnection, query: &str, name: &str) -> Result<bool, ClusterError> {
    sql_query(query)
        .bind::<sql_types::Text, _>(name)
        .get_result::<Found>(connection)
        .map(|row| row.found)
        .map_err(|error| ClusterError::Prepare(Box::new(error)))
}
