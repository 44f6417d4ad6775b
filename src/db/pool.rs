//! Connections, permits, and the two doors.

use std::sync::Arc;
use std::time::Duration;

use diesel::pg::PgConnection;
use diesel::r2d2::{ConnectionManager, CustomizeConnection, Pool};
use diesel::{Connection, RunQueryDsl};
use tokio::sync::Semaphore;

use super::DbError;
use super::tx::{self, CallerLoader, Tx};
use crate::authz::Caller;

/// How the pool behaves.
#[derive(Debug, Clone)]
pub struct PoolSettings {
    /// Where the database is, as the application role.
    pub url: String,
    /// Connections kept open, all of them: a new one costs more than a waiting one.
    pub size: u32,
    /// How long to wait for one.
    pub connect_timeout: Duration,
    /// How long one statement may take.
    pub statement_timeout: Duration,
}

/// The door to the data. Cheap to clone.
#[derive(Clone)]
pub struct Db {
    pool: Pool<ConnectionManager<PgConnection>>,
    permits: Arc<Semaphore>,
    loader: CallerLoader,
}

/// Sets what every connection of ours has, once, when it is made.
#[derive(Debug)]
struct Session {
    statement_timeout: Duration,
}

impl CustomizeConnection<PgConnection, diesel::r2d2::Error> for Session {
    fn on_acquire(&self, connection: &mut PgConnection) -> Result<(), diesel::r2d2::Error> {
        let set = format!(
            "set application_name = 'watchroom'; set statement_timeout = {}; \
             set idle_in_transaction_session_timeout = '15s'; set lock_timeout = '3s'; set timezone = 'UTC'",
            self.statement_timeout.as_millis()
        );
        diesel::connection::SimpleConnection::batch_execute(connection, &set).map_err(diesel::r2d2::Error::QueryError)
    }
}

impl Db {
    /// A pool that connects as it is used; it does not fail when the database is away.
    pub fn new(settings: &PoolSettings, loader: CallerLoader) -> Self {
        let pool = Pool::builder()
            .max_size(settings.size)
            .min_idle(Some(settings.size))
            .connection_timeout(settings.connect_timeout)
            // One round trip per request saved; a broken connection is noticed at BEGIN, and tried again there.
            .test_on_check_out(false)
            .idle_timeout(None)
            .max_lifetime(None)
            .connection_customizer(Box::new(Session { statement_timeout: settings.statement_timeout }))
            .build_unchecked(ConnectionManager::<PgConnection>::new(with_keepalive(&settings.url)));
        let permits = usize::try_from(settings.size).unwrap_or(usize::MAX);
        Self { pool, permits: Arc::new(Semaphore::new(permits)), loader }
    }

    /// Runs `work` in a read-only transaction for `caller`, on a blocking thread.
    ///
    /// # Errors
    /// [`DbError`] for the transaction itself, and whatever `work` returns.
    pub async fn read<T, E, F>(&self, caller: &Caller, work: F) -> Result<T, E>
    where
        F: for<'tx> FnOnce(&mut Tx<'tx>) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<DbError> + Send + 'static,
    {
        self.spawn(caller, Mode::Read, work).await
    }

    /// Runs `work` in a transaction for `caller`, on a blocking thread; commits when it returns `Ok`.
    ///
    /// # Errors
    /// [`DbError`] for the transaction itself, and whatever `work` returns; then nothing was changed.
    pub async fn write<T, E, F>(&self, caller: &Caller, work: F) -> Result<T, E>
    where
        F: for<'tx> FnOnce(&mut Tx<'tx>) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<DbError> + Send + 'static,
    {
        self.spawn(caller, Mode::Write, work).await
    }

    /// [`Db::read`] for code that is on a blocking thread already (jobs, streams, the command line).
    ///
    /// # Errors
    /// As [`Db::read`].
    pub fn read_blocking<T, E, F>(&self, caller: &Caller, work: F) -> Result<T, E>
    where
        F: for<'tx> FnOnce(&mut Tx<'tx>) -> Result<T, E>,
        E: From<DbError>,
    {
        self.run(caller, Mode::Read, work)
    }

    /// [`Db::write`] for code that is on a blocking thread already.
    ///
    /// # Errors
    /// As [`Db::write`].
    pub fn write_blocking<T, E, F>(&self, caller: &Caller, work: F) -> Result<T, E>
    where
        F: for<'tx> FnOnce(&mut Tx<'tx>) -> Result<T, E>,
        E: From<DbError>,
    {
        self.run(caller, Mode::Write, work)
    }

    /// Asks the database for a sign of life.
    ///
    /// # Errors
    /// [`DbError`] when there is none.
    pub fn ping_blocking(&self) -> Result<(), DbError> {
        let mut connection = self.pool.get().map_err(DbError::Unavailable)?;
        diesel::sql_query("select 1").execute(&mut connection).map(|_rows| ()).map_err(DbError::from)
    }

    /// Connections open and idle, for the metrics.
    pub fn state(&self) -> (u32, u32) {
        let state = self.pool.state();
        (state.connections, state.idle_connections)
    }

    async fn spawn<T, E, F>(&self, caller: &Caller, mode: Mode, work: F) -> Result<T, E>
    where
        F: for<'tx> FnOnce(&mut Tx<'tx>) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<DbError> + Send + 'static,
    {
        // The permit comes first: whoever waits for a connection must not hold a blocking thread meanwhile.
        let permits = Arc::clone(&self.permits);
        let Ok(permit) = permits.acquire_owned().await else { return Err(DbError::Stopping.into()) };
        let (db, caller, span) = (self.clone(), caller.clone(), tracing::Span::current());
        let outcome = tokio::task::spawn_blocking(move || {
            let _permit = permit;
            span.in_scope(|| db.run(&caller, mode, work))
        })
        .await;
        match outcome {
            Ok(result) => result,
            Err(error) if error.is_panic() => std::panic::resume_unwind(error.into_panic()),
            Err(_cancelled) => Err(DbError::Stopping.into()),
        }
    }

    fn run<T, E, F>(&self, caller: &Caller, mode: Mode, work: F) -> Result<T, E>
    where
        F: for<'tx> FnOnce(&mut Tx<'tx>) -> Result<T, E>,
        E: From<DbError>,
    {
        let mut connection = self.pool.get().map_err(DbError::Unavailable)?;
        if begin(&mut connection, mode).is_err() {
            // It died while it was idle. Nothing has been asked of it yet, so another one may be.
            drop(connection);
            connection = self.pool.get().map_err(DbError::Unavailable)?;
            begin(&mut connection, mode).map_err(DbError::from)?;
        }
        let result = tx::enter(&mut connection, caller, &self.loader).map_err(E::from).and_then(|caller| {
            let mut tx = Tx::new(&mut connection, &caller);
            work(&mut tx)
        });
        finish(&mut connection, result)
    }
}

#[derive(Debug, Clone, Copy)]
enum Mode {
    Read,
    Write,
}

type Manager = <PgConnection as Connection>::TransactionManager;

fn begin(connection: &mut PgConnection, mode: Mode) -> diesel::QueryResult<()> {
    use diesel::connection::{AnsiTransactionManager, TransactionManager};
    match mode {
        Mode::Read => AnsiTransactionManager::begin_transaction_sql(connection, "BEGIN READ ONLY"),
        Mode::Write => Manager::begin_transaction(connection),
    }
}

fn finish<T, E: From<DbError>>(connection: &mut PgConnection, result: Result<T, E>) -> Result<T, E> {
    use diesel::connection::TransactionManager;
    match result {
        Ok(value) => match Manager::commit_transaction(connection) {
            Ok(()) => Ok(value),
            Err(error) => Err(DbError::from(error).into()),
        },
        Err(error) => {
            if let Err(rollback) = Manager::rollback_transaction(connection) {
                // The connection is broken then, and the pool drops it.
                tracing::warn!(error = %rollback, "a rollback failed");
            }
            Err(error)
        }
    }
}

/// Adds what makes a dropped network noticed within seconds instead of never.
fn with_keepalive(url: &str) -> String {
    const SETTINGS: &str = "connect_timeout=3&keepalives=1&keepalives_idle=10&keepalives_interval=3\
                            &keepalives_count=3&tcp_user_timeout=10000&target_session_attrs=read-write";
    let separator = if url.contains('?') { '&' } else { '?' };
    format!("{url}{separator}{SETTINGS}")
}
