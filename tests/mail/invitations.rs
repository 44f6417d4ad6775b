//! Invitations, from the button to the first sign-in, and what happens to those of leavers.

use watchroom::kernel::ids::PersonId;

use super::world::World;
use crate::support::MailServer;

const ADMINISTRATOR: &str = "admin@northmoor.example";
const CHOSEN: &str = "seven green lanterns";

/// Somebody with an address and without an account.
fn newcomer(world: &World, name: &str) -> PersonId {
    let id = PersonId(uuid::Uuid::now_v7());
    world.app.database.superuser(&format!(
        "insert into people (organisation_id, id, unit_id, given_name, family_name, email, created_at) \
         values ('{}', '{id}', '{}', '{name}', 'Newcomer', '{}@new.example', '2026-11-22T08:00:00Z')",
        world.founded.organisation,
        world.founded.unit,
        name.to_lowercase()
    ));
    id
}

/// The links that wait to be used.
fn open_links(world: &World) -> i64 {
    world.app.database.superuser_texts("select count(*) from password_links where used_at is null")[0]
        .parse()
        .expect("a number")
}

#[actix_web::test]
async fn an_invitation_leads_from_the_mailbox_to_the_welcome_and_works_once() {
    let world = World::new();
    let ada = newcomer(&world, "Ada");
    let mut admin = world.app.signed_in(ADMINISTRATOR).await;
    admin.get(&format!("/people/{ada}")).await.expect_text("They have no account").expect_text("Invite them");
    admin.post(&format!("/people/{ada}/invite"), &[]).await.expect_status(303);
    admin.get(&format!("/people/{ada}")).await.expect_text("An invitation is on its way to ada@new.example");
    admin.get("/invitations").await.expect_text("Ada Newcomer").expect_text("Being sent");
    world.work();
    admin.get("/invitations").await.expect_text("Sent");
    let mails = world.server.mailbox();
    let [mail] = mails.as_slice() else { panic!("{mails:?}") };
    assert_eq!(mail.recipients, ["ada@new.example"]);
    assert!(mail.text.contains("until Sunday 29 November 2026, 09:00"), "{}", mail.text);

    let mut visitor = world.app.visitor();
    visitor.get(mail.path()).await.expect_status(200).expect_text("ada@new.example");
    let weak = [("password", "short"), ("password_again", "short")];
    visitor.post(mail.path(), &weak).await.expect_status(422);
    let choice = [("password", CHOSEN), ("password_again", CHOSEN)];
    visitor.post(mail.path(), &choice).await.expect_status(303);
    visitor.get(mail.path()).await.expect_status(404).expect_text("no longer works");
    visitor.post(mail.path(), &choice).await.expect_status(404);
    visitor.sign_in("ada@new.example", CHOSEN).await.expect_status(303);
    let answer = visitor.get("/").await.expect_status(303);
    assert_eq!(answer.location.as_deref(), Some("/welcome"));
    visitor.get("/welcome").await.expect_text("Ada Newcomer").expect_text("ada@new.example");
    visitor.post("/welcome", &[]).await.expect_status(303);
    assert_ne!(visitor.get("/").await.location.as_deref(), Some("/welcome"));
    // The first password is no change to warn of; and whoever has one is invited no more.
    world.work();
    assert_eq!(world.server.mailbox().len(), 1);
    admin.get("/account").await;
    admin.post(&format!("/people/{ada}/invite"), &[]).await.expect_status(303);
    admin.get("/account").await.expect_text("chosen a password already");
    let audited = world.app.audited();
    for action in ["account.open", "invitation.send", "password.choose", "account.welcomed"] {
        assert!(audited.contains(&action.to_owned()), "{action} is not in {audited:?}");
    }
}

#[actix_web::test]
async fn the_token_is_stored_nowhere() {
    let world = World::new();
    let ada = newcomer(&world, "Ada");
    let mut admin = world.app.signed_in(ADMINISTRATOR).await;
    admin.get("/invitations").await;
    admin.post(&format!("/people/{ada}/invite"), &[]).await.expect_status(303);
    world.work();
    let mails = world.server.mailbox();
    let token = mails[0].path().rsplit('.').next().expect("a token").to_owned();
    assert_eq!(token.len(), 43);
    let everything = world.app.database.superuser_texts(
        "select l::text from password_links l union all select m::text from mail_outbox m \
         union all select j::text from jobs j union all select a::text from audit_entries a",
    );
    assert!(everything.iter().all(|row| !row.contains(&token)), "the token is in the database");
}

#[actix_web::test]
async fn again_withdraws_the_first_link_and_waits_a_quarter_of_an_hour() {
    let world = World::new();
    let ada = newcomer(&world, "Ada");
    let invite = format!("/people/{ada}/invite");
    let mut admin = world.app.signed_in(ADMINISTRATOR).await;
    admin.get("/invitations").await;
    admin.post(&invite, &[]).await.expect_status(303);
    world.work();
    admin.post(&invite, &[]).await.expect_status(303);
    admin.get(&format!("/people/{ada}")).await.expect_text("invited less than a quarter of an hour ago");
    assert_eq!((open_links(&world), world.work()), (1, 0));
    world.wait(15 * 60 + 1);
    admin.get("/invitations").await;
    admin.post(&invite, &[]).await.expect_status(303);
    world.work();
    let mails = world.server.mailbox();
    assert_eq!((mails.len(), open_links(&world)), (2, 1));
    let mut visitor = world.app.visitor();
    visitor.get(mails[0].path()).await.expect_status(404);
    visitor.get(mails[1].path()).await.expect_status(200);
}

#[actix_web::test]
async fn an_invitation_is_too_old_after_seven_days() {
    let world = World::new();
    let ada = newcomer(&world, "Ada");
    let mut admin = world.app.signed_in(ADMINISTRATOR).await;
    admin.get("/invitations").await;
    admin.post(&format!("/people/{ada}/invite"), &[]).await.expect_status(303);
    world.work();
    let path = world.server.mailbox()[0].path().to_owned();
    let mut visitor = world.app.visitor();
    world.wait(7 * 24 * 3_600 - 1);
    visitor.get(&path).await.expect_status(200);
    world.wait(1);
    visitor.get(&path).await.expect_status(404);
    visitor.post(&path, &[("password", CHOSEN), ("password_again", CHOSEN)]).await.expect_status(404);
    let mut admin = world.app.signed_in(ADMINISTRATOR).await;
    admin.get("/invitations").await.expect_text("Too old");
}

#[actix_web::test]
async fn one_that_is_taken_back_before_it_left_is_never_sent() {
    let world = World::new();
    let ada = newcomer(&world, "Ada");
    let mut admin = world.app.signed_in(ADMINISTRATOR).await;
    admin.get("/invitations").await;
    admin.post(&format!("/people/{ada}/invite"), &[]).await.expect_status(303);
    admin.post(&format!("/people/{ada}/invitation/revoke"), &[]).await.expect_status(303);
    world.work();
    assert_eq!(world.states(), ["discarded"]);
    assert_eq!((world.server.mailbox().len(), open_links(&world)), (0, 0));
    admin.post(&format!("/people/{ada}/invitation/revoke"), &[]).await.expect_status(303);
    admin.get("/invitations").await.expect_text("There is no invitation any more");
}

#[actix_web::test]
async fn everybody_who_can_be_is_invited_in_the_background_once() {
    let world = World::new();
    for number in 0..120 {
        newcomer(&world, &format!("N{number}"));
    }
    let left = newcomer(&world, "Gone");
    world.app.database.superuser(&format!("update people set left_at = '2026-11-21T08:00:00Z' where id = '{left}'"));
    let mut admin = world.app.signed_in(ADMINISTRATOR).await;
    admin.get("/invitations").await.expect_text("120 people with an e-mail address");
    admin.post("/invitations/all", &[]).await.expect_status(303);
    // The job is done twice, as after a worker that died.
    let row = world.app.database.superuser_texts("select payload from jobs where kind = 'invitation.bulk'");
    assert_eq!(row.len(), 1);
    let job = watchroom::jobs::Job {
        id: watchroom::kernel::ids::JobId(uuid::Uuid::now_v7()),
        organisation: world.founded.organisation,
        kind: "invitation.bulk".to_owned(),
        payload: serde_json::from_str(&row[0]).expect("JSON"),
        attempts: 1,
    };
    world.do_job(&job).expect("done");
    world.do_job(&job).expect("done again");
    while world.work() > 0 {}
    let mut to: Vec<String> = world.server.mailbox().iter().map(|mail| mail.recipients.concat()).collect();
    assert_eq!(to.len(), 120);
    to.sort();
    to.dedup();
    assert_eq!(to.len(), 120);
    admin.get("/invitations").await.expect_no_text("Invite all of them");
}

#[actix_web::test]
async fn whoever_gives_no_roles_invites_nobody_who_may_do_more() {
    let world = World::new();
    let hr = world.app.person(&world.founded, "hr", world.founded.unit);
    let chief = newcomer(&world, "Chief");
    let ada = newcomer(&world, "Ada");
    let role = world.founded.role("administrator").expect("a role");
    world.app.database.superuser(&format!(
        "insert into role_grants (organisation_id, id, person_id, role_id, granted_at) \
         values ('{}', gen_random_uuid(), '{chief}', '{role}', '2026-11-22T08:00:00Z')",
        world.founded.organisation
    ));
    let mut browser = world.app.browser(&hr).await;
    browser.get("/invitations").await.expect_status(200);
    browser.post(&format!("/people/{chief}/invite"), &[]).await.expect_status(403);
    browser.post(&format!("/people/{}/invite", hr.id), &[]).await.expect_status(403);
    browser.post(&format!("/people/{ada}/invite"), &[]).await.expect_status(303);
    let mut member = world.app.browser(&world.member).await;
    member.get("/invitations").await.expect_status(403);
    member.get("/account").await;
    member.post(&format!("/people/{ada}/invite"), &[]).await.expect_status(403);
    assert_eq!(open_links(&world), 1);
}

#[actix_web::test]
async fn without_a_mail_server_the_link_is_shown_to_be_handed_over() {
    let world = World::with(MailServer::start(), |_mail| {});
    let ada = newcomer(&world, "Ada");
    let mut admin = world.app.signed_in(ADMINISTRATOR).await;
    admin.get("/invitations").await.expect_text("No mail server is configured").expect_no_text("Invite all of them");
    let page = admin.post(&format!("/people/{ada}/invite"), &[]).await.expect_status(200);
    let link = page.field("link");
    let path = link.trim_start_matches("https://watchroom.test");
    assert!(path.starts_with("/password/"), "{link}");
    world.app.visitor().get(path).await.expect_status(200).expect_text("ada@new.example");
    assert_eq!(world.app.rows("mail_outbox"), 0);
}

#[actix_web::test]
async fn who_leaves_loses_sessions_invitations_and_messages_and_keeps_their_record() {
    let world = World::new();
    let ada = newcomer(&world, "Ada");
    let mut admin = world.app.signed_in(ADMINISTRATOR).await;
    admin.get("/invitations").await;
    admin.post(&format!("/people/{ada}/invite"), &[]).await.expect_status(303);
    let id = world.member.id;
    let mut member = world.app.browser(&world.member).await;
    member.get("/account").await.expect_status(200);
    admin
        .get(&format!("/people/{id}/leave"))
        .await
        .expect_text("where they are signed in now (1 place)")
        .expect_text("(1 role)")
        .expect_text("records are kept");
    admin.get(&format!("/people/{ada}/leave")).await.expect_text("that still work (1 link)");
    admin.post(&format!("/people/{ada}/leave"), &[]).await.expect_status(303);
    admin.post(&format!("/people/{id}/leave"), &[]).await.expect_status(303);
    member.get("/account").await.expect_status(303);
    world.work();
    assert_eq!((world.states(), open_links(&world)), (vec!["discarded".to_owned()], 0));
    // Coming back restores the record; password and roles start anew.
    admin.get(&format!("/people/{ada}")).await;
    admin.post(&format!("/people/{ada}/reinstate"), &[]).await.expect_status(303);
    world.wait(16 * 60);
    admin.get(&format!("/people/{ada}")).await.expect_text("Invite them");
    admin.post(&format!("/people/{ada}/invite"), &[]).await.expect_status(303);
    world.work();
    assert_eq!(world.server.mailbox().len(), 1);
}
