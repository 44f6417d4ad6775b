//! A sign-in from somewhere new is told to its owner, unless they do not want to hear of it; a change of how they sign
//! in is told in any case.

use super::world::World;
use crate::support::PASSWORD;

/// As if every sign-in so far had come from elsewhere.
fn move_away(world: &World) {
    world.app.database.superuser(
        "update known_devices set device_key = decode(md5(encode(device_key, 'hex')) || md5('elsewhere'), 'hex')",
    );
}

#[actix_web::test]
async fn a_sign_in_from_somewhere_new_is_told_and_one_from_somewhere_known_is_not() {
    let world = World::new();
    let mut first = world.app.browser(&world.member).await;
    world.app.browser(&world.member).await;
    assert_eq!(world.states(), Vec::<String>::new(), "the first has nothing to be compared with, the second is known");
    move_away(&world);
    world.app.browser(&world.member).await;
    world.app.browser(&world.member).await;
    world.work();
    let mails = world.server.mailbox();
    let [mail] = mails.as_slice() else { panic!("{mails:?}") };
    assert_eq!(mail.path(), "/account/sessions");
    assert!(mail.headers["subject"].contains("a new sign-in"), "{:?}", mail.headers);

    first.get("/account/notices").await;
    first.post("/account/notices", &[("digest_day", "1")]).await.expect_status(303);
    move_away(&world);
    world.wait(61);
    world.app.browser(&world.member).await;
    assert_eq!(world.work(), 0);
}

#[actix_web::test]
async fn a_wrong_password_is_no_sign_in() {
    let world = World::new();
    world.app.browser(&world.member).await;
    move_away(&world);
    world.app.visitor().sign_in(&world.member.email, "not the password").await.expect_status(422);
    assert_eq!(world.app.rows("known_devices"), 1);
    assert_eq!(world.states(), Vec::<String>::new());
    world.app.visitor().sign_in(&world.member.email, PASSWORD).await.expect_status(303);
    assert_eq!(world.states(), ["waiting"]);
}

#[actix_web::test]
async fn changing_ones_own_password_is_told_too() {
    let world = World::new();
    let mut member = world.app.browser(&world.member).await;
    member.get("/account/password").await;
    let fields =
        [("current", PASSWORD), ("password", "seven green lanterns"), ("password_again", "seven green lanterns")];
    member.post("/account/password", &fields).await.expect_status(303);
    world.work();
    let mails = world.server.mailbox();
    assert_eq!(mails.len(), 1);
    assert_eq!(mails[0].path(), "/forgotten-password");
}

#[actix_web::test]
async fn a_factor_that_is_taken_away_is_told() {
    let world = World::new();
    let mut member = world.app.browser(&world.member).await;
    world.app.give_authenticator(&world.member);
    member.get("/account/factors").await.expect_status(200);
    member.post("/account/factors/totp/remove", &[]).await.expect_status(303);
    assert_eq!(world.app.rows("totp_secrets"), 0);
    world.work();
    let mails = world.server.mailbox();
    let [mail] = mails.as_slice() else { panic!("{mails:?}") };
    assert_eq!((mail.path(), mail.recipients.as_slice()), ("/account", std::slice::from_ref(&world.member.email)));
}
