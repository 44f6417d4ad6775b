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
