//! `/account/password` and `/password/{link}`.

use watchroom::http::session::COOKIE;
use watchroom::identity::setup::Founded;
use watchroom::organisation::Service;

use crate::support::{Answer, PASSWORD, TestApp};

const ADMIN: &str = "admin@northmoor.example";
const NEW: &str = "four brisk amber foxes";

fn world() -> (TestApp, Founded) {
    let app = TestApp::empty();
    let founded = app.found("northmoor", Service::Fire);
    (app, founded)
}

/// The link on a page, without scheme and host.
fn link_on(answer: &Answer) -> String {
    let html = scraper::Html::parse_document(&answer.body);
    let field = scraper::Selector::parse("#link").expect("a selector");
    let value = html.select(&field).next().and_then(|input| input.value().attr("value")).expect("a link");
    let (_scheme_and_host, path) = value.split_once("/password/").expect("a link to a password");
    format!("/password/{path}")
}

fn both(password: &str) -> [(&str, &str); 2] {
    [("password", password), ("password_again", password)]
}

#[actix_web::test]
async fn a_new_person_chooses_a_password_by_the_link_once() {
    let (app, founded) = world();
    let mut admin = app.signed_in(ADMIN).await;
    admin.get("/people/new").await;
    let unit = founded.unit.to_string();
    let mut form = vec![("given_name", "Jo"), ("family_name", "Marsh"), ("unit", unit.as_str())];
    form.extend([("email", "jo@northmoor.example"), ("account", "yes")]);
    let link = link_on(&admin.post("/people/new", &form).await.expect_status(200).expect_text("not shown again"));
    let mut jo = app.visitor();
    jo.sign_in("jo@northmoor.example", "").await.expect_status(422);
    jo.get(&link).await.expect_status(200).expect_text("jo@northmoor.example");
    jo.post(&link, &both("short")).await.expect_status(422).expect_text("at least 12 characters");
    jo.post(&link, &[("password", NEW), ("password_again", "x")])
        .await
        .expect_status(422)
        .expect_text("the two differ");
    jo.post(&link, &both(NEW)).await.expect_status(303);
    jo.sign_in("jo@northmoor.example", NEW).await.expect_status(303);
    jo.get("/account").await.expect_text("Jo Marsh").expect_text("none yet");
    let mut thief = app.visitor();
    thief.get(&link).await.expect_status(404).expect_text("no longer works");
    thief.get("/sign-in").await;
    thief.post(&link, &both("another good password")).await.expect_status(404);
    app.visitor().sign_in("jo@northmoor.example", NEW).await.expect_status(303);
    assert_eq!(app.audited(), ["person.add", "password.link", "password.choose"]);
    let stored = app.database.superuser_texts("select detail from audit_entries").join(" ");
    assert!(!stored.contains(link.split('.').next_back().expect("a token")));
}

#[actix_web::test]
async fn a_link_for_a_forgotten_password_ends_sessions_and_withdraws_older_links() {
    let (app, founded) = world();
    let member = app.person(&founded, "member", founded.unit);
    let mut phone = app.browser(&member).await;
    let mut admin = app.signed_in(ADMIN).await;
    let path = format!("/people/{}", member.id);
    admin.get(&path).await.expect_status(200);
    let older = link_on(&admin.post(&format!("{path}/password-link"), &[]).await.expect_status(200));
    let newer = link_on(&admin.post(&format!("{path}/password-link"), &[]).await.expect_status(200));
    admin.get(&path).await.expect_text("Can be used until");
    let mut visitor = app.visitor();
    visitor.get(&older).await.expect_status(404);
    // Too many wrong passwords do not keep them out once they have a new one.
    for _ in 0..11 {
        visitor.sign_in(&member.email, "wrong").await;
    }
    visitor.get(&newer).await.expect_status(200);
    phone.get("/account").await.expect_status(200);
    visitor.post(&newer, &both(NEW)).await.expect_status(303);
    phone.get("/account").await.expect_status(303);
    visitor.sign_in(&member.email, NEW).await.expect_status(303);
    app.visitor().sign_in(&member.email, PASSWORD).await.expect_status(422);
}

#[actix_web::test]
async fn a_link_is_of_no_use_when_old_or_of_another_organisation_or_after_leaving() {
    let (app, founded) = world();
    let other = app.found("southmoor", Service::Fire);
    let member = app.person(&founded, "member", founded.unit);
    let mut admin = app.signed_in(ADMIN).await;
    let path = format!("/people/{}", member.id);
    admin.get(&path).await;
    let link = link_on(&admin.post(&format!("{path}/password-link"), &[]).await);
    let (_organisation, token) = link.trim_start_matches("/password/").split_once('.').expect("two parts");
    let elsewhere = format!("/password/{}.{token}", other.organisation.0.simple());
    let mut visitor = app.visitor();
    for wrong in [elsewhere.as_str(), "/password/x", "/password/a.b"] {
        visitor.get(wrong).await.expect_status(404);
    }
    visitor.get(&link).await.expect_status(200);
    app.clock.advance(jiff::SignedDuration::from_hours(73));
    visitor.get(&link).await.expect_status(404);
    visitor.post(&link, &both(NEW)).await.expect_status(404);
    let mut admin = app.signed_in(ADMIN).await;
    admin.get(&path).await;
    let link = link_on(&admin.post(&format!("{path}/password-link"), &[]).await);
    admin.get(&path).await;
    admin.post(&format!("{path}/leave"), &[]).await.expect_status(303);
    visitor.get(&link).await.expect_status(404);
}

#[actix_web::test]
async fn nobody_makes_a_link_for_themself() {
    let (app, founded) = world();
    let mut admin = app.signed_in(ADMIN).await;
    let path = format!("/people/{}", founded.administrator);
    admin.get(&path).await.expect_no_text("password-link");
    admin.post(&format!("{path}/password-link"), &[]).await.expect_status(403);
    assert_eq!(app.rows("password_links"), 0);
    let raw = format!(
        "insert into password_links (organisation_id, token_hash, person_id, created_at, expires_at) \
         values ('{}', sha256('x'), '{}', now(), now())",
        founded.organisation, founded.administrator
    );
    let context = crate::support::Context::Person(founded.organisation, founded.administrator);
    assert!(app.raw_write(context, &raw).expect_err("refused").contains("row-level security"));
}

#[actix_web::test]
async fn changing_the_password_needs_the_present_one_and_ends_the_other_sessions() {
    let (app, founded) = world();
    let member = app.person(&founded, "member", founded.unit);
    let mut phone = app.browser(&member).await;
    let mut desk = app.browser(&member).await;
    desk.get("/account/password").await.expect_status(200);
    phone.get("/account").await.expect_status(200);
    let form = |current| [("current", current), ("password", NEW), ("password_again", NEW)];
    desk.post("/account/password", &form("wrong")).await.expect_status(422).expect_text("not your present password");
    phone.get("/account").await.expect_status(200);
    let weak = [("current", PASSWORD), ("password", "short"), ("password_again", "short")];
    desk.post("/account/password", &weak).await.expect_status(422).expect_text("at least 12 characters");
    desk.post("/account/password", &form(PASSWORD)).await.expect_status(303);
    desk.get("/account").await.expect_status(200).expect_text("Your password is changed.");
    phone.get("/account").await.expect_status(303);
    app.visitor().sign_in(&member.email, PASSWORD).await.expect_status(422);
    app.visitor().sign_in(&member.email, NEW).await.expect_status(303);
    assert_eq!(app.audited(), ["password.refused", "password.change"]);
}

#[actix_web::test]
async fn guessing_the_present_password_in_an_open_session_is_throttled() {
    let (app, founded) = world();
    let member = app.person(&founded, "member", founded.unit);
    let mut thief = app.browser(&member).await;
    thief.get("/account/password").await;
    let form = |current| [("current", current), ("password", NEW), ("password_again", NEW)];
    for _ in 0..10 {
        thief.post("/account/password", &form("a guess")).await.expect_status(422).expect_text("not your present");
    }
    thief.post("/account/password", &form(PASSWORD)).await.expect_status(422).expect_text("Too many attempts");
}

#[actix_web::test]
async fn the_account_page_leads_to_what_is_ones_own() {
    let (app, founded) = world();
    let member = app.person(&founded, "member", founded.unit);
    let mut browser = app.browser(&member).await;
    browser.get("/account").await.expect_text("Change your password").expect_text("What HR holds about you");
    for path in ["", "/hr", "/roles"] {
        browser.get(&format!("/people/{}{path}", member.id)).await.expect_status(200);
    }
}

#[actix_web::test]
async fn a_new_password_by_link_is_no_way_round_the_second_factor() {
    let (app, founded) = world();
    let member = app.person(&founded, "member", founded.unit);
    app.give_authenticator(&member);
    let mut admin = app.signed_in(ADMIN).await;
    let path = format!("/people/{}", member.id);
    admin.get(&path).await.expect_status(200);
    let link = link_on(&admin.post(&format!("{path}/password-link"), &[]).await.expect_status(200));
    let mut visitor = app.visitor();
    visitor.get(&link).await.expect_status(200);
    visitor.post(&link, &both(NEW)).await.expect_status(303);
    let half = visitor.sign_in(&member.email, NEW).await.expect_status(303);
    assert_eq!(half.location.as_deref(), Some("/sign-in/factor?next=%2F"));
    assert!(visitor.cookie(COOKIE).is_none());
    visitor.get("/account").await.expect_status(303);
    assert_eq!(app.rows("totp_secrets"), 1);
}

#[actix_web::test]
async fn a_password_made_of_ones_own_or_the_organisations_name_is_refused() {
    let (app, founded) = world();
    let member = app.person(&founded, "member", founded.unit);
    let mut admin = app.signed_in(ADMIN).await;
    let path = format!("/people/{}", member.id);
    admin.get(&path).await;
    let link = link_on(&admin.post(&format!("{path}/password-link"), &[]).await.expect_status(200));
    let mut visitor = app.visitor();
    visitor.get(&link).await.expect_status(200);
    let mut browser = app.browser(&member).await;
    browser.get("/account/password").await.expect_status(200);
    for named in ["Northmoor2026!!", "northmoor-tester-1", "Member-Tester-77"] {
        let refused = visitor.post(&link, &both(named)).await.expect_status(422);
        refused.expect_text("Do not build it on your name");
        let form = [("current", PASSWORD), ("password", named), ("password_again", named)];
        let refused = browser.post("/account/password", &form).await.expect_status(422);
        refused.expect_text("Do not build it on your name");
    }
    app.visitor().sign_in(&member.email, PASSWORD).await.expect_status(303);
}
