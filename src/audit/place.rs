//! Where an entry stands: its transaction and its id, and Postgres's 64-bit transaction numbers as a diesel type.

use diesel::deserialize::{self, FromSql, FromSqlRow};
use diesel::expression::AsExpression;
use diesel::pg::{Pg, PgValue};
use diesel::serialize::{self, IsNull, Output, ToSql};
use diesel::sql_types::{BigInt, SqlType};
use std::io::Write as _;

/// Postgres's `xid8`.
#[derive(Debug, Clone, Copy, SqlType, diesel::query_builder::QueryId)]
#[diesel(postgres_type(oid = 5069, array_oid = 271))]
pub(super) struct Xid8;

/// A transaction's number. It never wraps.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, AsExpression, FromSqlRow)]
#[diesel(sql_type = Xid8)]
pub(super) struct Xid(pub(super) u64);

impl FromSql<Xid8, Pg> for Xid {
    fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
        Ok(Self(u64::from_be_bytes(value.as_bytes().try_into()?)))
    }
}

impl ToSql<Xid8, Pg> for Xid {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        out.write_all(&self.0.to_be_bytes())?;
        Ok(IsNull::No)
    }
}

/// An entry's place in the order of the log. The default lies before all entries.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, diesel::QueryableByName)]
pub(super) struct Place {
    #[diesel(sql_type = Xid8)]
    pub(super) xid: Xid,
    #[diesel(sql_type = BigInt)]
    pub(super) id: i64,
}
