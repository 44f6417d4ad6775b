//! Proving again who one is: which routes ask, what is kept meanwhile, and that a session's token is replaced.

use jiff::SignedDuration;
use watchroom::http::session::COOKIE;
use watchroom::identity::setup::Founded;
use watchroom::organisation::Service;

use crate::support::{PASSWORD, Somebody, TestApp};

const ADMIN: &str = "admin@northmoor.example";

fn world() -> (TestApp, Founded, Somebody) {
    let app = TestApp::empty();
    let founded = app.found("northmoor", Service::Fire);
    let member = app.person(&founded, "member", founded.unit);
    (app, founded, member)
}

#[actix_web::test]
async fn an_export_asks_after_ten_minutes_and_goes_on_with_the_download() {
    let (app, _founded, member) = world();
    let mut phone = app.browser(&member).await;
    phone.get("/duties/export.csv").await.expect_status(200);
    app.clock.advance(SignedDuration::from_mins(10));
    let asked = phone.get("/duties/export.csv?from=2026-01-01").await.expect_status(303);
    let page = asked.location.expect("the page that asks");
    assert_eq!(page, "/step-up?next=%2Fduties%2Fexport.csv%3Ffrom%3D2026-01-01");
    let form = phone.get(&page).await.expect_status(200);
    let next = form.field("next");
    let before = phone.cookie(COOKIE).expect("a session").to_owned();
    let wrong = [("password", "wrong"), ("next", next.as_str())];
    let again = phone.post("/step-up", &wrong).await.expect_status(422).expect_text("This is not your password");
    assert_eq!(again.field("next"), next);
    let right = [("password", PASSWORD), ("next", next.as_str())];
    let done = phone.post("/step-up", &right).await.expect_status(200);
    assert_eq!(done.link("Download the file").as_deref(), Some("/duties/export.csv?from=2026-01-01"));
    assert_ne!(phone.cookie(COOKIE), Some(before.as_str()), "the token was replaced");
    phone.get("/duties/export.csv?from=2026-01-01").await.expect_status(200);
    assert_eq!(
        app.database.superuser_texts("select count(*) from audit_entries where action = 'session.step-up'"),
        ["1"]
    );
}

#[actix_web::test]
async fn a_form_that_was_filled_in_is_kept_and_nothing_happens_before_the_proof() {
    let (app, founded, member) = world();
    let mut admin = app.signed_in(ADMIN).await;
    let path = format!("/people/{}/roles", member.id);
    admin.get(&path).await.expect_status(200);
    app.clock.advance(SignedDuration::from_mins(15));
    let role = founded.role("auditor").expect("a role").to_string();
    let before = app.rows("role_grants");
    let asked = admin.post(&path, &[("role", &role), ("unit", "")]).await.expect_status(403);
    let asked = asked.expect_text("Confirm it is you").expect_text("What you filled in is kept");
    assert_eq!(app.rows("role_grants"), before);
    let (to, kept) = (asked.field("to"), asked.field("kept"));
    assert_eq!(to, path);
    let fields = [("password", PASSWORD), ("to", to.as_str()), ("kept", kept.as_str())];
    let ready = admin.post("/step-up", &fields).await.expect_status(200).expect_text("Send it now");
    assert_eq!((ready.field("role"), app.rows("role_grants")), (role.clone(), before));
    admin.post(&path, &[("role", &ready.field("role")), ("unit", &ready.field("unit"))]).await.expect_status(303);
    assert_eq!(app.rows("role_grants"), before + 1);
}

#[actix_web::test]
async fn a_kept_form_goes_nowhere_but_to_us() {
    let (app, _founded, member) = world();
    let mut phone = app.browser(&member).await;
    phone.get("/step-up").await.expect_status(200);
    for elsewhere in ["https://elsewhere.example/", "//elsewhere.example/", "/\\elsewhere.example"] {
        let fields = [("password", PASSWORD), ("to", elsewhere), ("kept", "a=b")];
        let page = phone.post("/step-up", &fields).await.expect_status(200);
        page.expect_no_text("elsewhere.example");
        let fields = [("password", PASSWORD), ("next", elsewhere)];
        assert_eq!(phone.post("/step-up", &fields).await.location.as_deref(), Some("/"));
    }
}

#[actix_web::test]
async fn a_form_from_elsewhere_is_refused_before_anybody_is_asked() {
    let (app, _founded, member) = world();
    let mut admin = app.signed_in(ADMIN).await;
    admin.get("/account").await;
    app.clock.advance(SignedDuration::from_mins(15));
    let path = format!("/people/{}/roles", member.id);
    admin.post_raw(&path, &[("role", "x")]).await.expect_status(403).expect_text("reload the page");
    admin.post_raw(&path, &[("role", "x"), ("csrf", "AAAA")]).await.expect_status(403).expect_text("reload the page");
}

#[actix_web::test]
async fn guessing_in_an_open_session_counts_like_guessing_at_the_door() {
    let (app, _founded, member) = world();
    let mut borrowed = app.browser(&member).await;
    borrowed.get("/step-up").await;
    for _ in 0..10 {
        borrowed.post("/step-up", &[("password", "wrong")]).await.expect_status(422);
    }
    borrowed.post("/step-up", &[("password", PASSWORD)]).await.expect_status(422).expect_text("Too many attempts");
    app.visitor().sign_in(&member.email, PASSWORD).await.expect_text("Too many attempts");
}

#[actix_web::test]
async fn pages_that_were_open_work_on_after_the_token_was_replaced() {
    let (app, _founded, member) = world();
    let mut phone = app.browser(&member).await;
    phone.get("/account/password").await.expect_status(200);
    let old = phone.cookie(COOKIE).expect("a session").to_owned();
    phone.get("/step-up").await;
    phone.post("/step-up", &[("password", PASSWORD)]).await.expect_status(303);
    // A request that was on its way with the old token is answered; a minute later it is nobody's.
    let mut late = app.visitor();
    late.steal(COOKIE, &old);
    late.get("/account").await.expect_status(200);
    app.clock.advance(SignedDuration::from_mins(2));
    late.get("/account").await.expect_status(303);
    // The form's token outlives the session's.
    let form =
        [("current", PASSWORD), ("password", "four brisk amber foxes"), ("password_again", "four brisk amber foxes")];
    phone.post("/account/password", &form).await.expect_status(303);
}

#[actix_web::test]
async fn a_change_of_roles_replaces_the_token() {
    let (app, founded, member) = world();
    let mut phone = app.browser(&member).await;
    phone.get("/account").await.expect_status(200);
    let before = phone.cookie(COOKIE).expect("a session").to_owned();
    app.clock.advance(SignedDuration::from_secs(31));
    phone.get("/account").await.expect_status(200);
    assert_eq!(phone.cookie(COOKIE), Some(before.as_str()), "nothing changed");
    app.grant(&founded, &member, "auditor", None);
    app.clock.advance(SignedDuration::from_secs(31));
    phone.get("/audit").await.expect_status(200);
    let after = phone.cookie(COOKIE).expect("a session").to_owned();
    assert_ne!(before, after);
    app.clock.advance(SignedDuration::from_mins(2));
    let mut thief = app.visitor();
    thief.steal(COOKIE, &before);
    thief.get("/account").await.expect_status(303);
    phone.get("/audit").await.expect_status(200);
}
