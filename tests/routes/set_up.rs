//! `/set-up/{token}`.

use watchroom::identity::setup;
use watchroom::kernel::clock::Clock;

use crate::support::{PASSWORD, TestApp};

const FORM: &[(&str, &str)] = &[
    ("organisation", "Northmoor Fire and Rescue Service"),
    ("service", "fire"),
    ("given_name", "Alex"),
    ("family_name", "Archer"),
    ("email", "alex@northmoor.example"),
    ("password", PASSWORD),
    ("password_again", PASSWORD),
];

#[actix_web::test]
async fn the_link_founds_an_organisation_once() {
    let app = TestApp::empty();
    let token = setup::new_link(&app.parts.site.db, app.clock.now()).expect("a link").reveal();
    let mut client = app.visitor();
    client.get(&format!("/set-up/{token}")).await.expect_status(200);
    client.post(&format!("/set-up/{token}"), FORM).await.expect_status(303);
    client.sign_in("alex@northmoor.example", PASSWORD).await.expect_status(303);
    client.get("/account").await.expect_text("Northmoor Fire and Rescue Service").expect_text("administrator");
    app.visitor().get(&format!("/set-up/{token}")).await.expect_status(404);
}

#[actix_web::test]
async fn what_was_typed_is_shown_again_with_what_is_wrong_with_it() {
    let app = TestApp::empty();
    let token = setup::new_link(&app.parts.site.db, app.clock.now()).expect("a link").reveal();
    let mut client = app.visitor();
    client.get(&format!("/set-up/{token}")).await;
    let answer = client
        .post(&format!("/set-up/{token}"), &[("organisation", "Northmoor <Fire>"), ("password", "short")])
        .await
        .expect_status(422)
        .expect_text("Choose a service.")
        .expect_text("Use at least 12 characters");
    assert!(answer.body.contains("Northmoor &lt;Fire&gt;"), "{}", answer.body);
    assert!(!answer.body.contains("value=\"short\""), "a password came back");
}

#[actix_web::test]
async fn an_unknown_or_old_link_is_not_found() {
    let app = TestApp::empty();
    let mut client = app.visitor();
    client.get("/set-up/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA").await.expect_status(404);
    let token = setup::new_link(&app.parts.site.db, app.clock.now()).expect("a link").reveal();
    app.clock.advance(jiff::SignedDuration::from_hours(25));
    client.get(&format!("/set-up/{token}")).await.expect_status(404);
}
