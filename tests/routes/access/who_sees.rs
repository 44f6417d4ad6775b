//! Who can see what, as everybody is told and as the database has it; receipts for each look.

use watchroom::kernel::ids::PersonId;

use super::{ADMIN, World, world};
use crate::support::Context;

#[actix_web::test]
async fn everybody_sees_who_can_see_what_they_see_themself_and_an_administrator_asks_about_all() {
    let World { app, founded, hillside } = world();
    let member = app.person(&founded, "member", hillside);
    let manager = app.person(&founded, "manager", hillside);
    let far = app.unit(&founded, founded.unit, "station", "Harbour");
    let other = app.person_called(&founded, "other", "manager", far);
    let hr = app.person(&founded, "hr", far);
    let duty = app.duty(&founded, &member);
    let access = format!("/people/{}/access", member.id);
    let mut own = app.browser(&member).await;
    own.get(&access)
        .await
        .expect_status(200)
        .expect_text("Who can see your record")
        .expect_text(&manager.name)
        .expect_text(&hr.name)
        .expect_text("hr.kin.read")
        .expect_no_text(&other.name);
    own.get(&format!("/duties/{duty}/access"))
        .await
        .expect_status(200)
        .expect_text(&manager.name)
        .expect_text("hours.read")
        .expect_text("No role reads it but the person's own.")
        .expect_no_text(&other.name);
    // Who reads somebody else's record asks about the parts that they read; who reads nothing of it learns nothing.
    let mut reads = app.browser(&manager).await;
    reads
        .get(&access)
        .await
        .expect_status(200)
        .expect_text(&hr.name)
        .expect_text("you cannot read yourself are left out")
        .expect_no_text("hr.kin.read");
    reads
        .get(&format!("/duties/{duty}/access"))
        .await
        .expect_status(200)
        .expect_text(&hr.name)
        .expect_no_text("Private note");
    app.browser(&other).await.get(&access).await.expect_status(404);
    app.browser(&other).await.get(&format!("/duties/{duty}/access")).await.expect_status(404);
    let before = app.rows("audit_entries");
    let mut admin = app.signed_in(ADMIN).await;
    admin.get(&access).await.expect_status(200).expect_text(&manager.name).expect_text("Hillside and below");
    admin.get(&format!("/duties/{duty}/access")).await.expect_status(200).expect_text(&manager.name);
    admin.get(&format!("/duties/{duty}")).await.expect_status(404);
    assert!(app.rows("audit_entries") >= before + 2);
    // Asked by raw SQL, the function says no more.
    for (who, table, count) in [(&manager, "people", true), (&manager, "hr_kin", false), (&other, "people", false)] {
        let asked = format!("select given_name from app_who_reads('{table}', '{}', '{hillside}')", member.id);
        assert_eq!(app.raw(who, &asked).is_ok_and(|rows| !rows.is_empty()), count, "{} {table}", who.name);
    }
}

#[actix_web::test]
async fn who_can_open_it_is_who_the_database_lets_read_it() {
    let World { app, founded, hillside } = world();
    let watch = app.unit(&founded, hillside, "watch", "Red watch");
    let far = app.unit(&founded, founded.unit, "station", "Harbour");
    let member = app.person(&founded, "member", watch);
    let duty = app.duty(&founded, &member);
    let mut everybody = vec![member.clone()];
    for (number, (role, unit)) in [
        ("manager", hillside),
        ("manager", watch),
        ("manager", far),
        ("manager", founded.unit),
        ("hr", far),
        ("auditor", watch),
        ("administrator", watch),
        ("member", watch),
    ]
    .into_iter()
    .enumerate()
    {
        everybody.push(app.person_called(&founded, &format!("p{number}"), role, unit));
    }
    let person = member.id;
    for (table, key, id) in [
        ("duties", "id", duty.clone()),
        ("duty_shared_notes", "duty_id", duty.clone()),
        ("people", "id", person.to_string()),
        ("hr_contracts", "person_id", person.to_string()),
        ("hr_payroll", "person_id", person.to_string()),
        ("hr_kin", "person_id", person.to_string()),
        ("hr_fitness", "person_id", person.to_string()),
        ("accounts", "person_id", person.to_string()),
    ] {
        let told = format!("select distinct person_id from app_who_reads('{table}', '{person}', '{watch}')");
        let mut told = app.raw(&member, &told).expect("an answer");
        told.push(person.to_string());
        told.sort_unstable();
        told.dedup();
        let mut may: Vec<String> = Vec::new();
        let mut all: Vec<PersonId> = everybody.iter().map(|somebody| somebody.id).collect();
        all.push(founded.administrator);
        for reader in all {
            let context = Context::Person(founded.organisation, reader);
            if app
                .raw(context, &format!("select 1 from {table} where {key} = '{id}'"))
                .is_ok_and(|rows| !rows.is_empty())
            {
                may.push(reader.to_string());
            }
        }
        may.sort_unstable();
        assert!(may.contains(&person.to_string()), "{table} has a row to read");
        assert_eq!(told, may, "{table}");
    }
}

#[actix_web::test]
async fn everybody_gets_a_receipt_for_each_time_their_record_was_opened() {
    let World { app, founded, hillside } = world();
    let member = app.person(&founded, "member", hillside);
    let colleague = app.person_called(&founded, "colleague", "member", hillside);
    let manager = app.person(&founded, "manager", hillside);
    app.grant(&founded, &manager, "member", None);
    let hr = app.person(&founded, "hr", hillside);
    let duty = app.duty(&founded, &member);
    let mut own = app.browser(&member).await;
    own.get("/account/receipts").await.expect_status(200).expect_text("Nobody but you");
    own.get(&format!("/people/{}", member.id)).await.expect_status(200);
    app.browser(&manager).await.get(&format!("/duties/{duty}")).await.expect_status(200);
    app.browser(&hr).await.get(&format!("/people/{}/hr", member.id)).await.expect_status(200);
    let page = own.get("/account/receipts").await.expect_status(200);
    let text = page.text();
    assert!(text.contains("Manager Tester Manager Opened one of your duties"), "{text}");
    assert!(text.contains("Hr Tester HR Opened what HR holds about you: contract, payroll, kin, fitness"), "{text}");
    assert!(!text.contains("Manager, Member"), "the role that allowed it, not all that they have: {text}");
    app.browser(&colleague).await.get("/account/receipts").await.expect_text("Nobody but you");
    // The trail itself stays shut for everybody but its readers.
    assert_eq!(app.raw(&member, "select action from audit_entries"), Ok(vec![]));
    let addresses = app.raw(&member, "select detail::text from app_receipts('infinity', 9000000000000, 50)");
    assert!(addresses.expect("rows").iter().all(|detail| !detail.contains("192.0.2")));
}
