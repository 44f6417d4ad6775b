//! `/units` and `/organisation`.

use watchroom::identity::setup::Founded;
use watchroom::kernel::ids::UnitId;
use watchroom::organisation::Service;

use crate::support::{Context, TestApp};

fn start() -> (TestApp, Founded, UnitId, UnitId) {
    let app = TestApp::empty();
    let founded = app.found("northmoor", Service::Fire);
    let north = app.unit(&founded, founded.unit, "area", "North");
    let hillside = app.unit(&founded, north, "station", "Hillside");
    (app, founded, north, hillside)
}

fn id_of(app: &TestApp, name: &str) -> String {
    app.database.superuser_texts(&format!("select id from units where name = '{name}'"))[0].clone()
}

#[actix_web::test]
async fn an_administrator_adds_renames_and_closes_a_unit() {
    let (app, _founded, _north, hillside) = start();
    let mut admin = app.signed_in("admin@northmoor.example").await;
    admin.get(&format!("/units/{hillside}/add")).await.expect_status(200).expect_text("Under North, Hillside");
    let form = [("name", "Blue watch"), ("code", "H27B"), ("kind", "watch")];
    admin.post(&format!("/units/{hillside}/add"), &form).await.expect_status(303);
    admin.get("/units").await.expect_text("Blue watch was added.").expect_text("H27B");
    let blue = id_of(&app, "Blue watch");
    let form = [("name", "Red watch"), ("code", "H27R"), ("kind", "watch")];
    admin.post(&format!("/units/{blue}"), &form).await.expect_status(303);
    admin.get(&format!("/units/{blue}/close")).await.expect_text("Close Red watch");
    admin.post(&format!("/units/{blue}/close"), &[]).await.expect_status(303);
    admin.get("/units").await; // with the message, which does not name it
    admin.get("/units").await.expect_no_text("Red watch");
    admin.get("/units?closed=1").await.expect_text("Red watch Closed");
    admin.get(&format!("/units/{blue}")).await;
    admin.post(&format!("/units/{blue}/reopen"), &[]).await.expect_status(303);
    assert_eq!(app.audited(), ["unit.add", "unit.rename", "unit.close", "unit.reopen"]);
}

#[actix_web::test]
async fn what_does_not_fit_is_said_beside_its_field_with_what_was_typed() {
    let (app, _founded, north, hillside) = start();
    let mut admin = app.signed_in("admin@northmoor.example").await;
    admin.get("/units").await;
    let add = |under: UnitId| format!("/units/{under}/add");
    let form = [("name", "Harbour"), ("code", "H1"), ("kind", "station")];
    admin.get(&add(north)).await;
    admin.post(&add(north), &form).await.expect_status(303);
    let again = [("name", "Other <place>"), ("code", "H1"), ("kind", "station")];
    let answer = admin.post(&add(north), &again).await.expect_status(422).expect_text("Use another code");
    assert!(answer.body.contains("Other &lt;place&gt;"));
    admin.post(&add(hillside), &form).await.expect_status(422).expect_text("A station cannot stand under a station");
    admin.post(&add(north), &[("name", " "), ("kind", "palace")]).await.expect_status(422).expect_text("Enter a name.");
    assert_eq!(app.rows("units"), 4);
}

#[actix_web::test]
async fn a_unit_with_people_or_units_does_not_close_and_the_top_never_does() {
    let (app, founded, north, hillside) = start();
    app.person(&founded, "member", hillside);
    let mut admin = app.signed_in("admin@northmoor.example").await;
    admin.get("/units").await;
    let before = app.state_of(&["units"]);
    let close = |unit: UnitId| format!("/units/{unit}/close");
    admin.get(&close(north)).await;
    admin.post(&close(north), &[]).await.expect_status(422).expect_text("1 open unit below it and 0 people");
    admin.post(&close(hillside), &[]).await.expect_status(422).expect_text("0 open units below it and 1 person");
    admin.post(&close(founded.unit), &[]).await.expect_status(422).expect_text("top unit");
    assert_eq!(app.state_of(&["units"]), before);
}

#[actix_web::test]
async fn a_unit_moves_with_all_below_and_its_managers_see_it_at_once() {
    let (app, founded, north, hillside) = start();
    let coast = app.unit(&founded, founded.unit, "area", "Coast");
    let manager = app.person(&founded, "manager", coast);
    let member = app.person(&founded, "member", hillside);
    let seen = || app.raw(&manager, &format!("select 1 from people where id = '{}'", member.id)).map(|rows| rows.len());
    assert_eq!(seen(), Ok(0));
    let mut admin = app.signed_in("admin@northmoor.example").await;
    admin.get(&format!("/units/{hillside}/move")).await.expect_text("North").expect_text("Coast");
    admin.post(&format!("/units/{hillside}/move"), &[("parent", &coast.to_string())]).await.expect_status(303);
    assert_eq!(seen(), Ok(1));
    admin.get(&format!("/units/{hillside}/move")).await;
    admin.post(&format!("/units/{hillside}/move"), &[("parent", &north.to_string())]).await.expect_status(303);
    assert_eq!(seen(), Ok(0));
}

#[actix_web::test]
async fn a_unit_never_stands_below_itself_by_the_page_or_by_raw_sql() {
    let (app, founded, north, _hillside) = start();
    let inner = app.unit(&founded, north, "area", "Inner");
    let mut admin = app.signed_in("admin@northmoor.example").await;
    admin.get(&format!("/units/{north}/move")).await.expect_no_text("Inner");
    let circle = [("parent", inner.to_string())];
    let circle: Vec<(&str, &str)> = circle.iter().map(|(name, value)| (*name, value.as_str())).collect();
    admin.post(&format!("/units/{north}/move"), &circle).await.expect_status(422).expect_text("not below this one");
    let context = Context::Person(founded.organisation, founded.administrator);
    for (unit, parent) in [(north, inner), (north, north)] {
        let refused = app
            .raw_write(context, &format!("update units set parent_id = '{parent}' where id = '{unit}'"))
            .expect_err("a circle");
        assert!(refused.contains("below itself") || refused.contains("units_not_below_itself"), "{refused}");
    }
}

#[actix_web::test]
async fn nobody_but_an_administrator_edits_units_or_settings() {
    let (app, founded, north, hillside) = start();
    let before = app.state_of(&["units", "organisations", "duty_kinds"]);
    for role in ["member", "manager", "hr", "auditor"] {
        let somebody = app.person(&founded, role, hillside);
        let mut browser = app.browser(&somebody).await;
        for path in ["/units", "/organisation", "/kinds"] {
            browser.get(path).await.expect_status(403);
        }
        browser.get("/account").await;
        let form = [("name", "Mine"), ("kind", "watch"), ("brand_colour", "")];
        for path in [format!("/units/{north}/add"), format!("/units/{north}/close"), "/organisation".to_owned()] {
            browser.post(&path, &form).await.expect_status(403);
        }
        let raw = app.raw_write(&somebody, "update units set name = 'Mine'").unwrap_or_default()
            + app.raw_write(&somebody, "update organisations set name = 'Mine'").unwrap_or_default();
        assert_eq!(raw, 0, "{role}");
    }
    assert_eq!(app.state_of(&["units", "organisations", "duty_kinds"]), before);
}

#[actix_web::test]
async fn the_units_of_another_organisation_are_not_there() {
    let (app, _founded, _north, hillside) = start();
    let other = app.found("southmoor", Service::Fire);
    let mut admin = app.signed_in("admin@southmoor.example").await;
    admin.get("/units").await.expect_no_text("Hillside");
    admin.get(&format!("/units/{hillside}")).await.expect_status(404);
    admin.get("/organisation").await;
    admin.post(&format!("/units/{hillside}"), &[("name", "Mine"), ("kind", "watch")]).await.expect_status(404);
    // Nor can a unit of ours be put under one of theirs.
    let mine = app.unit(&other, other.unit, "station", "Mine");
    admin.post(&format!("/units/{mine}/move"), &[("parent", &hillside.to_string())]).await.expect_status(404);
    let context = Context::Person(other.organisation, other.administrator);
    assert_eq!(app.raw_write(context, "update units set name = 'Taken' where name = 'Hillside'"), Ok(0));
    let stolen = format!("update units set parent_id = '{hillside}' where id = '{mine}'");
    assert!(app.raw_write(context, &stolen).expect_err("refused").contains("foreign key"));
}

#[actix_web::test]
async fn the_name_and_a_dark_enough_colour_are_kept_and_shown() {
    let (app, _founded, _north, _hillside) = start();
    let mut admin = app.signed_in("admin@northmoor.example").await;
    admin.get("/organisation").await.expect_status(200);
    let pale = [("name", "Northmoor"), ("brand_colour", "#ffcc00")];
    admin.post("/organisation", &pale).await.expect_status(422).expect_text("Choose a darker colour");
    let dark = [("name", "Northmoor Fire"), ("brand_colour", "7A0019")];
    admin.post("/organisation", &dark).await.expect_status(303);
    let page = admin.get("/account").await.expect_text("Northmoor Fire");
    assert!(page.body.contains("/brand/7a0019.css"), "{}", page.body);
    let entry =
        app.database.superuser_texts("select detail from audit_entries where action = 'organisation.configure'");
    assert!(entry[0].contains("#7a0019") && entry[0].contains("northmoor service"), "{entry:?}");
}
