//! Leave and sickness: the pages and the table, as everybody who might try.

use super::duties::World;
use crate::support::{Answer, Client};

const TABLES: &[&str] = &["absences"];

/// Records through the form at `path`, with its key.
async fn record(client: &mut Client<'_>, path: &str, kind: &str, first: &str, last: &str) -> Answer {
    let key = client.get(path).await.expect_status(200).field("key");
    client.post(path, &[("key", &key), ("kind", kind), ("first_on", first), ("last_on", last)]).await
}

fn id(world: &World) -> String {
    world.app.database.superuser_texts("select id from absences order by id desc limit 1")[0].clone()
}

#[actix_web::test]
async fn a_member_records_and_withdraws_their_own_and_the_managers_see_why() {
    let world = World::new();
    let mut member = world.app.browser(&world.member).await;
    member.get("/absences").await.expect_text("No absences");
    record(&mut member, "/absences/new", "sick", "2026-11-20", "2026-11-24").await.expect_status(303);
    member.get("/absences").await.expect_text("Sickness").expect_text("5 days").expect_text("Now");
    let person = format!("/team/absences/{}", world.member.id);
    let mut manager = world.app.browser(&world.manager).await;
    manager.get("/team/absences").await.expect_text("Jo Tester").expect_text("Sickness");
    manager.get(&person).await.expect_text("Sickness").expect_text("in the audit trail");
    // Colleagues learn that somebody is away, on which of the days that they see, and not why.
    let mut colleague = world.app.browser(&world.colleague).await;
    let seen = colleague.get("/absences").await.expect_status(200).expect_text("Jo Tester: away");
    let listed = seen.text();
    let listed =
        listed.split("Away from your unit").nth(1).expect("a list").split("What an absence").next().expect("it");
    assert!(!listed.contains("ickness") && !listed.contains("20 Nov"), "{listed}");
    colleague.get(&person).await.expect_status(404);
    colleague.get("/team/absences").await.expect_status(403);
    world.app.browser(&world.other_manager).await.get(&person).await.expect_status(404);
    world.app.browser(&world.hr).await.get(&person).await.expect_text("Sickness");

    let id = id(&world);
    member.get(&format!("/absences/{id}/withdraw")).await.expect_text("Withdraw this absence?");
    member.post(&format!("/absences/{id}/withdraw"), &[]).await.expect_status(303);
    member.get("/absences").await.expect_text("Withdrawn");
    manager.get("/team/absences").await.expect_text("Nobody is away");
    let actions = world.app.audited();
    for deed in ["absence.record", "absence.list", "absence.read", "absence.withdraw"] {
        assert!(actions.iter().any(|action| action == deed), "{deed} is not in {actions:?}");
    }
    // The trail says that, and not what for.
    let told = world.app.database.superuser_texts("select detail from audit_entries where action like 'absence.%'");
    assert!(!told.is_empty() && !told.iter().any(|detail| detail.contains("sick")), "{told:?}");
}

#[actix_web::test]
async fn nobody_is_away_twice_on_one_day_and_sending_twice_makes_one() {
    let world = World::new();
    let mut member = world.app.browser(&world.member).await;
    let key = member.get("/absences/new").await.field("key");
    let fields =
        [("key", key.as_str()), ("kind", "annual-leave"), ("first_on", "2026-12-21"), ("last_on", "2026-12-24")];
    member.post("/absences/new", &fields).await.expect_status(303);
    member.post("/absences/new", &fields).await.expect_status(303);
    assert_eq!(world.app.rows("absences"), 1);
    let before = world.app.state_of(TABLES);
    let refused = record(&mut member, "/absences/new", "other", "2026-12-24", "2026-12-28").await;
    let refused = refused.expect_status(422).expect_text("recorded as an absence already");
    assert_eq!(refused.field("last_on"), "2026-12-28", "what was typed comes back");
    record(&mut member, "/absences/new", "", "soon", "").await.expect_status(422).expect_text("Choose what it is for");
    assert_eq!(world.app.state_of(TABLES), before);
    record(&mut member, "/absences/new", "other", "2026-12-25", "").await.expect_status(303);
    // Days that were withdrawn are free again.
    let of_the_25th = "select id from absences where first_on = '2026-12-25'";
    let id = world.app.database.superuser_texts(of_the_25th)[0].clone();
    member.post(&format!("/absences/{id}/withdraw"), &[]).await.expect_status(303);
    member.post(&format!("/absences/{id}/withdraw"), &[]).await.expect_status(409);
    record(&mut member, "/absences/new", "family", "2026-12-25", "").await.expect_status(303);
}

#[actix_web::test]
async fn what_a_manager_recorded_a_manager_withdraws() {
    let world = World::new();
    let mut manager = world.app.browser(&world.manager).await;
    let path = format!("/team/absences/{}/new", world.member.id);
    manager.get("/team/absences?q=jo").await.expect_text("Jo Tester");
    record(&mut manager, &path, "sick", "2026-11-23", "").await.expect_status(303);
    let id = id(&world);
    let mut member = world.app.browser(&world.member).await;
    member.get("/absences").await.expect_text("Recorded by a manager").expect_no_text("/withdraw");
    let before = world.app.state_of(TABLES);
    member.post(&format!("/absences/{id}/withdraw"), &[]).await.expect_status(403);
    for who in [&world.colleague, &world.other_manager] {
        let mut client = world.app.browser(who).await;
        client.get("/absences").await;
        client.post(&format!("/absences/{id}/withdraw"), &[]).await.expect_status(404);
        client.get(&path).await.expect_status(404);
    }
    assert_eq!(world.app.state_of(TABLES), before);
    manager.post(&format!("/absences/{id}/withdraw"), &[]).await.expect_status(303);
}

#[actix_web::test]
async fn the_database_refuses_what_the_pages_would() {
    let world = World::new();
    let (org, me, unit) = (world.founded.organisation, world.member.id, world.hillside);
    world.app.database.superuser(&format!(
        "insert into absences (organisation_id, id, person_id, unit_id, kind, first_on, last_on, recorded_by, created_at) \
         values ('{org}', '{me}', '{me}', '{unit}', 'sick', '2026-11-20', '2026-11-21', '{}', now())",
        world.manager.id
    ));
    let before = world.app.state_of(TABLES);
    let insert = |by: String| {
        format!(
            "insert into absences (organisation_id, id, person_id, unit_id, kind, first_on, last_on, recorded_by, created_at) \
             values ('{org}', gen_random_uuid(), '{me}', '{unit}', 'other', '2026-12-20', '2026-12-21', '{by}', now())"
        )
    };
    let withdraw = |by: String| {
        format!("update absences set withdrawn_at = now(), withdrawn_by = '{by}' where person_id = '{me}'")
    };
    for (name, who) in [("colleague", &world.colleague), ("manager elsewhere", &world.other_manager)] {
        let mut prompt = world.app.prompt(who);
        assert!(prompt.change(&insert(who.id.to_string())).is_err(), "{name} recorded it");
        assert_eq!(prompt.change(&withdraw(who.id.to_string())), Ok(0), "{name} withdrew it");
    }
    let mut member = world.app.prompt(&world.member);
    assert!(member.change(&insert(world.manager.id.to_string())).is_err(), "in the manager's name");
    assert_eq!(member.change(&withdraw(me.to_string())), Ok(0), "what a manager recorded");
    let mut manager = world.app.prompt(&world.manager);
    assert!(manager.change(&withdraw(me.to_string())).is_err(), "in the member's name");
    for change in ["kind = 'other'", "first_on = '2026-11-19'", "recorded_by = person_id"] {
        let change = format!("update absences set {change} where person_id = '{me}'");
        assert!(manager.change(&change).is_err(), "{change}");
    }
    // Changed only under one's own name, by whom it is for, and never while it is withdrawn.
    let days =
        |by: String| format!("update absences set last_on = '2026-11-22', changed_at = now(), changed_by = '{by}'");
    assert!(manager.change(&days(me.to_string())).is_err(), "in the member's name");
    assert_eq!(member.change(&days(me.to_string())), Ok(0), "what a manager recorded");
    assert_eq!(manager.change(&days(world.manager.id.to_string())), Ok(1));
    let by = world.manager.id;
    let sly = format!("update absences set kind = 'other', withdrawn_at = now(), withdrawn_by = '{by}'");
    assert!(manager.change(&sly).is_err(), "withdrawn and changed at once");
    for who in [&world.colleague, &world.other_manager] {
        assert_eq!(world.app.prompt(who).change(&days(who.id.to_string())), Ok(0));
    }
    assert!(manager.change(&format!("delete from absences where person_id = '{me}'")).is_err());
    assert_eq!(world.app.state_of(TABLES), before);
}

/// Changes an absence through its form.
async fn change(client: &mut Client<'_>, path: &str, kind: &str, first: &str, last: &str) -> Answer {
    let key = client.get(path).await.expect_status(200).field("key");
    client.post(path, &[("key", &key), ("kind", kind), ("first_on", first), ("last_on", last)]).await
}

#[actix_web::test]
async fn days_and_kind_are_put_right_and_both_values_stay_in_the_trail() {
    let world = World::new();
    let mut member = world.app.browser(&world.member).await;
    record(&mut member, "/absences/new", "annual-leave", "2026-11-20", "2026-11-24").await.expect_status(303);
    let path = format!("/absences/{}/edit", id(&world));
    let form = member.get(&path).await.expect_text("Change this absence");
    assert_eq!((form.field("first_on").as_str(), form.field("last_on").as_str()), ("2026-11-20", "2026-11-24"));
    let old_page = form.field("key");
    // Its own days are free to it; those of another absence are not.
    record(&mut member, "/absences/new", "other", "2026-11-30", "").await.expect_status(303);
    let before = world.app.state_of(TABLES);
    let taken = change(&mut member, &path, "sick", "2026-11-21", "2026-11-30").await.expect_status(422);
    let taken = taken.expect_text("recorded as an absence already");
    assert_eq!(taken.field("first_on"), "2026-11-21", "what was typed comes back");
    change(&mut member, &path, "", "soon", "").await.expect_status(422).expect_text("Choose what it is for");
    change(&mut member, &path, "annual-leave", "2026-11-20", "2026-11-24").await.expect_status(303);
    assert_eq!(world.app.state_of(TABLES), before, "as it stood already");
    world.app.clock.advance(jiff::SignedDuration::from_mins(5));
    change(&mut member, &path, "sick", "2026-11-21", "2026-11-25").await.expect_status(303);
    member.get("/absences").await.expect_text("Sickness").expect_text("Changed 22 Nov 2026");
    let stale = [("key", old_page.as_str()), ("kind", "other"), ("first_on", "2026-11-21"), ("last_on", "")];
    member.post(&path, &stale).await.expect_status(409);
    let trail = "select detail from audit_entries where action = 'absence.change'";
    let told = world.app.database.superuser_texts(trail);
    assert_eq!(told.len(), 1);
    for value in ["2026-11-20", "2026-11-21", "2026-11-24", "2026-11-25"] {
        assert!(told[0].contains(value), "{value} is not in {told:?}");
    }
    assert!(!told[0].contains("sick") && !told[0].contains("annual"), "what for is told by no trail: {told:?}");
    // What is withdrawn stays as it was.
    member.post(&path.replace("/edit", "/withdraw"), &[]).await.expect_status(303);
    member.get(&path).await.expect_status(409);
}

#[actix_web::test]
async fn what_a_manager_recorded_a_manager_changes_and_the_person_does_not() {
    let world = World::new();
    let mut manager = world.app.browser(&world.manager).await;
    let person = format!("/team/absences/{}", world.member.id);
    record(&mut manager, &format!("{person}/new"), "sick", "2026-11-23", "").await.expect_status(303);
    let path = format!("/absences/{}/edit", id(&world));
    let before = world.app.state_of(TABLES);
    let mut member = world.app.browser(&world.member).await;
    member.get("/absences").await.expect_no_text("Change the absence");
    member.get(&path).await.expect_status(403);
    let fields = [("key", ""), ("kind", "other"), ("first_on", "2026-11-23"), ("last_on", "2026-11-24")];
    member.post(&path, &fields).await.expect_status(403);
    for who in [&world.colleague, &world.other_manager, &world.stranger] {
        let mut client = world.app.browser(who).await;
        client.get("/absences").await;
        client.get(&path).await.expect_status(404);
        client.post(&path, &fields).await.expect_status(404);
    }
    assert_eq!(world.app.state_of(TABLES), before);
    let done = change(&mut manager, &path, "sick", "2026-11-23", "2026-11-26").await.expect_status(303);
    assert_eq!(done.location.as_deref(), Some(person.as_str()));
    member.get("/absences").await.expect_text("4 days").expect_text("Changed");
}
