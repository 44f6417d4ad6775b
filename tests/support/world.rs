//! People with roles in units, made in one line, and raw statements with somebody else's context.
//!
//! Rows are written as the superuser, so that a test of one slice does not hang on the pages of another.

use diesel::connection::SimpleConnection;
use diesel::{Connection, PgConnection, QueryableByName, RunQueryDsl, sql_query};
use uuid::Uuid;
use watchroom::identity::roles::BUILT_IN;
use watchroom::identity::setup::Founded;
use watchroom::kernel::clock::Clock;
use watchroom::kernel::ids::{OrganisationId, PersonId, UnitId};
use watchroom::kernel::secret::Secret;

use super::{Client, PASSWORD, TestApp};

/// Somebody who can sign in.
#[derive(Debug, Clone)]
pub struct Somebody {
    pub id: PersonId,
    pub organisation: OrganisationId,
    pub unit: UnitId,
    pub email: String,
    /// Given and family name, as pages show them.
    pub name: String,
}

/// With whose context a raw statement runs.
#[derive(Debug, Clone, Copy)]
pub enum Context {
    /// A person's, as `app_enter` sets it.
    Person(OrganisationId, PersonId),
    /// A background worker's.
    System(OrganisationId, &'static str),
    /// None was ever set.
    None,
}

impl From<&Somebody> for Context {
    fn from(somebody: &Somebody) -> Self {
        Self::Person(somebody.organisation, somebody.id)
    }
}

#[derive(QueryableByName)]
struct Value {
    #[diesel(sql_type = diesel::sql_types::Nullable<diesel::sql_types::Text>)]
    value: Option<String>,
}

impl TestApp {
    /// A unit below `parent`; `kind` is `area`, `station` or `watch`.
    pub fn unit(&self, founded: &Founded, parent: UnitId, kind: &str, name: &str) -> UnitId {
        let id = UnitId(Uuid::now_v7());
        self.database.superuser(&format!(
            "insert into units (organisation_id, id, parent_id, kind, name, created_at) \
             values ('{}', '{id}', '{parent}', '{kind}', '{name}', '{}')",
            founded.organisation,
            self.clock.now()
        ));
        id
    }

    /// Somebody of `unit` with one role and an account. A role that is given for a unit is given for `unit`.
    ///
    /// `handle` becomes the given name; the e-mail address is `<handle>@<end of the organisation's id>.example`.
    pub fn person_called(&self, founded: &Founded, handle: &str, role: &str, unit: UnitId) -> Somebody {
        let id = PersonId(Uuid::now_v7());
        let organisation = founded.organisation;
        let domain = organisation.to_string();
        let domain = domain.rsplit('-').next().expect("an id has parts");
        let email = format!("{handle}@{domain}.example");
        let mut given = handle.to_owned();
        given[..1].make_ascii_uppercase();
        let name = format!("{given} Tester");
        let hash = self.parts.passwords.hash_blocking(&Secret::new(PASSWORD.to_owned())).expect("a hash");
        let key = self.parts.site.keys.mac("sign-in.directory", email.as_bytes());
        let key = data_encoding::HEXLOWER.encode(&key);
        let now = self.clock.now();
        self.database.superuser(&format!(
            "insert into people (organisation_id, id, unit_id, given_name, family_name, email, created_at) \
               values ('{organisation}', '{id}', '{unit}', '{given}', 'Tester', '{email}', '{now}'); \
             insert into accounts (organisation_id, person_id, email, password_hash, password_changed_at, created_at) \
               values ('{organisation}', '{id}', '{email}', '{hash}', '{now}', '{now}'); \
             insert into sign_in_directory (email_key, organisation_id) values ('\\x{key}', '{organisation}')"
        ));
        let somebody = Somebody { id, organisation, unit, email, name };
        let for_unit = BUILT_IN.iter().any(|known| known.code == role && known.for_unit);
        self.grant(founded, &somebody, role, for_unit.then_some(unit));
        somebody
    }

    /// [`TestApp::person_called`] by their role: a member is called Member.
    pub fn person(&self, founded: &Founded, role: &str, unit: UnitId) -> Somebody {
        self.person_called(founded, role, role, unit)
    }

    /// Gives somebody one more role; `unit` is for managers.
    pub fn grant(&self, founded: &Founded, somebody: &Somebody, role: &str, unit: Option<UnitId>) {
        let role = founded.role(role).unwrap_or_else(|| panic!("there is no role {role}"));
        let unit = unit.map_or_else(|| "null".to_owned(), |unit| format!("'{unit}'"));
        self.database.superuser(&format!(
            "insert into role_grants (organisation_id, id, person_id, role_id, unit_id, granted_at) \
             values ('{}', '{}', '{}', '{role}', {unit}, '{}')",
            somebody.organisation,
            Uuid::now_v7(),
            somebody.id,
            self.clock.now()
        ));
    }

    /// Gives somebody an authenticator app, as if they had set one up; nobody knows its secret.
    pub fn give_authenticator(&self, somebody: &Somebody) {
        self.database.superuser(&format!(
            "insert into totp_secrets (organisation_id, person_id, sealed, confirmed_at) values ('{}', '{}', 'x', '{}')",
            somebody.organisation,
            somebody.id,
            self.clock.now()
        ));
    }

    /// A signed-in browser of somebody's.
    pub async fn browser(&self, somebody: &Somebody) -> Client<'_> {
        self.signed_in(&somebody.email).await
    }

    /// Names of the audit entries so far, oldest first, without sign-ins and foundings.
    pub fn audited(&self) -> Vec<String> {
        self.database.superuser_texts(
            "select action from audit_entries where action not like 'session.%' and action not like 'organisation.%' \
             order by id",
        )
    }

    /// How many rows a table has, for "nothing changed".
    pub fn rows(&self, table: &str) -> i64 {
        self.database.superuser_texts(&format!("select count(*) from {table}"))[0].parse().expect("a count")
    }

    /// A digest of all that the tables hold, for "nothing changed".
    pub fn state_of(&self, tables: &[&str]) -> Vec<String> {
        let digest = |table: &&str| {
            let query = format!("select coalesce(md5(string_agg(t::text, '|' order by t::text)), '') from {table} t");
            format!("{table} {}", self.database.superuser_texts(&query)[0])
        };
        tables.iter().map(digest).collect()
    }

    /// A duty of somebody's for their unit, with a shared note; a row in each of their sets of HR fields too.
    pub fn duty(&self, founded: &Founded, somebody: &Somebody) -> String {
        let (org, duty, id, unit) = (founded.organisation, Uuid::now_v7(), somebody.id, somebody.unit);
        self.database.superuser(&format!(
            "insert into duties (organisation_id, id, person_id, unit_id, started_at, ended_at, started_on, type_id, \
                 source, created_at, created_by, changed_at) \
               select '{org}', '{duty}', '{id}', '{unit}', '2026-11-20T09:00Z', '2026-11-20T10:00Z', '2026-11-20', k.id, \
                 'manual', now(), '{id}', now() from duty_kinds k where k.organisation_id = '{org}' and level = 1 order by k.id limit 1; \
             insert into duty_shared_notes values ('{org}', '{duty}', '{id}', '{unit}', 'Shared words'); \
             insert into hr_contracts (organisation_id, person_id, contract_type, changed_at) values ('{org}', '{id}', 'x', now()); \
             insert into hr_payroll (organisation_id, person_id, payroll_number, changed_at) values ('{org}', '{id}', 'x', now()); \
             insert into hr_kin (organisation_id, person_id, next_of_kin, changed_at) values ('{org}', '{id}', 'x', now()); \
             insert into hr_fitness (organisation_id, person_id, fitness_note, changed_at) values ('{org}', '{id}', 'x', now())"
        ));
        duty.to_string()
    }

    /// The only column of a query as the application role with the given context; the error's text when refused.
    pub fn raw(&self, context: impl Into<Context>, query: &str) -> Result<Vec<String>, String> {
        let wrapped = format!("select value::text as value from ({query}) as q(value)");
        let text = |row: Value| row.value.unwrap_or_default();
        self.raw_with(context.into(), |connection| sql_query(wrapped).load::<Value>(connection))
            .map(|rows| rows.into_iter().map(text).collect())
    }

    /// How many rows a statement changed as the application role with the given context, then taken back; the
    /// error's text when refused.
    pub fn raw_write(&self, context: impl Into<Context>, statement: &str) -> Result<usize, String> {
        self.raw_with(context.into(), |connection| sql_query(statement).execute(connection))
    }

    /// [`TestApp::raw_write`], and committed.
    pub fn raw_committed(&self, context: impl Into<Context>, statement: &str) -> Result<usize, String> {
        self.raw_ending(context.into(), "commit", |connection| sql_query(statement).execute(connection))
    }

    fn raw_with<T>(
        &self,
        context: Context,
        work: impl FnOnce(&mut PgConnection) -> diesel::QueryResult<T>,
    ) -> Result<T, String> {
        self.raw_ending(context, "rollback", work)
    }

    fn raw_ending<T>(
        &self,
        context: Context,
        ending: &str,
        work: impl FnOnce(&mut PgConnection) -> diesel::QueryResult<T>,
    ) -> Result<T, String> {
        let mut connection = PgConnection::establish(&self.database.app_url()).expect("the database");
        connection.batch_execute("begin").expect("a transaction");
        let enter = match context {
            Context::Person(organisation, person) => format!("select app_enter('{organisation}', '{person}', '')"),
            Context::System(organisation, name) => {
                format!("select app_enter('{organisation}', '{}', '{name}')", PersonId::NIL)
            }
            Context::None => "select 1".to_owned(),
        };
        connection.batch_execute(&enter).expect("the context is set");
        let result = work(&mut connection).map_err(|error| error.to_string());
        let ended = connection.batch_execute(ending).map_err(|error| error.to_string());
        result.and_then(|done| ended.map(|()| done))
    }
}

#[actix_web::test]
async fn somebody_made_here_can_sign_in_and_holds_the_role() {
    let app = TestApp::empty();
    let founded = app.found("northmoor", watchroom::organisation::Service::Fire);
    let station = app.unit(&founded, founded.unit, "station", "Hillside");
    let member = app.person(&founded, "member", station);
    app.browser(&member).await.get("/account").await.expect_text("Member Tester").expect_text("member");
    let own = app.raw(&member, "select given_name from people where email like 'member@%'");
    assert_eq!(own, Ok(vec!["Member".to_owned()]));
    let nobody = app.raw(Context::None, "select given_name from people").unwrap_or_default();
    assert_eq!(nobody, Vec::<String>::new());
    let worker = Context::System(founded.organisation, "sign-in");
    assert_eq!(app.raw(worker, "select count(*) from people"), Ok(vec!["2".to_owned()]));
    assert_eq!(app.raw_write(&member, "update people set given_name = 'Other'").unwrap_or_default(), 0);
}
