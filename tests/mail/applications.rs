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

/// Does the letters' jobs that are due; how many there were.
fn deliver(world: &World) -> usize {
    let jobs = world.due_of("application.letter");
    for job in &jobs {
        if world.do_job(job).is_ok() {
            world.app.database.superuser(&format!("delete from jobs where id = '{}'", job.id));
        }
    }
    jobs.len()
}

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
    assert_eq!((states(&world), deliver(&world)), (vec!["waiting".to_owned()], 1));
    assert_ne!(states(&world), ["sent"], "the server is away, and nothing is lost");
    world.server.up();
    assert_eq!(deliver(&world), 1);
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
    // A job that is done again sends nothing.
    world.app.database.superuser(
        "insert into jobs (id, organisation_id, kind, payload, run_at, created_at) \
         select gen_random_uuid(), organisation_id, 'application.letter', json_build_object('letter', id), now() - interval '9 years', now() \
           from application_letters",
    );
    assert_eq!(deliver(&world), 1);
    assert_eq!(world.server.mailbox().len(), 1);
}
