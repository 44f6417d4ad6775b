//! The limits as a visitor, an account and a program meet them.

use actix_web::test::TestRequest;
use jiff::SignedDuration;
use watchroom::app::routes;
use watchroom::config::{Config, RateLimitSettings};
use watchroom::http::{Access, Class};
use watchroom::organisation::Service;

use crate::support::{Answer, TestApp};

fn strict(config: &mut Config) {
    config.rate_limits = RateLimitSettings {
        door_per_minute: 6,
        door_burst: 3,
        public_per_minute: 60,
        public_burst: 5,
        account_per_minute: 60,
        account_burst: 10,
        costly_per_minute: 2,
        costly_burst: 2,
        ..RateLimitSettings::default()
    };
}

fn wait_of(answer: &Answer) -> u64 {
    let header = answer.headers.get("retry-after").expect("Retry-After");
    header.to_str().expect("ASCII").parse().expect("seconds")
}

#[actix_web::test]
async fn a_door_that_is_tried_too_often_says_when_to_come_back_and_means_it() {
    let app = TestApp::with(strict);
    app.found("northmoor", Service::Fire);
    let mut client = app.visitor();
    for _ in 0..3 {
        client.sign_in("admin@northmoor.example", "not the password").await.expect_status(422);
        app.clock.advance(SignedDuration::from_millis(100));
    }
    let password = crate::support::PASSWORD;
    let refused = client.sign_in("admin@northmoor.example", password).await.expect_status(429);
    let wait = wait_of(&refused);
    assert!((9..=10).contains(&wait), "{wait}");
    let refused = refused.expect_text("Too many attempts").expect_text(&format!("Wait {wait} seconds and try again."));
    assert_eq!(refused.headers.get("cache-control").expect("a header"), "no-store");
    // Another address, and the page itself, are not concerned.
    client.move_to("192.0.2.78");
    client.get("/sign-in").await.expect_status(200);
    client.move_to("192.0.2.77");
    app.clock.advance(SignedDuration::from_secs(i64::try_from(wait).expect("a number")));
    client.sign_in("admin@northmoor.example", password).await.expect_status(303);
}

#[actix_web::test]
async fn a_page_for_everybody_is_counted_by_address() {
    let app = TestApp::with(strict);
    let mut client = app.visitor();
    for _ in 0..5 {
        client.get("/help").await.expect_status(200);
    }
    assert_eq!(wait_of(&client.get("/privacy").await.expect_status(429)), 1);
    app.visitor().get("/assets/0/none.css").await.expect_status(404);
    client.get("/health/live").await.expect_status(200);
    client.move_to("2001:db8::1");
    client.get("/help").await.expect_status(200);
}

#[actix_web::test]
async fn somebody_signed_in_is_counted_by_account_wherever_they_are_and_a_program_reads_it_as_json() {
    let app = TestApp::with(strict);
    app.found("northmoor", Service::Fire);
    let mut admin = app.signed_in("admin@northmoor.example").await;
    for number in 0..10 {
        admin.move_to(&format!("192.0.2.{number}"));
        admin.get("/account").await.expect_status(200);
    }
    let refused = admin.get("/api/v1/session").await.expect_problem(429, "too-many-attempts");
    assert_eq!(refused.json()["detail"], "Wait a second and try again.");
    assert_eq!(wait_of(&refused), 1);
    admin.get("/account").await.expect_status(429);
    // Pages for everybody count for the account too, not for the address that others share.
    admin.get("/help").await.expect_status(429);
    app.visitor().get("/help").await.expect_status(200);
    app.clock.advance(SignedDuration::from_secs(1));
    admin.get("/account").await.expect_status(200);
}

#[actix_web::test]
async fn a_table_to_download_is_counted_once_more() {
    let app = TestApp::with(|config| {
        strict(config);
        config.rate_limits.account_burst = 100;
    });
    let founded = app.found("northmoor", Service::Fire);
    let member = app.person(&founded, "member", founded.unit);
    let mut client = app.browser(&member).await;
    for _ in 0..2 {
        client.get("/duties/export.csv").await.expect_status(200);
    }
    assert_eq!(wait_of(&client.get("/duties/export.csv").await.expect_status(429)), 30);
    client.get("/duties").await.expect_status(200);
}

#[actix_web::test]
async fn everything_from_one_address_has_an_end_before_anything_is_looked_up() {
    let app = TestApp::with(|config| {
        config.rate_limits = RateLimitSettings { address_burst: 4, ..RateLimitSettings::default() };
    });
    app.found("northmoor", Service::Fire);
    let mut client = app.visitor();
    for _ in 0..4 {
        client.get("/no/such/page").await.expect_status(404);
    }
    client.get("/no/such/page").await.expect_status(429);
    client.send(TestRequest::default().method(actix_web::http::Method::PATCH).uri("/")).await.expect_status(429);
}

#[actix_web::test]
async fn the_limits_are_on_unless_switched_off_and_let_a_change_of_shift_in() {
    let settings = RateLimitSettings::default();
    assert!(settings.enabled);
    // Five hundred people behind one address: each asks for the form, sends it, and is sent to a page.
    let app = TestApp::with(|config| config.rate_limits = settings);
    let limits = &app.parts.site.limits;
    let now = watchroom::kernel::clock::Clock::now(app.clock.as_ref());
    let from = watchroom::limits::Subject::Address("192.0.2.1".parse().expect("an address"));
    for _ in 0..500 {
        use watchroom::limits::Meter::{Address, Door, Public};
        for meter in [Address, Address, Address, Public, Public, Door] {
            limits.take(meter, from, now).unwrap_or_else(|refused| panic!("{refused:?}"));
        }
    }
}

#[test]
fn what_anybody_may_do_is_counted_as_a_door_and_only_files_and_signs_of_life_are_free() {
    for route in routes::ALL.iter().flat_map(|table| table.iter()) {
        let free = ["/assets/", "/brand/", "/health/"].iter().any(|start| route.path.starts_with(start));
        assert_eq!(route.class == Class::Free, free, "{}", route.path);
        // A directory brings its random token with every request.
        if route.path.starts_with("/scim/") {
            assert_eq!(route.class, Class::Public, "{} {}", route.method, route.path);
        } else if route.access == Access::Public && route.method != "GET" && route.path != "/sign-out" {
            assert_eq!(route.class, Class::Door, "{} {}", route.method, route.path);
        }
        let download = route.path.ends_with(".csv") || route.path.ends_with("/export");
        assert!(!download || route.class == Class::Costly, "{}", route.path);
    }
}
