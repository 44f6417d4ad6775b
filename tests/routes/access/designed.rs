//! Roles of the organisation's own: built, given, changed and retired; nobody widens what they have.

use super::{ADMIN, World, role, roles_of, world};
use crate::support::{Client, Context};

/// Builds a role through its form and returns its address.
async fn build(admin: &mut Client<'_>, name: &str, give: &[&str]) -> String {
    admin.get("/roles/new").await.expect_status(200).expect_text("Opens personal records.");
    let mut form = vec![("name", name), ("summary", "For this test.")];
    form.extend(give.iter().map(|given| ("give", *given)));
    admin.post("/roles/new", &form).await.expect_status(303).location.expect("its page")
}

fn id_of(href: &str) -> &str {
    href.rsplit('/').next().expect("an id")
}

#[actix_web::test]
async fn a_role_is_built_given_changed_and_retired_in_the_console() {
    let World { app, founded, hillside } = world();
    let member = app.person(&founded, "member", hillside);
    let watch = app.unit(&founded, hillside, "watch", "Red watch");
    let below = app.person_called(&founded, "below", "member", watch);
    let mut admin = app.signed_in(ADMIN).await;
    let href = build(&mut admin, "Watch deputy", &["people.read:unit", "", "duty.read:unit"]).await;
    admin.get(&href).await.expect_text("Their unit").expect_text("watch-deputy").expect_text("0 people have it");
    admin
        .post("/roles/new", &[("name", "watch DEPUTY"), ("summary", "x"), ("give", "duty.read:own")])
        .await
        .expect_status(422)
        .expect_text("a role has this one");
    admin.get("/roles").await.expect_text("Watch deputy").expect_text("Your own");
    let unit = hillside.to_string();
    admin.post(&roles_of(member.id), &[("role", id_of(&href)), ("unit", &unit)]).await.expect_status(303);
    // At scope "unit" it reaches the unit and nothing below.
    let mut theirs = app.browser(&member).await;
    theirs.get(&format!("/people/{}", below.id)).await.expect_status(404);
    theirs.get("/people").await.expect_status(200).expect_no_text("Below Tester");
    // Wider at the next click, without a new sign-in.
    let edit = format!("{href}/edit");
    admin.get(&edit).await.expect_status(200).expect_text("Change the role Watch deputy");
    let wider = [("name", "Watch deputy"), ("summary", "x"), ("give", "people.read:below")];
    admin.post(&edit, &wider).await.expect_status(303);
    theirs.get(&format!("/people/{}", below.id)).await.expect_status(200);
    admin.get(&format!("{href}/retire")).await.expect_status(200);
    admin.post(&format!("{href}/retire"), &[]).await.expect_status(422).expect_text("Somebody has this role");
    let grant = app.database.superuser_texts(&format!("select id from role_grants where role_id = '{}'", id_of(&href)));
    admin.post(&format!("{}/{}/revoke", roles_of(member.id), grant[0]), &[]).await.expect_status(303);
    admin.post(&format!("{href}/retire"), &[]).await.expect_status(303);
    admin.post(&edit, &wider).await.expect_status(403);
    admin.get(&roles_of(member.id)).await.expect_no_text("Watch deputy");
    let audited = app.audited();
    let kept: Vec<&str> = audited.iter().map(String::as_str).filter(|action| action.starts_with("role.")).collect();
    assert_eq!(
        kept.iter().filter(|action| **action != "role.read").collect::<Vec<_>>(),
        [&"role.design", &"role.grant", &"role.change", &"role.revoke", &"role.retire"]
    );
}

#[actix_web::test]
async fn a_built_in_role_is_copied_and_never_changed() {
    let World { app, founded, .. } = world();
    let mut admin = app.signed_in(ADMIN).await;
    let manager = format!("/roles/{}", role(&founded, "manager"));
    let page = admin.get(&manager).await.expect_status(200).expect_text("Built in").expect_text("Their unit and below");
    assert_eq!(page.link("Change"), None);
    let copy = page.link("Build a role from a copy").expect("a link");
    admin.get(&copy).await.expect_status(200).expect_text("Build a role");
    let before = app.state_of(&["roles", "role_permissions"]);
    let form = [("name", "Manager"), ("summary", "x"), ("give", "duty.read:organisation")];
    admin.get(&format!("{manager}/edit")).await.expect_status(403);
    admin.post(&format!("{manager}/edit"), &form).await.expect_status(403);
    admin.post(&format!("{manager}/retire"), &[]).await.expect_status(403);
    let by_hand = Context::Person(founded.organisation, founded.administrator);
    for statement in [
        "delete from role_permissions",
        "update roles set name = 'x', summary = 'x'",
        "update roles set retired_at = now()",
    ] {
        assert_eq!(app.raw_write(by_hand, statement), Ok(0), "{statement}");
    }
    // Not even the set-up that writes them writes anything else.
    let set_up = Context::System(founded.organisation, "set-up");
    let widen = format!(
        "insert into role_permissions values ('{}', '{}', 'hr.kin.read', 'organisation')",
        founded.organisation,
        role(&founded, "manager")
    );
    assert!(app.raw_write(set_up, &widen).expect_err("refused").contains("row-level security"));
    assert_eq!(app.state_of(&["roles", "role_permissions"]), before);
    let member = app.person(&founded, "member", founded.unit);
    app.browser(&member).await.get("/roles/new").await.expect_status(403);
}

#[actix_web::test]
async fn nobody_widens_a_role_that_they_have_or_that_would_then_take_two() {
    let World { app, founded, hillside } = world();
    let second = app.person_called(&founded, "second", "administrator", hillside);
    let mut admin = app.signed_in(ADMIN).await;
    let href = build(&mut admin, "Helper", &["people.read:organisation"]).await;
    admin.get(&roles_of(second.id)).await;
    admin.post(&roles_of(second.id), &[("role", id_of(&href))]).await.expect_status(303);
    let wide = [("name", "Helper"), ("summary", "x"), ("give", "hr.kin.read:organisation")];
    // An administrator has it: reading next of kin would come to them without a second person.
    admin.get(&format!("{href}/edit")).await;
    admin.post(&format!("{href}/edit"), &wide).await.expect_status(422).expect_text("a second person has to approve");
    // And the one who has it does not change it at all.
    app.browser(&second).await.get(&format!("{href}/edit")).await.expect_status(403);
    let insert = format!(
        "insert into role_permissions values ('{}', '{}', 'hr.kin.read', 'organisation')",
        founded.organisation,
        id_of(&href)
    );
    for context in [Context::from(&second), Context::Person(founded.organisation, founded.administrator)] {
        app.raw_write(context, &insert).expect_err("refused");
    }
}
