//! Every route as somebody who has not signed in, and every form without its token.

use actix_web::test::TestRequest;
use watchroom::app::routes;
use watchroom::http::{Access, Route};
use watchroom::organisation::Service;

use crate::support::TestApp;

const TABLES: &[&str] = &[
    "people",
    "hr_contracts",
    "hr_kin",
    "accounts",
    "role_grants",
    "units",
    "organisations",
    "duty_kinds",
    "password_links",
    "plugins",
];

fn all() -> impl Iterator<Item = &'static Route> {
    routes::ALL.iter().flat_map(|table| table.iter())
}

/// The address with something in each of its variable parts.
fn filled(route: &Route) -> String {
    let part = |part: &str| match part {
        part if part.starts_with('{') => "00000000-0000-7000-8000-000000000000".to_owned(),
        part => part.to_owned(),
    };
    route.path.split('/').map(part).collect::<Vec<_>>().join("/")
}

#[actix_web::test]
async fn nobody_gets_in_anywhere_without_signing_in() {
    let app = TestApp::empty();
    app.found("northmoor", Service::Fire);
    for route in all() {
        let request = TestRequest::with_uri(&filled(route)).method(route.http_method());
        let answer = app.visitor().send(request).await;
        let refused = [303, 401, 403, 404, 415].contains(&answer.status);
        let public = route.access == Access::Public && (answer.status < 400 || answer.status == 503);
        assert!(refused || public, "{} {}: {}", route.method, route.path, answer.status);
    }
}

#[actix_web::test]
async fn no_form_is_taken_without_its_token_and_nothing_changes() {
    let app = TestApp::empty();
    app.found("northmoor", Service::Fire);
    let mut admin = app.signed_in("admin@northmoor.example").await;
    admin.get("/account").await;
    let before = app.state_of(TABLES);
    for route in all().filter(|route| route.method == "POST") {
        let answer = admin.post_raw(&filled(route), &[("name", "x")]).await;
        // 400: an upload whose body is no multipart form is refused before its token can be looked for.
        let refused = [303, 400, 401, 403, 404, 415].contains(&answer.status);
        assert!(refused, "{} {}: {}", route.method, route.path, answer.status);
        if answer.status == 303 {
            assert_eq!(answer.location.as_deref(), Some("/sign-in"), "{}", route.path);
        }
    }
    assert_eq!(app.state_of(TABLES), before);
    admin.get("/account").await.expect_status(200);
}

#[test]
fn no_two_routes_share_a_name_or_a_method_on_an_address() {
    let mut seen = std::collections::BTreeSet::new();
    for route in all() {
        assert!(seen.insert(format!("{} {}", route.method, route.path)), "{} {}", route.method, route.path);
        assert!(seen.insert(route.name.to_owned()), "{}", route.name);
    }
}
