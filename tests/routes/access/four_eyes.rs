//! Roles that take a second person: asked for, approved, taken back, too late.

use watchroom::identity::setup::Founded;
use watchroom::kernel::ids::PersonId;

use super::{ADMIN, World, role, roles_of, world};
use crate::support::{Client, Context, TestApp};

/// Asks for HR for an administrator; the request's id.
async fn asked(app: &TestApp, founded: &Founded, admin: &mut Client<'_>, whom: PersonId) -> String {
    admin.get(&roles_of(whom)).await;
    let hr = role(founded, "hr");
    admin.post(&roles_of(whom), &[("role", &hr)]).await.expect_status(422).expect_text("Say why");
    let form = [("role", hr.as_str()), ("reason", "Covers for HR in December")];
    let answer = admin.post(&roles_of(whom), &form).await.expect_status(303);
    assert_eq!(answer.location.as_deref(), Some("/roles/requests"));
    app.database.superuser_texts("select id from grant_requests where state = 'waiting' order by id desc limit 1")[0]
        .clone()
}

#[actix_web::test]
async fn an_administrator_reads_personal_records_only_after_a_second_person_said_yes() {
    let World { app, founded, hillside } = world();
    let me = founded.administrator;
    let second = app.person_called(&founded, "second", "administrator", hillside);
    let member = app.person(&founded, "member", hillside);
    let mut admin = app.signed_in(ADMIN).await;
    let id = asked(&app, &founded, &mut admin, me).await;
    let hr_page = format!("/people/{}/hr", member.id);
    admin.get(&hr_page).await.expect_status(403);
    // Neither who asked (who here is who gets it too) nor somebody without the right approves it.
    let approve = format!("/roles/requests/{id}/approve");
    admin.get("/roles/requests").await.expect_status(200).expect_text("Covers for HR").expect_no_text("Approve<");
    admin.post(&approve, &[]).await.expect_status(403);
    let mut theirs = app.browser(&member).await;
    theirs.get("/roles/requests").await.expect_status(200).expect_text("Nothing waits");
    theirs.post(&approve, &[]).await.expect_status(403);
    for context in [Context::Person(founded.organisation, me), Context::from(&member)] {
        let by_hand = format!(
            "update grant_requests set state = 'approved', decided_by = requested_by, decided_at = requested_at where id = '{id}'"
        );
        assert_eq!(app.raw_write(context, &by_hand).unwrap_or(0), 0);
        let grant = format!(
            "insert into role_grants (organisation_id, id, person_id, role_id, granted_by, granted_at, request_id, approved_by) \
             values ('{}', gen_random_uuid(), '{me}', '{}', '{me}', now(), '{id}', '{me}')",
            founded.organisation,
            role(&founded, "hr")
        );
        app.raw_write(context, &grant).expect_err("refused");
    }
    let mut other = app.browser(&second).await;
    other.get("/roles/requests").await.expect_status(200).expect_text("HR for Alex Admin");
    other.post(&approve, &[]).await.expect_status(303);
    admin.get(&hr_page).await.expect_status(200);
    other.get("/roles/requests").await.expect_text("Approved").expect_text("Second Tester");
    // Once is once.
    assert_eq!(other.post(&approve, &[]).await.location.as_deref(), Some("/roles/requests"));
    let grants = format!("select count(*) from role_grants where request_id = '{id}'");
    assert_eq!(app.database.superuser_texts(&grants), ["1"]);
    let steps = app.database.superuser_texts(
        "select concat(action, ' ', detail -> 'facts' -> 'allowed_by') from audit_entries \
         where action in ('role.request', 'role.approve') order by id",
    );
    assert_eq!(steps, ["role.request [\"administrator\"]", "role.approve [\"administrator\"]"]);
}

#[actix_web::test]
async fn giving_hr_to_another_administrator_takes_two_as_well_and_so_does_the_reverse() {
    let World { app, founded, hillside } = world();
    let second = app.person_called(&founded, "second", "administrator", hillside);
    let hr = app.person(&founded, "hr", hillside);
    let mut admin = app.signed_in(ADMIN).await;
    asked(&app, &founded, &mut admin, second.id).await;
    // Who would get it does not approve it either, and who asked takes it back.
    let id = app.database.superuser_texts("select id from grant_requests")[0].clone();
    let mut other = app.browser(&second).await;
    other.get("/roles/requests").await.expect_status(200);
    other.post(&format!("/roles/requests/{id}/approve"), &[]).await.expect_status(403);
    other.post(&format!("/roles/requests/{id}/withdraw"), &[]).await.expect_status(403);
    admin.get("/roles/requests").await;
    admin.post(&format!("/roles/requests/{id}/withdraw"), &[]).await.expect_status(303);
    // Somebody who reads personal records and is to administer.
    admin.get(&roles_of(hr.id)).await;
    let administrator = role(&founded, "administrator");
    admin.post(&roles_of(hr.id), &[("role", &administrator)]).await.expect_status(422).expect_text("Say why");
    let by_hand = format!(
        "insert into role_grants (organisation_id, id, person_id, role_id, granted_by, granted_at) \
         values ('{}', gen_random_uuid(), '{}', '{administrator}', '{}', now())",
        founded.organisation, hr.id, founded.administrator
    );
    let context = Context::Person(founded.organisation, founded.administrator);
    assert!(app.raw_write(context, &by_hand).expect_err("refused").contains("row-level security"));
    // A member takes one person's word.
    let member = app.person(&founded, "member", hillside);
    admin.post(&roles_of(member.id), &[("role", &role(&founded, "hr"))]).await.expect_status(303);
}

#[actix_web::test]
async fn a_request_ends_by_itself() {
    let World { app, founded, hillside } = world();
    let second = app.person_called(&founded, "second", "administrator", hillside);
    let mut admin = app.signed_in(ADMIN).await;
    let id = asked(&app, &founded, &mut admin, founded.administrator).await;
    app.clock.advance(jiff::SignedDuration::from_hours(7 * 24 + 1));
    let mut other = app.browser(&second).await;
    other.get("/roles/requests").await.expect_text("Too late").expect_no_text("Approve<");
    let answer = other.post(&format!("/roles/requests/{id}/approve"), &[]).await.expect_status(303);
    assert_eq!(answer.location.as_deref(), Some("/roles/requests"));
    let state = "select state || count(g.id) from grant_requests r left join role_grants g on g.request_id = r.id group by r.state";
    assert_eq!(app.database.superuser_texts(state), ["waiting0"]);
    let late = format!(
        "update grant_requests set state = 'approved', decided_by = '{}', decided_at = expires_at + interval '1 second' where id = '{id}'",
        second.id
    );
    assert!(app.raw_write(&second, &late).expect_err("refused").contains("check"));
    // It can be asked for again.
    let mut admin = app.signed_in(ADMIN).await;
    asked(&app, &founded, &mut admin, founded.administrator).await;
}
