//! Messages that get out.

use std::sync::Arc;
use std::time::Duration;

use watchroom::config::MailTls;
use watchroom::jobs::{Lane, Workers};
use watchroom::kernel::clock::Clock;
use watchroom::notices::{NoticeKind, Posted, job};

use super::world::World;
use crate::support::{Asks, MailServer};

#[test]
fn a_message_is_delivered_over_starttls_with_a_link_a_reference_and_nothing_else() {
    let world = World::new();
    assert!(matches!(world.post(NoticeKind::PasswordChanged), Posted::Queued(_)));
    assert_eq!(world.states(), ["waiting"]);
    world.work();
    assert_eq!(world.states(), ["sent"]);
    let mails = world.server.mailbox();
    let [mail] = mails.as_slice() else { panic!("{mails:?}") };
    assert!(mail.tls);
    assert_eq!(
        (mail.sender.as_str(), mail.recipients.as_slice()),
        ("watchroom@example.org", &[world.member.email.clone()][..])
    );
    assert_eq!(mail.headers["subject"], "northmoor service: your Watchroom password was changed");
    assert_eq!(mail.headers["auto-submitted"], "auto-generated");
    assert_eq!(mail.headers["message-id"], format!("<{}@example.org>", world.only("id")));
    assert_eq!(mail.link(), "https://watchroom.test/forgotten-password");
    assert!(mail.html.contains("https://watchroom.test/forgotten-password"), "{}", mail.html);
    assert!(mail.text.contains("Sunday 22 November 2026, 09:00"), "{}", mail.text);
    // The name that the server greets is the one that people type.
    assert!(world.server.log().contains(&"EHLO watchroom.test".to_owned()), "{:?}", world.server.log());
    assert!(world.only("answer").starts_with("250 2.0.0 Ok"), "{}", world.only("answer"));
    assert_eq!(world.trouble(), None);
}

#[test]
fn tls_from_the_first_byte_with_a_login() {
    let world = World::beside(MailServer::that(Asks { tls: MailTls::Implicit, login: true }));
    world.post(NoticeKind::PasswordChanged);
    world.work();
    let mails = world.server.mailbox();
    assert_eq!(
        mails.iter().map(|mail| (mail.tls, mail.login.as_deref())).collect::<Vec<_>>(),
        [(true, Some("watchroom"))]
    );
}

#[test]
fn a_relay_on_this_machine_may_be_spoken_to_in_plain_text() {
    let world = World::beside(MailServer::that(Asks { tls: MailTls::None, login: false }));
    world.post(NoticeKind::PasswordChanged);
    world.work();
    assert_eq!(world.server.mailbox().len(), 1);
}

#[test]
fn no_message_holds_anything_of_a_record() {
    let world = World::new();
    world.app.database.superuser(
        "update people set given_name = 'Zebedee', family_name = 'Quagmire', phone = '01632 960999'; \
         update units set name = 'Marker Station'",
    );
    for kind in [NoticeKind::PasswordChanged, NoticeKind::FactorChanged, NoticeKind::NewDevice] {
        world.post(kind);
    }
    world.work();
    let mails = world.server.mailbox();
    assert_eq!(mails.len(), 3);
    for mail in mails {
        for marker in ["Zebedee", "Quagmire", "01632 960999", "Marker Station"] {
            let everything = format!("{:?} {} {} {}", mail.headers, mail.text, mail.html, mail.raw);
            assert!(!everything.contains(marker), "{marker} in {everything}");
        }
    }
}

#[test]
fn two_workers_at_once_send_once() {
    let world = World::new();
    for _ in 0..12 {
        world.post(NoticeKind::PasswordChanged);
    }
    // Two jobs for each message, as after a lease that ran out while its worker was only slow.
    world.app.database.superuser(
        "insert into jobs (id, organisation_id, kind, payload, run_at, created_at) \
         select gen_random_uuid(), organisation_id, kind, payload, run_at, created_at from jobs where kind = 'mail.send'",
    );
    let site = &world.app.parts.site;
    let clock: Arc<dyn Clock> = world.app.clock.clone();
    let poll = Duration::from_millis(20);
    let start = || {
        let handlers = world.app.parts.handlers();
        Workers::start(Lane::Only(job::KINDS), &site.db, &site.queue, &clock, 2, poll, handlers).expect("threads")
    };
    let workers = [start(), start()];
    world.server.mails(12);
    std::thread::sleep(Duration::from_millis(300));
    for workers in workers {
        assert!(workers.stop(Duration::from_secs(10)));
    }
    let mut names: Vec<String> = world.server.mailbox().iter().map(|mail| mail.headers["message-id"].clone()).collect();
    assert_eq!(names.len(), 12);
    names.sort();
    names.dedup();
    assert_eq!(names.len(), 12);
    assert_eq!(world.states(), ["sent"; 12]);
}

#[test]
fn other_work_does_not_wait_for_a_mail_server_that_hangs() {
    let world = World::new();
    world.server.temper(&serde_json::json!({"data": "hang"}));
    world.post(NoticeKind::PasswordChanged);
    let site = &world.app.parts.site;
    let clock: Arc<dyn Clock> = world.app.clock.clone();
    let poll = Duration::from_millis(20);
    let start = |lane| {
        Workers::start(lane, &site.db, &site.queue, &clock, 1, poll, world.app.parts.handlers()).expect("threads")
    };
    let senders = start(Lane::Only(job::KINDS));
    world.server.saw("DATA", 1);
    world.app.database.superuser(&format!(
        "insert into jobs (id, organisation_id, kind, payload, run_at, created_at) \
         values (gen_random_uuid(), '{}', 'nobody.does.this', '{{}}', '{}', now())",
        world.founded.organisation,
        world.app.clock.now()
    ));
    let others = start(Lane::AllBut(job::KINDS));
    let done = || world.app.database.superuser_texts("select kind from jobs where dead_at is not null");
    let until = std::time::Instant::now() + Duration::from_secs(5);
    while done().is_empty() && std::time::Instant::now() < until {
        std::thread::sleep(Duration::from_millis(20));
    }
    assert_eq!(done(), ["nobody.does.this"], "it was looked at while the mail server hung");
    assert_eq!(world.states(), ["handing-over"]);
    others.stop(Duration::from_secs(5));
    senders.stop(Duration::from_secs(15));
}

#[test]
fn one_person_gets_at_most_twenty_messages_an_hour() {
    let world = World::new();
    let posted: Vec<Posted> = (0..25).map(|_| world.post(NoticeKind::PasswordChanged)).collect();
    assert_eq!(posted.iter().filter(|posted| matches!(posted, Posted::Queued(_))).count(), 20);
    world.wait(3_601);
    assert!(matches!(world.post(NoticeKind::PasswordChanged), Posted::Queued(_)));
}

#[test]
fn a_new_sign_in_is_told_at_most_once_a_minute() {
    let world = World::new();
    assert!(matches!(world.post(NoticeKind::NewDevice), Posted::Queued(_)));
    assert_eq!(world.post(NoticeKind::NewDevice), Posted::Limited);
    world.wait(61);
    assert!(matches!(world.post(NoticeKind::NewDevice), Posted::Queued(_)));
}

#[test]
fn what_was_sent_is_forgotten_after_thirty_days_and_a_lost_job_is_made_anew() {
    let world = World::new();
    world.post(NoticeKind::PasswordChanged);
    world.work();
    world.post(NoticeKind::FactorChanged);
    world.app.database.superuser("delete from jobs where kind = 'mail.send'");
    // The sweep comes every hour, and finds what nobody sends.
    world.wait(3_601);
    world.work();
    world.wait(1);
    world.work();
    assert_eq!(world.states(), ["sent", "sent"]);
    for _ in 0..29 {
        world.wait(24 * 3_600);
        world.work();
    }
    assert_eq!(world.states().len(), 2);
    world.wait(24 * 3_600 + 10);
    world.work();
    assert_eq!(world.states(), Vec::<String>::new());
    let sweeps = world.app.database.superuser_texts("select kind from jobs where kind like 'mail.%'");
    assert_eq!(sweeps, Vec::<String>::new(), "an empty outbox needs no sweeping");
}
