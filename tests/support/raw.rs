//! Statements one after the other as the application's role in one transaction with somebody's context, each taken
//! back: for tests that try hundreds.

use diesel::connection::SimpleConnection;
use diesel::{Connection, PgConnection, QueryableByName, RunQueryDsl, sql_query};
use watchroom::kernel::ids::PersonId;

use super::{Context, TestApp};

/// Somebody at the database's own prompt, as the application's role.
pub struct Prompt(PgConnection);

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = diesel::sql_types::BigInt)]
    count: i64,
}

impl TestApp {
    /// A prompt with the context of a transaction that was opened for somebody, or with none.
    pub fn prompt(&self, context: impl Into<Context>) -> Prompt {
        let mut connection = PgConnection::establish(&self.database.app_url()).expect("the database");
        connection.batch_execute("begin").expect("a transaction");
        let enter = match context.into() {
            Context::Person(organisation, person) => format!("select app_enter('{organisation}', '{person}', '')"),
            Context::System(organisation, name) => {
                format!("select app_enter('{organisation}', '{}', '{name}')", PersonId::NIL)
            }
            Context::None => "select 1".to_owned(),
        };
        connection.batch_execute(&enter).expect("the context is set");
        Prompt(connection)
    }
}

impl Prompt {
    /// Ends the transaction and begins another on the same connection, as a pool would, but for nobody.
    pub fn begin_anew(&mut self) {
        self.0.batch_execute("commit; begin").expect("another transaction");
    }

    /// How many rows of a table match; the error's text when reading is refused.
    pub fn count(&mut self, table: &str, condition: &str) -> Result<i64, String> {
        let query = format!("select count(*) from {table} where {condition}");
        self.tried(|connection| sql_query(query).get_result::<Count>(connection)).map(|row| row.count)
    }

    /// How many rows a statement changed, then taken back; the error's text when it is refused.
    pub fn change(&mut self, statement: &str) -> Result<usize, String> {
        self.tried(|connection| sql_query(statement).execute(connection))
    }

    fn tried<T>(&mut self, work: impl FnOnce(&mut PgConnection) -> diesel::QueryResult<T>) -> Result<T, String> {
        self.0.batch_execute("savepoint before_it").expect("a savepoint");
        let result = work(&mut self.0).map_err(|error| error.to_string());
        self.0.batch_execute("rollback to before_it").expect("taken back");
        result
    }
}
