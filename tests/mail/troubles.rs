//! Messages that do not get out at first, or not at all.

use watchroom::config::MailTls;
use watchroom::notices::NoticeKind;

use super::world::World;
use crate::support::{Asks, MailServer};

/// What the server saw of addresses and messages.
fn told(world: &World) -> Vec<String> {
    world.server.log().into_iter().filter(|line| line.starts_with("RCPT") || line == "DATA").collect()
}

#[test]
fn without_tls_nothing_is_said() {
    let server = MailServer::that(Asks { tls: MailTls::None, login: false });
    let mut settings = server.settings();
    settings.tls = MailTls::Starttls;
    let world = World::with(server, |mail| *mail = settings);
    world.post(NoticeKind::PasswordChanged);
    world.work();
    assert_eq!(world.states(), ["waiting"]);
    assert_eq!(world.trouble().as_deref(), Some("agreeing on TLS: the server offers no STARTTLS"));
    assert_eq!(told(&world), Vec::<String>::new());
}

#[test]
fn a_certificate_of_a_strange_authority_is_refused() {
    for tls in [MailTls::Starttls, MailTls::Implicit] {
        let server = MailServer::that(Asks { tls, login: false });
        let mut settings = server.settings();
        settings.ca_file = settings.ca_file.map(|file| file.with_file_name("stranger.pem"));
        let world = World::with(server, |mail| *mail = settings);
        world.post(NoticeKind::PasswordChanged);
        world.work();
        assert_eq!(world.states(), ["waiting"]);
        let trouble = world.trouble().expect("trouble");
        assert!(trouble.contains("certificate"), "{trouble}");
        assert_eq!(told(&world), Vec::<String>::new());
    }
}

#[test]
fn a_certificate_for_another_name_is_refused() {
    let server = MailServer::start();
    let mut settings = server.settings();
    settings.server = Some("127.0.0.1".to_owned());
    let world = World::with(server, |mail| *mail = settings);
    world.post(NoticeKind::PasswordChanged);
    world.work();
    assert_eq!((world.states(), told(&world).len()), (vec!["waiting".to_owned()], 0));
    let trouble = world.trouble().expect("trouble");
    assert!(trouble.contains("certificate"), "{trouble}");
}

#[test]
fn a_wrong_login_is_the_servers_trouble_and_not_the_messages() {
    let server = MailServer::that(Asks { tls: MailTls::Starttls, login: true });
    let mut settings = server.settings();
    settings.password = Some(watchroom::kernel::secret::Secret::new("wrong".to_owned()));
    let world = World::with(server, |mail| *mail = settings);
    world.post(NoticeKind::PasswordChanged);
    world.work();
    assert_eq!(world.states(), ["waiting"]);
    let trouble = world.trouble().expect("trouble");
    assert!(trouble.starts_with("logging in: ") && trouble.contains("535"), "{trouble}");
    assert!(!trouble.contains("wrong"), "the password is not in {trouble}");
}

#[test]
fn a_server_that_is_away_loses_nothing_and_heals_by_itself() {
    let mut world = World::new();
    world.server.down();
    world.post(NoticeKind::PasswordChanged);
    world.post(NoticeKind::FactorChanged);
    for _ in 0..5 {
        world.work();
        world.wait(60);
    }
    assert_eq!(world.states(), ["waiting", "waiting"]);
    assert!(world.trouble().expect("trouble").starts_with("reaching the server"));
    world.server.up();
    world.wait(300);
    world.work();
    assert_eq!(world.states(), ["sent", "sent"]);
    assert_eq!(world.server.mailbox().len(), 2);
    assert_eq!(world.trouble(), None);
    assert_eq!(world.work(), 0, "nothing is left to do");
}

#[test]
fn greylisting_is_waited_out_and_is_no_failure() {
    let world = World::new();
    world.server.temper(&serde_json::json!({"rcpt": "450 4.2.0 Greylisted, come back later", "times": 2}));
    world.post(NoticeKind::PasswordChanged);
    world.work();
    assert_eq!(world.states(), ["waiting"]);
    assert!(world.only("answer").contains("450"), "{}", world.only("answer"));
    assert_eq!(world.trouble(), None, "the server is well");
    world.wait(59);
    assert_eq!(world.work(), 0, "not before the minute is over");
    world.wait(1);
    world.work();
    world.wait(300);
    world.work();
    assert_eq!((world.states(), world.only("attempts")), (vec!["sent".to_owned()], "3".to_owned()));
    assert_eq!(world.server.mailbox().len(), 1);
}

#[test]
fn a_full_server_is_waited_out_too() {
    let world = World::new();
    world.server.temper(&serde_json::json!({"data": "452 4.3.1 Insufficient system storage", "times": 1}));
    world.post(NoticeKind::PasswordChanged);
    world.work();
    assert_eq!((world.states(), world.only("unconfirmed")), (vec!["waiting".to_owned()], "0".to_owned()));
    world.wait(60);
    world.work();
    assert_eq!((world.states(), world.server.mailbox().len()), (vec!["sent".to_owned()], 1));
}

#[test]
fn a_refusal_is_final() {
    let world = World::new();
    world.server.temper(&serde_json::json!({"rcpt": "550 5.1.1 No such user here", "times": 1}));
    world.post(NoticeKind::PasswordChanged);
    world.work();
    assert_eq!(world.states(), ["dead"]);
    assert!(world.only("answer").contains("No such user here"), "{}", world.only("answer"));
    world.wait(3_600 * 24);
    world.work();
    assert_eq!(world.server.mailbox().len(), 0);
}

#[test]
fn an_address_that_is_none_is_given_up_without_asking_the_server() {
    let world = World::new();
    world.post_to("jo marsh@example.org", NoticeKind::PasswordChanged);
    world.work();
    assert_eq!(world.states(), ["dead"]);
    assert!(world.server.log().is_empty());
}

#[test]
fn what_was_not_taken_within_two_days_is_given_up() {
    let mut world = World::new();
    world.server.down();
    world.post(NoticeKind::PasswordChanged);
    for _ in 0..50 {
        world.work();
        world.wait(3_600);
    }
    assert_eq!(world.states(), ["dead"]);
}

#[test]
fn an_answer_that_gets_lost_means_the_same_message_again_three_times_at_most() {
    let world = World::new();
    world.server.temper(&serde_json::json!({"data": "take and drop"}));
    world.post(NoticeKind::PasswordChanged);
    for _ in 0..6 {
        world.work();
        world.wait(3_600);
    }
    assert_eq!((world.states(), world.only("unconfirmed")), (vec!["dead".to_owned()], "3".to_owned()));
    let mails = world.server.mailbox();
    assert_eq!(mails.len(), 3);
    assert!(mails.windows(2).all(|pair| pair[0].raw == pair[1].raw), "the same bytes, so the same Message-ID");
}

#[test]
fn without_a_mail_server_messages_are_discarded_and_say_why() {
    let world = World::with(MailServer::start(), |_mail| {});
    world.post(NoticeKind::PasswordChanged);
    world.work();
    assert_eq!(
        (world.states(), world.only("answer")),
        (vec!["discarded".to_owned()], "no mail server is configured".to_owned())
    );
}

#[test]
fn two_hundred_messages_written_while_the_server_is_away_arrive_once_each() {
    let mut world = World::beside(MailServer::that(Asks { tls: MailTls::None, login: false }));
    world.server.down();
    world.app.database.superuser(&format!(
        "insert into mail_outbox (organisation_id, id, kind, person_id, recipient, state, next_try_at, created_at) \
           select '{org}', gen_random_uuid(), 'password-changed', '{person}', 'p' || n || '@example.org', 'waiting', \
             '{now}', '{now}' from generate_series(1, 200) as n; \
         insert into jobs (id, organisation_id, kind, payload, run_at, created_at) \
           select gen_random_uuid(), organisation_id, 'mail.send', json_build_object('message', id), '{now}', '{now}' \
           from mail_outbox",
        org = world.founded.organisation,
        person = world.member.id,
        now = {
            use watchroom::kernel::clock::Clock;
            world.app.clock.now()
        },
    ));
    world.work();
    world.server.up();
    world.wait(300);
    while world.work() > 0 {
        world.wait(300);
    }
    let mut to: Vec<String> = world.server.mailbox().iter().map(|mail| mail.recipients.concat()).collect();
    assert_eq!(to.len(), 200);
    to.sort();
    to.dedup();
    assert_eq!(to.len(), 200);
}
