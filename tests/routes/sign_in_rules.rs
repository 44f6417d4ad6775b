//! `/sign-in-rules`, `/people/{id}/sessions`, `/people/{id}/factors`, `/factor-resets`: what administrators decide.

use jiff::SignedDuration;
use watchroom::http::session::COOKIE;
use watchroom::identity::setup::Founded;
use watchroom::kernel::clock::Clock;
use watchroom::organisation::Service;

use crate::support::{Context, PASSWORD, Somebody, TestApp};

const ADMIN: &str = "admin@northmoor.example";

fn world() -> (TestApp, Founded, Somebody) {
    let app = TestApp::empty();
    let founded = app.found("northmoor", Service::Fire);
    let member = app.person(&founded, "member", founded.unit);
    (app, founded, member)
}

fn everybody(max_sessions: &str) -> [(&str, &str); 2] {
    [("max_sessions", max_sessions), ("passkey_alone", "yes")]
}

fn role<'a>(factor: bool, grace: &'a str, idle: &'a str, absolute: &'a str) -> Vec<(&'a str, &'a str)> {
    let mut fields = vec![("grace_days", grace), ("idle_minutes", idle), ("absolute_minutes", absolute)];
    fields.extend(factor.then_some(("factor", "yes")));
    fields
}

#[actix_web::test]
async fn the_oldest_session_ends_when_there_would_be_too_many() {
    let (app, _founded, member) = world();
    let mut admin = app.signed_in(ADMIN).await;
    admin.get("/sign-in-rules").await.expect_status(200).expect_text("Left to each person");
    for wrong in ["0", "101", "", "many"] {
        admin.post("/sign-in-rules", &everybody(wrong)).await.expect_status(422).expect_text("from 1 to 100");
    }
    admin.post("/sign-in-rules", &everybody("2")).await.expect_status(303);
    let mut first = app.browser(&member).await;
    app.clock.advance(SignedDuration::from_mins(1));
    let mut second = app.browser(&member).await;
    app.clock.advance(SignedDuration::from_mins(1));
    let mut third = app.browser(&member).await;
    first.get("/account").await.expect_status(303);
    second.get("/account").await.expect_status(200);
    third.get("/account/sessions").await.expect_status(200);
    assert_eq!(app.rows("sessions"), 3, "two of theirs and the administrator's");
}

#[actix_web::test]
async fn of_several_roles_the_strictest_limits_count_at_once() {
    let (app, founded, member) = world();
    let mut admin = app.signed_in(ADMIN).await;
    admin.get("/sign-in-rules").await;
    let path = format!("/sign-in-rules/{}", founded.role("auditor").expect("a role"));
    admin.get(&path).await.expect_status(200);
    for wrong in [role(false, "91", "", ""), role(false, "7", "0", ""), role(false, "7", "", "x")] {
        admin.post(&path, &wrong).await.expect_status(422);
    }
    let mut phone = app.browser(&member).await;
    admin.post(&path, &role(false, "14", "5", "60")).await.expect_status(303);
    app.clock.advance(SignedDuration::from_mins(6));
    phone.get("/account").await.expect_status(200);
    app.grant(&founded, &member, "auditor", None);
    app.clock.advance(SignedDuration::from_mins(6));
    phone.get("/account").await.expect_status(303);
    let mut phone = app.browser(&member).await;
    for _ in 0..14 {
        app.clock.advance(SignedDuration::from_mins(4));
        phone.get("/account").await.expect_status(200);
    }
    app.clock.advance(SignedDuration::from_mins(4));
    phone.get("/account").await.expect_status(303);
}

#[actix_web::test]
async fn a_role_that_asks_for_a_factor_leads_there_with_grace_and_then_opens_nothing_else() {
    let (app, founded, member) = world();
    let mut admin = app.signed_in(ADMIN).await;
    admin.get("/sign-in-rules").await;
    let path = format!("/sign-in-rules/{}", founded.role("member").expect("a role"));
    admin.post(&path, &role(true, "7", "", "")).await.expect_status(303);
    let mut phone = app.visitor();
    let early = phone.sign_in(&member.email, PASSWORD).await.expect_status(303);
    assert_eq!(early.location.as_deref(), Some("/account/factors?next=%2F"));
    let page = phone.get("/account/factors?next=%2Fduties").await.expect_text("asks for a second factor from");
    assert_eq!(page.link("Later").as_deref(), Some("/duties"));
    phone.get("/duties").await.expect_status(200);

    app.clock.advance(SignedDuration::from_hours(24 * 8));
    let mut phone = app.visitor();
    let late = phone.sign_in(&member.email, PASSWORD).await.expect_status(303);
    assert_eq!(late.location.as_deref(), Some("/account/factors"));
    for path in ["/duties", "/account", "/account/sessions", "/duties/new", "/account/password"] {
        let answer = phone.get(path).await.expect_status(303);
        assert_eq!(answer.location.as_deref(), Some("/account/factors"), "{path}");
    }
    phone.get("/api/v1/duties").await.expect_problem(403, "proof-needed");
    phone.get("/account/factors").await.expect_status(200).expect_text("the time to set one up is over");
    let confined = phone.cookie(COOKIE).expect("a session").to_owned();
    phone.post("/account/factors/totp/new", &[]).await.expect_status(303);
    let page = phone.get("/account/factors/totp").await.expect_status(200);
    let secret = page.text();
    let secret = secret.split("Secret ").nth(1).expect("the secret").split(" Account").next().expect("ends");
    let secret = totp_rs::Secret::try_from_base32(secret.replace(' ', "")).expect("base32");
    let code = totp_rs::Builder::new().with_secret(secret).build().expect("an app");
    let code = code.generate(u64::try_from(app.clock.now().as_second()).expect("after 1970")).to_string();
    phone.post("/account/factors/totp", &[("code", &code)]).await.expect_status(200);
    assert_ne!(phone.cookie(COOKIE), Some(confined.as_str()));
    phone.get("/duties").await.expect_status(200);
    // The last factor cannot go while a role asks for one.
    phone.get("/account/factors").await;
    phone.post("/account/factors/totp/remove", &[]).await.expect_status(303);
    phone.get("/account/factors").await.expect_text("Add another one before you remove this one");
    assert_eq!(app.rows("totp_secrets"), 1);
}

#[actix_web::test]
async fn only_who_may_configures_and_every_change_is_on_record() {
    let (app, founded, member) = world();
    let mut phone = app.browser(&member).await;
    phone.get("/account").await;
    let path = format!("/sign-in-rules/{}", founded.role("member").expect("a role"));
    phone.get("/sign-in-rules").await.expect_status(403);
    phone.post("/sign-in-rules", &everybody("1")).await.expect_status(403);
    phone.post(&path, &role(true, "0", "", "")).await.expect_status(403);
    assert_eq!((app.rows("sign_in_rules"), app.rows("role_sign_in_rules")), (0, 0));
    let raw = format!(
        "insert into role_sign_in_rules (organisation_id, role_id, grace_days, changed_at) values ('{}', '{}', 0, now())",
        founded.organisation,
        founded.role("member").expect("a role")
    );
    assert!(app.raw_write(&member, &raw).expect_err("refused").contains("row-level security"));
    let mut admin = app.signed_in(ADMIN).await;
    admin.get("/sign-in-rules").await;
    admin.post(&path, &role(true, "3", "20", "")).await.expect_status(303);
    admin.get("/sign-in-rules/00000000-0000-7000-8000-000000000000").await.expect_status(404);
    let detail = app.database.superuser_texts("select detail from audit_entries where action = 'signin.configure'");
    assert!(detail[0].contains("idle_minutes") && detail[0].contains("factor_since"), "{detail:?}");
}

#[actix_web::test]
async fn an_administrator_sees_and_ends_somebodys_sessions() {
    let (app, founded, member) = world();
    let mut phone = app.browser(&member).await;
    phone.get("/account").await.expect_status(200);
    let mut admin = app.signed_in(ADMIN).await;
    let path = format!("/people/{}/sessions", member.id);
    let page = admin.get(&path).await.expect_status(200).expect_text("Where Member Tester is signed in");
    page.expect_text("192.0.2.0").expect_no_text("192.0.2.77");
    admin.post(&format!("{path}/end-all"), &[]).await.expect_status(303);
    phone.get("/account").await.expect_status(303);
    admin.get(&path).await.expect_text("They are not signed in anywhere");
    let manager = app.person(&founded, "manager", founded.unit);
    let mut manager = app.browser(&manager).await;
    manager.get("/account").await;
    manager.get(&path).await.expect_status(403);
    manager.post(&format!("{path}/end-all"), &[]).await.expect_status(403);
    let seen =
        app.database.superuser_texts("select action from audit_entries where action like 'session.re%' order by id");
    assert_eq!(seen, ["session.read", "session.revoke", "session.read"]);
}

#[actix_web::test]
async fn one_session_of_ones_own_can_be_ended_and_nobody_elses() {
    let (app, founded, member) = world();
    let mut phone = app.browser(&member).await;
    app.clock.advance(SignedDuration::from_mins(1));
    let mut desk = app.browser(&member).await;
    phone.get("/account").await.expect_status(200);
    desk.get("/account/sessions").await.expect_status(200);
    let ids = app.database.superuser_texts("select public_id from sessions order by created_at");
    let (first, last) = (&ids[0], &ids[1]);
    let other = app.person_called(&founded, "other", "member", founded.unit);
    let mut stranger = app.browser(&other).await;
    stranger.get("/account/sessions").await;
    stranger.post(&format!("/account/sessions/{first}/end"), &[]).await.expect_status(404);
    desk.post(&format!("/account/sessions/{first}/end"), &[]).await.expect_status(303);
    phone.get("/account").await.expect_status(303);
    desk.get("/account").await.expect_status(200);
    let bye = desk.post(&format!("/account/sessions/{last}/end"), &[]).await.expect_status(303);
    assert_eq!(bye.location.as_deref(), Some("/sign-in"));
    assert!(bye.headers.get("clear-site-data").is_some());
}

#[actix_web::test]
async fn two_administrators_together_take_factors_away() {
    let (app, founded, member) = world();
    let second = app.person_called(&founded, "second", "administrator", founded.unit);
    app.give_authenticator(&member);
    let mut asker = app.signed_in(ADMIN).await;
    let path = format!("/people/{}/factors", member.id);
    asker.get(&path).await.expect_status(200).expect_text("Set up");
    asker.post(&format!("{path}/reset"), &[]).await.expect_status(303);
    asker.post(&format!("{path}/reset"), &[]).await.expect_status(303);
    asker.get(&path).await.expect_text("Another administrator decides").expect_text("You asked for it");
    let id = app.database.superuser_texts("select id from factor_resets")[0].clone();
    // Whoever asked cannot approve: neither here nor in the database.
    asker.post(&format!("/factor-resets/{id}/approve"), &[]).await.expect_status(303);
    asker.get("/factor-resets").await.expect_text("Another administrator than the one who asked");
    assert_eq!(app.rows("totp_secrets"), 1);
    let context = Context::Person(founded.organisation, founded.administrator);
    let approve = format!(
        "update factor_resets set decided_by = asked_by, decided_at = now(), approved = true where id = '{id}'"
    );
    assert!(app.raw_write(context, &approve).is_err());
    let take = format!("delete from totp_secrets where person_id = '{}'", member.id);
    assert_eq!(app.raw_write(context, &take), Ok(0));

    let mut approver = app.browser(&second).await;
    approver.get("/factor-resets").await.expect_status(200).expect_text("Alex Admin asked");
    approver.post(&format!("/factor-resets/{id}/approve"), &[]).await.expect_status(303);
    assert_eq!(app.rows("totp_secrets"), 0);
    approver.post(&format!("/factor-resets/{id}/approve"), &[]).await.expect_status(303);
    approver.get("/factor-resets").await.expect_text("decided or withdrawn meanwhile");
    assert_eq!(app.visitor().sign_in(&member.email, PASSWORD).await.location.as_deref(), Some("/"));
    // What was approved once opens nothing later.
    app.give_authenticator(&member);
    assert_eq!(app.raw_write(&second, &take), Ok(0));
    let said: Vec<String> = app.audited().into_iter().filter(|action| action.starts_with("factor.reset")).collect();
    assert_eq!(said, ["factor.reset-ask", "factor.reset"]);
}

#[actix_web::test]
async fn a_reset_can_be_withdrawn_lapses_after_a_day_and_is_never_ones_own() {
    let (app, founded, member) = world();
    let second = app.person_called(&founded, "second", "administrator", founded.unit);
    app.give_authenticator(&member);
    app.give_authenticator(&second);
    let mut admin = app.signed_in(ADMIN).await;
    let own = format!("/people/{}/factors", founded.administrator);
    admin.get(&own).await.expect_status(403);
    let path = format!("/people/{}/factors", member.id);
    admin.get(&path).await;
    admin.post(&format!("{own}/reset"), &[]).await.expect_status(403);
    admin.post(&format!("{path}/reset"), &[]).await.expect_status(303);
    let id = app.database.superuser_texts("select id from factor_resets where decided_by is null")[0].clone();
    admin.post(&format!("/factor-resets/{id}/refuse"), &[]).await.expect_status(303);
    admin.post(&format!("{path}/reset"), &[]).await.expect_status(303);
    app.clock.advance(SignedDuration::from_hours(25));
    let id = app.database.superuser_texts("select id from factor_resets where decided_by is null")[0].clone();
    let mut admin = app.signed_in(ADMIN).await;
    admin.get("/factor-resets").await.expect_text("Nothing waits");
    admin.post(&format!("/factor-resets/{id}/approve"), &[]).await.expect_status(303);
    assert_eq!(app.rows("totp_secrets"), 2);
    admin.get(&path).await;
    admin.post(&format!("{path}/reset"), &[]).await.expect_status(303);
    assert_eq!(app.rows("factor_resets"), 3);
    let mut phone = app.visitor();
    phone.get("/sign-in").await;
    phone.post("/factor-resets/x/approve", &[]).await.expect_status(303);
}
