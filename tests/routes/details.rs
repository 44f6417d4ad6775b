//! `/account/details`, `/details` and `/people/{id}/contact`: what people propose of their own details and what HR decides, as
//! everybody who might try.

use jiff::SignedDuration;

use super::duties::World;
use super::timesheets::Hours;
use crate::support::Client;

const TABLES: &[&str] = &["detail_changes", "person_addresses", "emergency_contacts"];

const ADDRESS: [(&str, &str); 2] = [("lines", "14 Quokka Street\nNorthmoor"), ("postcode", "nm14qy")];

const CONTACT: [(&str, &str); 3] = [("name", "Quokka Marsh"), ("relation", "sister"), ("phone", "01632 960477")];

pub(super) async fn propose(client: &mut Client<'_>, part: &str, fields: &[(&str, &str)]) {
    client.get(&format!("/account/details/{part}")).await.expect_status(200);
    client.post(&format!("/account/details/{part}"), fields).await.expect_status(303);
}

/// The address of the change that waits.
fn waiting(world: &World) -> String {
    let id = world.app.database.superuser_texts("select id from detail_changes where state = 'proposed'");
    format!("/details/{}", id[0])
}

/// Has the member propose a part and HR approve it.
async fn approved(world: &World, part: &str, fields: &[(&str, &str)]) {
    let mut member = world.app.browser(&world.member).await;
    propose(&mut member, part, fields).await;
    let change = waiting(world);
    let mut hr = world.app.browser(&world.hr).await;
    hr.get(&change).await.expect_status(200);
    hr.post(&format!("{change}/approve"), &[]).await.expect_status(303);
}

#[actix_web::test]
async fn a_change_holds_once_hr_approved_it_and_both_values_are_kept() {
    let world = World::new();
    let mut member = world.app.browser(&world.member).await;
    member.get("/account/details").await.expect_status(200).expect_text("Not known");
    let wrong = member.post("/account/details/phone", &[("phone", "ask my mother")]).await.expect_status(422);
    assert!(wrong.expect_text("Enter the whole number").body.contains("ask my mother"));
    propose(&mut member, "phone", &[("phone", "01632 960888")]).await;
    member.post("/account/details/phone", &[("phone", "01632 960889")]).await.expect_status(409);
    member.get("/account/details").await.expect_text("Waits for HR");
    let phone = format!("select coalesce(phone, 'none') from people where id = '{}'", world.member.id);
    assert_eq!(world.app.database.superuser_texts(&phone), ["none"]);

    let change = waiting(&world);
    let mut hr = world.app.browser(&world.hr).await;
    hr.get("/details").await.expect_text("Jo Tester").expect_text("Telephone");
    hr.get(&change).await.expect_text("01632 960888").expect_text("Nothing");
    hr.post(&format!("{change}/return"), &[]).await.expect_status(422).expect_text("Say why you return it");
    hr.post(&format!("{change}/return"), &[("answer", "A digit is missing")]).await.expect_status(303);
    member.get("/account/details").await.expect_text("Returned").expect_text("A digit is missing");
    assert_eq!(world.app.database.superuser_texts(&phone), ["none"]);
    propose(&mut member, "phone", &[("phone", "01632 960880")]).await;
    let again = waiting(&world);
    hr.post(&format!("{again}/approve"), &[]).await.expect_status(303);
    hr.post(&format!("{again}/approve"), &[]).await.expect_status(409);
    assert_eq!(world.app.database.superuser_texts(&phone), ["01632 960880"]);
    let states =
        world.app.database.superuser_texts("select state from detail_changes order by proposed_at, state desc");
    assert_eq!(states.len(), 2, "{states:?}");
    let trail = world.app.database.superuser_texts("select coalesce(detail::text, '') from audit_entries");
    assert!(!trail.iter().any(|detail| detail.contains("960880")), "the trail says that, and not what: {trail:?}");
}

#[actix_web::test]
async fn what_was_proposed_of_another_value_is_not_approved_and_can_be_taken_back() {
    let world = World::new();
    let mut member = world.app.browser(&world.member).await;
    propose(&mut member, "phone", &[("phone", "01632 960888")]).await;
    let change = waiting(&world);
    world.app.database.superuser(&format!("update people set phone = '01632 960111' where id = '{}'", world.member.id));
    let mut hr = world.app.browser(&world.hr).await;
    hr.get(&change).await.expect_text("has changed since it was proposed");
    hr.post(&format!("{change}/approve"), &[]).await.expect_status(409);
    let id = change.rsplit('/').next().expect("an id").to_owned();
    member.get("/account/details").await;
    member.post(&format!("/account/details/changes/{id}/withdraw"), &[]).await.expect_status(303);
    member.post(&format!("/account/details/changes/{id}/withdraw"), &[]).await.expect_status(409);
    hr.post(&format!("{change}/approve"), &[]).await.expect_status(409);
}

#[actix_web::test]
async fn nobody_decides_on_their_own_by_page_or_by_raw_sql() {
    let world = World::new();
    world.app.grant(&world.founded, &world.hr, "member", None);
    let mut hr = world.app.browser(&world.hr).await;
    propose(&mut hr, "address", &ADDRESS).await;
    let change = waiting(&world);
    hr.get(&change).await.expect_status(200).expect_no_text("/approve");
    hr.post(&format!("{change}/approve"), &[]).await.expect_status(403);
    let decided =
        format!("update detail_changes set state = 'approved', decided_by = '{}', decided_at = now()", world.hr.id);
    assert!(world.app.raw_write(&world.hr, &decided).is_err());
    let forged = format!(
        "insert into person_addresses (organisation_id, person_id, lines, postcode, changed_at) values ('{}', '{}', 'x', 'y', now())",
        world.founded.organisation, world.hr.id
    );
    assert!(world.app.raw_write(&world.hr, &forged).is_err_and(|why| why.contains("row-level security")));
    // Nor does HR write down for others what nobody proposed.
    let forged = forged.replace(&world.hr.id.to_string(), &world.member.id.to_string());
    assert!(world.app.raw_write(&world.hr, &forged).is_err_and(|why| why.contains("row-level security")));
    assert_eq!(world.app.rows("person_addresses"), 0);
}

#[actix_web::test]
async fn an_address_is_for_hr_and_a_contact_for_managers_of_the_unit_too_each_time_on_record() {
    let world = World::new();
    approved(&world, "address", &ADDRESS).await;
    approved(&world, "contact", &CONTACT).await;
    let path = format!("/people/{}/contact", world.member.id);
    let before = world.app.state_of(TABLES);
    for (who, contact, address) in [
        (&world.member, true, true),
        (&world.hr, true, true),
        (&world.manager, true, false),
        (&world.colleague, false, false),
        (&world.other_manager, false, false),
        (&world.auditor, false, false),
        (&world.administrator, false, false),
        (&world.stranger, false, false),
    ] {
        let mut client = world.app.browser(who).await;
        let answer = client.get(&path).await;
        assert_eq!(answer.status == 200, contact, "{}: {}", who.email, answer.status);
        let text = answer.text();
        assert_eq!(
            (text.contains("Quokka Marsh"), text.contains("14 Quokka Street")),
            (contact, address),
            "{}",
            who.email
        );
        let rows = |table: &str| world.app.raw(who, &format!("select 1 from {table}")).map_or(0, |rows| rows.len());
        assert_eq!(rows("emergency_contacts") == 1, contact, "{}", who.email);
        assert_eq!(rows("person_addresses") == 1, address, "{}", who.email);
        assert_eq!(rows("detail_changes") == 2, address, "{}", who.email);
    }
    assert_eq!(world.app.state_of(TABLES), before);
    assert_eq!(world.app.audited().iter().filter(|action| *action == "contact.read").count(), 2, "HR and the manager");
    // It goes with its person to another unit.
    world.move_member();
    world.app.browser(&world.manager).await.get(&path).await.expect_status(404);
    world.app.browser(&world.other_manager).await.get(&path).await.expect_status(200).expect_text("Quokka Marsh");
    let shown = world.app.browser(&world.hr).await.get(&path).await;
    shown.expect_text("NM1 4QY");
}

/// Whom messages and notices about details went to, by kind: both ways tell the same people.
fn told(world: &World) -> Vec<String> {
    let of = |table: &str| {
        world.app.database.superuser_texts(&format!(
            "select kind || ' ' || person_id from {table} where kind like 'detail-%' order by 1"
        ))
    };
    assert_eq!(of("mail_outbox"), of("notices"));
    of("notices")
}

#[actix_web::test]
async fn those_who_approve_are_told_once_that_a_change_waits_and_its_person_what_became_of_it() {
    let hours = Hours::new();
    let world = &hours.world;
    let mut member = world.app.browser(&world.member).await;
    propose(&mut member, "phone", &[("phone", "01632 960888")]).await;
    hours.do_jobs(2);
    let (waits, decided) = (format!("detail-waiting {}", world.hr.id), format!("detail-decided {}", world.member.id));
    assert_eq!(told(world), [waits.as_str()]);
    let change = waiting(world);
    let mut hr = world.app.browser(&world.hr).await;
    hr.get("/notifications").await.expect_text("waits for your decision").expect_no_text("960888");
    hr.get(&change).await;
    hr.post(&format!("{change}/return"), &[("answer", "A digit is missing")]).await.expect_status(303);
    hours.do_jobs(2);
    assert_eq!(told(world), [decided.as_str(), waits.as_str()]);
    // Nobody is told of their own.
    world.app.clock.advance(SignedDuration::from_hours(13));
    world.app.grant(&world.founded, &world.hr, "member", None);
    let mut hr = world.app.browser(&world.hr).await;
    propose(&mut hr, "address", &ADDRESS).await;
    hours.do_jobs(1);
    assert_eq!(told(world).len(), 2);
    let held = "select count(*) from mail_outbox o where o::text like '%960888%' or o::text like '%digit%'";
    assert_eq!(world.app.database.superuser_texts(held), ["0"]);
    let asked = format!(
        "select count(*) from app_whom_it_concerns('detail-waiting', '{}')",
        change.rsplit('/').next().expect("an id")
    );
    assert_eq!(world.app.raw(&world.member, &asked), Ok(vec!["0".to_owned()]));
}
