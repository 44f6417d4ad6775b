//! Migrations: embedded, run as the owner, one process at a time.

use diesel::connection::SimpleConnection;
use diesel::pg::PgConnection;
use diesel::{Connection, QueryableByName, RunQueryDsl, sql_query};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

const MIGRATIONS: EmbeddedMigrations = embed_migrations!("migrations");

/// Any number that nothing else of ours locks.
const LOCK: i64 = 0x77_61_74_63_68;

/// Why migrations did not run.
#[derive(Debug, thiserror::Error)]
pub enum MigrateError {
    /// The owner could not connect.
    #[error("cannot connect to the database as its owner: {0}")]
    Connect(#[from] diesel::ConnectionError),
    /// A statement outside the migrations failed.
    #[error("the database refused a statement: {0}")]
    Query(#[from] diesel::result::Error),
    /// A migration failed; it was rolled back.
    #[error("a migration failed and was rolled back: {0}")]
    Failed(String),
    /// The database has seen a newer Watchroom.
    #[error(
        "the database has migrations that this version does not know ({0}): \
         install the version that made them, or restore a backup from before"
    )]
    Newer(String),
}

/// Runs what has not run yet and returns the names of the migrations that did.
///
/// # Errors
/// [`MigrateError`]; each migration is one transaction, so the database is left between two of them.
pub fn run(owner_url: &str) -> Result<Vec<String>, MigrateError> {
    let mut connection = PgConnection::establish(owner_url)?;
    locked(&mut connection, |connection| {
        refuse_newer(connection)?;
        let done = connection.run_pending_migrations(MIGRATIONS).map_err(|e| MigrateError::Failed(e.to_string()))?;
        let done = done.iter().map(ToString::to_string).collect();
        // So that a server that does not know the owner can still see whether it fits its database.
        connection.batch_execute("grant select on __diesel_schema_migrations to watchroom_app")?;
        Ok(done)
    })
}

/// Names of the migrations that have not run yet, oldest first. Any role of ours may ask; nothing is changed.
///
/// # Errors
/// [`MigrateError`] when the database cannot be asked, or is newer than this program.
pub fn pending(url: &str) -> Result<Vec<String>, MigrateError> {
    let mut connection = PgConnection::establish(url)?;
    refuse_newer(&mut connection)?;
    let applied = applied(&mut connection)?;
    let mut pending: Vec<String> = known()?
        .into_iter()
        .filter(|(version, _name)| !applied.contains(version))
        .map(|(_version, name)| name)
        .collect();
    pending.sort();
    Ok(pending)
}

/// Takes every migration back, newest first. For tests: there is no verb for it.
///
/// # Errors
/// [`MigrateError`].
pub fn revert_all(owner_url: &str) -> Result<(), MigrateError> {
    let mut connection = PgConnection::establish(owner_url)?;
    locked(&mut connection, |connection| {
        connection.revert_all_migrations(MIGRATIONS).map_err(|e| MigrateError::Failed(e.to_string()))?;
        Ok(())
    })
}

fn locked<T>(
    connection: &mut PgConnection,
    work: impl FnOnce(&mut PgConnection) -> Result<T, MigrateError>,
) -> Result<T, MigrateError> {
    sql_query("select pg_advisory_lock($1)").bind::<diesel::sql_types::BigInt, _>(LOCK).execute(connection)?;
    // The lock goes with the connection, which ends with this function's caller.
    work(connection)
}

fn refuse_newer(connection: &mut PgConnection) -> Result<(), MigrateError> {
    let known = known()?;
    match applied(connection)?.into_iter().find(|version| !known.iter().any(|(one, _name)| one == version)) {
        Some(unknown) => Err(MigrateError::Newer(unknown)),
        None => Ok(()),
    }
}

/// Versions and names of the migrations in this program.
fn known() -> Result<Vec<(String, String)>, MigrateError> {
    use diesel::migration::MigrationSource;
    let migrations = MigrationSource::<diesel::pg::Pg>::migrations(&MIGRATIONS);
    let migrations = migrations.map_err(|e| MigrateError::Failed(e.to_string()))?;
    Ok(migrations.iter().map(|one| (one.name().version().to_string(), one.name().to_string())).collect())
}

/// Versions that have run. Diesel's own question would make the table, which only the owner may.
fn applied(connection: &mut PgConnection) -> Result<Vec<String>, MigrateError> {
    #[derive(QueryableByName)]
    struct Applied {
        #[diesel(sql_type = diesel::sql_types::Text)]
        version: String,
    }
    const THERE: &str = "select 'yes' as version where to_regclass('public.__diesel_schema_migrations') is not null";
    if sql_query(THERE).load::<Applied>(connection)?.is_empty() {
        return Ok(Vec::new());
    }
    let rows: Vec<Applied> =
        sql_query("select version::text as version from public.__diesel_schema_migrations").load(connection)?;
    Ok(rows.into_iter().map(|row| row.version).collect())
}
