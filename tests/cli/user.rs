//! `watchroom user …`, run as the operator runs it, against a database with people in it.

use std::process::Command;

use jiff::SignedDuration;
use serde_json::Value as Json;
use watchroom::identity::setup::Founded;
use watchroom::kernel::clock::{Clock, SystemClock};
use watchroom::organisation::Service;

use crate::support::{PASSWORD, TestApp};

/// What a verb said and how it ended.
struct Said {
    code: i32,
    out: String,
    err: String,
}

impl TestApp {
    /// Runs `watchroom user` with these words on this appliance.
    fn user(&self, words: &[&str]) -> Said {
        let output = Command::new(env!("CARGO_BIN_EXE_watchroom"))
            .arg("user")
            .args(words)
            .env("WATCHROOM_CONFIG", "/dev/null")
            .env("WATCHROOM_DATABASE__URL", self.database.app_url())
            .env("WATCHROOM_STATE__DIR", &self.parts.site.config.state.dir)
            .env("WATCHROOM_SERVER__PUBLIC_URL", "https://watchroom.example.org")
            .output()
            .expect("the binary runs");
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
        Said { code: output.status.code().expect("a code"), out: text(output.stdout), err: text(output.stderr) }
    }

    /// An appliance with one organisation, on the machine's own time, which the binary goes by.
    fn today() -> (Self, Founded) {
        let app = Self::empty();
        let ahead: SignedDuration = SystemClock.now().duration_since(app.clock.now());
        app.clock.advance(ahead);
        let founded = app.found("northmoor", Service::Fire);
        (app, founded)
    }

    fn last_entry(&self) -> String {
        let latest =
            "select concat_ws(' ', actor_kind, actor_label, action) from audit_entries order by id desc limit 1";
        self.database.superuser_texts(latest).remove(0)
    }
}

impl Said {
    /// Refused as a mistake of the command, with these words in the reason.
    fn mistake(self, words: &[&str]) {
        assert_eq!((self.code, self.out.as_str()), (2, ""), "{}", self.err);
        for word in words {
            assert!(self.err.contains(word), "{word} in {}", self.err);
        }
    }

    fn done(self) -> String {
        assert_eq!(self.code, 0, "{}", self.err);
        self.out
    }
}

const WHOM: [&str; 4] = ["--given-name", "Jo", "--family-name", "Marsh"];

#[actix_web::test]
async fn list_names_every_account_with_its_roles_and_whether_it_can_be_used() {
    let (app, founded) = TestApp::today();
    let station = app.unit(&founded, founded.unit, "station", "Hillside");
    let manager = app.person(&founded, "manager", station);
    let rows: Vec<Json> = serde_json::from_str(&app.user(&["list", "--json"]).done()).expect("JSON");
    let row = |email: &str| rows.iter().find(|row| row["email"] == email).expect("a row").clone();
    assert_eq!(rows.len(), 2);
    assert_eq!(row(&manager.email)["roles"], serde_json::json!(["manager=Hillside"]));
    assert_eq!(row("admin@northmoor.example")["roles"], serde_json::json!(["administrator", "member"]));
    assert_eq!(row("admin@northmoor.example")["state"], "active");
    let text = app.user(&["list"]).done();
    assert!(text.starts_with("northmoor service\n") && text.contains("Manager Tester"), "{text}");
    assert_eq!(app.last_entry(), "system operator account.list");
}

#[actix_web::test]
async fn list_shows_one_organisation_or_all_and_never_another_than_the_one_named() {
    let (app, _founded) = TestApp::today();
    app.found("southmoor", Service::Ambulance);
    let all = app.user(&["list"]).done();
    assert!(all.contains("admin@northmoor.example") && all.contains("admin@southmoor.example"));
    let one = app.user(&["list", "--organisation", "Southmoor service"]).done();
    assert!(!one.contains("northmoor") && one.contains("admin@southmoor.example"), "{one}");
    app.user(&["list", "--organisation", "westmoor"]).mistake(&["westmoor", "northmoor service", "southmoor service"]);
}

#[actix_web::test]
async fn add_makes_somebody_who_chooses_a_password_and_signs_in() {
    let (app, founded) = TestApp::today();
    app.unit(&founded, founded.unit, "station", "Hillside");
    let words = [&["add", "Jo@Northmoor.example"][..], &WHOM, &["--role", "member", "--role", "manager=hillside"]];
    let link = app.user(&words.concat()).done();
    let path = link.trim().strip_prefix("https://watchroom.example.org").expect("the public address");
    assert_eq!(app.audited(), ["person.add", "password.link", "role.grant", "role.grant"]);
    assert_eq!(app.last_entry(), "system operator role.grant");
    let mut browser = app.visitor();
    browser.get(path).await.expect_status(200).expect_text("jo@northmoor.example");
    browser.post(path, &[("password", PASSWORD), ("password_again", PASSWORD)]).await.expect_status(303);
    app.signed_in("jo@northmoor.example").await.get("/account").await.expect_text("Jo Marsh").expect_text("manager");
}

#[actix_web::test]
async fn add_refuses_what_does_not_fit_and_then_nothing_is_added() {
    let (app, founded) = TestApp::today();
    let station = app.unit(&founded, founded.unit, "station", "Hillside");
    app.unit(&founded, station, "watch", "Red Watch");
    app.unit(&founded, founded.unit, "watch", "Red Watch");
    let add = |email: &'static str, more: &[&str]| app.user(&[&["add", email][..], &WHOM, more].concat());
    let before = app.state_of(&["people", "accounts", "role_grants", "sign_in_directory", "audit_entries"]);
    add("jo@northmoor.example", &["--role", "admin"]).mistake(&["no role \"admin\"", "administrator", "manager"]);
    add("jo@northmoor.example", &["--role", "manager"]).mistake(&["manager", "for a unit"]);
    add("jo@northmoor.example", &["--role", "hr=Hillside"]).mistake(&["whole organisation"]);
    add("jo@northmoor.example", &["--unit", "E99"]).mistake(&["no open unit", "E99"]);
    add("jo@northmoor.example", &["--unit", "red watch"]).mistake(&["Hillside"]);
    add("jo at northmoor", &[]).mistake(&["no e-mail address"]);
    add("admin@northmoor.example", &[]).mistake(&["somebody has this one"]);
    app.user(&["add", "jo@northmoor.example"]).mistake(&["--given-name"]);
    assert_eq!(app.state_of(&["people", "accounts", "role_grants", "sign_in_directory", "audit_entries"]), before);
    app.found("southmoor", Service::Ambulance);
    add("jo@northmoor.example", &[]).mistake(&["several organisations", "--organisation", "southmoor service"]);
    add("jo@northmoor.example", &["--organisation", "northmoor service"]).done();
}

#[actix_web::test]
async fn a_reset_hands_over_one_link_that_works_and_withdraws_those_before() {
    let (app, _founded) = TestApp::today();
    let path = || {
        let link = app.user(&["reset-password", "ADMIN@northmoor.example"]).done();
        link.trim().strip_prefix("https://watchroom.example.org").expect("the public address").to_owned()
    };
    let (first, second) = (path(), path());
    assert_eq!(app.last_entry(), "system operator password.link");
    let mut browser = app.visitor();
    browser.get(&first).await.expect_status(404);
    // The old password is good until the new one is chosen.
    app.signed_in("admin@northmoor.example").await;
    browser.get(&second).await.expect_status(200);
    let new = "five loud brown otters";
    browser.post(&second, &[("password", new), ("password_again", new)]).await.expect_status(303);
    browser.get(&second).await.expect_status(404);
    let mut with_the_old = app.visitor();
    with_the_old.sign_in("admin@northmoor.example", PASSWORD).await.expect_status(422);
    with_the_old.sign_in("admin@northmoor.example", new).await.expect_status(303);
    app.user(&["reset-password", "nobody@northmoor.example"]).mistake(&["nobody signs in with nobody@"]);
}

#[actix_web::test]
async fn unlock_lets_in_an_account_that_was_refused_for_too_many_attempts() {
    let (app, _founded) = TestApp::today();
    let mut browser = app.visitor();
    for _ in 0..10 {
        browser.sign_in("admin@northmoor.example", "not the password").await.expect_status(422);
    }
    browser.sign_in("admin@northmoor.example", PASSWORD).await.expect_status(422).expect_text("Too many attempts");
    assert!(app.user(&["list"]).done().contains("throttled"));
    assert!(app.user(&["unlock", "admin@northmoor.example"]).done().contains("11 failed attempts"));
    assert_eq!(app.last_entry(), "system operator account.unlock");
    browser.sign_in("admin@northmoor.example", PASSWORD).await.expect_status(303);
    assert!(app.user(&["unlock", "admin@northmoor.example"]).done().contains("not locked"));
    app.user(&["unlock", "nobody@northmoor.example"]).mistake(&["nobody signs in with nobody@"]);
}

#[actix_web::test]
async fn grant_gives_a_role_that_counts_at_the_next_request() {
    let (app, founded) = TestApp::today();
    let station = app.unit(&founded, founded.unit, "station", "Hillside");
    let member = app.person(&founded, "member", station);
    let mut browser = app.browser(&member).await;
    browser.get("/audit").await.expect_status(403);
    app.user(&["grant", &member.email, "auditor"]).done();
    assert_eq!(app.last_entry(), "system operator role.grant");
    browser.get("/audit").await.expect_status(200);

    let before = app.state_of(&["role_grants"]);
    app.user(&["grant", &member.email, "auditor"]).mistake(&["already"]);
    app.user(&["grant", &member.email, "chief"]).mistake(&["no role \"chief\"", "auditor"]);
    app.user(&["grant", &member.email, "manager"]).mistake(&["for a unit"]);
    app.user(&["grant", &member.email, "manager", "--unit", "Valley"]).mistake(&["no open unit"]);
    app.user(&["grant", "nobody@northmoor.example", "auditor"]).mistake(&["nobody signs in"]);
    app.user(&["grant", &member.email, "auditor", "--organisation", "westmoor"]).mistake(&["westmoor"]);
    assert_eq!(app.state_of(&["role_grants"]), before);
    app.user(&["grant", &member.email, "manager", "--unit", "hillside"]).done();
    assert_eq!(app.rows("role_grants"), 5);
}

#[actix_web::test]
async fn reset_factors_leaves_the_password_alone_and_ends_the_sessions() {
    let (app, founded) = TestApp::today();
    let member = app.person(&founded, "member", founded.unit);
    let mut phone = app.browser(&member).await;
    phone.get("/account").await.expect_status(200);
    app.user(&["reset-factors", &member.email]).mistake(&["no second factor"]);
    app.give_authenticator(&member);
    app.user(&["reset-factors", "nobody@northmoor.example"]).mistake(&["nobody signs in with nobody@"]);
    assert_eq!(app.rows("totp_secrets"), 1);
    let half = app.visitor().sign_in(&member.email, PASSWORD).await.expect_status(303);
    assert_eq!(half.location.as_deref(), Some("/sign-in/factor?next=%2F"));
    assert!(app.user(&["reset-factors", &member.email]).done().contains("one session ended"));
    assert_eq!(app.last_entry(), "system operator factor.reset");
    assert_eq!(app.rows("totp_secrets"), 0);
    // The server believes a session that it looked at for half a minute.
    app.clock.advance(SignedDuration::from_secs(31));
    phone.get("/account").await.expect_status(303);
    assert_eq!(app.visitor().sign_in(&member.email, PASSWORD).await.location.as_deref(), Some("/"));
}

#[actix_web::test]
async fn unlock_forgives_guesses_at_the_second_factor_too() {
    let (app, founded) = TestApp::today();
    let member = app.person(&founded, "member", founded.unit);
    app.give_authenticator(&member);
    let mut browser = app.visitor();
    for _ in 0..11 {
        browser.sign_in(&member.email, PASSWORD).await.expect_status(303);
        browser.get("/sign-in/factor").await.expect_status(200);
        browser.post("/sign-in/factor", &[("code", "12345")]).await.expect_status(422);
    }
    browser.post("/sign-in/factor", &[("code", "12345")]).await.expect_text("Too many attempts");
    assert!(app.user(&["unlock", &member.email]).done().contains("12 failed attempts"));
    browser.post("/sign-in/factor", &[("code", "12345")]).await.expect_text("not right");
}

#[actix_web::test]
async fn imported_hashes_sign_in_and_become_our_own() {
    let (app, founded) = TestApp::today();
    let member = app.person(&founded, "member", founded.unit);
    app.database.superuser(&format!("update accounts set password_hash = null where person_id = '{}'", member.id));
    // Of "four brisk amber foxes", made by another program.
    let hash = "$2y$05$FvRZS/XS1WSYVx84fNM8rOyq1ZRiiq9ZCN0UPiCIFLJgAX29hpECS";
    let file = app.parts.site.config.state.dir.join("hashes.csv");
    let import = |text: String| {
        std::fs::write(&file, text).expect("a file");
        app.user(&["import-hashes", file.to_str().expect("UTF-8")])
    };
    let before = app.state_of(&["accounts", "audit_entries"]);
    for (line, reason) in [
        ("jo@northmoor.example,$2y$05$short", "line 2: the hash is no bcrypt hash"),
        ("jo@northmoor.example,$2y$15$FvRZS/XS1WSYVx84fNM8rOyq1ZRiiq9ZCN0UPiCIFLJgAX29hpECS", "cost 4 to 14"),
        ("jo@northmoor.example", "line 2"),
    ] {
        import(format!("email,password_hash\n{line}\n")).mistake(&[reason]);
    }
    // One wrong line, and the right one before it is not taken either.
    import(format!("email,password_hash\n{},{hash}\nx@y.example,plain\n", member.email)).mistake(&["line 3"]);
    import(format!("address,hash\n{},{hash}\n", member.email)).mistake(&["column is missing"]);
    assert_eq!(app.state_of(&["accounts", "audit_entries"]), before);

    let three = format!(
        "password_hash,email\n{hash},{}\n{hash},nobody@northmoor.example\n{hash},admin@northmoor.example\n",
        member.email.to_uppercase()
    );
    let said = import(three).done();
    assert!(said.contains("1 of 3 accounts") && said.contains("1 address is of no account"), "{said}");
    assert!(said.contains("1 account had a password already and keeps it"), "{said}");
    assert_eq!(app.last_entry(), "system operator password.import");
    let stored = || {
        let of = format!("select password_hash from accounts where person_id = '{}'", member.id);
        app.database.superuser_texts(&of).remove(0)
    };
    assert_eq!(stored(), hash);
    let mut wrong = app.visitor();
    wrong.sign_in(&member.email, "four brisk amber fox").await.expect_status(422);
    assert_eq!(stored(), hash);
    app.visitor().sign_in(&member.email, "four brisk amber foxes").await.expect_status(303);
    assert!(stored().starts_with("$argon2id$"));
    app.visitor().sign_in(&member.email, "four brisk amber foxes").await.expect_status(303);
    app.visitor().sign_in("admin@northmoor.example", PASSWORD).await.expect_status(303);
}
