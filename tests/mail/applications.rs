//! What an applicant gets by e-mail: that there is news, and nothing of it.

use uuid::Uuid;

use super::world::{PUBLIC_URL, World};

/// A vacancy that is open; the address of its public form.
fn vacancy(world: &World) -> String {
    let (org, id, unit) = (world.founded.organisation, Uuid::now_v7(), world.founded.unit);
    world.app.database.superuser(&format!(
        "insert into vacancies (organisation_id, id, unit_id, title, about, closes_on, state, questions, stages, criteria, created_by, created_at) \
             values ('{org}', '{id}', '{unit}', 'Quokka keeper', 'x', '2027-01-01', 'open', '[]', '[\"Received\", \"Sift\"]', '[]', '{}', now()); \
         insert into application_templates (organisation_id, kind, body, changed_by, changed_at) \
             values ('{org}', 'received', 'Quokkawords for {{name}}', '{}', now())",
        world.member.id, world.member.id
    ));
    format!("/apply/{}.{}", org.0.simple(), id.simple())
}

const TYPED: [(&str, &str); 3] = [("given_name", "Kit"), ("family_name", "Vane"), ("email", "kit.vane@example.org")];

fn states(world: &World) -> Vec<String> {
    world.app.database.superuser_texts("select state from application_letters order by id")
}

#[actix_web::test]
async fn an_applicant_is_told_that_there_is_news_with_a_reference_and_a_link_and_none_of_it() {
    let mut world = World::new();
    let public = vacancy(&world);
    let mut visitor = world.app.visitor();
    visitor.get(&public).await.expect_status(200);
    world.server.down();
    visitor.upload(&public, &TYPED, &[]).await.expect_status(200).expect_text("you get an e-mail");
    assert_eq!(states(&world), ["waiting"]);
    world.work();
    assert_eq!(states(&world), ["waiting"], "the server is away, and nothing is lost");
    world.server.up();
    world.wait(30 * 60);
    world.work();
    let mail = world.server.mails(1).remove(0);
    assert_eq!(
        (mail.recipients.as_slice(), states(&world)),
        (["kit.vane@example.org".to_owned()].as_slice(), vec!["sent".to_owned()])
    );
    let status = format!("{PUBLIC_URL}/apply/status/{}", world.founded.organisation.0.simple());
    assert_eq!(mail.link(), status);
    let reference =
        world.app.database.superuser_texts("select left(reference, 4) || '-' || right(reference, 4) from applications");
    assert!(mail.text.contains(&reference[0]) && mail.headers["subject"].contains(&reference[0]), "{}", mail.raw);
    for secret in ["Quokka", "Kit", "Vane"] {
        assert!(!mail.text.contains(secret) && !mail.html.contains(secret), "{secret} in {}", mail.raw);
    }
    // The outbox names nobody, and a job that is done again sends nothing.
    let held = "select count(*) from mail_outbox o where o::text ilike '%vane%'";
    assert_eq!(world.app.database.superuser_texts(held), ["0"]);
    world.app.database.superuser(
        "insert into jobs (id, organisation_id, kind, payload, run_at, created_at) \
         select gen_random_uuid(), organisation_id, 'mail.send', json_build_object('message', id), now() - interval '9 years', now() \
           from mail_outbox",
    );
    world.work();
    assert_eq!(world.server.mailbox().len(), 1);
}

#[actix_web::test]
async fn what_was_given_up_is_mended_by_whoever_looks_after_mail_and_they_never_see_the_address() {
    let world = World::new();
    let public = vacancy(&world);
    let mut visitor = world.app.visitor();
    visitor.get(&public).await.expect_status(200);
    world
        .server
        .temper(&serde_json::json!({"rcpt": "550 5.1.1 <kit.vane@example.org>: kit.vane is unknown", "times": 1}));
    visitor.upload(&public, &TYPED, &[]).await.expect_status(200);
    world.work();
    assert_eq!((world.states(), states(&world)), (vec!["dead".to_owned()], vec!["failed".to_owned()]));
    let mut admin = world.app.signed_in("admin@northmoor.example").await;
    let page = admin.get("/mail").await.expect_text("News for an applicant").expect_text("an applicant");
    assert!(!page.body.to_lowercase().contains("vane"), "{}", page.body);
    let id = world.app.database.superuser_texts("select id from mail_outbox")[0].clone();
    admin.post(&format!("/mail/{id}/retry"), &[]).await.expect_status(303);
    assert_eq!(states(&world), ["waiting"]);
    world.work();
    assert_eq!((world.states(), states(&world)), (vec!["sent".to_owned()], vec!["sent".to_owned()]));
    assert_eq!(world.server.mails(1)[0].recipients, ["kit.vane@example.org"]);
}

#[actix_web::test]
async fn a_letter_of_an_application_that_is_gone_is_not_sent_and_nobody_else_writes_to_applicants() {
    let world = World::new();
    let public = vacancy(&world);
    let mut visitor = world.app.visitor();
    visitor.get(&public).await.expect_status(200);
    visitor.upload(&public, &TYPED, &[]).await.expect_status(200);
    let letter = world.app.database.superuser_texts("select id from application_letters")[0].clone();
    let org = world.founded.organisation;
    let forged = format!(
        "insert into mail_outbox (organisation_id, id, kind, about_id, state, next_try_at, created_at) \
         values ('{org}', gen_random_uuid(), 'application-news', '{letter}', 'waiting', now(), now())"
    );
    for name in ["sign-in", "hours", "mail"] {
        let done = world.app.raw_write(crate::support::Context::System(org, name), &forged);
        assert!(done.is_err(), "{name}");
    }
    let asked = format!("select count(*) from app_applicant_of('{letter}')");
    for name in ["sign-in", "hours"] {
        let found = world.app.raw(crate::support::Context::System(org, name), &asked);
        assert_eq!(found, Ok(vec!["0".to_owned()]), "{name}");
    }
    world.app.database.superuser("delete from applications");
    world.work();
    assert_eq!((world.states(), world.server.mailbox().len()), (vec!["discarded".to_owned()], 0));
}
