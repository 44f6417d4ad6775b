//! What the row-level policies are made of.

use uuid::Uuid;
use watchroom::kernel::ids::OrganisationId;
use watchroom::organisation::Service;

use crate::support::{Context, TestApp, TestDatabase};

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

/// The short cut for whoever reads all duties opens nothing that looking each unit up would not.
#[actix_web::test]
async fn the_short_cut_for_all_units_says_what_each_unit_says() {
    let app = TestApp::empty();
    let founded = app.found("northshire", Service::Fire);
    let station = app.unit(&founded, founded.unit, "station", "Eastgate");
    let chief = app.person_called(&founded, "chief", "manager", founded.unit);
    let officer = app.person_called(&founded, "officer", "manager", station);
    let member = app.person_called(&founded, "member", "member", station);
    let said = |who: Context| {
        let query = "select app_units_all('duty.read')::text || ' ' || (select count(*) from app_units('duty.read'))";
        app.raw(who, query).unwrap_or_else(|error| panic!("{error}"))
    };
    assert_eq!(said((&chief).into()), ["true 2"]);
    assert_eq!(said((&officer).into()), ["false 1"]);
    assert_eq!(said((&member).into()), ["false 0"]);
    // Where there is no unit, nobody has all of them; background work and nobody have none.
    assert_eq!(said(Context::System(founded.organisation, "import")), ["false 0"]);
    assert_eq!(said(Context::Person(OrganisationId(Uuid::now_v7()), member.id)), ["false 0"]);
    let watch = app.unit(&founded, station, "watch", "Red Watch");
    assert_eq!(said((&chief).into()), ["true 3"]);
    assert_eq!(said((&officer).into()), ["false 2"]);
    // A second top unit, which a restore or an import by hand might leave, is not the chief's.
    app.database.superuser(&format!("update units set parent_id = null, kind = 'service' where id = '{watch}'"));
    assert_eq!(said((&chief).into()), ["false 2"]);
}
