//! `/apply`, `/vacancies` and `/applications`: what people from outside send, and what becomes of it, as everybody who might
//! try.

use jiff::SignedDuration;
use uuid::Uuid;
use watchroom::jobs::{Job, Stopping};
use watchroom::kernel::clock::Clock;
use watchroom::kernel::ids::JobId;

use super::duties::World;
use super::timesheets::Hours;
use crate::support::{Answer, Client, Context, Somebody};

/// Tables that a refusal must leave as they were.
const TABLES: &[&str] = &[
    "vacancies",
    "applications",
    "application_files",
    "application_events",
    "application_scores",
    "application_letters",
    "application_templates",
];

const PDF: &[u8] = b"%PDF-1.7\n1 0 obj\n";

/// Writes a vacancy of the member's station as HR and opens it; its address for HR and its public one.
pub(super) async fn vacancy(world: &World) -> (String, String) {
    let mut hr = world.app.browser(&world.hr).await;
    hr.get("/vacancies/new").await.expect_status(200);
    let unit = world.hillside.to_string();
    let fields = [
        ("unit", unit.as_str()),
        ("title", "Firefighter, on-call"),
        ("about", "You turn out from home.\n\nWe train you."),
        ("closes_on", "2026-12-31"),
        ("keep_months", "6"),
        ("questions", "Why? | long\nDo you drive? | yes or no\nWhen? | choice: Days, Nights | optional"),
        ("stages", "Received\nInterview\nOffer"),
        ("criteria", "Motivation | 1\nCare | 2"),
    ];
    let page = hr.post("/vacancies/new", &fields).await.expect_status(303).location.expect("a vacancy");
    hr.get(&page).await.expect_status(200).expect_text("Nobody sees it yet");
    hr.post(&format!("{page}/open"), &[]).await.expect_status(303);
    let public = hr.get(&page).await.link("the public form").expect("a public address");
    (page, public)
}

const TYPED: [(&str, &str); 6] = [
    ("given_name", "Kit"),
    ("family_name", "Vane"),
    ("email", "Kit.Vane@Example.org"),
    ("phone", "01632 960123"),
    ("answer-0", "To be of use"),
    ("answer-1", "Yes"),
];

/// Sends the form as somebody from outside.
pub(super) async fn send(visitor: &mut Client<'_>, public: &str) -> Answer {
    visitor.get(public).await.expect_status(200);
    visitor.upload(public, &TYPED, &[("cv", "C V.pdf", PDF)]).await
}

/// Reference and code as the receipt shows them.
fn receipt(answer: &Answer) -> (String, String) {
    let mut shown = answer.body.split("class=\"wr-code\">").skip(1).filter_map(|rest| rest.split('<').next());
    let mut next = || shown.next().expect("on the receipt").to_owned();
    (next(), next())
}

/// The one application that there is.
fn application(world: &World) -> String {
    format!("/applications/{}", world.app.database.superuser_texts("select id from applications")[0])
}

async fn sent(world: &World) -> (String, String, String) {
    let (_page, public) = vacancy(world).await;
    let answer = send(&mut world.app.visitor(), &public).await.expect_status(200);
    let (reference, code) = receipt(&answer);
    (application(world), reference, code)
}

fn status_path(world: &World) -> String {
    format!("/apply/status/{}", world.founded.organisation.0.simple())
}

#[actix_web::test]
async fn somebody_from_outside_applies_and_sees_what_became_of_it_by_reference_and_code() {
    let world = World::new();
    let (page, public) = vacancy(&world).await;
    let mut visitor = world.app.visitor();
    let answer = send(&mut visitor, &public).await.expect_status(200).expect_text("Application received");
    let (reference, code) = receipt(&answer);
    assert_eq!((reference.len(), code.len()), (9, 23), "{reference} {code}");
    let kept = world.app.database.superuser_texts("select email || ' ' || stage || ' ' || state from applications");
    assert_eq!(kept, ["kit.vane@example.org Received open"]);
    let bare = code.replace('-', "");
    let hashed = format!("select count(*) from applications where code_hash = sha256('{bare}')");
    assert_eq!(world.app.database.superuser_texts(&hashed), ["1"], "the hash alone is kept");

    let status = status_path(&world);
    visitor.get(&status).await.expect_status(200);
    let typed = [("reference", reference.to_lowercase()), ("code", code.replace('-', " "))];
    let typed: Vec<(&str, &str)> = typed.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let seen = visitor.post(&status, &typed).await.expect_status(200);
    seen.expect_text("Firefighter, on-call").expect_text("Received").expect_text("Dear Kit Vane");
    for wrong in [("AAAA-AAAA", code.as_str()), (reference.as_str(), "AAAAA-AAAAA-AAAAA-AAAAA"), ("", "")] {
        let answer = visitor.post(&status, &[("reference", wrong.0), ("code", wrong.1)]).await.expect_status(422);
        answer.expect_text("No application has this reference and code").expect_no_text("Dear");
    }
    let elsewhere = format!("/apply/status/{}", world.stranger.organisation.0.simple());
    visitor.post(&elsewhere, &typed).await.expect_status(422);

    let mut hr = world.app.browser(&world.hr).await;
    let queue = hr.get(&page).await.expect_text("Kit Vane");
    let one = queue.link("Kit Vane").expect("a link");
    let opened = hr.get(&one).await.expect_status(200).expect_text("To be of use").expect_text("C V.pdf");
    let file = hr.get(&opened.link("C V.pdf").expect("a document")).await.expect_status(200);
    assert_eq!(file.bytes, PDF);
    assert_eq!(file.header("content-disposition"), "attachment; filename=\"C V.pdf\"");
    assert!(file.header("content-security-policy").contains("sandbox"));
    assert_eq!(file.header("x-content-type-options"), "nosniff");
    let audited = world.app.audited();
    for action in [
        "vacancy.add",
        "vacancy.open",
        "application.receive",
        "application.list",
        "application.read",
        "application.download",
    ] {
        assert!(audited.iter().any(|found| found == action), "{action} in {audited:?}");
    }
}

#[actix_web::test]
async fn what_is_wrong_is_said_beside_its_field_and_all_that_was_typed_stays() {
    let world = World::new();
    let (_page, public) = vacancy(&world).await;
    let mut visitor = world.app.visitor();
    visitor.get(&public).await;
    let wrong = [("given_name", "<Kit>"), ("email", "nowhere"), ("answer-0", "Kept as typed"), ("answer-1", "Perhaps")];
    let answer = visitor.upload(&public, &wrong, &[("cv", "page.pdf", b"<html>")]).await.expect_status(422);
    let answer = answer.expect_text("Enter your family name").expect_text("Enter your e-mail address");
    let answer = answer.expect_text("Choose one of the answers").expect_text("PDF, JPEG");
    assert!(answer.body.contains("Kept as typed") && answer.body.contains("&lt;Kit&gt;"), "{}", answer.body);
    // Without the token of the form nothing is taken, and a file that is too large is named.
    let mut stranger = world.app.visitor();
    stranger.upload(&public, &TYPED, &[]).await.expect_status(403);
    let large = vec![b'x'; 11 * 1024 * 1024];
    visitor.upload(&public, &TYPED, &[("cv", "long.txt", &large)]).await.expect_status(422).expect_text("larger than");
    assert_eq!(world.app.rows("applications"), 0);
}

#[actix_web::test]
async fn a_draft_is_hidden_and_a_vacancy_that_is_over_takes_nothing() {
    let world = World::new();
    let (page, public) = vacancy(&world).await;
    let mut hr = world.app.browser(&world.hr).await;
    let mut visitor = world.app.visitor();
    // They opened the form while it was there.
    visitor.get(&public).await.expect_text("Send application");
    hr.get(&page).await;
    hr.post(&format!("{page}/close"), &[]).await.expect_status(303);
    visitor.get(&public).await.expect_status(200).expect_text("takes no applications any more");
    visitor.upload(&public, &TYPED, &[]).await.expect_status(409);
    hr.post(&format!("{page}/open"), &[]).await.expect_status(303);
    world.app.database.superuser("update vacancies set closes_on = '2026-11-21'");
    visitor.upload(&public, &TYPED, &[]).await.expect_status(409);
    world.app.database.superuser("update vacancies set state = 'draft', closes_on = '2026-12-31'");
    visitor.get(&public).await.expect_status(404);
    for nonsense in ["/apply/x", "/apply/.", "/apply/00000000000000000000000000000001.00000000000000000000000000000002"]
    {
        visitor.get(nonsense).await.expect_status(404);
    }
    assert_eq!(world.app.rows("applications"), 0);
}

#[actix_web::test]
async fn nobody_but_who_handles_applications_reads_them_by_page_or_by_raw_sql() {
    let world = World::new();
    let (one, _reference, _code) = sent(&world).await;
    let before = world.app.state_of(TABLES);
    for who in [
        &world.member,
        &world.colleague,
        &world.manager,
        &world.other_manager,
        &world.auditor,
        &world.administrator,
        &world.stranger,
    ] {
        let mut client = world.app.browser(who).await;
        client.get("/account").await;
        for path in [one.clone(), format!("{one}/convert")] {
            let status = client.get(&path).await.status;
            assert!([403, 404].contains(&status), "{}: {path}: {status}", who.email);
        }
        for (act, fields) in [
            ("move", vec![("revision", "1"), ("stage", "Interview")]),
            ("score", vec![("mark-0", "5"), ("mark-1", "5")]),
            ("decide", vec![("revision", "1"), ("outcome", "successful"), ("reason", "x")]),
            ("convert", vec![("unit", "x")]),
        ] {
            let status = client.post(&format!("{one}/{act}"), &fields).await.status;
            assert!([403, 404].contains(&status), "{}: {act}: {status}", who.email);
        }
        for table in
            ["applications", "application_files", "application_scores", "application_letters", "application_events"]
        {
            let rows = world.app.raw(who, &format!("select 1 from {table}")).map_or(0, |rows| rows.len());
            assert_eq!(rows, 0, "{}: {table}", who.email);
        }
        assert!(world.app.raw_write(who, "update applications set stage = 'Offer'").is_ok_and(|rows| rows == 0));
    }
    assert_eq!(world.app.state_of(TABLES), before);
    // The background that takes applications in neither decides, nor reads marks or documents, nor acts elsewhere.
    let system = Context::System(world.founded.organisation, "applications");
    for refused in [
        "update applications set state = 'successful', settled_at = now(), reason = 'x'",
        "update applications set stage = 'Offer'",
        "delete from applications",
    ] {
        assert_ne!(world.app.raw_write(system, refused), Ok(1), "{refused}");
    }
    for table in ["application_files", "application_scores", "application_events", "people"] {
        assert_eq!(world.app.raw(system, &format!("select 1 from {table}")).map_or(0, |rows| rows.len()), 0, "{table}");
    }
    let other = Context::System(world.stranger.organisation, "applications");
    assert_eq!(world.app.raw(other, "select 1 from applications").map_or(0, |rows| rows.len()), 0);
}

/// A second person who handles applications.
fn second(world: &World) -> Somebody {
    world.app.person_called(&world.founded, "rita", "hr", world.founded.unit)
}

#[actix_web::test]
async fn marks_of_others_are_hidden_until_one_has_given_ones_own_and_nobody_changes_theirs() {
    let world = World::new();
    let (one, _reference, _code) = sent(&world).await;
    let rita = second(&world);
    let (mut hr, mut other) = (world.app.browser(&world.hr).await, world.app.browser(&rita).await);
    hr.get(&one).await.expect_status(200);
    let wrong = hr.post(&format!("{one}/score"), &[("mark-0", "6"), ("note", "Kept")]).await.expect_status(422);
    assert!(wrong.expect_text("Choose a mark from 0 to 5 for Motivation").body.contains("Kept"));
    let marks = [("mark-0", "5"), ("mark-1", "2"), ("note", "Quokkanote")];
    hr.post(&format!("{one}/score"), &marks).await.expect_status(303);
    // (1 x 5 + 2 x 2) of 15 is 60 %.
    hr.get(&one).await.expect_text("60 %").expect_text("Quokkanote");
    hr.post(&format!("{one}/score"), &marks).await.expect_status(409);
    let unseen = other.get(&one).await.expect_status(200).expect_text("You see the marks of others once");
    unseen.expect_no_text("Quokkanote").expect_no_text("60 %");
    let seen = |who: &Somebody| world.app.raw(who, "select 1 from application_scores").map_or(0, |rows| rows.len());
    assert_eq!((seen(&world.hr), seen(&rita)), (2, 0));
    other.post(&format!("{one}/score"), &[("mark-0", "1"), ("mark-1", "1")]).await.expect_status(303);
    other.get(&one).await.expect_text("Quokkanote").expect_text("20 %").expect_text("Mean of all scorers: 40 %");
    assert_eq!((seen(&world.hr), seen(&rita)), (4, 4));
    for refused in ["update application_scores set mark = 0", "delete from application_scores"] {
        let why = world.app.raw_write(&world.hr, refused).expect_err(refused);
        assert!(why.contains("permission denied"), "{why}");
    }
    // In another's name nobody scores.
    let forged = format!(
        "insert into application_scores (organisation_id, application_id, unit_id, scorer_id, criterion, mark, scored_at) \
         select organisation_id, id, unit_id, '{}', 'More', 5, now() from applications",
        world.manager.id
    );
    assert!(world.app.raw_write(&world.hr, &forged).is_err_and(|why| why.contains("row-level security")));
}

#[actix_web::test]
async fn it_is_moved_and_decided_with_a_reason_and_the_applicant_reads_the_organisations_words_alone() {
    let world = World::new();
    let (one, reference, code) = sent(&world).await;
    let mut hr = world.app.browser(&world.hr).await;
    hr.get("/vacancies/letters").await.expect_status(200).expect_text("Dear {name}");
    let words = "Dear {name}, thank you from all of {organisation} for {vacancy}.";
    hr.post("/vacancies/letters/unsuccessful", &[("body", words)]).await.expect_status(303);
    let refused = hr.post("/vacancies/letters/unsuccessful", &[("body", "You got {marks}")]).await;
    assert!(refused.expect_status(422).body.contains("You got {marks}"));
    hr.post("/vacancies/letters/nonsense", &[("body", "x")]).await.expect_status(404);

    hr.get(&one).await;
    hr.post(&format!("{one}/move"), &[("revision", "1"), ("stage", "Medical")]).await.expect_status(422);
    let moved = [("revision", "1"), ("stage", "Interview"), ("tell", "yes")];
    hr.post(&format!("{one}/move"), &moved).await.expect_status(303);
    hr.post(&format!("{one}/move"), &[("revision", "1"), ("stage", "Offer")]).await.expect_status(409);
    hr.post(&format!("{one}/decide"), &[("revision", "2"), ("outcome", "unsuccessful")])
        .await
        .expect_status(422)
        .expect_text("Say why");
    let decided = [("revision", "2"), ("outcome", "unsuccessful"), ("reason", "Quokkareason")];
    hr.post(&format!("{one}/decide"), &decided).await.expect_status(303);
    hr.get(&one).await.expect_text("Quokkareason").expect_text("22 May 2027");
    hr.post(&format!("{one}/decide"), &decided).await.expect_status(409);
    hr.post(&format!("{one}/score"), &[("mark-0", "1"), ("mark-1", "1")]).await.expect_status(409);

    let mut visitor = world.app.visitor();
    visitor.get(&status_path(&world)).await;
    let typed = [("reference", reference.as_str()), ("code", code.as_str())];
    let seen = visitor.post(&status_path(&world), &typed).await.expect_status(200);
    let seen = seen.expect_text("Unsuccessful").expect_text("is now at this stage: Interview");
    seen.expect_text("thank you from all of").expect_no_text("Quokkareason").expect_no_text("Withdraw my");
    let trail = world.app.database.superuser_texts("select coalesce(detail::text, '') from audit_entries");
    assert!(!trail.iter().any(|detail| detail.contains("Quokkareason") || detail.contains("Vane")), "{trail:?}");
    // A decision without reason, in another's name, or undone, the database refuses.
    for refused in
        ["state = 'open', settled_at = null, delete_after = null", "state = 'successful', delete_after = null"]
    {
        let why = world.app.raw_write(&world.hr, &format!("update applications set {refused}")).expect_err(refused);
        assert!(why.contains("settled"), "{why}");
    }
}

#[actix_web::test]
async fn an_applicant_withdraws_and_what_is_kept_no_longer_is_removed_with_all_that_belongs_to_it() {
    let world = World::new();
    let (_one, reference, code) = sent(&world).await;
    let mut visitor = world.app.visitor();
    let status = status_path(&world);
    visitor.get(&status).await;
    let typed = [("reference", reference.as_str()), ("code", code.as_str())];
    visitor.post(&format!("{status}/withdraw"), &[("reference", "x"), ("code", "y")]).await.expect_status(422);
    visitor.post(&format!("{status}/withdraw"), &typed).await.expect_status(303);
    visitor.get(&status).await;
    visitor.post(&format!("{status}/withdraw"), &typed).await.expect_status(409);
    assert_eq!(
        world.app.database.superuser_texts("select state || ' ' || delete_after from applications"),
        ["withdrawn 2027-05-22"]
    );
    world.app.clock.advance(SignedDuration::from_hours(24 * 181));
    sweep(&world);
    assert_eq!(world.app.rows("applications"), 1, "its last day is today");
    world.app.clock.advance(SignedDuration::from_hours(24));
    sweep(&world);
    for table in ["applications", "application_files", "application_events", "application_letters"] {
        assert_eq!(world.app.rows(table), 0, "{table}");
    }
    assert!(world.app.audited().contains(&"application.sweep".to_owned()));
    assert_eq!(world.app.database.superuser_texts("select count(*) from jobs where kind = 'application.sweep'"), ["0"]);
}

/// Takes the night's removal that waits, as a worker would.
fn sweep(world: &World) {
    let id = world.app.database.superuser_texts("select id from jobs where kind = 'application.sweep'");
    let id = JobId(Uuid::parse_str(&id[0]).expect("an id"));
    world
        .app
        .database
        .superuser(&format!("update jobs set leased_until = '{}' where id = '{id}'", world.app.clock.now()));
    let job = Job {
        id,
        organisation: world.founded.organisation,
        kind: "application.sweep".to_owned(),
        payload: serde_json::json!({}),
        attempts: 1,
    };
    let handlers = world.app.parts.handlers();
    let handler = &handlers["application.sweep"];
    // On a thread of its own: workers are outside any runtime.
    let done =
        std::thread::scope(|scope| scope.spawn(|| handler(&job, &Stopping::default())).join().expect("no panic"));
    done.expect("removed");
    world.app.database.superuser(&format!("delete from jobs where id = '{id}'"));
}

#[actix_web::test]
async fn a_successful_applicant_becomes_a_person_once_and_by_who_may_add_people() {
    let world = World::new();
    let (one, _reference, _code) = sent(&world).await;
    let mut hr = world.app.browser(&world.hr).await;
    hr.get(&one).await;
    hr.get(&format!("{one}/convert")).await.expect_status(409);
    let decided = [("revision", "1"), ("outcome", "successful"), ("reason", "The best")];
    hr.post(&format!("{one}/decide"), &decided).await.expect_status(303);
    assert_eq!(ending(&world), ["successful 2028-11-22"], "two years, if nobody becomes a person");
    let page = hr.get(&format!("{one}/convert")).await.expect_status(200);
    page.expect_text("Kit Vane").expect_text("They get no account now");
    let unit = world.hillside.to_string();
    hr.post(&format!("{one}/convert"), &[("unit", ""), ("employee_number", "N9")])
        .await
        .expect_status(422)
        .expect_text("Choose their home unit");
    let person = hr.post(&format!("{one}/convert"), &[("unit", &unit), ("employee_number", "N9000")]).await;
    let person = person.expect_status(303).location.expect("a person");
    hr.get(&person).await.expect_status(200).expect_text("Kit Vane").expect_text("N9000").expect_text("kit.vane@");
    hr.post(&format!("{one}/convert"), &[("unit", &unit)]).await.expect_status(409);
    hr.get(&one).await.expect_text("Their record as a person");
    assert_eq!(world.app.database.superuser_texts("select count(*) from people where family_name = 'Vane'"), ["1"]);
    for action in ["application.convert", "person.add"] {
        assert!(world.app.audited().contains(&action.to_owned()), "{action}");
    }
    // From then on it is kept for the months of its vacancy, and the person for as long as they belong here.
    assert_eq!(ending(&world), ["successful 2027-05-22"]);
    world.app.clock.advance(SignedDuration::from_hours(24 * 181));
    sweep(&world);
    assert_eq!(world.app.rows("applications"), 1, "its last day is today");
    world.app.clock.advance(SignedDuration::from_hours(24));
    sweep(&world);
    assert_eq!((world.app.rows("applications"), world.app.rows("application_files")), (0, 0));
    assert_eq!(world.app.database.superuser_texts("select count(*) from people where family_name = 'Vane'"), ["1"]);
}

fn ending(world: &World) -> Vec<String> {
    world.app.database.superuser_texts("select state || ' ' || delete_after from applications")
}

#[actix_web::test]
async fn whoever_handles_a_vacancy_is_told_once_that_an_application_arrived() {
    let hours = Hours::new();
    let world = &hours.world;
    let other = second(world);
    let (_page, public) = vacancy(world).await;
    send(&mut world.app.visitor(), &public).await.expect_status(200);
    send(&mut world.app.visitor(), &public).await.expect_status(200);
    hours.do_jobs(2);
    let told = |table: &str| {
        world.app.database.superuser_texts(&format!("select person_id from {table} where kind = 'application-arrived'"))
    };
    let author = [world.hr.id.to_string()];
    assert_eq!((told("mail_outbox"), told("notices")), (author.to_vec(), author.to_vec()), "not {}", other.name);
    let mut hr = world.app.browser(&world.hr).await;
    hr.get("/notifications").await.expect_text("An application arrived").expect_no_text("Vane");
    let asked = "select count(*) from vacancies v, app_whom_it_concerns('application-arrived', v.id)";
    assert_eq!(world.app.raw(&world.hr, asked), Ok(vec!["0".to_owned()]));
}

#[actix_web::test]
async fn once_somebody_applied_what_was_asked_stays() {
    let world = World::new();
    let (page, public) = vacancy(&world).await;
    send(&mut world.app.visitor(), &public).await.expect_status(200);
    let mut hr = world.app.browser(&world.hr).await;
    let form = hr.get(&format!("{page}/edit")).await.expect_status(200).expect_text("Somebody has applied");
    let revision = form.field("revision");
    let fields = [
        ("revision", revision.as_str()),
        ("title", "Firefighter, day crew"),
        ("about", "New words"),
        ("closes_on", "2027-01-31"),
        ("keep_months", "9"),
        ("stages", "Other\nStages"),
        ("questions", "Another?"),
    ];
    hr.post(&format!("{page}/edit"), &fields).await.expect_status(303);
    hr.post(&format!("{page}/edit"), &fields).await.expect_status(409);
    let kept = world
        .app
        .database
        .superuser_texts("select title || ' ' || keep_months || ' ' || (stages ->> 1) from vacancies");
    assert_eq!(kept, ["Firefighter, day crew 9 Interview"]);
}
