//! `/signing-in` and `/sign-in/with`: what does not take a provider to try. The rest is tried against a real one, in
//! `tests/browser/provider.test.mjs`.

use jiff::SignedDuration;
use watchroom::http::session::COOKIE;
use watchroom::identity::factor_door::{self, Admission, Vouched};
use watchroom::identity::sessions::Origin;
use watchroom::identity::setup::Founded;
use watchroom::kernel::clock::Clock;
use watchroom::kernel::ids::{OrganisationId, VoucherId};
use watchroom::organisation::Service;

use crate::support::{Client, Context, PASSWORD, Somebody, TestApp};

const SECRET: &str = "hunter2-and-then-some";

/// Adds a provider through the console; the address of its page.
async fn provider(admin: &mut Client<'_>) -> String {
    admin.get("/signing-in/providers/new").await.expect_status(200);
    let fields = [
        ("label", "Northmoor account"),
        ("issuer", "https://id.northmoor.example"),
        ("client_id", "watchroom"),
        ("client_secret", SECRET),
        ("joining", "known"),
        ("listed", "1"),
    ];
    let answer = admin.post("/signing-in/providers/new", &fields).await.expect_status(303);
    answer.location.expect("its page")
}

fn found(app: &TestApp) -> Founded {
    app.found("northmoor", Service::Fire)
}

#[actix_web::test]
async fn a_client_secret_is_sealed_and_never_shown_again() {
    let app = TestApp::empty();
    found(&app);
    let mut admin = app.signed_in("admin@northmoor.example").await;
    let page = provider(&mut admin).await;
    admin.get(&page).await.expect_status(200).expect_text("Set; it is never shown").expect_no_text(SECRET);
    admin.get(&format!("{page}/edit")).await.expect_status(200).expect_no_text(SECRET);
    let kept = app.database.superuser_texts("select encode(client_secret, 'escape') from sso_providers");
    assert!(!kept.join("").contains("hunter2") && !kept.is_empty());
    let audit = app.database.superuser_texts("select detail::text from audit_entries where action = 'sso.add'");
    assert!(audit[0].contains("left_out") && !audit[0].contains("hunter2"), "{audit:?}");
}

#[actix_web::test]
async fn a_provider_is_offered_only_while_it_is_switched_on() {
    let app = TestApp::empty();
    found(&app);
    let mut admin = app.signed_in("admin@northmoor.example").await;
    let page = provider(&mut admin).await;
    let begin = page.replace("/signing-in/providers/", "/sign-in/with/");
    app.visitor().get("/sign-in").await.expect_no_text("Northmoor account");
    app.visitor().get(&begin).await.expect_status(404);
    admin.get(&page).await;
    admin.post(&format!("{page}/switch"), &[("on", "1")]).await.expect_status(303);
    app.visitor().get("/sign-in?next=%2Fduties").await.expect_text("Sign in with Northmoor account");
    admin.get(&page).await;
    admin.post(&format!("{page}/switch"), &[("on", "0")]).await.expect_status(303);
    app.visitor().get("/sign-in").await.expect_no_text("Northmoor account");
    app.visitor().get(&begin).await.expect_status(404);
}

#[actix_web::test]
async fn an_answer_that_nobody_asked_for_signs_nobody_in() {
    let app = TestApp::empty();
    found(&app);
    let mut admin = app.signed_in("admin@northmoor.example").await;
    let page = provider(&mut admin).await;
    admin.get(&page).await;
    admin.post(&format!("{page}/switch"), &[("on", "1")]).await.expect_status(303);
    let back = format!("{}/back", page.replace("/signing-in/providers/", "/sign-in/with/"));
    let mut visitor = app.visitor();
    let answer = visitor.get(&format!("{back}?code=x&state=y")).await.expect_status(400);
    answer.expect_text("The sign-in was not finished");
    visitor.steal("__Host-provider", "AAAA");
    visitor.get(&format!("{back}?code=x&state=y")).await.expect_status(400);
    visitor.get("/account").await.expect_status(303);
    let ended = back.replace("/back", "/ended");
    for body in [&[][..], &[("logout_token", "x.y.z")][..]] {
        let answer = visitor.post_raw(&ended, body).await;
        // Without a token the request is wrong; with one, the provider has to be asked for its keys, and is not there.
        assert!([400, 503].contains(&answer.status), "{}", answer.status);
    }
    admin.get("/account").await.expect_status(200);
}

#[actix_web::test]
async fn with_passwords_switched_off_only_those_who_give_roles_come_in_by_one() {
    let app = TestApp::empty();
    let founded = found(&app);
    let member = app.person(&founded, "member", founded.unit);
    let mut admin = app.signed_in("admin@northmoor.example").await;
    admin.get("/signing-in").await.expect_text("Only one person who can give roles has a password");
    admin.post("/signing-in/passwords", &[("passwords", "administrators")]).await.expect_status(303);
    let mut browser = app.visitor();
    browser.sign_in(&member.email, "not the password").await.expect_status(422).expect_text("is not right");
    browser.sign_in(&member.email, PASSWORD).await.expect_status(422).expect_text("does not sign in with passwords");
    browser.get("/account").await.expect_status(303);
    app.signed_in("admin@northmoor.example").await.get("/account").await.expect_status(200);
    let why = app.database.superuser_texts(
        "select coalesce(detail->'facts'->>'reason', '') from audit_entries where action = 'session.refused'",
    );
    assert!(why.contains(&"passwords are switched off".to_owned()), "{why:?}");
}

#[actix_web::test]
async fn passwords_are_not_switched_off_where_nobody_could_get_in_without_the_provider() {
    let app = TestApp::empty();
    found(&app);
    let mut admin = app.signed_in("admin@northmoor.example").await;
    // By the front door it could not come to this: the last owner keeps their password.
    app.database.superuser("set session_replication_role = replica; update accounts set password_hash = null");
    admin.get("/signing-in").await.expect_text("Nobody who can give roles has a password");
    let answer = admin.post("/signing-in/passwords", &[("passwords", "administrators")]).await.expect_status(422);
    answer.expect_text("Make a password link for an administrator first");
    assert_eq!(app.rows("sign_in_methods"), 0);
}

#[actix_web::test]
async fn a_rule_that_makes_administrators_has_to_be_confirmed() {
    let app = TestApp::empty();
    let founded = found(&app);
    let role = founded.role("administrator").expect("a role").to_string();
    let mut admin = app.signed_in("admin@northmoor.example").await;
    admin.get("/signing-in/groups").await;
    let mut rule = vec![("group", "admins"), ("role", role.as_str())];
    admin.post("/signing-in/groups", &rule).await.expect_status(422).expect_text("This role can give roles");
    assert_eq!(app.rows("sso_rules"), 0);
    rule.push(("confirmed", "1"));
    admin.post("/signing-in/groups", &rule).await.expect_status(303);
    admin.get("/signing-in/groups?groups=admins%0Aothers").await.expect_text("would get: Administrator");
    admin.get("/signing-in/groups?groups=others").await.expect_text("no role by rule");
    admin.get("/signing-in/groups").await;
    admin.post("/signing-in/groups", &rule).await.expect_status(422).expect_text("There is such a rule already");
}

#[actix_web::test]
async fn only_those_who_configure_see_how_the_organisation_signs_in() {
    let app = TestApp::empty();
    let founded = found(&app);
    for role in ["member", "manager", "hr", "auditor"] {
        let somebody = app.person(&founded, role, founded.unit);
        let mut browser = app.browser(&somebody).await;
        for path in ["/signing-in", "/signing-in/providers/new", "/signing-in/groups"] {
            browser.get(path).await.expect_status(403);
        }
        browser.get(&format!("/people/{}/providers", somebody.id)).await.expect_status(200);
        let other = format!("/people/{}/providers", founded.administrator);
        let answer = browser.get(&other).await;
        // HR looks after accounts, and so sees how people sign in.
        let wanted: &[u16] = if role == "hr" { &[200] } else { &[403, 404] };
        assert!(wanted.contains(&answer.status), "{role}: {}", answer.status);
    }
}

#[actix_web::test]
async fn nobody_lets_themself_in_and_a_permit_for_an_administrator_takes_the_right_to_give_roles() {
    let app = TestApp::empty();
    let founded = found(&app);
    let hr = app.person(&founded, "hr", founded.unit);
    let member = app.person(&founded, "member", founded.unit);
    let mut admin = app.signed_in("admin@northmoor.example").await;
    let page = provider(&mut admin).await;
    admin.get(&page).await;
    admin.post(&format!("{page}/switch"), &[("on", "1")]).await;
    let id = page.rsplit('/').next().expect("an id").to_owned();
    let permit = |person: &str| format!("/people/{person}/providers/permit");
    let fields = [("provider", id.as_str())];
    admin.get("/account").await;
    admin.post(&permit(&founded.administrator.to_string()), &fields).await.expect_status(403);
    admin.post(&permit(&member.id.to_string()), &fields).await.expect_status(303);
    let mut browser = app.browser(&hr).await;
    browser.get("/account").await;
    browser.post(&permit(&founded.administrator.to_string()), &fields).await.expect_status(403);
    browser.post(&permit(&hr.id.to_string()), &fields).await.expect_status(403);
    assert_eq!(app.rows("sso_permits"), 1);
    // The database says the same to whoever gets round the program.
    let insert = |person: &str| {
        format!(
            "insert into sso_permits (organisation_id, person_id, provider_id, created_by, created_at, expires_at) \
             values ('{}', '{person}', '{id}', '{}', now(), now())",
            founded.organisation, hr.id
        )
    };
    for person in [founded.administrator.to_string(), hr.id.to_string()] {
        app.raw_write(&hr, &insert(&person)).expect_err("refused by the database");
    }
}

#[actix_web::test]
async fn the_worker_gives_and_takes_only_grants_of_its_own() {
    let app = TestApp::empty();
    let founded = found(&app);
    let member = app.person(&founded, "member", founded.unit);
    let hr = founded.role("hr").expect("a role");
    let insert = |source: &str| {
        format!(
            "insert into role_grants (organisation_id, id, person_id, role_id, granted_at, source) \
             values ('{}', gen_random_uuid(), '{}', '{hr}', now(), '{source}')",
            founded.organisation, member.id
        )
    };
    let sso = || Context::System(founded.organisation, "sso");
    assert_eq!(app.raw_write(sso(), &insert("sso")), Ok(1));
    for source in ["hand", "scim"] {
        app.raw_write(sso(), &insert(source)).expect_err("not its own");
    }
    let by_hand = format!("delete from role_grants where person_id = '{}'", member.id);
    assert_eq!(app.raw_write(sso(), &by_hand), Ok(0), "what was given by hand stays");
    let admin = Context::Person(founded.organisation, founded.administrator);
    app.raw_write(admin, &insert("sso")).expect_err("nobody passes a grant off as a rule's");
    let elsewhere = Context::System(OrganisationId(uuid::Uuid::now_v7()), "sso");
    assert_eq!(app.raw_write(elsewhere, "delete from sessions"), Ok(0));
}

#[actix_web::test]
async fn members_read_nothing_of_providers_rules_and_other_peoples_links() {
    let app = TestApp::empty();
    let founded = found(&app);
    let member = app.person(&founded, "member", founded.unit);
    let mut admin = app.signed_in("admin@northmoor.example").await;
    provider(&mut admin).await;
    for table in
        ["sso_providers", "sso_rules", "sso_links", "sso_permits", "sso_sessions", "sso_logouts", "sign_in_methods"]
    {
        let rows = app.raw(&member, &format!("select count(*) from {table}"));
        assert_eq!(rows, Ok(vec!["0".to_owned()]), "{table}");
    }
}

/// Lets somebody in for whom a provider vouches, as far as that goes.
async fn vouched(app: &TestApp, somebody: &Somebody, second_factor: bool) -> (Admission, VoucherId) {
    let (site, now) = (&app.parts.site, app.clock.now());
    let voucher = VoucherId::new(now);
    let word = Vouched { person: somebody.id, voucher, second_factor };
    let settings = &site.config.sign_in.session;
    let admission =
        factor_door::after_provider(&site.db, somebody.organisation, word, Origin::default(), settings, now).await;
    (admission.expect("let in"), voucher)
}

fn cookie(admission: &Admission) -> String {
    match admission {
        Admission::In(cookie, _) | Admission::Enrol(cookie) => cookie.to_cookie().value().to_owned(),
        Admission::Factor(_) => panic!("there is no session yet"),
    }
}

#[actix_web::test]
async fn a_provider_does_not_step_past_ones_own_factor_unless_its_word_counts_for_one() {
    let app = TestApp::empty();
    let founded = found(&app);
    let member = app.person(&founded, "member", founded.unit);
    let (first, _voucher) = vouched(&app, &member, false).await;
    assert!(matches!(first, Admission::In(_, None)), "without a factor the provider's word is enough");
    let mut browser = app.visitor();
    browser.steal(COOKIE, &cookie(&first));
    browser.get("/account/sessions").await.expect_status(200).expect_text("organisation's provider");

    app.give_authenticator(&member);
    let (half, voucher) = vouched(&app, &member, false).await;
    let Admission::Factor(step) = half else { panic!("{half:?}") };
    let mut browser = app.visitor();
    browser.steal("__Host-factor", step.to_cookie().value());
    browser.get("/account").await.expect_status(303);
    browser.get("/sign-in/factor").await.expect_status(200).expect_text("authenticator app");
    let waiting = format!("select voucher from sign_in_steps where person_id = '{}'", member.id);
    assert_eq!(app.database.superuser_texts(&waiting), [voucher.to_string()]);

    let (whole, _voucher) = vouched(&app, &member, true).await;
    assert!(matches!(whole, Admission::In(_, None)), "{whole:?}");
}

#[actix_web::test]
async fn a_role_that_asks_for_a_factor_asks_those_who_come_by_a_provider_too() {
    let app = TestApp::empty();
    let founded = found(&app);
    let member = app.person(&founded, "member", founded.unit);
    let mut admin = app.signed_in("admin@northmoor.example").await;
    admin.get("/sign-in-rules").await;
    let path = format!("/sign-in-rules/{}", founded.role("member").expect("a role"));
    let rule = [("factor", "yes"), ("grace_days", "0"), ("idle_minutes", ""), ("absolute_minutes", "")];
    admin.post(&path, &rule).await.expect_status(303);
    app.clock.advance(SignedDuration::from_mins(1));
    let (confined, _voucher) = vouched(&app, &member, false).await;
    assert!(matches!(confined, Admission::Enrol(_)), "{confined:?}");
    let mut browser = app.visitor();
    browser.steal(COOKIE, &cookie(&confined));
    browser.get("/duties").await.expect_status(303);
    browser.get("/account/factors").await.expect_status(200);
    let (whole, _voucher) = vouched(&app, &member, true).await;
    assert!(matches!(whole, Admission::In(_, None)), "its own factor counts where the rule for it says so: {whole:?}");
}

#[actix_web::test]
async fn whoever_left_or_is_locked_is_not_let_in_by_a_providers_word() {
    let app = TestApp::empty();
    let founded = found(&app);
    let member = app.person(&founded, "member", founded.unit);
    app.database.superuser(&format!("update accounts set disabled_at = now() where person_id = '{}'", member.id));
    let (site, now) = (&app.parts.site, app.clock.now());
    let word = Vouched { person: member.id, voucher: VoucherId::new(now), second_factor: true };
    let settings = &site.config.sign_in.session;
    let refused =
        factor_door::after_provider(&site.db, member.organisation, word, Origin::default(), settings, now).await;
    refused.expect_err("refused");
    assert_eq!(app.rows("sessions"), 0);
}

#[actix_web::test]
async fn a_rule_does_not_give_what_takes_two_people() {
    let app = TestApp::empty();
    let founded = found(&app);
    let manager = app.person(&founded, "manager", founded.unit);
    let administrator = founded.role("administrator").expect("a role");
    let insert = format!(
        "insert into role_grants (organisation_id, id, person_id, role_id, granted_at, source) \
         values ('{}', gen_random_uuid(), '{}', '{administrator}', now(), 'sso')",
        founded.organisation, manager.id
    );
    let refused = app.raw_write(Context::System(founded.organisation, "sso"), &insert).expect_err("takes two");
    assert!(refused.contains("row-level security"), "{refused}");
}

#[actix_web::test]
async fn somebody_without_a_password_confirms_who_they_are_with_their_provider() {
    let app = TestApp::empty();
    let founded = found(&app);
    let member = app.person(&founded, "member", founded.unit);
    let mut admin = app.signed_in("admin@northmoor.example").await;
    let page = provider(&mut admin).await;
    admin.get(&page).await;
    admin.post(&format!("{page}/switch"), &[("on", "1")]).await.expect_status(303);
    let id = page.rsplit('/').next().expect("an id").to_owned();
    app.database.superuser(&format!("update accounts set password_hash = null where person_id = '{}'", member.id));
    let (whole, _voucher) = vouched(&app, &member, false).await;
    let mut browser = app.visitor();
    browser.steal(COOKIE, &cookie(&whole));
    browser.get("/duties/export.csv").await.expect_status(200);
    app.clock.advance(SignedDuration::from_mins(11));
    let asked = browser.get("/duties/export.csv").await.expect_status(303).location.expect("the page that asks");
    let asked = browser.get(&asked).await.expect_status(200).expect_no_text("Your password");
    let way = asked.link("Confirm with Northmoor account").expect("the provider");
    assert_eq!(way, format!("/sign-in/with/{id}?prove=1&next=%2Fduties%2Fexport.csv"));
    // An answer that nobody asked for proves nothing.
    let back = browser.get(&format!("/sign-in/with/{id}/back?code=x&state=y")).await.expect_status(400);
    back.expect_text("The sign-in was not finished");
    browser.get("/duties/export.csv").await.expect_status(303);
}

#[actix_web::test]
async fn a_subject_is_somebody_only_together_with_its_issuer() {
    let app = TestApp::empty();
    let founded = found(&app);
    let people = ["jo", "chris", "sam"].map(|handle| app.person_called(&founded, handle, "member", founded.unit));
    let mut admin = app.signed_in("admin@northmoor.example").await;
    let page = provider(&mut admin).await;
    let id = page.rsplit('/').next().expect("an id").to_owned();
    let link = |issuer: &str, somebody: &Somebody| {
        format!(
            "insert into sso_links (organisation_id, issuer, subject, person_id, provider_id, way, linked_at) \
             values ('{}', '{issuer}', 'the same', '{}', '{id}', 'permit', now())",
            founded.organisation, somebody.id
        )
    };
    app.database.superuser(&link("https://id.northmoor.example", &people[0]));
    app.database.superuser(&link("https://elsewhere.example", &people[1]));
    // The subject of one issuer is one person, whoever writes it down.
    let again = link("https://id.northmoor.example", &people[2]);
    let refused = app.raw_write(Context::System(founded.organisation, "sso"), &again).expect_err("it is somebody's");
    assert!(refused.contains("sso_links_pkey"), "{refused}");
}
