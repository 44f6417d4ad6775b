//! A forgotten password: the same answer for everybody, and a link that works once, for an hour.

use std::time::{Duration, Instant};

use super::world::World;
use crate::support::{MailServer, PASSWORD};

const CHOSEN: &str = "seven green lanterns";

/// Asks on the page, and waits until what follows has been looked after.
async fn ask(world: &World, email: &str, expected: i64) {
    let mut visitor = world.app.visitor();
    visitor.get("/forgotten-password").await.expect_status(200);
    let answer = visitor.post("/forgotten-password", &[("email", email)]).await.expect_status(303);
    assert_eq!(answer.location.as_deref(), Some("/forgotten-password/asked"));
    visitor.get("/forgotten-password/asked").await.expect_text("If there is an account for that address");
    let until = Instant::now() + Duration::from_secs(10);
    while world.app.rows("mail_outbox") < expected && Instant::now() < until {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert_eq!(world.app.rows("mail_outbox"), expected, "{email}");
}

#[actix_web::test]
async fn a_link_from_the_mailbox_sets_a_new_password_once_and_ends_every_session() {
    let world = World::new();
    let mut before = world.app.browser(&world.member).await;
    before.get("/account").await.expect_status(200);
    ask(&world, &world.member.email.to_uppercase(), 1).await;
    world.work();
    let mail = world.server.mailbox().remove(0);
    assert_eq!(mail.recipients, std::slice::from_ref(&world.member.email));
    assert!(mail.text.contains("until Sunday 22 November 2026, 10:00"), "{}", mail.text);

    let mut visitor = world.app.visitor();
    // Until it is used, the present password stays as it is.
    world.app.visitor().sign_in(&world.member.email, PASSWORD).await.expect_status(303);
    visitor.get(mail.path()).await.expect_status(200);
    let choice = [("password", CHOSEN), ("password_again", CHOSEN)];
    visitor.post(mail.path(), &choice).await.expect_status(303);
    before.get("/account").await.expect_status(303);
    visitor.get(mail.path()).await.expect_status(404);
    visitor.post(mail.path(), &choice).await.expect_status(404);
    world.app.visitor().sign_in(&world.member.email, PASSWORD).await.expect_status(422);
    // The link opens no session by itself: signing in goes the whole way, second factor and all.
    visitor.get("/account").await.expect_status(303);
    visitor.sign_in(&world.member.email, CHOSEN).await.expect_status(303);
    // And its owner is told.
    world.work();
    let mails = world.server.mailbox();
    assert_eq!(mails.len(), 2);
    assert!(mails[1].headers["subject"].contains("your Watchroom password was changed"), "{:?}", mails[1].headers);
}

#[actix_web::test]
async fn nobody_learns_whether_there_is_such_an_account() {
    let world = World::new();
    ask(&world, "nobody@northmoor.example", 0).await;
    ask(&world, &world.member.email, 1).await;
    // The same status, the same address, the same headers, the same number of statements before the answer.
    let mut answers = Vec::new();
    for email in ["nobody@northmoor.example", world.member.email.as_str()] {
        let mut visitor = world.app.visitor();
        visitor.get("/forgotten-password").await;
        let answer = visitor.post("/forgotten-password", &[("email", email)]).await;
        let names: Vec<String> = answer.headers.keys().map(ToString::to_string).collect();
        answers.push((answer.status, answer.location, answer.body, names));
    }
    assert_eq!(answers[0], answers[1]);
}

#[actix_web::test]
async fn one_message_in_a_quarter_of_an_hour() {
    let world = World::new();
    for _ in 0..5 {
        ask(&world, &world.member.email, 1).await;
    }
    world.wait(15 * 60 + 1);
    ask(&world, &world.member.email, 2).await;
    world.work();
    let mails = world.server.mailbox();
    // The first link was withdrawn by the second, and its message with it.
    assert_eq!((mails.len(), world.states()), (1, vec!["discarded".to_owned(), "sent".to_owned()]));
}

#[actix_web::test]
async fn a_link_is_too_old_after_an_hour() {
    let world = World::new();
    ask(&world, &world.member.email, 1).await;
    world.work();
    let path = world.server.mailbox()[0].path().to_owned();
    let mut visitor = world.app.visitor();
    world.wait(3_599);
    visitor.get(&path).await.expect_status(200);
    world.wait(1);
    visitor.get(&path).await.expect_status(404);
    visitor.post(&path, &[("password", CHOSEN), ("password_again", CHOSEN)]).await.expect_status(404);
    world.app.visitor().sign_in(&world.member.email, PASSWORD).await.expect_status(303);
}

#[actix_web::test]
async fn a_message_that_comes_too_late_to_be_of_use_is_not_sent() {
    let mut world = World::new();
    world.server.down();
    ask(&world, &world.member.email, 1).await;
    world.work();
    world.wait(2 * 3_600);
    world.server.up();
    world.work();
    assert_eq!((world.states(), world.server.mailbox().len()), (vec!["discarded".to_owned()], 0));
}

#[actix_web::test]
async fn a_bad_link_says_nothing_and_a_wrong_address_is_asked_for_again() {
    let world = World::new();
    let mut visitor = world.app.visitor();
    let organisation = world.founded.organisation.0.simple().to_string();
    for link in ["x", ".", &format!("{organisation}.{}", "A".repeat(43)), &format!("{organisation}.short")] {
        visitor.get(&format!("/password/{link}")).await.expect_status(404);
    }
    visitor.get("/forgotten-password").await;
    visitor.post("/forgotten-password", &[("email", "not an address")]).await.expect_status(422);
    assert_eq!(world.app.rows("mail_outbox"), 0);
}

#[actix_web::test]
async fn one_network_asks_only_so_often() {
    let world = World::new();
    let limit = world.app.parts.site.config.sign_in.throttle.network_attempts;
    let mut visitor = world.app.visitor();
    visitor.get("/forgotten-password").await;
    for number in 0..limit {
        let email = format!("nobody{number}@northmoor.example");
        visitor.post("/forgotten-password", &[("email", &email)]).await.expect_status(303);
    }
    visitor
        .post("/forgotten-password", &[("email", &world.member.email)])
        .await
        .expect_status(422)
        .expect_text("Too many requests from your network");
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert_eq!(world.app.rows("mail_outbox"), 0);
}

#[actix_web::test]
async fn who_left_or_is_switched_off_gets_nothing() {
    let world = World::new();
    world.app.database.superuser(&format!(
        "update accounts set disabled_at = '2026-11-22T08:00:00Z' where person_id = '{}'",
        world.member.id
    ));
    ask(&world, &world.member.email, 0).await;
}

#[actix_web::test]
async fn without_a_mail_server_the_page_says_whom_to_ask() {
    let world = World::with(MailServer::start(), |_mail| {});
    let mut visitor = world.app.visitor();
    visitor.get("/forgotten-password").await.expect_text("Ask an administrator");
    visitor.get("/sign-in").await.expect_text("Forgotten your password?");
    visitor.post("/forgotten-password", &[("email", &world.member.email)]).await.expect_status(422);
    assert_eq!(world.app.rows("mail_outbox"), 0);
}
