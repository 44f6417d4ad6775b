//! Every route as somebody who has not signed in, and every form without its token.

use actix_web::test::TestRequest;
use watchroom::app::routes;
use watchroom::authz::Scope;
use watchroom::http::{Access, Route};
use watchroom::identity::roles::BUILT_IN;
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
    "sessions",
    "totp_secrets",
    "passkeys",
    "recovery_codes",
    "factor_resets",
    "sign_in_rules",
    "role_sign_in_rules",
    "api_tokens",
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
        // 400: whoever comes back from a provider without its answer is told to begin again.
        let public = route.access == Access::Public && (answer.status <= 400 || answer.status == 503);
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

/// Whether somebody who has a built-in role and no other may try a route.
fn may_try(role: &str, route: &Route) -> bool {
    let role = BUILT_IN.iter().find(|built_in| built_in.code == role).expect("a role");
    let held = |wanted: &str| role.permissions.iter().any(|(permission, _scope)| *permission == wanted);
    let opens = |held: Scope, wanted: Scope| match wanted {
        Scope::Own => matches!(held, Scope::Own | Scope::Organisation),
        Scope::Unit | Scope::Below => held != Scope::Own,
        Scope::Organisation => held == Scope::Organisation,
    };
    let held_at = |wanted: &str, at: Scope| {
        role.permissions.iter().any(|(permission, scope)| *permission == wanted && opens(*scope, at))
    };
    match route.access {
        Access::Public | Access::Signed => true,
        Access::Needs(permission) => held(permission),
        Access::NeedsOne(permissions) => permissions.iter().any(|permission| held(permission)),
        Access::NeedsAt(scope, permissions) => permissions.iter().any(|permission| held_at(permission, scope)),
    }
}

#[actix_web::test]
async fn each_role_is_refused_by_every_route_that_is_not_for_it_and_nothing_changes() {
    let app = TestApp::empty();
    let founded = app.found("northmoor", Service::Fire);
    let station = app.unit(&founded, founded.unit, "station", "Hillside");
    let people = BUILT_IN.iter().map(|role| (role.code, app.person(&founded, role.code, station)));
    let people: Vec<_> = people.collect();
    let (mut refused, mut opened) = (0, 0);
    for (role, somebody) in &people {
        let mut client = app.browser(somebody).await;
        client.get("/account").await.expect_status(200);
        let before = app.state_of(TABLES);
        for route in all() {
            let (path, what) = (filled(route), format!("{role}: {} {}", route.method, route.path));
            let api = route.path.starts_with("/api/");
            if !may_try(role, route) {
                let answer = match route.method {
                    "GET" => client.get(&path).await,
                    "POST" if !api => client.post(&path, &[("name", "x")]).await,
                    _ => client.json(route.http_method(), &path, &serde_json::json!({})).await,
                };
                assert_eq!(answer.status, 403, "{what}: {}", answer.text());
                refused += 1;
            } else if route.method == "GET" && path == route.path && route.access != Access::Public {
                let answer = client.get(&path).await;
                // A form may want to know something first; what the role may open is never forbidden, never a fault.
                assert!(answer.status < 500 && answer.status != 403, "{what}: {}", answer.status);
                opened += 1;
            }
        }
        assert_eq!(app.state_of(TABLES), before, "{role} changed something");
    }
    assert!(refused > 100 && opened > 30, "{refused} refused, {opened} opened");
}

#[test]
fn no_two_routes_share_a_name_or_a_method_on_an_address() {
    let mut seen = std::collections::BTreeSet::new();
    for route in all() {
        assert!(seen.insert(format!("{} {}", route.method, route.path)), "{} {}", route.method, route.path);
        assert!(seen.insert(route.name.to_owned()), "{}", route.name);
    }
}
