//! Many rows with little memory: a cursor on the server, from which some thousands are fetched at a time.

use std::marker::PhantomData;

use diesel::pg::{Pg, PgConnection};
use diesel::prelude::*;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::query_dsl::methods::LoadQuery;
use jiff::civil::Date;
use jiff_diesel::ToDiesel;

use super::super::model::{DutyRow, Filter, Notes};
use super::super::policy::{ReadDutiesOf, ReadTeam};
use super::list::{bounds, wanted};
use super::{COLUMNS, Loaded, row};
use crate::authz::Granted;
use crate::db::schema::{duties, duty_private_notes, duty_shared_notes, people};
use crate::db::{DbError, Tx};
use crate::kernel::ids::UnitId;

/// Rows fetched at a time: about a megabyte.
const BATCH: &str = "fetch forward 2000 from export";

/// `declare export no scroll cursor for <query>`, with the query's own parameters.
struct Declare<Q>(Q);

impl<Q> QueryId for Declare<Q> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<Q: QueryFragment<Pg>> QueryFragment<Pg> for Declare<Q> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.unsafe_to_cache_prepared();
        out.push_sql("declare export no scroll cursor for ");
        self.0.walk_ast(out.reborrow())
    }
}

impl<Q> RunQueryDsl<PgConnection> for Declare<Q> {}

/// The next rows of the cursor, of the SQL type of the query that it was declared for.
struct Fetch<Sql>(PhantomData<Sql>);

impl<Sql> QueryId for Fetch<Sql> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<Sql> QueryFragment<Pg> for Fetch<Sql> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.unsafe_to_cache_prepared();
        out.push_sql(BATCH);
        Ok(())
    }
}

impl<Sql> Query for Fetch<Sql> {
    type SqlType = Sql;
}

impl<Sql> RunQueryDsl<PgConnection> for Fetch<Sql> {}

/// Hands every row of `query` to `each`, batch by batch, until `each` says that it has enough.
fn stream<Q, U, E>(tx: &mut Tx<'_>, query: Q, mut each: impl FnMut(U) -> Result<(), E>) -> Result<(), E>
where
    Q: Query + QueryFragment<Pg>,
    Fetch<Q::SqlType>: for<'query> LoadQuery<'query, PgConnection, U>,
    E: From<DbError>,
{
    // The whole result is wanted, so the plan for the whole is the best one.
    diesel::sql_query("set local cursor_tuple_fraction = 1").execute(tx.conn()).map_err(DbError::from)?;
    Declare(query).execute(tx.conn()).map_err(DbError::from)?;
    loop {
        let batch: Vec<U> = Fetch::<Q::SqlType>(PhantomData).load(tx.conn()).map_err(DbError::from)?;
        if batch.is_empty() {
            return Ok(());
        }
        for row in batch {
            each(row)?;
        }
    }
}

/// All duties of a person that `filter` wants, newest first, with both notes: for the person alone.
pub(in crate::duties) fn own<'tx, E: From<DbError>>(
    tx: &mut Tx<'tx>,
    may: &Granted<'tx, ReadDutiesOf>,
    filter: &Filter,
    mut each: impl FnMut(DutyRow, Notes) -> Result<(), E>,
) -> Result<(), E> {
    let organisation = tx.caller().organisation();
    let shared = duty_shared_notes::table
        .filter(duty_shared_notes::organisation_id.eq(organisation))
        .filter(duty_shared_notes::duty_id.eq(duties::id))
        .select(duty_shared_notes::body);
    let private = duty_private_notes::table
        .filter(duty_private_notes::organisation_id.eq(organisation))
        .filter(duty_private_notes::duty_id.eq(duties::id))
        .select(duty_private_notes::body);
    let query = duties::table
        .filter(wanted(organisation, may.scope(), filter))
        .select((COLUMNS, shared.single_value(), private.single_value()))
        .order((duties::started_at.desc(), duties::id.desc()));
    type Row = (Loaded, Option<String>, Option<String>);
    stream(tx, query, |(loaded, shared, private): Row| each(row(loaded), Notes { shared, private }))
}

/// Somebody's name and number, as far as the reader may see them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::duties) struct Named {
    /// Family name.
    pub(in crate::duties) family: Option<String>,
    /// Given name.
    pub(in crate::duties) given: Option<String>,
    /// Employee number.
    pub(in crate::duties) number: Option<String>,
}

/// All duties of `units` in a period, oldest first, with the names that the reader may see.
pub(in crate::duties) fn team<'tx, E: From<DbError>>(
    tx: &mut Tx<'tx>,
    _may: &Granted<'tx, ReadTeam>,
    units: &[UnitId],
    (from, to): (Date, Date),
    mut each: impl FnMut(DutyRow, Named) -> Result<(), E>,
) -> Result<(), E> {
    let (start, end) = bounds(Some(from), Some(to));
    let query = duties::table
        .left_join(
            people::table.on(people::organisation_id.eq(duties::organisation_id).and(people::id.eq(duties::person_id))),
        )
        .filter(duties::organisation_id.eq(tx.caller().organisation()))
        .filter(duties::unit_id.eq_any(units))
        .filter(duties::started_at.ge(start.unwrap_or_default().to_diesel()))
        .filter(duties::started_at.lt(end.unwrap_or_default().to_diesel()))
        .filter(duties::deleted_at.is_null())
        .select((
            COLUMNS,
            (people::family_name.nullable(), people::given_name.nullable(), people::employee_number.nullable()),
        ))
        .order((duties::started_at, duties::id));
    type Row = (Loaded, (Option<String>, Option<String>, Option<String>));
    stream(tx, query, |(loaded, (family, given, number)): Row| each(row(loaded), Named { family, given, number }))
}
