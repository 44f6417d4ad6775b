//! A sender that is killed, really, at the moments that matter.

use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use watchroom::app::wiring;
use watchroom::config::{Config, MailSettings};
use watchroom::jobs::{Lane, Workers};
use watchroom::kernel::clock::{Clock, SystemClock};
use watchroom::notices::{NoticeKind, job};

use super::world::World;

const STATE: &str = "SENDER_STATE";
const URL: &str = "SENDER_URL";
const MAIL: &str = "SENDER_MAIL";

/// Sends in a process of its own.
fn sender(world: &World) -> Child {
    let state = &world.app.parts.site.config.state.dir;
    Command::new(std::env::current_exe().expect("this program"))
        .args(["--exact", "mail::killed::a_sender_until_it_is_killed", "--ignored", "--nocapture"])
        .env(STATE, state)
        .env(URL, world.app.database.app_url())
        .env(MAIL, serde_json::to_string(&world.server.settings()).expect("JSON"))
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("a child")
}

fn kill(mut child: Child) {
    child.kill().expect("killed");
    child.wait().expect("gone");
}

/// How often the unfinished message that was doubted most may have been handed over without an answer.
fn most_doubts(world: &World) -> u32 {
    let doubts = "select coalesce(max(unconfirmed + (state = 'handing-over')::int), 0) from mail_outbox \
                  where state in ('waiting', 'claimed', 'handing-over')";
    world.app.database.superuser_texts(doubts)[0].parse().expect("a number")
}

#[test]
fn killed_before_the_message_left_it_is_sent_once() {
    let world = World::new();
    world.post(NoticeKind::PasswordChanged);
    // Its claim stands, the server is never reached: killed between the claim and the message.
    world.server.temper(&serde_json::json!({"rcpt": "hold"}));
    let child = sender(&world);
    world.server.saw(&format!("RCPT {}", world.member.email), 1);
    assert_eq!(world.states(), ["claimed"]);
    kill(child);
    world.server.calm();
    assert_eq!(world.server.mailbox().len(), 0);
    world.work();
    assert_eq!((world.states(), world.only("unconfirmed")), (vec!["sent".to_owned()], "0".to_owned()));
    assert_eq!(world.server.mailbox().len(), 1);
    assert_eq!(world.work(), 0);
}

#[test]
fn killed_between_the_servers_word_and_our_mark_it_goes_again_under_the_same_name() {
    let world = World::new();
    world.post(NoticeKind::PasswordChanged);
    world.server.temper(&serde_json::json!({"data": "take and hang"}));
    let child = sender(&world);
    world.server.mails(1);
    assert_eq!(world.states(), ["handing-over"]);
    kill(child);
    world.server.calm();
    world.work();
    assert_eq!((world.states(), world.only("unconfirmed")), (vec!["sent".to_owned()], "1".to_owned()));
    let mails = world.server.mailbox();
    assert_eq!(mails.len(), 2);
    assert_eq!(mails[0].headers["message-id"], mails[1].headers["message-id"]);
    assert_eq!(mails[0].raw, mails[1].raw, "a receiver that goes by Message-ID keeps one");
}

#[test]
fn killed_again_and_again_nothing_is_lost_and_nothing_that_was_confirmed_goes_twice() {
    let world = World::new();
    for round in 0..8_u64 {
        for _ in 0..2 {
            world.post(NoticeKind::PasswordChanged);
        }
        let seen = world.server.log().len();
        let child = sender(&world);
        for _ in 0..500 {
            if world.server.log().len() > seen {
                break;
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        std::thread::sleep(Duration::from_millis(3 * round));
        kill(child);
        world.app.database.superuser("update jobs set leased_until = null");
        // A third doubt about the same message would give it up, which is another test's matter.
        if most_doubts(&world) >= 2 {
            world.work();
        }
    }
    // What a child put off is due by the real clock, which may be hours ahead of the test's.
    for _ in 0..200 {
        world.work();
        if world.states().iter().all(|state| state == "sent") {
            break;
        }
        world.wait(600);
    }
    assert_eq!(world.states(), ["sent"; 16]);
    let mails = world.server.mailbox();
    let unconfirmed: usize =
        world.app.database.superuser_texts("select sum(unconfirmed) from mail_outbox")[0].parse().expect("a number");
    let mut names: Vec<&str> = mails.iter().map(|mail| mail.headers["message-id"].as_str()).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), 16, "each arrived");
    assert!(mails.len() - 16 <= unconfirmed, "{} copies, {unconfirmed} of them in doubt", mails.len());
}

#[test]
#[ignore = "the child of the tests above"]
#[expect(clippy::disallowed_methods, reason = "how a parent tells its child what to work on")]
fn a_sender_until_it_is_killed() {
    let (Ok(state), Ok(url), Ok(mail)) = (std::env::var(STATE), std::env::var(URL), std::env::var(MAIL)) else {
        return;
    };
    let mut config = Config::default();
    config.state.dir = PathBuf::from(state);
    config.sign_in.argon2.memory_kib = 64;
    config.sign_in.argon2.iterations = 1;
    config.server.public_url = Some(super::world::PUBLIC_URL.to_owned());
    config.mail = serde_json::from_str::<MailSettings>(&mail).expect("settings");
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let parts = wiring::build(Arc::new(config), url, Arc::clone(&clock)).expect("wired");
    let site = &parts.site;
    let poll = Duration::from_millis(20);
    let _workers = Workers::start(Lane::Only(job::KINDS), &site.db, &site.queue, &clock, 2, poll, parts.handlers());
    std::thread::sleep(Duration::from_secs(60));
}
