//! What the row-level policies are made of.

use crate::support::TestDatabase;

/// One function that does not say so, and every statement on its table runs on one processor: `create or replace`
/// without the words is enough.
#[test]
fn what_policies_call_may_run_on_several_processors() {
    let called = "select p.proname || ' ' || p.proparallel::text from pg_depend d join pg_proc p on p.oid = d.refobjid \
                   where d.classid = 'pg_policy'::regclass and d.refclassid = 'pg_proc'::regclass \
                     and p.pronamespace = 'public'::regnamespace group by 1 order by 1";
    let found = TestDatabase::fresh().superuser_texts(called);
    assert!(found.iter().any(|function| function == "app_units s"), "{found:?}");
    let unsafe_ones: Vec<&String> = found.iter().filter(|function| !function.ends_with(" s")).collect();
    assert!(unsafe_ones.is_empty(), "alter function ... parallel safe: {unsafe_ones:?}");
}
