//! `/sign-in`, `/sign-out`, `/account/sessions`.

use std::time::{Duration, Instant};

use jiff::SignedDuration;
use watchroom::http::session::COOKIE;
use watchroom::organisation::Service;

use crate::support::{PASSWORD, TestApp};

#[actix_web::test]
async fn the_right_password_opens_the_account_page() {
    let app = TestApp::empty();
    app.found("northmoor", Service::Fire);
    let mut client = app.signed_in("admin@northmoor.example").await;
    client.get("/account").await.expect_status(200).expect_text("Alex Admin").expect_text("northmoor service");
}

#[actix_web::test]
async fn an_unknown_account_and_a_wrong_password_get_the_same_answer() {
    let app = TestApp::empty();
    app.found("northmoor", Service::Fire);
    let mut client = app.visitor();
    let wrong = client.sign_in("admin@northmoor.example", "not the password").await.expect_status(422);
    let unknown = client.sign_in("nobody@northmoor.example", "not the password").await.expect_status(422);
    let same = |body: &str| body.replace("admin@", "").replace("nobody@", "");
    let strip = |answer: &crate::support::Answer| {
        let text = same(&answer.text());
        text.split("Reference").next().unwrap_or_default().to_owned()
    };
    assert_eq!(strip(&wrong), strip(&unknown));
    assert!(client.cookie(COOKIE).is_none());
}

#[actix_web::test]
async fn a_signed_out_session_cannot_be_used_by_whoever_kept_the_cookie() {
    let app = TestApp::empty();
    app.found("northmoor", Service::Fire);
    let mut client = app.signed_in("admin@northmoor.example").await;
    let stolen = client.cookie(COOKIE).expect("a session").to_owned();
    client.get("/account").await.expect_status(200);
    client.post("/sign-out", &[]).await.expect_status(303);
    let mut thief = app.visitor();
    thief.steal(COOKIE, &stolen);
    assert_eq!(thief.get("/account").await.expect_status(303).location.as_deref(), Some("/sign-in?next=%2Faccount"));
}

#[actix_web::test]
async fn an_idle_session_ends() {
    let app = TestApp::empty();
    app.found("northmoor", Service::Fire);
    let mut client = app.signed_in("admin@northmoor.example").await;
    app.clock.advance(SignedDuration::from_mins(29));
    client.get("/account").await.expect_status(200);
    app.clock.advance(SignedDuration::from_mins(31));
    client.get("/account").await.expect_status(303);
}

#[actix_web::test]
async fn a_session_ends_however_much_it_is_used() {
    let app = TestApp::empty();
    app.found("northmoor", Service::Fire);
    let mut client = app.signed_in("admin@northmoor.example").await;
    for _ in 0..35 {
        app.clock.advance(SignedDuration::from_mins(20));
        client.get("/account").await.expect_status(200);
    }
    app.clock.advance(SignedDuration::from_mins(21));
    client.get("/account").await.expect_status(303);
}

#[actix_web::test]
async fn signing_out_everywhere_ends_the_other_browser_too() {
    let app = TestApp::empty();
    app.found("northmoor", Service::Fire);
    let mut phone = app.signed_in("admin@northmoor.example").await;
    let mut desk = app.signed_in("admin@northmoor.example").await;
    phone.get("/account/sessions").await.expect_status(200).expect_text("This one");
    desk.get("/account/sessions").await.expect_status(200);
    desk.post("/account/sessions/end-all", &[]).await.expect_status(303);
    phone.get("/account/sessions").await.expect_status(303);
}

#[actix_web::test]
async fn a_form_without_its_token_does_nothing() {
    let app = TestApp::empty();
    app.found("northmoor", Service::Fire);
    let mut client = app.signed_in("admin@northmoor.example").await;
    client.get("/account").await;
    client.post_raw("/account/sessions/end-all", &[]).await.expect_status(403).expect_text("reload the page");
    client.post_raw("/account/sessions/end-all", &[("csrf", "AAAA")]).await.expect_status(403);
    client.get("/account").await.expect_status(200);
}

#[actix_web::test]
async fn too_many_failures_wait_even_with_the_right_password_and_over_a_restart() {
    let app = TestApp::empty();
    app.found("northmoor", Service::Fire);
    let mut client = app.visitor();
    for _ in 0..10 {
        client.sign_in("admin@northmoor.example", "not the password").await.expect_status(422);
    }
    client.sign_in("admin@northmoor.example", PASSWORD).await.expect_status(422).expect_text("Too many attempts");
    app.clock.advance(SignedDuration::from_mins(16));
    client.sign_in("admin@northmoor.example", PASSWORD).await.expect_status(303);
}

#[actix_web::test]
async fn every_answer_carries_the_security_headers() {
    let app = TestApp::empty();
    let mut client = app.visitor();
    for path in ["/sign-in", "/nowhere", "/account", "/health/live", "/api/v1/nowhere"] {
        let answer = client.get(path).await;
        let header = |name: &str| answer.headers.get(name).map(|value| value.to_str().expect("ASCII").to_owned());
        let policy = header("content-security-policy").unwrap_or_else(|| panic!("no policy on {path}"));
        assert!(policy.contains("default-src 'none'") && !policy.contains("unsafe"), "{policy}");
        assert!(header("strict-transport-security").is_some(), "{path}");
        assert_eq!(header("cache-control").as_deref(), Some("no-store"), "{path}");
    }
}

#[actix_web::test]
async fn a_fresh_appliance_has_no_account() {
    let app = TestApp::empty();
    assert_eq!((app.rows("accounts"), app.rows("people"), app.rows("sign_in_directory")), (0, 0, 0));
    for email in ["admin", "root", "admin@localhost", "admin@northmoor.example"] {
        for password in ["", "admin", "watchroom", PASSWORD] {
            app.visitor().sign_in(email, password).await.expect_status(422);
        }
    }
}

#[actix_web::test]
async fn a_password_is_good_until_its_person_changes_it() {
    let app = TestApp::empty();
    app.found("northmoor", Service::Fire);
    app.clock.advance(SignedDuration::from_hours(24 * 365 * 3));
    let mut client = app.visitor();
    let in_at_once = client.sign_in("admin@northmoor.example", PASSWORD).await.expect_status(303);
    assert_eq!(in_at_once.location.as_deref(), Some("/"));
    client.get("/account").await.expect_status(200);
}

#[actix_web::test]
async fn a_refusal_takes_its_time_whether_or_not_there_is_such_an_account() {
    let app = TestApp::with(|config| config.sign_in.refusal_ms = 300);
    app.found("northmoor", Service::Fire);
    for email in ["admin@northmoor.example", "nobody@northmoor.example"] {
        let began = Instant::now();
        app.visitor().sign_in(email, "not the password").await.expect_status(422);
        assert!(began.elapsed() >= Duration::from_millis(300), "{email}: {:?}", began.elapsed());
    }
}
