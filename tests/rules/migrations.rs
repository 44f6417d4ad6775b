//! Each migration goes up, down and up again.

use diesel::connection::SimpleConnection;
use diesel::{Connection, PgConnection};
use watchroom::db::migrate;
use watchroom::organisation::Service;

use crate::support::{TestApp, TestDatabase};

#[test]
fn every_migration_can_be_taken_back() {
    let database = TestDatabase::fresh();
    migrate::revert_all(&database.owner_url()).expect("down");
    let left = database.superuser_texts(
        "select relname::text from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r','v','S') \
         and relname not like '\\_\\_diesel%' union all \
         select proname::text from pg_proc where pronamespace = 'public'::regnamespace and proname like 'app%'",
    );
    assert_eq!(left, Vec::<String>::new());
    let ran = migrate::run(&database.owner_url()).expect("up");
    assert!(!ran.is_empty());
    assert_eq!(migrate::pending(&database.owner_url()).expect("pending"), Vec::<String>::new());
}

#[test]
fn no_two_migrations_have_the_same_number() {
    let mut seen = std::collections::BTreeSet::new();
    for entry in std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/migrations")).expect("migrations") {
        let name = entry.expect("an entry").file_name().into_string().expect("UTF-8");
        if let Some((number, _what)) = name.split_once('_') {
            assert!(seen.insert(number.to_owned()), "{name}: diesel would run only one of the two");
        }
    }
    assert!(!seen.is_empty());
}

/// Migrations from this one on split permissions and HR fields; the earlier ones are what a first version had.
const SPLIT: &str = "2026-11-22-100000";

#[test]
fn what_an_organisation_had_before_permissions_were_split_it_still_has_after() {
    let app = TestApp::empty();
    let founded = app.found("northmoor", Service::Fire);
    let hr = app.person(&founded, "hr", founded.unit);
    app.duty(&founded, &hr);
    let held = "select concat_ws(' ', r.code, p.permission, p.scope) from role_permissions p join roles r on r.id = p.role_id \
                order by 1";
    let fields = "select concat_ws(' ', contract_type, payroll_number, next_of_kin, fitness_note) from hr_contracts \
                  join hr_payroll using (person_id) join hr_kin using (person_id) join hr_fitness using (person_id)";
    let before = (app.database.superuser_texts(held), app.database.superuser_texts(fields));
    assert_eq!(before.1, ["x x x x"]);
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/migrations");
    let mut names: Vec<String> = std::fs::read_dir(folder)
        .expect("migrations")
        .map(|entry| entry.expect("an entry").file_name().into_string().expect("UTF-8"))
        .filter(|name| name.as_str() >= SPLIT && name.starts_with("20"))
        .collect();
    names.sort();
    let mut owner = PgConnection::establish(&app.database.owner_url()).expect("the owner");
    let mut run = |name: &str, file: &str| {
        let text = std::fs::read_to_string(format!("{folder}/{name}/{file}")).expect("a migration");
        owner.batch_execute(&format!("begin; {text}; commit")).unwrap_or_else(|error| panic!("{name} {file}: {error}"));
    };
    for name in names.iter().rev() {
        run(name, "down.sql");
    }
    let old = "select concat_ws(' ', contract_type, payroll_number, next_of_kin, fitness_note) from people_hr";
    assert_eq!(app.database.superuser_texts(old), ["x x x x"]);
    let manager = "select p.scope from role_permissions p join roles r on r.id = p.role_id \
                   where r.code = 'manager' and p.permission = 'duty.read'";
    assert_eq!(app.database.superuser_texts(manager), ["unit"]);
    for name in &names {
        run(name, "up.sql");
    }
    assert_eq!((app.database.superuser_texts(held), app.database.superuser_texts(fields)), before);
}
