//! Which routes ask for a fresh proof of who holds the session, and that each of them does.

use actix_web::test::TestRequest;
use jiff::SignedDuration;
use watchroom::app::routes;
use watchroom::http::Route;
use watchroom::identity::roles::BUILT_IN;
use watchroom::organisation::Service;

use crate::support::TestApp;

/// What a stolen or borrowed session must not do: where names of routes begin or end like this, the route asks.
const KEY_WORK: &[&str] = &[
    ".export",
    ".rejected",
    "account.open",
    "factor-reset.approve",
    "factor-reset.ask",
    "network.",
    "password.link",
    "passkey.add",
    "passkey.remove",
    "plugin.enable",
    "plugin.grant",
    "person.leave",
    "plugin.upload",
    "recovery.",
    "role.",
    "signin.configure",
    "token.",
    "totp.",
];

/// Routes with such a name that do nothing of the kind: they are read, or they make something smaller.
const HARMLESS: &[&str] = &[
    "network.list",
    "network.remove-form",
    "person.leave-form",
    // Whoever chooses a password by link has no session yet.
    "password.link-form",
    "role.catalogue",
    "role.preview",
    "role.read",
    "role.refuse",
    "role.requests",
    "role.show",
    "role.withdraw",
    "token.list",
    "token.own",
    "token.read",
    "token.revoke",
    "token.revoke.form",
];

fn all() -> impl Iterator<Item = &'static Route> {
    routes::ALL.iter().flat_map(|table| table.iter())
}

fn is_key_work(route: &Route) -> bool {
    let named =
        |word: &&&str| route.name.starts_with(**word) || (word.starts_with('.') && route.name.ends_with(**word));
    KEY_WORK.iter().any(|word| named(&word)) && !HARMLESS.contains(&route.name)
}

fn filled(route: &Route) -> String {
    let part = |part: &str| match part {
        part if part.starts_with('{') => "00000000-0000-7000-8000-000000000000".to_owned(),
        part => part.to_owned(),
    };
    route.path.split('/').map(part).collect::<Vec<_>>().join("/")
}

#[test]
fn key_work_asks_for_a_proof_in_the_table_of_routes() {
    let forgotten: Vec<&str> =
        all().filter(|route| is_key_work(route) && !route.needs.proof()).map(|route| route.name).collect();
    assert_eq!(forgotten, Vec::<&str>::new(), "say step_up() in the table, or why not here");
    for word in HARMLESS {
        assert!(all().any(|route| route.name == *word && !route.needs.proof()), "{word} is no such route any more");
    }
    // A download is an export whatever it is called.
    let files: Vec<&str> =
        all().filter(|route| route.path.ends_with(".csv") && !route.needs.proof()).map(|route| route.name).collect();
    assert_eq!(files, Vec::<&str>::new());
}

#[actix_web::test]
async fn each_of_them_asks_somebody_whose_proof_is_old_and_does_nothing_before() {
    let app = TestApp::empty();
    let founded = app.found("northmoor", Service::Fire);
    let everything = app.person(&founded, "member", founded.unit);
    for role in BUILT_IN.iter().filter(|role| role.code != "member") {
        app.grant(&founded, &everything, role.code, (role.code == "manager").then_some(founded.unit));
    }
    let mut client = app.browser(&everything).await;
    client.get("/account").await.expect_status(200);
    app.clock.advance(SignedDuration::from_mins(11));
    client.get("/account").await.expect_status(200);
    let tables = ["people", "role_grants", "plugins", "password_links", "totp_secrets", "recovery_codes", "passkeys"];
    let before = app.state_of(&tables);
    let (mut pages, mut forms) = (0, 0);
    for route in all().filter(|route| route.needs.proof()) {
        let (path, what) = (filled(route), format!("{} {}", route.method, route.path));
        if route.method == "GET" {
            let answer = client.get(&path).await.expect_status(303);
            let asked = answer.location.unwrap_or_default();
            assert!(asked.starts_with("/step-up?next=%2F"), "{what}: {asked}");
            pages += 1;
        } else {
            let answer = client.post(&path, &[("name", "x")]).await;
            assert_eq!(answer.status, 403, "{what}: {}", answer.text());
            answer.expect_text("Confirm it is you").expect_text("What you filled in is kept");
            // What a form cannot keep is chosen again on its page.
            let upload = TestRequest::with_uri(&path)
                .method(route.http_method())
                .insert_header(("content-type", "multipart/form-data; boundary=x"))
                .set_payload("--x--\r\n");
            let answer = client.send(upload).await.expect_status(303);
            assert!(answer.location.is_some_and(|asked| asked.starts_with("/step-up?next=%2F")), "{what}");
            forms += 1;
        }
    }
    assert_eq!(app.state_of(&tables), before);
    assert!(pages > 10 && forms > 15, "{pages} pages, {forms} forms");
}
