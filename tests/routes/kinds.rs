//! `/kinds`.

use watchroom::identity::setup::Founded;
use watchroom::organisation::Service;

use crate::support::{Client, Context, TestApp};

async fn start(app: &TestApp) -> (Founded, Client<'_>) {
    let founded = app.found("northmoor", Service::Fire);
    let mut admin = app.signed_in("admin@northmoor.example").await;
    admin.get("/kinds").await.expect_status(200).expect_text("Fire service incident");
    (founded, admin)
}

fn one(app: &TestApp, query: &str) -> String {
    app.database.superuser_texts(query)[0].clone()
}

fn id_of(app: &TestApp, name: &str) -> String {
    one(app, &format!("select id from duty_kinds where name = '{name}'"))
}

#[actix_web::test]
async fn a_type_a_category_and_a_sub_category_are_added_each_under_the_other() {
    let app = TestApp::empty();
    let (_founded, mut admin) = start(&app).await;
    admin.post("/kinds", &[("name", "Community work")]).await.expect_status(303);
    let mut id = id_of(&app, "Community work");
    for name in ["Schools", "Talks"] {
        admin.post(&format!("/kinds/{id}/add"), &[("name", name)]).await.expect_status(303);
        admin.get(&format!("/kinds/{id}")).await.expect_text(name);
        id = id_of(&app, name);
    }
    // There is no fourth level.
    admin.post(&format!("/kinds/{id}/add"), &[("name", "Deeper")]).await.expect_status(409);
    admin.post("/kinds", &[("name", "  ")]).await.expect_status(422).expect_text("Enter a name.");
    assert_eq!(one(&app, "select level || code from duty_kinds where name = 'Talks'"), "3talks");
    assert_eq!(app.audited(), ["kind.add", "kind.add", "kind.add"]);
}

#[actix_web::test]
async fn renaming_keeps_the_code_and_reordering_swaps_neighbours() {
    let app = TestApp::empty();
    let (_founded, mut admin) = start(&app).await;
    let fire = id_of(&app, "Fire");
    admin.post(&format!("/kinds/{fire}/rename"), &[("name", "Fires")]).await.expect_status(303);
    assert_eq!(one(&app, &format!("select name || ' ' || code from duty_kinds where id = '{fire}'")), "Fires fire");
    let order = || {
        app.database.superuser_texts(
            "select k.code from duty_kinds k join duty_kinds p on p.id = k.parent_id \
             where p.code = 'fire-incident' order by k.position",
        )
    };
    assert_eq!(order(), ["fire", "false-alarm", "special-service"]);
    admin.post(&format!("/kinds/{fire}/order"), &[("step", "down")]).await.expect_status(303);
    assert_eq!(order(), ["false-alarm", "fire", "special-service"]);
    let first = id_of(&app, "False alarm");
    admin.post(&format!("/kinds/{first}/order"), &[("step", "up")]).await.expect_status(303);
    assert_eq!(order(), ["false-alarm", "fire", "special-service"]);
    assert_eq!(app.audited(), ["kind.rename", "kind.reorder"]);
}

#[actix_web::test]
async fn what_is_in_use_is_not_deleted_but_retired_and_restored() {
    let app = TestApp::empty();
    let (founded, mut admin) = start(&app).await;
    let member = app.person(&founded, "member", founded.unit);
    let drill = id_of(&app, "Chimney fire");
    app.database.superuser(&format!(
        "insert into duties (organisation_id, id, person_id, unit_id, started_at, ended_at, started_on, type_id, source, \
         created_at, created_by, changed_at) values ('{}', gen_random_uuid(), '{}', '{}', now(), now() + interval '1 hour', \
         current_date, '{drill}', 'manual', now(), '{}', now())",
        founded.organisation, member.id, founded.unit, member.id
    ));
    admin.get(&format!("/kinds/{drill}/delete")).await.expect_text("Delete Chimney fire");
    let answer = admin.post(&format!("/kinds/{drill}/delete"), &[]).await.expect_status(422);
    answer.expect_text("Retire it instead");
    // Something stands below this one.
    let fire = id_of(&app, "Fire");
    admin.post(&format!("/kinds/{fire}/delete"), &[]).await.expect_status(422);
    admin.post(&format!("/kinds/{drill}/retire"), &[]).await.expect_status(303);
    assert_eq!(one(&app, &format!("select retired_at is not null from duty_kinds where id = '{drill}'")), "true");
    admin.post(&format!("/kinds/{drill}/restore"), &[]).await.expect_status(303);
    assert_eq!(one(&app, &format!("select retired_at is not null from duty_kinds where id = '{drill}'")), "false");
    assert_eq!(app.audited(), ["kind.retire", "kind.restore"]);
    let context = Context::Person(founded.organisation, founded.administrator);
    let raw = app.raw_write(context, &format!("delete from duty_kinds where id = '{drill}'")).expect_err("in use");
    assert!(raw.contains("foreign key"), "{raw}");
}

#[actix_web::test]
async fn what_was_never_used_is_deleted() {
    let app = TestApp::empty();
    let (_founded, mut admin) = start(&app).await;
    let leaf = id_of(&app, "Animal assistance");
    let before = app.rows("duty_kinds");
    admin.post(&format!("/kinds/{leaf}/delete"), &[]).await.expect_status(303);
    assert_eq!(app.rows("duty_kinds"), before - 1);
    admin.get(&format!("/kinds/{leaf}")).await.expect_status(404);
}

#[actix_web::test]
async fn the_kinds_of_another_organisation_are_not_there() {
    let app = TestApp::empty();
    let (_founded, _admin) = start(&app).await;
    let theirs = id_of(&app, "Animal assistance");
    let other = app.found("southmoor", Service::Ambulance);
    let mut admin = app.signed_in("admin@southmoor.example").await;
    admin.get("/kinds").await.expect_no_text("Fire service incident");
    let before = app.state_of(&["duty_kinds"]);
    for act in ["rename", "order", "retire", "delete", "add"] {
        admin.post(&format!("/kinds/{theirs}/{act}"), &[("name", "Mine"), ("step", "up")]).await.expect_status(404);
    }
    let context = Context::Person(other.organisation, other.administrator);
    assert_eq!(app.raw_write(context, &format!("update duty_kinds set name = 'x' where id = '{theirs}'")), Ok(0));
    let member = app.person(&other, "member", other.unit);
    assert_eq!(app.raw_write(&member, "update duty_kinds set name = 'x'"), Ok(0));
    assert_eq!(app.raw_write(Context::None, "update duty_kinds set name = 'x'"), Ok(0));
    assert_eq!(app.state_of(&["duty_kinds"]), before);
}
