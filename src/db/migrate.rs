//! Migrations: embedded, run as the owner, one process at a time.

use diesel::pg::PgConnection;
use diesel::{Connection, RunQueryDsl, sql_query};
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
        Ok(done.iter().map(ToString::to_string).collect())
    })
}

/// Names of the migrations that have not run yet, oldest first.
///
/// # Errors
/// [`MigrateError`] when the database cannot be asked, or is newer than this program.
pub fn pending(owner_url: &str) -> Result<Vec<String>, MigrateError> {
    let mut connection = PgConnection::establish(owner_url)?;
    refuse_newer(&mut connection)?;
    let pending = connection.pending_migrations(MIGRATIONS).map_err(|e| MigrateError::Failed(e.to_string()))?;
    Ok(pending.iter().map(|migration| migration.name().to_string()).collect())
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
    use diesel::migration::MigrationSource;
    let applied = connection.applied_migrations().map_err(|e| MigrateError::Failed(e.to_string()))?;
    let known: Vec<String> = MigrationSource::<diesel::pg::Pg>::migrations(&MIGRATIONS)
        .map_err(|e| MigrateError::Failed(e.to_string()))?
        .iter()
        .map(|migration| migration.name().version().to_string())
        .collect();
    match applied.iter().map(ToString::to_string).find(|version| !known.contains(version)) {
        Some(unknown) => Err(MigrateError::Newer(unknown)),
        None => Ok(()),
    }
}
