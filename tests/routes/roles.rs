//! `/people/{id}/roles` and `/roles`.

use watchroom::identity::grants;
use watchroom::identity::setup::Founded;
use watchroom::kernel::clock::Clock;
use watchroom::kernel::ids::{PersonId, RoleGrantId};
use watchroom::organisation::Service;

use crate::support::{Context, Somebody, TestApp};

const ADMIN: &str = "admin@northmoor.example";

fn world() -> (TestApp, Founded) {
    let app = TestApp::empty();
    let founded = app.found("northmoor", Service::Fire);
    (app, founded)
}

fn roles_of(somebody: PersonId) -> String {
    format!("/people/{somebody}/roles")
}

fn grant_of(app: &TestApp, person: PersonId, role: &str) -> String {
    app.database.superuser_texts(&format!(
        "select g.id from role_grants g join roles r on r.id = g.role_id where g.person_id = '{person}' and r.code = '{role}'"
    ))[0]
        .clone()
}

fn role(founded: &Founded, code: &str) -> String {
    founded.role(code).expect("a role").to_string()
}

#[actix_web::test]
async fn a_role_counts_from_the_next_request_and_so_does_its_loss() {
    let (app, founded) = world();
    let station = app.unit(&founded, founded.unit, "station", "Hillside");
    let member = app.person(&founded, "member", station);
    let mut theirs = app.browser(&member).await;
    theirs.get("/people").await.expect_status(403);
    let mut admin = app.signed_in(ADMIN).await;
    admin.get(&roles_of(member.id)).await.expect_status(200).expect_text("Give a role");
    let unit = station.to_string();
    let form = [("role", role(&founded, "manager")), ("unit", unit.clone())];
    let form: Vec<(&str, &str)> = form.iter().map(|(name, value)| (*name, value.as_str())).collect();
    admin.post(&roles_of(member.id), &form).await.expect_status(303);
    // No time has passed: the session is still in the server's memory.
    theirs.get("/people").await.expect_status(200);
    admin.post(&roles_of(member.id), &form).await.expect_status(422).expect_text("They have that role already");
    let grant = grant_of(&app, member.id, "manager");
    admin.get(&format!("{}/{grant}/revoke", roles_of(member.id))).await.expect_text("Take the role Manager");
    admin.post(&format!("{}/{grant}/revoke", roles_of(member.id)), &[]).await.expect_status(303);
    theirs.get("/people").await.expect_status(403);
    let entries = app.database.superuser_texts(
        "select detail from audit_entries where action like 'role.%ke' or action = 'role.grant' order by id",
    );
    assert_eq!(entries.len(), 2);
    assert!(entries.iter().all(|entry| entry.contains("manager") && entry.contains(&unit)), "{entries:?}");
}

#[actix_web::test]
async fn a_role_that_another_process_gave_or_took_counts_at_the_next_request_too() {
    let (app, founded) = world();
    let station = app.unit(&founded, founded.unit, "station", "Hillside");
    let member = app.person(&founded, "member", station);
    let mut theirs = app.browser(&member).await;
    theirs.get("/people").await.expect_status(403);
    let operator = |statement: &str| {
        app.database.superuser(&format!(
            "begin; set local role watchroom_app; select app_enter('{}', '{}', 'operator'); {statement}; commit",
            founded.organisation,
            PersonId::NIL
        ));
    };
    operator(&format!(
        "insert into role_grants (organisation_id, id, person_id, role_id, unit_id, granted_at) \
         values ('{}', gen_random_uuid(), '{}', '{}', '{station}', now())",
        founded.organisation,
        member.id,
        role(&founded, "manager")
    ));
    theirs.get("/people").await.expect_status(200);
    operator(&format!("delete from role_grants where id = '{}'", grant_of(&app, member.id, "manager")));
    theirs.get("/people").await.expect_status(403);
}

#[actix_web::test]
async fn a_manager_needs_a_unit_and_a_role_must_be_one() {
    let (app, founded) = world();
    let member = app.person(&founded, "member", founded.unit);
    let mut admin = app.signed_in(ADMIN).await;
    admin.get(&roles_of(member.id)).await;
    let manager = role(&founded, "manager");
    admin.post(&roles_of(member.id), &[("role", &manager)]).await.expect_status(422).expect_text("Choose the unit");
    admin.post(&roles_of(member.id), &[("role", "x")]).await.expect_status(422).expect_text("Choose a role.");
    let other = app.found("southmoor", Service::Fire);
    admin.post(&roles_of(member.id), &[("role", &role(&other, "hr"))]).await.expect_status(404);
    // A unit beside a role for the whole organisation is left out.
    let unit = founded.unit.to_string();
    admin.post(&roles_of(member.id), &[("role", &role(&founded, "hr")), ("unit", &unit)]).await.expect_status(303);
    let units = app.database.superuser_texts(&format!(
        "select unit_id is null from role_grants where id = '{}'",
        grant_of(&app, member.id, "hr")
    ));
    assert_eq!(units, ["true"]);
}

#[actix_web::test]
async fn nobody_changes_their_own_roles_by_page_or_by_raw_sql() {
    let (app, founded) = world();
    let me = founded.administrator;
    let mut admin = app.signed_in(ADMIN).await;
    admin
        .get(&roles_of(me))
        .await
        .expect_status(200)
        .expect_text("Nobody changes their own roles")
        .expect_no_text("Give a role");
    let before = app.state_of(&["role_grants"]);
    // It may be asked for, with a reason, and is given by somebody else: see tests/routes/access/four_eyes.rs.
    admin.post(&roles_of(me), &[("role", &role(&founded, "hr"))]).await.expect_status(422).expect_text("Say why");
    let own = grant_of(&app, me, "member");
    admin.post(&format!("{}/{own}/revoke", roles_of(me)), &[]).await.expect_status(403);
    let context = Context::Person(founded.organisation, me);
    let hr = format!(
        "insert into role_grants (organisation_id, id, person_id, role_id, granted_at) \
         values ('{}', gen_random_uuid(), '{me}', '{}', now())",
        founded.organisation,
        role(&founded, "hr")
    );
    assert!(app.raw_write(context, &hr).expect_err("refused").contains("row-level security"));
    assert_eq!(app.raw_write(context, &format!("delete from role_grants where id = '{own}'")), Ok(0));
    assert!(
        app.raw_write(context, "update role_grants set person_id = person_id").expect_err("refused").contains("denied")
    );
    assert_eq!(app.state_of(&["role_grants"]), before);
    // So HR fields stay shut for an administrator.
    app.person(&founded, "member", founded.unit);
    assert_eq!(app.raw(context, "select fitness_note from hr_fitness"), Ok(vec![]));
}

#[actix_web::test]
async fn roles_cannot_be_given_or_widened_by_raw_sql_without_the_right() {
    let (app, founded) = world();
    let other = app.found("southmoor", Service::Fire);
    let member = app.person(&founded, "member", founded.unit);
    let colleague = app.person_called(&founded, "colleague", "member", founded.unit);
    let hr = app.person(&founded, "hr", founded.unit);
    let grant = |person: &Somebody| {
        format!(
            "insert into role_grants (organisation_id, id, person_id, role_id, granted_at) \
             values ('{}', gen_random_uuid(), '{}', '{}', now())",
            founded.organisation,
            person.id,
            role(&founded, "administrator")
        )
    };
    let foreign = Context::Person(other.organisation, other.administrator);
    for context in [Context::from(&member), Context::from(&hr), foreign, Context::None] {
        for person in [&member, &colleague, &hr] {
            app.raw_write(context, &grant(person)).expect_err("refused");
        }
        let widen = format!(
            "insert into role_permissions select organisation_id, id, 'hr.kin.read', 'organisation' from roles where code = 'member' and organisation_id = '{}'",
            founded.organisation
        );
        assert_eq!(app.raw_write(context, &widen).unwrap_or(0), 0);
        assert_eq!(app.raw_write(context, "delete from role_grants").unwrap_or(0), 0);
    }
    // An administrator does not write the catalogue either.
    let admin = Context::Person(founded.organisation, founded.administrator);
    for statement in [
        "insert into permissions values ('x', 'x', 'x')",
        "update role_permissions set scope = 'organisation'",
        "insert into role_permissions select organisation_id, id, 'hr.kin.read', 'organisation' from roles where code = 'administrator'",
    ] {
        app.raw_write(admin, statement).expect_err(statement);
    }
    assert_eq!(app.raw_write(admin, "update roles set name = 'x'"), Ok(0), "the built-in roles");
    app.raw_write(admin, "update roles set built_in = false").expect_err("what a role is");
}

#[actix_web::test]
async fn the_last_administrator_stays() {
    let (app, founded) = world();
    let second = app.person_called(&founded, "second", "administrator", founded.unit);
    let hr = app.person(&founded, "hr", founded.unit);
    // The first one cannot sign in any more, so the second is the last who can.
    app.database
        .superuser(&format!("update accounts set password_hash = null where person_id = '{}'", founded.administrator));
    let mut desk = app.browser(&hr).await;
    let leave = format!("/people/{}/leave", second.id);
    desk.get(&leave).await.expect_status(200);
    let before = app.state_of(&["people", "role_grants"]);
    desk.post(&leave, &[]).await.expect_status(422).expect_text("last administrator");
    assert_eq!(app.state_of(&["people", "role_grants"]), before);
    desk.get(&format!("/people/{}/leave", founded.administrator)).await;
    desk.post(&format!("/people/{}/leave", founded.administrator), &[]).await.expect_status(303);
}

#[actix_web::test]
async fn two_administrators_who_remove_each_other_at_once_leave_one() {
    for _ in 0..5 {
        let (app, founded) = world();
        let second = app.person_called(&founded, "second", "administrator", founded.unit);
        let caller = |id: PersonId| {
            let person = watchroom::identity::sessions::unknown(founded.organisation, id, None, None);
            watchroom::authz::Caller::Person(std::sync::Arc::new(person))
        };
        let grant = |id| RoleGrantId(grant_of(&app, id, "administrator").parse().expect("an id"));
        let (db, now) = (&app.parts.site.db, app.clock.now());
        let (first, other) = (founded.administrator, second.id);
        let (one, two) = (caller(first), caller(other));
        let (a, b) = tokio::join!(
            grants::revoke(db, &one, other, grant(other), now),
            grants::revoke(db, &two, first, grant(first), now),
        );
        assert!(a.is_ok() != b.is_ok(), "{a:?} {b:?}");
        let left = "select 1 from role_grants g join roles r on r.id = g.role_id where r.code = 'administrator'";
        assert_eq!(app.database.superuser_texts(left).len(), 1);
    }
}

#[actix_web::test]
async fn the_catalogue_says_who_may_what_to_everybody() {
    let (app, founded) = world();
    let member = app.person(&founded, "member", founded.unit);
    let answer = app.browser(&member).await.get("/roles").await.expect_status(200);
    let names = ["Administrator", "Auditor", "HR", "Manager", "Member"];
    let places = names.map(|name| answer.body.find(&format!(">{name}</a></dt>")));
    assert!(places.is_sorted() && places[0].is_some(), "by name, the same at each look: {places:?}");
    answer
        .expect_text("Read payroll numbers")
        .expect_text("Their unit and below")
        .expect_text("Reads the audit trail and the security log");
}
