//! The console as a role sees it.

use super::{ADMIN, World, role, world};
use crate::support::Context;

#[actix_web::test]
async fn an_administrator_sees_the_console_as_a_role_on_made_up_records_and_changes_nothing() {
    let World { app, founded, hillside } = world();
    let member = app.person(&founded, "member", hillside);
    let mut admin = app.signed_in(ADMIN).await;
    let manager = format!("/roles/{}", role(&founded, "manager"));
    admin.get(&manager).await.expect_text("See as this role");
    admin.post(&format!("{manager}/preview"), &[]).await.expect_status(303);
    let people = admin.get("/people").await.expect_status(200);
    people
        .expect_text("Seen as Manager.")
        .expect_text("nothing can be changed")
        .expect_text("Specimen")
        .expect_no_text("Instance")
        .expect_no_text("Tester, Member")
        .expect_no_text("northmoor service");
    admin.get(&format!("/people/{}", member.id)).await.expect_status(404);
    // A manager reads no HR field of made-up people either.
    let page = admin.get("/people").await;
    let somebody = page.link("Specimen").expect("a link");
    admin.get(&somebody).await.expect_status(200);
    admin.get(&format!("{somebody}/hr")).await.expect_status(403);
    admin.get("/audit").await.expect_status(403);
    admin.get("/team").await.expect_status(200).expect_text("Sample station");
    let before = app.state_of(&["people", "duties", "role_grants", "accounts", "units", "organisations"]);
    for path in ["/sign-out", "/account/password", "/duties/new", "/roles/new", "/account/sessions/end-all"] {
        admin.post(path, &[]).await.expect_status(409).expect_text("Leave the preview first");
    }
    // Postgres refuses it too, for whoever is in the made-up organisation.
    let made_up = founded.organisation.preview();
    let viewer = app.database.superuser_texts(&format!(
        "select id from people where organisation_id = '{made_up}' and given_name = 'Seen as'"
    ));
    let context = Context::Person(made_up, viewer[0].parse().expect("an id"));
    for statement in ["update people set phone = '0'", "delete from sessions", "insert into jobs values (null)"] {
        assert!(app.raw_write(context, statement).expect_err("refused").contains("read-only"), "{statement}");
    }
    assert_eq!(app.state_of(&["people", "duties", "role_grants", "accounts", "units", "organisations"]), before);
    // A second look as another role, and back.
    admin.post("/preview/end", &[]).await.expect_status(303);
    admin
        .get("/people")
        .await
        .expect_status(200)
        .expect_text("Tester, Member")
        .expect_no_text("nothing can be changed");
    let hr = format!("/roles/{}", role(&founded, "hr"));
    admin.get(&hr).await;
    admin.post(&format!("{hr}/preview"), &[]).await.expect_status(303);
    let page = admin.get("/people").await.expect_text("Seen as HR.").expect_text("Instance");
    let somebody = page.link("Specimen").expect("a link");
    admin.get(&format!("{somebody}/hr")).await.expect_status(200).expect_text("Somebody made up");
    // The cookie alone is worth nothing.
    let stolen = admin.cookie("__Host-watchroom-preview").expect("a cookie").to_owned();
    let mut theirs = app.browser(&member).await;
    theirs.steal("__Host-watchroom-preview", &stolen);
    theirs.get("/account").await.expect_text(&member.name).expect_no_text("Seen as");
    let mut nobody = app.visitor();
    nobody.steal("__Host-watchroom-preview", &stolen);
    nobody.get("/people").await.expect_status(303);
    theirs.post(&format!("{hr}/preview"), &[]).await.expect_status(403);
    admin.get("/people").await;
    admin.post("/preview/end", &[]).await.expect_status(303);
    let noted = app.database.superuser_texts(&format!(
        "select concat(action, ' ', detail -> 'facts' -> 'allowed_by') from audit_entries \
         where organisation_id = '{}' and action like 'role.preview%' order by id",
        founded.organisation
    ));
    let (begun, ended) = ("role.preview [\"administrator\"]", "role.preview-end [\"administrator\"]");
    assert_eq!(noted, [begun, ended, begun, ended]);
}
