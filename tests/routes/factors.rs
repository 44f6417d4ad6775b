//! `/account/factors` and `/sign-in/factor`: authenticator apps, recovery codes, passkeys as far as a test without a
//! browser goes (the rest is in `tests/browser/factors.test.mjs`).

use jiff::SignedDuration;
use watchroom::http::session::COOKIE;
use watchroom::identity::setup::Founded;
use watchroom::kernel::clock::Clock;
use watchroom::organisation::Service;

use crate::support::{Answer, Client, Context, PASSWORD, Somebody, TestApp};

fn world() -> (TestApp, Founded, Somebody) {
    let app = TestApp::empty();
    let founded = app.found("northmoor", Service::Fire);
    let member = app.person(&founded, "member", founded.unit);
    (app, founded, member)
}

/// The code that an app with this secret shows, `steps` of 30 seconds from now.
fn code(app: &TestApp, secret: &str, steps: i64) -> String {
    let secret = totp_rs::Secret::try_from_base32(secret.replace(' ', "")).expect("a secret");
    let totp = totp_rs::Builder::new().with_secret(secret).build().expect("an app");
    let at = app.clock.now().as_second() + 30 * steps;
    totp.generate(u64::try_from(at).expect("after 1970")).to_string()
}

fn in_page(answer: &Answer, selector: &str) -> Vec<String> {
    let html = scraper::Html::parse_document(&answer.body);
    let selector = scraper::Selector::parse(selector).expect("a selector");
    html.select(&selector).map(|element| element.text().collect::<String>()).collect()
}

/// Sets up an authenticator app; returns its secret and the recovery codes.
async fn enrol(app: &TestApp, client: &mut Client<'_>) -> (String, Vec<String>) {
    client.get("/account/factors").await.expect_status(200);
    client.post("/account/factors/totp/new", &[]).await.expect_status(303);
    let page = client.get("/account/factors/totp").await.expect_status(200);
    let secret = in_page(&page, "code").remove(0);
    let shown = client.post("/account/factors/totp", &[("code", &code(app, &secret, 0))]).await.expect_status(200);
    let codes = in_page(&shown, ".wr-codes li");
    // The code that set it up is spent; the next one is another step's.
    app.clock.advance(SignedDuration::from_secs(60));
    (secret, codes)
}

#[actix_web::test]
async fn a_member_sets_up_an_app_and_signs_in_with_it() {
    let (app, _founded, member) = world();
    let mut phone = app.browser(&member).await;
    let before = phone.cookie(COOKIE).expect("a session").to_owned();
    let (secret, codes) = enrol(&app, &mut phone).await;
    assert_eq!(codes.len(), 10);
    assert_ne!(phone.cookie(COOKIE), Some(before.as_str()), "the token was replaced");
    phone.get("/account/factors").await.expect_text("10 of 10 left").expect_text("Remove the app");

    let mut desk = app.visitor();
    let half = desk.sign_in(&member.email, PASSWORD).await.expect_status(303);
    assert_eq!(half.location.as_deref(), Some("/sign-in/factor?next=%2F"));
    assert!(desk.cookie(COOKIE).is_none(), "no session yet");
    let page = desk.get("/sign-in/factor?next=%2Fduties").await.expect_status(200).expect_text("Six digits");
    assert_eq!(page.field("next"), "/duties");
    let right = code(&app, &secret, 0);
    let wrong = if right == "000000" { "000001" } else { "000000" };
    desk.post("/sign-in/factor", &[("code", wrong)]).await.expect_status(422).expect_text("This code is not right");
    let done = desk.post("/sign-in/factor", &[("code", &right), ("next", "/duties")]).await.expect_status(303);
    assert_eq!(done.location.as_deref(), Some("/duties"));
    desk.get("/account/sessions").await.expect_status(200).expect_text("Authenticator app");
    let said = ["factor.enrol", "factor.recovery-codes"];
    assert_eq!(app.audited(), said);
    // What the database holds opens nothing.
    let plain = data_encoding::BASE32_NOPAD.decode(secret.replace(' ', "").as_bytes()).expect("base32");
    let hex = data_encoding::HEXLOWER.encode(&plain);
    let stored = app.database.superuser_texts("select encode(sealed, 'hex') from totp_secrets").join("");
    assert!(!stored.is_empty() && !stored.contains(&hex));
}

#[actix_web::test]
async fn between_password_and_factor_nothing_opens() {
    let (app, _founded, member) = world();
    enrol(&app, &mut app.browser(&member).await).await;
    let mut half = app.visitor();
    half.sign_in(&member.email, PASSWORD).await.expect_status(303);
    for path in ["/account", "/duties", "/account/factors", "/api/v1/duties", "/step-up"] {
        let answer = half.get(path).await;
        assert!([303, 401].contains(&answer.status), "{path}: {}", answer.status);
    }
    // Nor does the value of its cookie do as a session's.
    let step = half.cookie("__Host-factor").expect("the cookie between").to_owned();
    let mut thief = app.visitor();
    thief.steal(COOKIE, &step);
    thief.get("/account").await.expect_status(303);
    let padded = format!("{step}.{}", step.split('.').next_back().expect("a token"));
    thief.steal(COOKIE, &padded);
    thief.get("/account").await.expect_status(303);
}

#[actix_web::test]
async fn a_code_is_taken_once_and_none_before_it_any_more() {
    let (app, _founded, member) = world();
    let (secret, _codes) = enrol(&app, &mut app.browser(&member).await).await;
    let right = code(&app, &secret, 0);
    let mut first = app.visitor();
    first.sign_in(&member.email, PASSWORD).await;
    first.get("/sign-in/factor").await;
    first.post("/sign-in/factor", &[("code", &right)]).await.expect_status(303);
    let mut second = app.visitor();
    second.sign_in(&member.email, PASSWORD).await;
    second.get("/sign-in/factor").await;
    second.post("/sign-in/factor", &[("code", &right)]).await.expect_status(422);
    second.post("/sign-in/factor", &[("code", &code(&app, &secret, -1))]).await.expect_status(422);
    second.post("/sign-in/factor", &[("code", &code(&app, &secret, 1))]).await.expect_status(303);
}

#[actix_web::test]
async fn guesses_at_the_factor_are_counted_and_the_password_does_not_buy_new_ones() {
    let (app, _founded, member) = world();
    let (secret, _codes) = enrol(&app, &mut app.browser(&member).await).await;
    let mut thief = app.visitor();
    for _ in 0..10 {
        thief.sign_in(&member.email, PASSWORD).await.expect_status(303);
        thief.get("/sign-in/factor").await;
        thief.post("/sign-in/factor", &[("code", "12345")]).await.expect_status(422).expect_text("not right");
    }
    thief.sign_in(&member.email, PASSWORD).await.expect_status(303);
    thief.get("/sign-in/factor").await;
    let right = code(&app, &secret, 0);
    let too_many = thief.post("/sign-in/factor", &[("code", &right)]).await.expect_status(422);
    too_many.expect_text("Too many attempts");
    thief.post("/sign-in/recovery", &[("recovery", "abcd-efgh-jkmn-pqrs")]).await.expect_text("Too many attempts");
    app.clock.advance(SignedDuration::from_mins(16));
    let mut owner = app.visitor();
    owner.sign_in(&member.email, PASSWORD).await;
    owner.get("/sign-in/factor").await;
    owner.post("/sign-in/factor", &[("code", &code(&app, &secret, 0))]).await.expect_status(303);
}

#[actix_web::test]
async fn the_password_counts_for_ten_minutes() {
    let (app, _founded, member) = world();
    let (secret, _codes) = enrol(&app, &mut app.browser(&member).await).await;
    let mut slow = app.visitor();
    slow.sign_in(&member.email, PASSWORD).await;
    slow.get("/sign-in/factor").await.expect_status(200);
    app.clock.advance(SignedDuration::from_mins(11));
    let late = slow.post("/sign-in/factor", &[("code", &code(&app, &secret, 0))]).await.expect_status(303);
    assert_eq!(late.location.as_deref(), Some("/sign-in"));
    slow.get("/sign-in").await.expect_text("That took too long");
    assert!(slow.cookie(COOKIE).is_none());
    app.visitor().get("/sign-in/factor").await.expect_status(303);
}

#[actix_web::test]
async fn a_recovery_code_signs_in_once_however_it_is_typed() {
    let (app, _founded, member) = world();
    let (_secret, codes) = enrol(&app, &mut app.browser(&member).await).await;
    let typed = codes[3].to_uppercase().replace('-', " ");
    let mut lost = app.visitor();
    lost.sign_in(&member.email, PASSWORD).await;
    lost.get("/sign-in/factor").await.expect_text("Use a recovery code instead");
    let nonsense = lost.post("/sign-in/recovery", &[("recovery", "nonsense")]).await.expect_status(422);
    nonsense.expect_text("This recovery code is not right");
    let done = lost.post("/sign-in/recovery", &[("recovery", &typed)]).await.expect_status(303);
    assert_eq!(done.location.as_deref(), Some("/account/factors"));
    lost.get("/account/factors").await.expect_text("9 of 10 left");
    let mut again = app.visitor();
    again.sign_in(&member.email, PASSWORD).await;
    again.get("/sign-in/factor").await;
    again.post("/sign-in/recovery", &[("recovery", &typed)]).await.expect_status(422);
    // A new set ends the old one.
    let fresh = lost.post("/account/factors/recovery-codes", &[]).await.expect_status(200);
    let fresh = in_page(&fresh, ".wr-codes li");
    assert!(fresh.len() == 10 && !fresh.contains(&codes[0]));
    again.post("/sign-in/recovery", &[("recovery", &codes[0])]).await.expect_status(422);
    again.post("/sign-in/recovery", &[("recovery", &fresh[0])]).await.expect_status(303);
    let stored = app.database.superuser_texts("select encode(code_hash, 'escape') from recovery_codes").join(" ");
    assert!(!fresh.iter().any(|code| stored.contains(code.as_str())));
}

#[actix_web::test]
async fn one_persons_codes_are_of_no_use_to_another() {
    let (app, founded, member) = world();
    let other = app.person_called(&founded, "other", "member", founded.unit);
    let (secret, codes) = enrol(&app, &mut app.browser(&member).await).await;
    enrol(&app, &mut app.browser(&other).await).await;
    let mut mixed = app.visitor();
    mixed.sign_in(&other.email, PASSWORD).await;
    mixed.get("/sign-in/factor").await;
    mixed.post("/sign-in/factor", &[("code", &code(&app, &secret, 0))]).await.expect_status(422);
    mixed.post("/sign-in/recovery", &[("recovery", &codes[0])]).await.expect_status(422);
}

#[actix_web::test]
async fn removing_the_app_ends_the_asking_and_takes_the_codes_along() {
    let (app, _founded, member) = world();
    let mut phone = app.browser(&member).await;
    enrol(&app, &mut phone).await;
    phone.get("/account/factors").await;
    phone.post("/account/factors/totp/remove", &[]).await.expect_status(303);
    assert_eq!((app.rows("totp_secrets"), app.rows("recovery_codes")), (0, 0));
    assert_eq!(app.visitor().sign_in(&member.email, PASSWORD).await.location.as_deref(), Some("/"));
}

#[actix_web::test]
async fn a_second_app_replaces_the_first_only_when_its_code_was_typed() {
    let (app, _founded, member) = world();
    let mut phone = app.browser(&member).await;
    let (first, _codes) = enrol(&app, &mut phone).await;
    phone.get("/account/factors").await;
    phone.post("/account/factors/totp/new", &[]).await.expect_status(303);
    let page = phone.get("/account/factors/totp").await.expect_status(200);
    let second = in_page(&page, "code").remove(0);
    assert_ne!(first, second);
    phone.post("/account/factors/totp", &[("code", "12")]).await.expect_status(422).expect_text("This is not the code");
    let mut desk = app.visitor();
    desk.sign_in(&member.email, PASSWORD).await;
    desk.get("/sign-in/factor").await;
    desk.post("/sign-in/factor", &[("code", &code(&app, &first, 0))]).await.expect_status(303);
    phone.get("/account/factors/totp").await;
    phone.post("/account/factors/totp", &[("code", &code(&app, &second, 0))]).await.expect_status(303);
    app.clock.advance(SignedDuration::from_secs(90));
    let mut desk = app.visitor();
    desk.sign_in(&member.email, PASSWORD).await;
    desk.get("/sign-in/factor").await;
    desk.post("/sign-in/factor", &[("code", &code(&app, &first, 0))]).await.expect_status(422);
    desk.post("/sign-in/factor", &[("code", &code(&app, &second, 0))]).await.expect_status(303);
    // A secret that nobody confirmed within the hour is not shown again.
    phone.get("/account/factors").await;
    phone.post("/account/factors/totp/new", &[]).await.expect_status(303);
    app.database.superuser("update totp_secrets set pending_at = pending_at - interval '2 hours'");
    phone.get("/account/factors/totp").await.expect_status(303);
}

#[actix_web::test]
async fn nonsense_instead_of_a_passkey_is_refused_in_every_place() {
    let (app, _founded, member) = world();
    let mut client = app.visitor();
    client.get("/sign-in").await;
    let nonsense: [&[(&str, &str)]; 4] = [
        &[],
        &[("ceremony", "x"), ("credential", "{}")],
        &[("ceremony", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"), ("credential", "{\"id\":1}")],
        &[("ceremony", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"), ("credential", "not json")],
    ];
    for fields in nonsense {
        let answer = client.post("/sign-in/passkey", fields).await.expect_status(303);
        assert_eq!(answer.location.as_deref(), Some("/sign-in"));
    }
    assert!(client.cookie(COOKIE).is_none());
    let mut phone = app.browser(&member).await;
    phone.get("/account/factors/passkeys/new").await.expect_status(200);
    for fields in nonsense {
        let mut fields = fields.to_vec();
        fields.push(("name", "Phone"));
        phone.post("/account/factors/passkeys/new", &fields).await.expect_status(422);
    }
    phone.post("/step-up/passkey", &[("ceremony", "x")]).await.expect_status(422);
    assert_eq!(app.rows("passkeys"), 0);
}

#[actix_web::test]
async fn a_challenge_is_for_its_purpose_its_person_and_one_answer() {
    let (app, _founded, member) = world();
    let mut phone = app.browser(&member).await;
    phone.get("/account/factors/passkeys/new").await;
    let made = phone.post("/account/factors/passkeys/options", &[]).await.expect_status(200).json();
    let options = &made["options"]["publicKey"];
    assert_eq!(options["rp"]["id"], "localhost");
    assert_eq!(options["authenticatorSelection"]["userVerification"], "required");
    assert_eq!(options["authenticatorSelection"]["residentKey"], "preferred");
    assert_eq!(app.rows("passkey_ceremonies"), 1);
    let ceremony = made["ceremony"].as_str().expect("a token").to_owned();
    let stored = app.database.superuser_texts("select encode(token_hash, 'base64') || state from passkey_ceremonies");
    assert!(!stored[0].contains(&ceremony));
    // Elsewhere it is worth nothing, and it stays.
    let fields = [("ceremony", ceremony.as_str()), ("credential", "{}")];
    app.visitor().get("/sign-in").await;
    phone.post("/step-up/passkey", &fields).await.expect_status(422);
    assert_eq!(app.rows("passkey_ceremonies"), 1);
    // At home it is taken by the first answer, right or wrong.
    let named = [fields[0], fields[1], ("name", "Phone")];
    phone.post("/account/factors/passkeys/new", &named).await.expect_status(422);
    assert_eq!(app.rows("passkey_ceremonies"), 0);
    // A sign-in by passkey alone names nobody: the same for everybody who asks.
    let mut stranger = app.visitor();
    stranger.get("/sign-in").await;
    let made = stranger.post("/sign-in/passkey/options", &[]).await.expect_status(200).json();
    assert_eq!(made["options"]["publicKey"]["allowCredentials"], serde_json::json!([]));
    assert_eq!(made["options"]["publicKey"]["userVerification"], "required");
}

#[actix_web::test]
async fn leaving_takes_every_factor_along() {
    let (app, founded, member) = world();
    enrol(&app, &mut app.browser(&member).await).await;
    let mut admin = app.signed_in("admin@northmoor.example").await;
    let path = format!("/people/{}", member.id);
    admin.get(&path).await;
    admin.post(&format!("{path}/leave"), &[]).await.expect_status(303);
    assert_eq!((app.rows("totp_secrets"), app.rows("recovery_codes")), (0, 0));
    let _organisation = founded.organisation;
}

#[actix_web::test]
async fn a_challenge_is_long_and_never_the_same() {
    let app = TestApp::empty();
    app.found("northmoor", Service::Fire);
    let mut seen = std::collections::BTreeSet::new();
    for _ in 0..10 {
        let mut stranger = app.visitor();
        stranger.get("/sign-in").await;
        let made = stranger.post("/sign-in/passkey/options", &[]).await.expect_status(200).json();
        let challenge = made["options"]["publicKey"]["challenge"].as_str().expect("a challenge").to_owned();
        let bytes = data_encoding::BASE64URL_NOPAD.decode(challenge.as_bytes()).expect("base64url");
        assert!(bytes.len() >= 16, "{} bytes", bytes.len());
        assert!(seen.insert(bytes), "the same again");
    }
}

#[actix_web::test]
async fn nobody_changes_the_key_by_which_somebody_else_is_known() {
    let (app, founded, member) = world();
    let other = app.person_called(&founded, "other", "member", founded.unit);
    let insert = |whose: &Somebody, credential: &str| {
        format!(
            "insert into passkeys (organisation_id, id, person_id, credential_id, credential, rp_id, name, created_at) \
             values ('{}', gen_random_uuid(), '{}', '\\x{credential}', '{{}}', 'localhost', 'Key', now())",
            whose.organisation, whose.id
        )
    };
    app.database.superuser(&insert(&member, "01"));
    let change = format!("update passkeys set credential = 'another key' where person_id = '{}'", member.id);
    let administrator = Context::Person(founded.organisation, founded.administrator);
    let workers = ["sso", "scim", "operator"].map(|name| Context::System(founded.organisation, name));
    for context in [Context::from(&other), administrator].into_iter().chain(workers) {
        assert_eq!(app.raw_write(context, &change).unwrap_or(0), 0, "{context:?}");
        app.raw_write(context, &insert(&member, "02")).expect_err("a key of somebody else's making");
    }
    // The same statement is a good one for the door, which notes each use.
    assert_eq!(app.raw_write(Context::System(founded.organisation, "sign-in"), &change), Ok(1));
}
