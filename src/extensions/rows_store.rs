//! The rows of a run: a [`Port`] over one read transaction, entered as the person for whom the report is made.
//!
//! Row-level security decides which rows there are; `query` writes the statements. An answer of rows is a cursor of the
//! server's, read in batches and decoded from Postgres's binary form straight into columns: no value becomes a Rust
//! value of its own on the way. Sums are asked for at once, because Postgres uses several processors for a statement
//! but never for a cursor; they are few, and kept until they are read.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use diesel::connection::LoadConnection;
use diesel::pg::{Pg, PgConnection};
use diesel::query_builder::{BoxedSqlQuery, SqlQuery};
use diesel::row::{Field, Row};
use diesel::sql_types::{Array, BigInt, Binary, Bool, Date as SqlDate, Double, Text, Timestamptz, Uuid as SqlUuid};
use diesel::{Connection, RunQueryDsl};
use jiff_diesel::ToDiesel;

use super::held::Held;
use super::query::{self, Bind, Scope, Statement as Asked};
use crate::db::Tx;
use crate::plugin_host::Kind;
use crate::plugin_host::port::{
    Batch, Column, FixedBuilder, Handle, Port, PortError, Query, Shape, TextBuilder, Values,
};

/// Days and microseconds between 1970, where plugins count from, and 2000, where Postgres does.
const DAYS_TO_2000: i32 = 10_957;
const MICROS_TO_2000: i64 = 946_684_800_000_000;

/// How long the transaction may wait for a plugin that computes, beyond the time that its run has.
const PATIENCE: Duration = Duration::from_secs(15);

/// Sums that are kept at once, about 100 bytes each; an answer with more of them is read from a cursor after all.
const MOST_HELD: usize = 100_000;

/// The rows that a run may read.
pub(super) struct RunRows<'a, 'tx> {
    tx: &'a mut Tx<'tx>,
    scope: Scope,
    opened: u32,
    answers: BTreeMap<Handle, Answer>,
    /// The statement timeout that is in force.
    timeout: Option<Duration>,
}

/// An answer that is being read.
struct Answer {
    kinds: Vec<Kind>,
    /// What is left of it; `None` when it is a cursor.
    held: Option<Held>,
}

impl<'a, 'tx> RunRows<'a, 'tx> {
    /// The rows that the transaction's caller may see, narrowed to `scope`.
    pub(super) fn new(tx: &'a mut Tx<'tx>, scope: Scope) -> Self {
        Self { tx, scope, opened: 0, answers: BTreeMap::new(), timeout: None }
    }

    /// Lets no statement take longer than `left`. Costs a statement when much of the time has passed since.
    fn bound(&mut self, left: Duration) -> Result<(), PortError> {
        if left < Duration::from_millis(1) {
            return Err(PortError::Late);
        }
        if self.timeout.is_some_and(|set| set <= left.saturating_add(Duration::from_millis(250))) {
            return Ok(());
        }
        let first = self.timeout.is_none();
        let mut settings = vec![("statement_timeout", left.as_millis().to_string())];
        if first {
            let idle = left.saturating_add(PATIENCE).as_millis().to_string();
            // A plugin reads its answers to the end, so a plan that is quick to begin is the wrong one.
            settings.extend([("idle_in_transaction_session_timeout", idle), ("cursor_tuple_fraction", "1".to_owned())]);
        }
        for (name, value) in settings {
            diesel::sql_query("select set_config($1, $2, true)")
                .bind::<Text, _>(name)
                .bind::<Text, _>(value)
                .execute(self.tx.conn())
                .map_err(|error| PortError::Unavailable(error.to_string()))?;
        }
        self.timeout = Some(left);
        Ok(())
    }
}

/// Why a statement of the plugin's came to nothing.
enum Refusal {
    Postgres(diesel::result::Error),
    Port(PortError),
}

impl From<diesel::result::Error> for Refusal {
    fn from(error: diesel::result::Error) -> Self {
        Self::Postgres(error)
    }
}

impl From<PortError> for Refusal {
    fn from(error: PortError) -> Self {
        Self::Port(error)
    }
}

impl RunRows<'_, '_> {
    /// Does one thing at the database in a savepoint: what Postgres refuses ends this call, and the plugin may ask for
    /// something else in the same transaction. Two short statements more for each call.
    fn alone<T>(
        &mut self,
        begun: Instant,
        time_left: Duration,
        work: impl FnOnce(&mut PgConnection) -> Result<T, Refusal>,
    ) -> Result<T, PortError> {
        self.tx.conn().transaction(work).map_err(|refusal| match refusal {
            Refusal::Postgres(error) => refused(&error, begun, time_left),
            Refusal::Port(error) => error,
        })
    }
}

/// All rows of a statement; `None` when there are more than are kept.
fn at_once(connection: &mut PgConnection, statement: &Asked) -> Result<Option<Held>, Refusal> {
    let sql = format!("select * from ({}) answer limit {}", statement.sql, MOST_HELD + 1);
    let asked = statement.binds.iter().cloned().fold(diesel::sql_query(sql).into_boxed(), bind);
    let rows = LoadConnection::<diesel::connection::DefaultLoadingMode>::load(connection, asked)?;
    let (mut held, mut count) = (Held::default(), 0_usize);
    for row in rows {
        let row = row?;
        count += 1;
        let mut kept = count <= MOST_HELD;
        for at in 0..statement.kinds.len() {
            let field = Row::<Pg>::get(&row, at);
            let value = field.as_ref().and_then(Field::value);
            kept = kept && held.push(value.as_ref().map(diesel::pg::PgValue::as_bytes));
        }
        if !kept {
            return Ok(None);
        }
    }
    Ok(Some(held))
}

impl Port for RunRows<'_, '_> {
    fn open(&mut self, asked: &Query, time_left: Duration) -> Result<Handle, PortError> {
        self.bound(time_left)?;
        let statement = query::statement(asked, &self.scope)?;
        self.opened += 1;
        let handle = Handle(self.opened);
        let begun = Instant::now();
        if matches!(asked.shape, Shape::Groups { .. })
            && let Some(held) = self.alone(begun, time_left, |connection| at_once(connection, &statement))?
        {
            self.answers.insert(handle, Answer { kinds: statement.kinds, held: Some(held) });
            return Ok(handle);
        }
        let declare = format!("declare answer_{} no scroll cursor for {}", handle.0, statement.sql);
        let declare = statement.binds.into_iter().fold(diesel::sql_query(declare).into_boxed(), bind);
        self.alone(begun, time_left, |connection| Ok(declare.execute(connection)?))?;
        self.answers.insert(handle, Answer { kinds: statement.kinds, held: None });
        Ok(handle)
    }

    fn next_batch(&mut self, handle: Handle, max_rows: u32, time_left: Duration) -> Result<Option<Batch>, PortError> {
        if let Some(Answer { kinds, held: Some(held) }) = self.answers.get_mut(&handle) {
            return held_batch(kinds, held, max_rows);
        }
        self.bound(time_left)?;
        let kinds = self.answers.get(&handle).map(|answer| answer.kinds.clone()).unwrap_or_default();
        let begun = Instant::now();
        let fetch = diesel::sql_query(format!("fetch forward {max_rows} from answer_{}", handle.0));
        let mut columns = builders(&kinds, max_rows);
        let count = self.alone(begun, time_left, |connection| {
            let rows = LoadConnection::<diesel::connection::DefaultLoadingMode>::load(connection, fetch)?;
            let mut count = 0_u32;
            for row in rows {
                let row = row?;
                for (at, column) in columns.iter_mut().enumerate() {
                    let field = Row::<Pg>::get(&row, at).ok_or_else(|| strange("a row is too short"))?;
                    let value = field.value();
                    column.push(value.as_ref().map(diesel::pg::PgValue::as_bytes))?;
                }
                count += 1;
            }
            Ok(count)
        })?;
        let columns = columns.into_iter().map(Builder::finish).collect();
        Ok((count > 0).then_some(Batch { rows: count, columns }))
    }

    fn close(&mut self, handle: Handle) {
        if self.answers.remove(&handle).is_none_or(|answer| answer.held.is_some()) {
            return;
        }
        // An answer that cannot be closed is closed with the transaction.
        let close = diesel::sql_query(format!("close answer_{}", handle.0));
        if let Err(error) = self.tx.conn().transaction(|connection| close.execute(connection)) {
            tracing::debug!(%error, "a cursor could not be closed");
        }
    }
}

fn builders(kinds: &[Kind], max_rows: u32) -> Vec<Builder> {
    let room = usize::try_from(max_rows).unwrap_or_default().min(16_384);
    kinds.iter().map(|kind| Builder::new(*kind, room)).collect()
}

/// The next rows of an answer that is kept.
fn held_batch(kinds: &[Kind], held: &mut Held, max_rows: u32) -> Result<Option<Batch>, PortError> {
    let mut columns = builders(kinds, max_rows);
    let mut count = 0_u32;
    while count < max_rows && !held.is_over() {
        for column in &mut columns {
            column.push(held.next().ok_or_else(|| strange("a row is too short"))?)?;
        }
        count += 1;
    }
    let columns = columns.into_iter().map(Builder::finish).collect();
    Ok((count > 0).then_some(Batch { rows: count, columns }))
}

type Statement = BoxedSqlQuery<'static, Pg, SqlQuery>;

fn bind(statement: Statement, value: Bind) -> Statement {
    match value {
        Bind::Uuid(id) => statement.bind::<SqlUuid, _>(id),
        Bind::Uuids(ids) => statement.bind::<Array<SqlUuid>, _>(ids),
        Bind::Bytes(bytes) => statement.bind::<Binary, _>(bytes),
        Bind::Integer(number) => statement.bind::<BigInt, _>(number),
        Bind::Integers(numbers) => statement.bind::<Array<BigInt>, _>(numbers),
        Bind::Float(number) => statement.bind::<Double, _>(number),
        Bind::Floats(numbers) => statement.bind::<Array<Double>, _>(numbers),
        Bind::Boolean(yes) => statement.bind::<Bool, _>(yes),
        Bind::Booleans(all) => statement.bind::<Array<Bool>, _>(all),
        Bind::Text(text) => statement.bind::<Text, _>(text),
        Bind::Texts(texts) => statement.bind::<Array<Text>, _>(texts),
        Bind::Instant(at) => statement.bind::<Timestamptz, _>(at.to_diesel()),
        Bind::Instants(all) => {
            statement.bind::<Array<Timestamptz>, _>(all.into_iter().map(|at| at.to_diesel()).collect::<Vec<_>>())
        }
        Bind::Date(day) => statement.bind::<SqlDate, _>(day.to_diesel()),
        Bind::Dates(days) => {
            statement.bind::<Array<SqlDate>, _>(days.into_iter().map(|day| day.to_diesel()).collect::<Vec<_>>())
        }
    }
}

/// What the plugin, or the log, hears of Postgres's refusal.
fn refused(error: &diesel::result::Error, begun: Instant, time_left: Duration) -> PortError {
    let text = error.to_string();
    if begun.elapsed() >= time_left || text.contains("statement timeout") {
        return PortError::Late;
    }
    if text.contains("out of range") {
        return PortError::Invalid("a sum does not fit into 64 bits".into());
    }
    PortError::Unavailable(text)
}

fn strange(what: &str) -> PortError {
    PortError::Unavailable(format!("Postgres answered in another form than expected: {what}"))
}

/// One column of a batch that is being read.
enum Builder {
    Integers(FixedBuilder<i64>),
    Floats(FixedBuilder<f64>),
    Booleans(FixedBuilder<bool>),
    Texts(TextBuilder),
    Instants(FixedBuilder<i64>),
    Dates(FixedBuilder<i32>),
}

impl Builder {
    fn new(kind: Kind, room: usize) -> Self {
        match kind {
            Kind::Integer => Self::Integers(FixedBuilder::with_capacity(room)),
            Kind::Float => Self::Floats(FixedBuilder::with_capacity(room)),
            Kind::Boolean => Self::Booleans(FixedBuilder::with_capacity(room)),
            Kind::Text => Self::Texts(TextBuilder::with_capacity(room)),
            Kind::Instant => Self::Instants(FixedBuilder::with_capacity(room)),
            Kind::Date => Self::Dates(FixedBuilder::with_capacity(room)),
        }
    }

    fn push(&mut self, bytes: Option<&[u8]>) -> Result<(), PortError> {
        match self {
            Self::Integers(values) => values.push(bytes.map(integer).transpose()?),
            Self::Floats(values) => values.push(bytes.map(|bytes| fixed(bytes).map(f64::from_be_bytes)).transpose()?),
            Self::Booleans(values) => values.push(bytes.map(|bytes| fixed(bytes).map(|[byte]| byte != 0)).transpose()?),
            Self::Texts(values) => values.push(bytes.map(text).transpose()?),
            Self::Instants(values) => {
                let micros = |bytes| fixed(bytes).map(|bytes| i64::from_be_bytes(bytes).saturating_add(MICROS_TO_2000));
                values.push(bytes.map(micros).transpose()?);
            }
            Self::Dates(values) => {
                let days = |bytes| fixed(bytes).map(|bytes| i32::from_be_bytes(bytes).saturating_add(DAYS_TO_2000));
                values.push(bytes.map(days).transpose()?);
            }
        }
        Ok(())
    }

    fn finish(self) -> Column {
        match self {
            Self::Integers(values) => values.finish(Values::Integers),
            Self::Floats(values) => values.finish(Values::Floats),
            Self::Booleans(values) => values.finish(Values::Booleans),
            Self::Texts(values) => values.finish(),
            Self::Instants(values) => values.finish(Values::Instants),
            Self::Dates(values) => values.finish(Values::Dates),
        }
    }
}

fn fixed<const N: usize>(bytes: &[u8]) -> Result<[u8; N], PortError> {
    bytes.try_into().map_err(|_wrong_length| strange("a value has another length"))
}

/// A smallint, an integer or a bigint.
fn integer(bytes: &[u8]) -> Result<i64, PortError> {
    match bytes.len() {
        4 => fixed(bytes).map(i32::from_be_bytes).map(i64::from),
        8 => fixed(bytes).map(i64::from_be_bytes),
        _ => fixed(bytes).map(i16::from_be_bytes).map(i64::from),
    }
}

fn text(bytes: &[u8]) -> Result<&str, PortError> {
    std::str::from_utf8(bytes).map_err(|_not_utf8| strange("a text is not UTF-8"))
}
