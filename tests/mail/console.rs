//! The page "E-mail": how it goes, the test message, and what becomes of messages that were given up.

use watchroom::config::MailTls;
use watchroom::notices::NoticeKind;

use super::world::World;
use crate::support::{Asks, MailServer};

const ADMINISTRATOR: &str = "admin@northmoor.example";

#[actix_web::test]
async fn the_test_message_goes_to_oneself_and_the_servers_answer_is_shown() {
    let world = World::beside(MailServer::that(Asks { tls: MailTls::Implicit, login: true }));
    let mut admin = world.app.signed_in(ADMINISTRATOR).await;
    admin.get("/mail").await.expect_status(200).expect_text("Nothing yet").expect_no_text("relay secret");
    admin.post("/mail/test", &[]).await.expect_status(303);
    admin
        .get("/mail")
        .await
        .expect_text("The mail server took the test message for admin@northmoor.example. Look into that mailbox.")
        .expect_text("answer (TLS from the first byte): 250 2.0.0 Ok: queued as T1");
    let mails = world.server.mailbox();
    assert_eq!(mails.len(), 1);
    assert_eq!((mails[0].recipients[0].as_str(), mails[0].link()), (ADMINISTRATOR, "https://watchroom.test/mail"));
    assert!(world.app.audited().contains(&"mail.test".to_owned()));
    assert_eq!(world.app.rows("mail_outbox"), 0);
}

#[actix_web::test]
async fn a_test_that_fails_says_what_to_do_and_below_it_the_servers_words() {
    let world = World::new();
    world.server.temper(&serde_json::json!({"rcpt": "550 5.7.1 Relaying denied for watchroom", "times": 1}));
    let mut admin = world.app.signed_in(ADMINISTRATOR).await;
    admin.get("/mail").await;
    admin.post("/mail/test", &[]).await.expect_status(303);
    admin
        .get("/mail")
        .await
        .expect_text("The mail server does not take messages for admin@northmoor.example. Check that address")
        .expect_text("While naming the recipient: permanent error (550): 5.7.1 Relaying denied for watchroom");
    assert_eq!(world.server.mailbox().len(), 0);
}

#[actix_web::test]
async fn what_was_given_up_is_sent_again_or_discarded_by_an_administrator() {
    let world = World::new();
    world.server.temper(&serde_json::json!({"rcpt": "550 5.1.1 No such user here", "times": 2}));
    world.post(NoticeKind::PasswordChanged);
    world.post(NoticeKind::FactorChanged);
    world.work();
    assert_eq!(world.states(), ["dead", "dead"]);
    let ids = world.app.database.superuser_texts("select id from mail_outbox order by id");
    let mut admin = world.app.signed_in(ADMINISTRATOR).await;
    admin.get("/mail").await.expect_text("No such user here").expect_text("Password changed");
    admin.post(&format!("/mail/{}/retry", ids[0]), &[]).await.expect_status(303);
    admin.post(&format!("/mail/{}/discard", ids[1]), &[]).await.expect_status(303);
    world.work();
    assert_eq!(world.states(), ["sent", "discarded"]);
    assert_eq!(world.server.mailbox().len(), 1);
    // Twice is no more than once.
    admin.post(&format!("/mail/{}/retry", ids[0]), &[]).await.expect_status(409);
    let audited = world.app.audited();
    assert!(["mail.retry", "mail.discard"].iter().all(|action| audited.contains(&(*action).to_owned())), "{audited:?}");
}

#[actix_web::test]
async fn what_was_given_up_says_why_in_plain_words_and_goes_again_all_at_once() {
    let world = World::new();
    world.server.temper(&serde_json::json!({"rcpt": "550 5.1.1 No such user here", "times": 2}));
    world.post(NoticeKind::PasswordChanged);
    world.post(NoticeKind::FactorChanged);
    world.work();
    assert_eq!(world.states(), ["dead", "dead"]);
    let mut admin = world.app.signed_in(ADMINISTRATOR).await;
    admin
        .get("/mail")
        .await
        .expect_text("There is no such mailbox. Check the address")
        .expect_text("The server said:")
        .expect_text("Send all of them again");
    // On the administrator's own pages, and on no other.
    admin.get("/organisation").await.expect_text("2 messages by e-mail were given up.");
    admin.get("/account").await.expect_no_text("were given up");
    admin.post("/mail/retry", &[]).await.expect_status(303);
    admin.get("/mail").await.expect_text("2 messages are being sent again").expect_no_text("were given up.");
    world.work();
    assert_eq!(world.states(), ["sent", "sent"]);
    admin.post("/mail/retry", &[]).await.expect_status(303);
    assert_eq!(world.work(), 0);
    assert_eq!(world.server.mailbox().len(), 2);
    let mut member = world.app.browser(&world.member).await;
    member.get("/account").await;
    member.post("/mail/retry", &[]).await.expect_status(403);
}

#[actix_web::test]
async fn mail_that_has_not_got_out_for_an_hour_is_an_alarm_above_the_administrators_pages() {
    let mut world = World::new();
    world.server.down();
    world.post(NoticeKind::PasswordChanged);
    world.work();
    let mut admin = world.app.signed_in(ADMINISTRATOR).await;
    admin.get("/organisation").await.expect_no_text("E-mail does not get out");
    world.wait(3_600);
    world.work();
    admin.get("/organisation").await.expect_text("E-mail does not get out: a message has waited since");
    world.server.up();
    world.wait(300);
    world.work();
    admin.get("/organisation").await.expect_no_text("E-mail does not get out");
}

#[actix_web::test]
async fn trouble_is_one_line_on_the_page_and_a_word_on_the_readiness_page() {
    let mut world = World::new();
    let mut admin = world.app.signed_in(ADMINISTRATOR).await;
    let mail = |answer: crate::support::Answer| answer.json()["checks"]["mail"].as_str().map(str::to_owned);
    assert_eq!(mail(admin.get("/health/ready").await).as_deref(), Some("ok"));
    world.server.down();
    world.post(NoticeKind::PasswordChanged);
    world.work();
    admin.get("/mail").await.expect_text("Messages have not got out since").expect_text("reaching the server");
    assert_eq!(mail(admin.get("/health/ready").await).as_deref(), Some("messages wait"));
    world.server.up();
    world.wait(300);
    world.work();
    admin.get("/mail").await.expect_no_text("Messages have not got out since");
    assert_eq!(mail(admin.get("/health/ready").await).as_deref(), Some("ok"));
}

#[actix_web::test]
async fn only_those_who_may_see_it() {
    let world = World::new();
    for role in ["manager", "hr", "auditor"] {
        world.app.person(&world.founded, role, world.founded.unit);
    }
    world.post(NoticeKind::PasswordChanged);
    let id = world.only("id");
    let mut member = world.app.browser(&world.member).await;
    member.get("/mail").await.expect_status(403);
    member.get("/account").await;
    for path in ["/mail/test".to_owned(), format!("/mail/{id}/retry"), format!("/mail/{id}/discard")] {
        member.post(&path, &[]).await.expect_status(403);
    }
    assert_eq!(world.states(), ["waiting"]);
    assert!(world.server.log().is_empty());
}

#[actix_web::test]
async fn somebody_who_does_not_want_to_hear_of_new_sign_ins_does_not() {
    let world = World::new();
    let mut member = world.app.browser(&world.member).await;
    let before = world.app.rows("mail_outbox");
    member.get("/account/notices").await.expect_status(200);
    member.post("/account/notices", &[("digest_day", "1")]).await.expect_status(303);
    assert_eq!(world.post(NoticeKind::NewDevice), watchroom::notices::Posted::Unwanted);
    // What protects the account has no switch.
    assert!(matches!(world.post(NoticeKind::PasswordChanged), watchroom::notices::Posted::Queued(_)));
    assert_eq!(world.app.rows("mail_outbox"), before + 1);
    member.get("/account/notices").await;
    member.post("/account/notices", &[("wanted", "new-device.email"), ("digest_day", "1")]).await.expect_status(303);
    assert!(matches!(world.post(NoticeKind::NewDevice), watchroom::notices::Posted::Queued(_)));
}
