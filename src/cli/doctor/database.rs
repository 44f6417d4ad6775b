//! The database: is it there, may it be used, is it as it must be.

use diesel::{Connection, PgConnection, QueryableByName, RunQueryDsl, sql_query, sql_types};

use super::Check;
use crate::config::{Config, DatabaseTarget};
use crate::db::cluster::{Cluster, Found};
use crate::db::migrate;

const ANSWER: &str = "database";
const ANSWER_WHY: &str = "every record is in it";

pub(super) fn checks(config: &Config) -> Vec<Check> {
    match config.database.target() {
        DatabaseTarget::Embedded => embedded(config),
        DatabaseTarget::External { app, owner } => {
            external(app.expose(), owner.as_ref().map(|url| url.expose().as_str()))
        }
    }
}

fn embedded(config: &Config) -> Vec<Check> {
    const NAME: &str = "private database";
    const WHY: &str = "Watchroom runs its own Postgres, from installed programs, as an account without privileges";
    let found = match Cluster::inspect(&config.database.embedded, &config.cluster_dir()) {
        Ok(found) => found,
        Err(error) => {
            // The error says what to do; it is one sentence after the other.
            let text = error.to_string();
            let (what, fix) = text.split_once(". ").or_else(|| text.split_once(": ")).unwrap_or((&text, "see above"));
            return vec![Check::failed(NAME, WHY, what, fix)];
        }
    };
    let Found { version, account, made, running, endpoint } = found;
    let mut checks = vec![Check::passed(NAME, WHY, format!("PostgreSQL {version}, as the account {account}"))];
    if !made {
        checks.push(Check::passed(ANSWER, ANSWER_WHY, "will be made at the first start"));
    } else if !running {
        checks.push(Check::warning(
            ANSWER,
            ANSWER_WHY,
            "is not running, so it was not looked into",
            "systemctl start watchroom, then run doctor again",
        ));
    } else {
        checks.extend(look_into(&endpoint.app_url(), Some(&endpoint.owner_url())));
    }
    checks
}

fn external(app: &str, owner: Option<&str>) -> Vec<Check> {
    look_into(app, owner)
}

#[derive(QueryableByName)]
struct Facts {
    #[diesel(sql_type = sql_types::Integer)]
    version: i32,
    #[diesel(sql_type = sql_types::Text)]
    role: String,
    #[diesel(sql_type = sql_types::Bool)]
    powerful: bool,
    #[diesel(sql_type = sql_types::Bool)]
    owner: bool,
}

const FACTS: &str = "
    select current_setting('server_version_num')::int / 10000 as version, r.rolname::text as role,
           r.rolsuper or r.rolbypassrls or r.rolcreaterole as powerful,
           exists (select from pg_class c where c.relowner = r.oid and c.relkind in ('r', 'p'))
           or exists (select from pg_auth_members m where m.member = r.oid) as owner
      from pg_roles r where r.rolname = current_user";

fn look_into(app: &str, owner: Option<&str>) -> Vec<Check> {
    let facts = PgConnection::establish(app)
        .map_err(|error| error.to_string())
        .and_then(|mut connection| sql_query(FACTS).get_result::<Facts>(&mut connection).map_err(|e| e.to_string()));
    let facts = match facts {
        Ok(facts) => facts,
        Err(error) => {
            let fix = "see that the server runs and lets this role in; docs/operations.md says how it is prepared";
            return vec![Check::failed(ANSWER, ANSWER_WHY, format!("does not answer: {}", error.trim()), fix)];
        }
    };
    let mut checks = Vec::new();
    if facts.version < 15 {
        let fix = "upgrade the server to PostgreSQL 15 or later";
        checks.push(Check::failed(ANSWER, ANSWER_WHY, format!("is PostgreSQL {}, too old", facts.version), fix));
    } else {
        checks.push(Check::passed(ANSWER, ANSWER_WHY, format!("PostgreSQL {} answers", facts.version)));
    }
    checks.push(role(&facts));
    checks.push(migrations(app, owner));
    checks
}

fn role(facts: &Facts) -> Check {
    const NAME: &str = "database role";
    const WHY: &str = "row-level security keeps people's records apart only for a role that cannot step around it";
    let Facts { role, powerful, owner, .. } = facts;
    if *powerful {
        let fix = format!("alter role {role} nosuperuser nobypassrls nocreaterole");
        Check::failed(NAME, WHY, format!("{role} can step around row-level security"), fix)
    } else if *owner {
        let fix = "connect as a role that owns no table and is a member of no other: docs/operations.md";
        Check::failed(NAME, WHY, format!("{role} owns tables, or is a member of another role"), fix)
    } else {
        Check::passed(NAME, WHY, format!("{role} owns nothing and cannot step around row-level security"))
    }
}

fn migrations(app: &str, owner: Option<&str>) -> Check {
    const NAME: &str = "migrations";
    const WHY: &str = "the program and the shape of its tables must belong together";
    match migrate::pending(owner.unwrap_or(app)) {
        Ok(pending) if pending.is_empty() => Check::passed(NAME, WHY, "all have run"),
        Ok(pending) => Check::warning(NAME, WHY, format!("{} have not run", pending.len()), "watchroom migrate"),
        Err(error) => Check::failed(NAME, WHY, error.to_string(), "watchroom migrate, and read what it says"),
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use diesel::connection::SimpleConnection;

    use super::super::Result;
    use super::*;

    fn results(checks: &[Check]) -> Vec<(&'static str, Result)> {
        checks.iter().map(|check| (check.name, check.result)).collect()
    }

    #[test]
    fn a_database_is_looked_into() {
        let dir = tempfile::tempdir_in("/tmp").expect("a folder");
        std::fs::set_permissions(dir.path(), std::fs::Permissions::from_mode(0o711)).expect("mode");
        let cluster = Cluster::start_throwaway(&dir.path().join("postgres")).expect("started");
        let (app, owner) = (cluster.app_url(), cluster.owner_url());
        let expected = [(ANSWER, Result::Passed), ("database role", Result::Passed), ("migrations", Result::Warning)];
        assert_eq!(results(&look_into(&app, Some(&owner))), expected);
        migrate::run(&owner).expect("migrated");
        let passed = [ANSWER, "database role", "migrations"].map(|name| (name, Result::Passed));
        assert_eq!(results(&look_into(&app, Some(&owner))), passed);
        assert_eq!(results(&look_into(&app, None)), passed, "the application role can see which migrations have run");

        let as_owner = look_into(&owner, None);
        assert!(as_owner.get(1).is_some_and(|check| check.found.contains("owns tables")), "{as_owner:?}");
        let superuser = cluster.endpoint().superuser_url();
        let as_superuser = look_into(&superuser, None);
        assert!(as_superuser.get(1).is_some_and(|check| check.found.contains("step around")), "{as_superuser:?}");
        let mut connection = PgConnection::establish(&superuser).expect("connected");
        connection.batch_execute("grant watchroom_owner to watchroom_app").expect("granted");
        assert_eq!(look_into(&app, None).get(1).map(|check| check.result), Some(Result::Failed));
    }

    #[test]
    fn a_database_that_is_away_fails_without_its_password() {
        let checks = look_into("postgresql://app:hunter2@127.0.0.1:1/none", None);
        assert_eq!(results(&checks), [(ANSWER, Result::Failed)]);
        assert!(!format!("{checks:?}").contains("hunter2"));
    }

    #[test]
    fn missing_programs_are_named() {
        let mut config = Config::default();
        config.database.embedded.bin_dir = Some("/usr/share".into());
        config.database.embedded.user = "nobody".to_owned();
        let checks = checks(&config);
        assert_eq!(results(&checks), [("private database", Result::Failed)]);
        assert!(checks.first().is_some_and(|check| check.found.contains("is not installed")), "{checks:?}");
    }
}
