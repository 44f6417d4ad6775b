//! Each migration goes up, down and up again.

use watchroom::db::migrate;

use crate::support::TestDatabase;

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
