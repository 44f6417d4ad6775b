//! `/wellbeing`: a vault, notes, the WHO-5 and sharing, as everybody who might try; and what a copy of everything but the
//! member's own secrets gives away.

mod passkeys;
mod stolen;

use jiff::SignedDuration;
use uuid::Uuid;
use watchroom::app::routes;
use watchroom::crypto::Token;
use watchroom::http::session::COOKIE;
use watchroom::kernel::clock::Clock;

use super::duties::World;
use crate::support::{Answer, Client, Context, Somebody};

const PASSPHRASE: &str = "ladder otter velvet crumpet";
const OTHER: &str = "marble teapot quiet gorse";

/// Words that occur nowhere else.
const NOTE: &str = "Quokkanote after the house fire";

/// Tables that are nobody's but the member's.
const TABLES: &[&str] = &["vault_keys", "vault_wraps", "vault_receipts", "wellbeing_records", "wellbeing_shares"];

/// Makes a vault; its recovery code as the page shows it.
async fn set_up(client: &mut Client<'_>, passphrase: &str) -> String {
    client.get("/wellbeing/vault/new").await.expect_status(200);
    let fields = [("passphrase", passphrase), ("again", passphrase), ("understood", "yes")];
    code_of(&client.post("/wellbeing/vault/new", &fields).await.expect_status(200))
}

/// The code on the page that shows one.
fn code_of(page: &Answer) -> String {
    let html = scraper::Html::parse_document(&page.body);
    let place = scraper::Selector::parse("#recovery-code").expect("a selector");
    let code: String = html.select(&place).next().expect("a code").text().collect();
    assert_eq!(code.trim().len(), 39, "{code}");
    code.trim().to_owned()
}

async fn unlock(client: &mut Client<'_>, passphrase: &str) -> Answer {
    client.get("/wellbeing/unlock").await;
    client.post("/wellbeing/unlock", &[("passphrase", passphrase), ("next", "/wellbeing")]).await
}

/// What a browser's session is known by while it has a vault unlocked.
fn session_digest(client: &Client<'_>) -> [u8; 32] {
    let cookie = client.cookie(COOKIE).expect("signed in");
    Token::parse(cookie.rsplit('.').next().expect("three parts")).expect("an anchor").digest().0
}

/// Writes a note through the form, with the given fields in the place of the usual ones.
async fn write(client: &mut Client<'_>, fields: &[(&str, &str)]) -> Answer {
    let key = client.get("/wellbeing/notes/new").await.expect_status(200).field("key");
    let usual = [("key", key.as_str()), ("day", "2026-11-21"), ("text", NOTE), ("mood", "2"), ("fatigue", "4")];
    let mut all: Vec<(&str, &str)> =
        usual.into_iter().filter(|(name, _)| !fields.iter().any(|(other, _)| other == name)).collect();
    all.extend_from_slice(fields);
    client.post("/wellbeing/notes/new", &all).await
}

/// The address of the only note on the start page.
async fn only_note(client: &mut Client<'_>) -> String {
    client.get("/wellbeing").await.link("21 Nov 2026").expect("a note")
}

/// Lets somebody receive notes.
fn let_receive(world: &World, somebody: &Somebody) {
    let (org, role) = (world.founded.organisation, Uuid::now_v7());
    world.app.database.superuser(&format!(
        "insert into roles (organisation_id, id, code, name, summary, built_in) values ('{org}', '{role}', 'oh', 'OH', 'x', false); \
         insert into role_permissions values ('{org}', '{role}', 'wellbeing.receive', 'own'); \
         insert into role_grants (organisation_id, id, person_id, role_id, granted_at) \
           values ('{org}', gen_random_uuid(), '{}', '{role}', now()); \
         update people set access_version = access_version + 1 where id = '{}'",
        somebody.id, somebody.id
    ));
    world.app.parts.site.sessions.forget_person(somebody.id);
}

#[actix_web::test]
async fn a_vault_is_made_unlocked_locked_and_locks_by_itself() {
    let world = World::new();
    let mut member = world.app.browser(&world.member).await;
    member.get("/wellbeing").await.expect_text("Set up your vault").expect_text("116 123");
    assert_eq!(member.get("/wellbeing/vault").await.location.as_deref(), Some("/wellbeing/vault/new"));
    // Weak, not repeated, not understood: each said beside its field, and nothing made.
    member.get("/wellbeing/vault/new").await;
    let wrong = [("passphrase", "passwordpassword"), ("again", "passwordpassword"), ("understood", "yes")];
    member.post("/wellbeing/vault/new", &wrong).await.expect_status(422).expect_text("easy to guess");
    let wrong = [("passphrase", PASSPHRASE), ("again", OTHER)];
    let page = member.post("/wellbeing/vault/new", &wrong).await.expect_status(422);
    page.expect_text("the two differ").expect_text("Tick the box").expect_no_text(PASSPHRASE);
    assert_eq!(world.app.rows("vault_keys"), 0);

    set_up(&mut member, PASSPHRASE).await;
    let again = [("passphrase", OTHER), ("again", OTHER), ("understood", "yes")];
    member.post("/wellbeing/vault/new", &again).await.expect_status(409);
    write(&mut member, &[]).await.expect_status(303);
    let home = member.get("/wellbeing").await.expect_status(200).expect_text("Quokkanote");
    assert_eq!(home.header("cache-control"), "no-store");
    member.post("/wellbeing/lock", &[]).await.expect_status(303);
    member.get("/wellbeing").await.expect_text("Your vault is locked").expect_no_text("Quokkanote");

    unlock(&mut member, "ladder otter velvet trumpet").await.expect_status(422).expect_text("does not open your vault");
    assert_eq!(unlock(&mut member, &format!("  {PASSPHRASE} ")).await.location.as_deref(), Some("/wellbeing"));
    member
        .get("/wellbeing/vault")
        .await
        .expect_text("A wrong passphrase, code or passkey was tried")
        .expect_text("192.0.2");
    // Used again after 14 minutes it stays; 15 without use lock it.
    for (minutes, open) in [(14, true), (14, true), (15, false)] {
        world.app.clock.advance(SignedDuration::from_mins(minutes));
        let text = member.get("/wellbeing").await.text();
        assert_eq!(text.contains("Quokkanote"), open, "after {minutes} minutes: {text}");
    }
}

#[actix_web::test]
async fn another_device_unlocks_by_itself_and_other_people_never_do() {
    let world = World::new();
    let mut member = world.app.browser(&world.member).await;
    set_up(&mut member, PASSPHRASE).await;
    write(&mut member, &[]).await.expect_status(303);
    let note = only_note(&mut member).await;
    let mut phone = world.app.browser(&world.member).await;
    phone.get("/wellbeing").await.expect_text("Your vault is locked").expect_no_text("Quokkanote");
    let to = phone.get(&note).await.location.expect("the way to unlock");
    assert!(to.starts_with("/wellbeing/unlock?next=%2Fwellbeing%2Fnotes%2F"), "{to}");
    unlock(&mut phone, PASSPHRASE).await.expect_status(303);
    phone.get(&note).await.expect_text(NOTE).expect_text("2 of 5: low").expect_text("Only you.");
    // A colleague with a vault, even of the same passphrase, finds nothing; who keeps no record is turned away.
    let mut colleague = world.app.browser(&world.colleague).await;
    set_up(&mut colleague, PASSPHRASE).await;
    colleague.get("/wellbeing").await.expect_text("Nothing written yet");
    colleague.get(&note).await.expect_status(404);
    for path in ["", "/edit", "/delete", "/share"] {
        colleague.get(&format!("{note}{path}")).await.expect_status(404);
    }
    let before = world.app.state_of(TABLES);
    let fields = [("day", "2026-11-21"), ("text", "Changed"), ("mark", "00000000-0000-4000-8000-000000000000")];
    colleague.post(&format!("{note}/edit"), &fields).await.expect_status(404);
    colleague.post(&format!("{note}/delete"), &[]).await.expect_status(303);
    for somebody in [&world.manager, &world.hr, &world.auditor, &world.administrator] {
        let mut browser = world.app.browser(somebody).await;
        browser.get("/wellbeing").await.expect_status(403);
        browser.get(&note).await.expect_status(403);
        browser.get("/wellbeing/vault").await.expect_status(403);
    }
    assert_eq!(world.app.state_of(TABLES), before);
    // Whoever signs out locks it, on that device.
    let session = watchroom::vault::SessionKey(session_digest(&phone));
    let unlocked = || {
        let vaults = &world.app.parts.vaults;
        vaults.key(session, world.founded.organisation, world.member.id, world.app.clock.now()).is_some()
    };
    assert!(unlocked());
    phone.post("/sign-out", &[]).await.expect_status(303);
    assert!(!unlocked());
    member.get("/wellbeing").await.expect_text("Quokkanote");
    // After a restart nothing is unlocked.
    let restarted = world.app.another_node();
    member.before(&restarted).get("/wellbeing").await.expect_text("Your vault is locked");
}

#[actix_web::test]
async fn a_note_is_kept_once_changed_linked_and_removed_and_the_trail_says_nothing() {
    let world = World::new();
    let duty = world.logged().await;
    let mut member = world.app.browser(&world.member).await;
    set_up(&mut member, PASSPHRASE).await;
    let trail = world.app.audited();
    let key = Uuid::new_v4().to_string();
    for _ in 0..2 {
        write(&mut member, &[("key", &key), ("duty", &duty)]).await.expect_status(303);
    }
    assert_eq!(world.app.rows("wellbeing_records"), 1, "sent twice");
    let note = only_note(&mut member).await;
    member.get(&note).await.expect_text("About the duty").expect_text(NOTE);
    let wrong = [("text", ""), ("mood", ""), ("fatigue", ""), ("day", "2027-01-01")];
    write(&mut member, &wrong)
        .await
        .expect_status(422)
        .expect_text("Write something")
        .expect_text("today or a day before");
    let somebody_elses = world.app.duty(&world.founded, &world.colleague);
    write(&mut member, &[("duty", &somebody_elses)]).await.expect_status(422).expect_text("one of your own duties");
    // A form that is out of date changes nothing, and loses nothing.
    let form = member.get(&format!("{note}/edit")).await.expect_text(NOTE);
    let (mark, written_at) = (form.field("mark"), form.field("written_at"));
    let change = |text: &'static str| {
        [
            ("mark", mark.clone()),
            ("written_at", written_at.clone()),
            ("day", "2026-11-20".into()),
            ("text", text.into()),
        ]
    };
    for (text, status) in [("First change", 303), ("Second change", 409)] {
        let fields: Vec<(&str, String)> = change(text).into();
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        member.post(&format!("{note}/edit"), &fields).await.expect_status(status).expect_text(if status == 409 {
            text
        } else {
            ""
        });
    }
    member.get(&note).await.expect_text("First change").expect_no_text("Second change");
    let file = member.get("/wellbeing/download").await.expect_status(200);
    assert!(file.body.contains("First change") && file.body.contains("20 November 2026"), "{}", file.body);
    // What was typed while it locked itself is kept all the same.
    member.get("/wellbeing/notes/new").await;
    world.app.clock.advance(SignedDuration::from_mins(16));
    member.post("/wellbeing/notes/new", &[("day", "2026-11-19"), ("text", "Typed for long")]).await.expect_status(303);
    member.get("/wellbeing").await.expect_text("Your vault is locked");
    unlock(&mut member, PASSPHRASE).await.expect_status(303);
    member.get("/wellbeing").await.expect_text("Typed for long");
    member.get(&format!("{note}/delete")).await.expect_text("20 November 2026");
    member.post(&format!("{note}/delete"), &[]).await.expect_status(303);
    assert_eq!(world.app.rows("wellbeing_records"), 1);
    // Not even that there is a vault stands in the trail.
    let since: Vec<String> = world.app.audited().split_off(trail.len());
    assert!(since.is_empty(), "{since:?}");
    let jobs = world.app.database.superuser_texts("select payload from jobs where kind like 'wellbeing%'");
    assert_eq!(jobs, ["{}"], "one for the organisation, of nobody");
}

#[actix_web::test]
async fn the_recovery_code_lets_its_person_back_in_and_is_replaced() {
    let world = World::new();
    let mut member = world.app.browser(&world.member).await;
    let code = set_up(&mut member, PASSPHRASE).await;
    write(&mut member, &[]).await.expect_status(303);
    member.post("/wellbeing/lock", &[]).await;
    let fields =
        |code: &str| [("code", code.to_owned()), ("passphrase", OTHER.to_owned()), ("again", OTHER.to_owned())];
    async fn post(client: &mut Client<'_>, fields: [(&'static str, String); 3]) -> Answer {
        client.get("/wellbeing/recover").await.expect_status(200);
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        client.post("/wellbeing/recover", &fields).await
    }
    post(&mut member, fields("ABCD")).await.expect_status(422).expect_text("Enter the whole code");
    let slipped = if code.starts_with('A') { code.replacen('A', "C", 1) } else { format!("A{}", &code[1..]) };
    post(&mut member, fields(&slipped)).await.expect_status(422).expect_text("The code is mistyped");
    let page = post(&mut member, fields(&code.to_lowercase().replace('-', " "))).await.expect_status(200);
    let new_code = code_of(&page);
    assert_ne!(new_code, code);
    member.get("/wellbeing").await.expect_text("Quokkanote");
    // Neither the old passphrase nor the old code opens anything now; the new ones do.
    member.post("/wellbeing/lock", &[]).await;
    unlock(&mut member, PASSPHRASE).await.expect_status(422);
    post(&mut member, fields(&code)).await.expect_status(422).expect_text("does not open your vault");
    unlock(&mut member, OTHER).await.expect_status(303);
    // The passphrase is changed by whoever knows it; other sessions lock.
    let mut phone = world.app.browser(&world.member).await;
    unlock(&mut phone, OTHER).await.expect_status(303);
    member.get("/wellbeing/vault/passphrase").await;
    let change = [("present", "not the passphrase"), ("passphrase", PASSPHRASE), ("again", PASSPHRASE)];
    member
        .post("/wellbeing/vault/passphrase", &change)
        .await
        .expect_status(422)
        .expect_text("does not open your vault");
    let change = [("present", OTHER), ("passphrase", PASSPHRASE), ("again", PASSPHRASE)];
    member.post("/wellbeing/vault/passphrase", &change).await.expect_status(303);
    member.get("/wellbeing").await.expect_text("Quokkanote");
    phone.get("/wellbeing").await.expect_text("Your vault is locked");
    member.get("/wellbeing/vault/code").await;
    let third = code_of(&member.post("/wellbeing/vault/code", &[("passphrase", PASSPHRASE)]).await.expect_status(200));
    assert_ne!(third, new_code);
    member.get("/wellbeing/vault").await.expect_text("Recovery code used").expect_text("New recovery code made");
}

#[actix_web::test]
async fn guessing_is_slowed_and_starting_over_leaves_nothing() {
    let world = World::new();
    let mut member = world.app.browser(&world.member).await;
    set_up(&mut member, PASSPHRASE).await;
    write(&mut member, &[]).await.expect_status(303);
    member.post("/wellbeing/lock", &[]).await;
    for _ in 0..10 {
        unlock(&mut member, "a wrong passphrase").await.expect_status(422).expect_text("does not open your vault");
    }
    unlock(&mut member, PASSPHRASE).await.expect_status(422).expect_text("Too many tries");
    world.app.clock.advance(SignedDuration::from_mins(16));
    unlock(&mut member, PASSPHRASE).await.expect_status(303);
    member.get("/wellbeing/vault/start-over").await.expect_status(200);
    member.post("/wellbeing/vault/start-over", &[("word", "yes")]).await.expect_status(422);
    assert_eq!(world.app.rows("wellbeing_records"), 1);
    member.post("/wellbeing/vault/start-over", &[("word", "Remove")]).await.expect_status(303);
    for table in TABLES {
        assert_eq!(world.app.rows(table), 0, "{table}");
    }
    member.get("/wellbeing").await.expect_text("Set up your vault");
}

#[actix_web::test]
async fn a_note_is_shared_with_one_person_and_withdrawn() {
    let world = World::new();
    let mut member = world.app.browser(&world.member).await;
    set_up(&mut member, PASSPHRASE).await;
    write(&mut member, &[]).await.expect_status(303);
    let note = only_note(&mut member).await;
    member.get(&format!("{note}/share")).await.expect_text("There is nobody to share with yet");
    // Being allowed is not enough, a vault is needed; having a vault is not enough either.
    let mut colleague = world.app.browser(&world.colleague).await;
    set_up(&mut colleague, OTHER).await;
    member.get(&format!("{note}/share")).await.expect_text("There is nobody to share with yet");
    let whom = world.colleague.id.to_string();
    member.post(&format!("{note}/share"), &[("whom", &whom)]).await.expect_status(422).expect_text("receives no notes");
    let_receive(&world, &world.colleague);
    member.get(&format!("{note}/share")).await.expect_text("Sam Tester");
    member.post(&format!("{note}/share"), &[("whom", "")]).await.expect_status(422).expect_text("Choose with whom");
    member.post(&format!("{note}/share"), &[("whom", &whom)]).await.expect_status(303);
    member.post(&format!("{note}/share"), &[("whom", &whom)]).await.expect_status(422).expect_text("already");
    member.get(&note).await.expect_text("Sam Tester").expect_text("Not opened yet");

    // They are told that there is something: not what, and not by whom. Nobody else is, and no message goes out.
    colleague.get("/notifications").await.expect_text("shared something with you").expect_no_text("Jo Tester");
    let told = world.app.database.superuser_texts("select person_id from notices where kind like 'wellbeing%'");
    assert_eq!(told, std::slice::from_ref(&whom));
    assert_eq!(world.app.rows("mail_outbox"), 0);
    let shared = colleague.get("/wellbeing/received").await.expect_text("Jo Tester").link("Jo Tester").expect("a link");
    colleague.get(&shared).await.expect_text(NOTE).expect_text("sees that you opened it");
    member.get(&note).await.expect_text("First opened");
    colleague.get(&note).await.expect_status(404);
    // A third person who may receive sees nothing of it.
    let_nobody_else_see(&world, &shared).await;
    // Changed afterwards, the copy stays what it was; taken back, it is gone.
    let form = member.get(&format!("{note}/edit")).await;
    let (mark, written_at) = (form.field("mark"), form.field("written_at"));
    let fields = [("mark", mark.as_str()), ("written_at", &written_at), ("day", "2026-11-21"), ("text", "Rewritten")];
    member.post(&format!("{note}/edit"), &fields).await.expect_status(303);
    colleague.get(&shared).await.expect_text(NOTE).expect_no_text("Rewritten");
    let share = world.app.database.superuser_texts("select id from wellbeing_shares")[0].clone();
    // Only whoever shared it takes it back.
    colleague.post(&format!("{note}/share/{share}/withdraw"), &[]).await;
    assert_eq!(world.app.rows("wellbeing_shares"), 1);
    member.post(&format!("{note}/share/{share}/withdraw"), &[]).await.expect_status(303);
    colleague.get(&shared).await.expect_status(404);
    colleague.get("/wellbeing/received").await.expect_text("Nothing is shared with you");
    assert!(world.app.audited().iter().all(|deed| !deed.contains("wellbeing") && !deed.contains("vault")));
}

async fn let_nobody_else_see(world: &World, shared: &str) {
    let mut manager = world.app.browser(&world.manager).await;
    manager.get(shared).await.expect_status(403);
    manager.get("/wellbeing/received").await.expect_status(403);
    let share = shared.rsplit('/').next().expect("an id");
    for somebody in [&world.manager, &world.hr, &world.auditor, &world.administrator, &world.stranger] {
        let seen = world.app.raw(somebody, &format!("select 1 from wellbeing_shares where id = '{share}'"));
        assert!(seen.is_ok_and(|rows| rows.is_empty()), "{}", somebody.name);
    }
    // The recipient says that they opened it, and nothing else: not who it is from, nor what it says.
    for change in ["sealed = sealed", "recipient_id = person_id", "shared_at = now()"] {
        let statement = format!("update wellbeing_shares set {change} where id = '{share}'");
        world.app.raw_write(&world.colleague, &statement).expect_err(change);
    }
    let delete = format!("delete from wellbeing_shares where id = '{share}'");
    assert_eq!(world.app.raw_write(&world.colleague, &delete), Ok(0));
    // Whom a record of somebody else's is shared with, nobody says but that somebody.
    let insert = "insert into wellbeing_shares (organisation_id, id, record_id, person_id, recipient_id, sealed, shared_at) \
           select organisation_id, gen_random_uuid(), record_id, person_id, recipient_id, sealed, now() from wellbeing_shares";
    assert_ne!(world.app.raw_write(&world.colleague, insert), Ok(1));
}

#[actix_web::test]
async fn a_key_that_somebody_put_into_the_database_is_not_sealed_to() {
    let world = World::new();
    let mut member = world.app.browser(&world.member).await;
    set_up(&mut member, PASSPHRASE).await;
    write(&mut member, &[]).await.expect_status(303);
    let note = only_note(&mut member).await;
    let mut colleague = world.app.browser(&world.colleague).await;
    set_up(&mut colleague, OTHER).await;
    let_receive(&world, &world.colleague);
    // Whoever can write rows, and has not the appliance's key, puts a key of their own in the recipient's place.
    let whom = world.colleague.id.to_string();
    world
        .app
        .database
        .superuser(&format!("update vault_keys set public_key = sha256('mine') where person_id = '{whom}'"));
    member.get(&format!("{note}/share")).await;
    member.post(&format!("{note}/share"), &[("whom", &whom)]).await.expect_status(500);
    assert_eq!(world.app.rows("wellbeing_shares"), 0);
    // The same for one's own: nothing is sealed to a stranger's key.
    world.app.database.superuser("update vault_keys set public_key = sha256('mine')");
    write(&mut member, &[]).await.expect_status(500);
    assert_eq!(world.app.rows("wellbeing_records"), 1);
}

#[actix_web::test]
async fn the_who5_is_scored_and_nobody_elses() {
    let world = World::new();
    let mut member = world.app.browser(&world.member).await;
    set_up(&mut member, PASSPHRASE).await;
    member.get("/wellbeing/who5").await.expect_text("No answers yet").expect_text("CC BY-NC-SA 3.0 IGO");
    member.get("/wellbeing/who5/new").await.expect_text("I have felt calm and relaxed");
    let some = [("answer1", "3"), ("answer2", "3"), ("answer4", "7")];
    let page = member.post("/wellbeing/who5/new", &some).await.expect_status(422);
    page.expect_text("Choose how often: “I have felt active and vigorous”");
    let all = ["1", "1", "1", "2", "2"];
    let names = ["answer1", "answer2", "answer3", "answer4", "answer5"];
    let fields: Vec<(&str, &str)> = names.into_iter().zip(all).collect();
    member.post("/wellbeing/who5/new", &fields).await.expect_status(303);
    let page = member.get("/wellbeing/who5").await.expect_text("Very low").expect_text("Please talk to somebody");
    assert!(page.text().contains("28"));
    // From outside it is the same as a note: one table, one length.
    write(&mut member, &[]).await.expect_status(303);
    let lengths = world.app.database.superuser_texts("select distinct length(sealed) from wellbeing_records");
    assert_eq!(lengths, ["4145"]);
}

#[actix_web::test]
async fn records_go_when_their_person_wants_them_gone_and_not_before() {
    let world = World::new();
    let mut member = world.app.browser(&world.member).await;
    set_up(&mut member, PASSPHRASE).await;
    write(&mut member, &[]).await.expect_status(303);
    let due = || world.app.database.superuser_texts("select coalesce(delete_on::text, 'never') from wellbeing_records");
    assert_eq!(due(), ["2028-12-01"]);
    member.get("/wellbeing/settings").await.expect_text("2 years");
    member.post("/wellbeing/settings", &[("keep", "7")]).await.expect_status(422);
    for (keep, day) in [("always", "never"), ("6", "2027-06-01")] {
        member.post("/wellbeing/settings", &[("keep", keep)]).await.expect_status(303);
        assert_eq!(due(), [day]);
    }
    let expire = |day: &str| {
        let context = Context::System(world.founded.organisation, "wellbeing");
        world.app.raw_committed(context, &format!("select app_wellbeing_expire('{day}')")).expect("done");
        world.app.rows("wellbeing_records")
    };
    assert_eq!(expire("2027-05-31"), 1);
    // Nobody else has it done, and the work itself sees nothing of what it removes.
    for somebody in [&world.member, &world.administrator] {
        let call = "select app_wellbeing_expire('2099-01-01')";
        world.app.raw_committed(somebody, call).expect("it does nothing");
    }
    assert_eq!(world.app.rows("wellbeing_records"), 1);
    let seen =
        world.app.raw(Context::System(world.founded.organisation, "wellbeing"), "select 1 from wellbeing_records");
    assert!(seen.is_ok_and(|rows| rows.is_empty()));
    assert_eq!(expire("2027-06-01"), 0);
}

#[actix_web::test]
async fn the_organisation_words_to_whom_people_can_talk() {
    let world = World::new();
    let mut member = world.app.browser(&world.member).await;
    member.get("/wellbeing/support").await.expect_text("Samaritans").expect_text("Fire Fighters Charity");
    member.get("/organisation/wellbeing").await.expect_status(403);
    let mut administrator = world.app.browser(&world.administrator).await;
    administrator.get("/organisation/wellbeing").await.expect_text("Check the numbers");
    administrator.post("/organisation/wellbeing", &[("body", " ")]).await.expect_status(422);
    administrator.post("/organisation/wellbeing", &[("body", "Chaplain: 01632 960 001")]).await.expect_status(303);
    member.get("/wellbeing/support").await.expect_text("01632 960 001").expect_no_text("Samaritans");
    assert_eq!(world.app.audited(), ["wellbeing.support"]);
}

/// What somebody does on these pages stands in no figure and no line of the log under a name of its own.
#[test]
fn the_pages_are_not_told_apart_by_logs_and_figures() {
    let own = routes::ALL
        .iter()
        .flat_map(|table| table.iter())
        .filter(|route| route.path == "/wellbeing" || route.path.starts_with("/wellbeing/"));
    let own: Vec<_> = own.collect();
    assert!(own.len() > 30, "{}", own.len());
    for route in own {
        assert_eq!(route.shown_name(), "unseen", "{}", route.path);
    }
}
