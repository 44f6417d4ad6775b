//! `/duties`: logging, listing, opening, changing and deleting, as everybody who might try.

use uuid::Uuid;
use watchroom::identity::setup::Founded;
use watchroom::kernel::ids::UnitId;
use watchroom::organisation::Service;

use crate::support::{Answer, Client, Somebody, TestApp};

/// Tables that a refusal must leave as they were.
pub const TABLES: &[&str] = &["duties", "duty_shared_notes", "duty_private_notes", "duty_revisions"];

/// An organisation with two stations, and everybody who plays a part in these tests.
pub struct World {
    pub app: TestApp,
    pub founded: Founded,
    pub hillside: UnitId,
    pub harbour: UnitId,
    pub member: Somebody,
    pub colleague: Somebody,
    pub manager: Somebody,
    pub other_manager: Somebody,
    pub hr: Somebody,
    pub auditor: Somebody,
    pub administrator: Somebody,
    pub stranger: Somebody,
}

impl World {
    pub fn new() -> Self {
        let app = TestApp::empty();
        let founded = app.found("northmoor", Service::Fire);
        let elsewhere = app.found("southmoor", Service::Ambulance);
        let hillside = app.unit(&founded, founded.unit, "station", "Hillside");
        let harbour = app.unit(&founded, founded.unit, "station", "Harbour");
        let member = app.person_called(&founded, "jo", "member", hillside);
        let colleague = app.person_called(&founded, "sam", "member", hillside);
        let manager = app.person_called(&founded, "max", "manager", hillside);
        let other_manager = app.person_called(&founded, "ola", "manager", harbour);
        let hr = app.person_called(&founded, "hana", "hr", founded.unit);
        let auditor = app.person_called(&founded, "aud", "auditor", founded.unit);
        let administrator = app.person_called(&founded, "adam", "administrator", founded.unit);
        let stranger = app.person_called(&elsewhere, "stan", "member", elsewhere.unit);
        for role in ["manager", "hr"] {
            app.grant(&elsewhere, &stranger, role, (role == "manager").then_some(elsewhere.unit));
        }
        let everybody = (member, colleague, manager, other_manager, hr, auditor, administrator, stranger);
        let (member, colleague, manager, other_manager, hr, auditor, administrator, stranger) = everybody;
        Self {
            app,
            founded,
            hillside,
            harbour,
            member,
            colleague,
            manager,
            other_manager,
            hr,
            auditor,
            administrator,
            stranger,
        }
    }

    /// The id of a kind by the codes that lead to it.
    pub fn kind(&self, way: &[&str]) -> String {
        let mut parent = "parent_id is null".to_owned();
        let mut id = String::new();
        for code in way {
            let query = format!(
                "select id from duty_kinds where organisation_id = '{}' and code = '{code}' and {parent}",
                self.founded.organisation
            );
            id = self.app.database.superuser_texts(&query)[0].clone();
            parent = format!("parent_id = '{id}'");
        }
        id
    }

    /// Moves the member to the other station, in the context that every deed of the program has.
    pub fn move_member(&self) {
        self.app.database.superuser(&format!(
            "begin; select set_config('app.organisation', '{}', true); \
             update people set unit_id = '{}', access_version = access_version + 1 where id = '{}'; commit",
            self.founded.organisation, self.harbour, self.member.id
        ));
    }

    /// Logs a full duty of the member's through the form and returns its id: yesterday, 07:00 to 19:00.
    pub async fn logged(&self) -> String {
        let mut client = self.app.browser(&self.member).await;
        self.log(&mut client, &[]).await.expect_status(303);
        self.app.database.superuser_texts("select id from duties order by id desc limit 1")[0].clone()
    }

    /// Fetches the form and posts it: yesterday, 07:00 to 19:00, a chimney fire, with the given fields instead.
    pub async fn log(&self, client: &mut Client<'_>, fields: &[(&str, &str)]) -> Answer {
        let page = client.get("/duties/new").await;
        let key = page.field("key");
        self.post(client, "/duties/new", &[&[("key", key.as_str())], fields].concat()).await
    }

    /// Posts the form as it is.
    pub async fn post(&self, client: &mut Client<'_>, path: &str, fields: &[(&str, &str)]) -> Answer {
        let kind = self.kind(&["fire-incident", "fire", "chimney"]);
        let unit = self.hillside.to_string();
        let usual = [
            ("date", "2026-11-21"),
            ("start", "07:00"),
            ("end", "19:00"),
            ("kind", kind.as_str()),
            ("unit", unit.as_str()),
            ("breaks", "30"),
            ("incident_number", "045512-21112026"),
            ("job_role", "Driver"),
            ("call_sign", "N12P1"),
            ("mileage", "12.5"),
            ("shared_note", "Two pumps."),
            ("private_note", "Slept badly after."),
        ];
        let mut all: Vec<(&str, &str)> =
            usual.into_iter().filter(|(name, _)| !fields.iter().any(|(other, _)| other == name)).collect();
        all.extend_from_slice(fields);
        client.post(path, &all).await
    }
}

#[actix_web::test]
async fn a_duty_is_logged_and_stands_in_the_list_with_its_hours() {
    let world = World::new();
    let mut client = world.app.browser(&world.member).await;
    client.get("/duties").await.expect_status(200).expect_text("No duties yet");
    let answer = world.log(&mut client, &[]).await.expect_status(303);
    assert_eq!(answer.location.as_deref(), Some("/duties"));
    client
        .get("/duties")
        .await
        .expect_text("Duty logged.")
        .expect_text("21 Nov 2026, 07:00 to 19:00")
        .expect_text("Chimney fire")
        .expect_text("Incident 045512-21112026, N12P1, Driver")
        .expect_text("11 h 30 min and 1 duty from 26 Oct 2026 to 22 Nov 2026")
        .expect_text("Fire service incident: Fire");
    let kept = world.app.database.superuser_texts(
        "select concat_ws(' ', source, revision, worked_minutes, week_start, mileage_tenths, call_sign) from duties",
    );
    assert_eq!(kept, ["manual 1 690 2026-11-16 125 N12P1"]);
    assert_eq!(world.app.audited(), ["duty.log"]);
    let entry = world.app.database.superuser_texts("select detail from audit_entries where action = 'duty.log'");
    assert!(entry[0].contains("N12P1") && !entry[0].contains("Slept") && !entry[0].contains("pumps"), "{entry:?}");
}

#[actix_web::test]
async fn sending_the_form_twice_makes_one_duty() {
    let world = World::new();
    let mut client = world.app.browser(&world.member).await;
    let key = client.get("/duties/new").await.field("key");
    for _ in 0..2 {
        world.post(&mut client, "/duties/new", &[("key", &key)]).await.expect_status(303);
    }
    assert_eq!(world.app.rows("duties"), 1);
    assert_eq!(world.app.audited(), ["duty.log"]);
    // Another person cannot take the key over: they learn nothing and get no duty under it.
    let mut other = world.app.browser(&world.colleague).await;
    other.get("/duties/new").await;
    world.post(&mut other, "/duties/new", &[("key", &key)]).await.expect_status(409);
    assert_eq!(world.app.rows("duties"), 1);
}

#[actix_web::test]
async fn what_is_wrong_is_said_beside_the_field_and_everything_typed_is_kept() {
    let world = World::new();
    let mut client = world.app.browser(&world.member).await;
    let before = world.app.state_of(TABLES);
    let answer = world
        .log(&mut client, &[("end", "06:00"), ("breaks", "half"), ("private_note", "Kept <as> typed")])
        .await
        .expect_status(422)
        .expect_text("The end, 06:00, is before the start, 07:00.")
        .expect_text("Breaks must be a whole number of minutes");
    assert!(answer.body.contains("Kept &lt;as&gt; typed") && answer.body.contains("045512-21112026"));
    assert!(answer.body.contains(r##"href="#end""##) && answer.body.contains(r#"id="end-error""#));
    assert_eq!(answer.field("breaks"), "half");
    world
        .log(&mut client, &[("date", "2026-11-22"), ("end", "11:00")])
        .await
        .expect_status(422)
        .expect_text("in the future");
    let long = [("next_day", "yes"), ("end", "08:00"), ("date", "2026-11-20")];
    world.log(&mut client, &long).await.expect_status(422).expect_text("That is 25 h.");
    let unknown = Uuid::new_v4().to_string();
    world.log(&mut client, &[("kind", &unknown)]).await.expect_status(422).expect_text("from the list");
    world.log(&mut client, &[("unit", &unknown)]).await.expect_status(422).expect_text("Choose a unit from the list");
    assert_eq!(world.app.state_of(TABLES), before);
    assert_eq!(world.app.audited(), Vec::<String>::new());
}

#[actix_web::test]
async fn two_duties_at_the_same_time_are_asked_about() {
    let world = World::new();
    let mut client = world.app.browser(&world.member).await;
    world.log(&mut client, &[]).await.expect_status(303);
    let answer = world.log(&mut client, &[("start", "18:59"), ("end", "20:00")]).await.expect_status(422);
    let answer =
        answer.expect_text("You have logged another duty at that time: Chimney fire, 21 Nov 2026, 07:00 to 19:00");
    assert!(answer.body.contains(r#"name="both_right""#));
    assert_eq!(world.app.rows("duties"), 1);
    let both = [("start", "18:59"), ("end", "20:00"), ("both_right", "yes")];
    world.log(&mut client, &both).await.expect_status(303);
    // One that only touches is no overlap, and a colleague's is nobody's business.
    world.log(&mut client, &[("start", "20:00"), ("end", "21:00")]).await.expect_status(303);
    let mut colleague = world.app.browser(&world.colleague).await;
    world.log(&mut colleague, &[]).await.expect_status(303);
    assert_eq!(world.app.rows("duties"), 4);
}

#[actix_web::test]
async fn the_hour_that_came_twice_is_asked_about_and_kept_apart() {
    let world = World::new();
    let mut client = world.app.browser(&world.member).await;
    let night = [("date", "2026-10-24"), ("start", "19:00"), ("end", "01:30"), ("next_day", "yes")];
    let asked = world.log(&mut client, &night).await.expect_status(422).expect_text("01:30 came twice");
    assert!(asked.body.contains(r#"name="end_turn""#));
    world.log(&mut client, &[&night[..], &[("end_turn", "second")]].concat()).await.expect_status(303);
    assert_eq!(world.app.database.superuser_texts("select worked_minutes from duties"), ["420"]);
}

#[actix_web::test]
async fn the_same_as_last_time_fills_the_form_in() {
    let world = World::new();
    let mut client = world.app.browser(&world.member).await;
    let fresh = client.get("/duties/new").await.expect_status(200);
    assert_eq!(fresh.field("date"), "2026-11-22");
    assert!(!fresh.body.contains("Same as last time"));
    world.log(&mut client, &[]).await.expect_status(303);
    let offered = client.get("/duties/new").await.expect_text("Same as last time");
    assert!(offered.body.contains(r#"<optgroup label="Used lately">"#));
    assert!(offered.body.contains(r#"<option value="N12P1">"#));
    let filled = client.get("/duties/new?like=last").await.expect_text("Check the date and the times");
    // A shift that ends at 19:00 is not over at nine: so it was yesterday.
    assert_eq!(
        (filled.field("date"), filled.field("start"), filled.field("end")),
        ("2026-11-21".into(), "07:00".into(), "19:00".into())
    );
    assert_eq!(filled.field("incident_number"), "");
    assert!(!filled.body.contains("Slept badly"));
}

#[actix_web::test]
async fn everybody_sees_of_a_duty_what_is_theirs_to_see() {
    let world = World::new();
    let id = world.logged().await;
    let path = format!("/duties/{id}");
    let own = world.app.browser(&world.member).await.get(&path).await.expect_status(200);
    own.expect_text("Two pumps.").expect_text("Slept badly after.").expect_text("045512").expect_text("Logged");
    let mut manager = world.app.browser(&world.manager).await;
    let seen = manager.get(&path).await.expect_status(200).expect_text("Two pumps.").expect_text("N12P1");
    seen.expect_text("Jo Tester").expect_no_text("Slept badly").expect_no_text("/edit").expect_no_text("/delete");
    let mut hr = world.app.browser(&world.hr).await;
    let hours = hr.get(&path).await.expect_status(200).expect_text("11 h 30 min").expect_text("Chimney fire");
    let mut hours = hours.expect_text("Jo Tester");
    for hidden in ["Two pumps", "Slept badly", "045512", "N12P1", "Driver", "12.5", "History"] {
        hours = hours.expect_no_text(hidden);
    }
    assert_eq!(world.app.audited(), ["duty.log", "duty.read", "duty.read"]);
    for somebody in [&world.colleague, &world.other_manager, &world.stranger] {
        world.app.browser(somebody).await.get(&path).await.expect_status(404).expect_no_text("N12P1");
    }
    for somebody in [&world.auditor, &world.administrator] {
        let mut client = world.app.browser(somebody).await;
        client.get(&path).await.expect_status(403).expect_no_text("N12P1");
        client.get("/duties").await.expect_status(403);
        client.get("/duties/new").await.expect_status(403);
    }
    world.app.visitor().get(&path).await.expect_status(303);
    assert_eq!(world.app.audited().len(), 3, "a refusal reads nothing");
}

#[actix_web::test]
async fn only_the_owner_changes_and_deletes() {
    let world = World::new();
    let id = world.logged().await;
    let before = world.app.state_of(TABLES);
    // Whoever may change no duty at all is stopped at the door; a member learns nothing of somebody else's.
    let everybody_else = [
        (&world.colleague, 404),
        (&world.manager, 403),
        (&world.other_manager, 403),
        (&world.hr, 403),
        (&world.auditor, 403),
        (&world.administrator, 403),
        (&world.stranger, 404),
    ];
    for (somebody, status) in everybody_else {
        let mut client = world.app.browser(somebody).await;
        client.get("/account").await;
        for page in ["edit", "delete"] {
            let path = format!("/duties/{id}/{page}");
            client.get(&path).await.expect_status(status).expect_no_text("Slept badly");
            client.get("/account").await;
            let form = [("revision", "1"), ("reason", "Because"), ("end", "18:00")];
            world.post(&mut client, &path, &form).await.expect_status(status);
            client.post_raw(&path, &form).await.expect_status(403);
        }
    }
    let mut owner = world.app.browser(&world.member).await;
    owner.get("/account").await;
    for page in ["edit", "delete"] {
        let form = [("revision", "1"), ("reason", "Because")];
        owner.post_raw(&format!("/duties/{id}/{page}"), &form).await.expect_status(403).expect_text("reload the page");
    }
    assert_eq!(world.app.state_of(TABLES), before);
    assert_eq!(world.app.audited(), ["duty.log"]);
}

#[actix_web::test]
async fn a_change_needs_a_reason_and_leaves_a_history() {
    let world = World::new();
    let id = world.logged().await;
    let (path, page) = (format!("/duties/{id}/edit"), format!("/duties/{id}"));
    let mut client = world.app.browser(&world.member).await;
    let form = client.get(&path).await.expect_status(200);
    assert_eq!(
        (form.field("start"), form.field("mileage"), form.field("revision")),
        ("07:00".into(), "12.5".into(), "1".into())
    );
    let before = world.app.state_of(TABLES);
    world
        .post(&mut client, &path, &[("revision", "1"), ("end", "18:00")])
        .await
        .expect_status(422)
        .expect_text("Say why");
    world.post(&mut client, &path, &[("revision", "1"), ("reason", "Same")]).await.expect_status(303);
    client.get(&page).await.expect_text("Nothing was changed");
    assert_eq!(world.app.state_of(TABLES), before);
    let change = [
        ("revision", "1"),
        ("reason", "Relieved early"),
        ("end", "18:00"),
        ("shared_note", ""),
        ("private_note", "Better"),
    ];
    world.post(&mut client, &path, &change).await.expect_status(303);
    client
        .get(&page)
        .await
        .expect_text("10 h 30 min")
        .expect_text("Changed: Relieved early")
        .expect_text("End was Saturday 21 November 2026, 19:00")
        .expect_text("Better")
        .expect_no_text("Two pumps");
    assert_eq!(world.app.rows("duty_shared_notes"), 0);
    assert_eq!(
        world.app.database.superuser_texts("select before from duty_revisions"),
        [r#"{"ended_at": "2026-11-21T19:00:00Z"}"#]
    );
    let entry = &world.app.database.superuser_texts("select detail from audit_entries where action = 'duty.edit'")[0];
    assert!(entry.contains("Relieved early") && entry.contains("left_out") && !entry.contains("Better"), "{entry}");
    // The manager of the unit reads the history too; HR does not.
    let mut manager = world.app.browser(&world.manager).await;
    manager.get(&page).await.expect_text("Relieved early").expect_no_text("Better");
    world.app.browser(&world.hr).await.get(&page).await.expect_no_text("Relieved early");
}

#[actix_web::test]
async fn a_change_of_something_changed_meanwhile_is_a_conflict_that_keeps_what_was_typed() {
    let world = World::new();
    let id = world.logged().await;
    let path = format!("/duties/{id}/edit");
    let mut phone = world.app.browser(&world.member).await;
    let mut desk = world.app.browser(&world.member).await;
    phone.get(&path).await;
    desk.get(&path).await;
    world.post(&mut phone, &path, &[("revision", "1"), ("reason", "First"), ("end", "18:00")]).await.expect_status(303);
    let before = world.app.state_of(TABLES);
    let mine = [("revision", "1"), ("reason", "Second"), ("end", "18:30"), ("private_note", "Mine")];
    let answer = world.post(&mut desk, &path, &mine).await.expect_status(409);
    let answer = answer.expect_text("It was changed while you had it open").expect_text("10 h 30 min");
    assert_eq!(
        (answer.field("end"), answer.field("reason"), answer.field("revision")),
        ("18:30".into(), "Second".into(), "2".into())
    );
    assert!(answer.body.contains("Mine"));
    assert_eq!(world.app.state_of(TABLES), before);
    world.post(&mut desk, &path, &[&mine[1..], &[("revision", "2")]].concat()).await.expect_status(303);
    desk.get(&format!("/duties/{id}/delete")).await;
    let stale = [("revision", "2"), ("reason", "Third")];
    desk.post(&format!("/duties/{id}/delete"), &stale)
        .await
        .expect_status(409)
        .expect_text("changed while you had it open");
    assert_eq!(world.app.rows("duty_revisions"), 2);
}

#[actix_web::test]
async fn a_deleted_duty_leaves_lists_and_sums_and_its_notes_are_gone() {
    let world = World::new();
    let id = world.logged().await;
    let path = format!("/duties/{id}/delete");
    let mut client = world.app.browser(&world.member).await;
    client.get(&path).await.expect_status(200).expect_text("Its notes are removed for good");
    client.post(&path, &[("revision", "1"), ("reason", " ")]).await.expect_status(422).expect_text("Say why");
    client.post(&path, &[("revision", "1"), ("reason", "Logged twice")]).await.expect_status(303);
    client.get("/duties").await.expect_text("Duty deleted.").expect_text("No duties yet");
    client.get(&format!("/duties/{id}")).await.expect_status(404);
    client.get(&path).await.expect_status(404);
    world
        .post(&mut client, &format!("/duties/{id}/edit"), &[("revision", "2"), ("reason", "x")])
        .await
        .expect_status(404);
    let rows =
        ["duties", "duty_shared_notes", "duty_private_notes", "duty_revisions"].map(|table| world.app.rows(table));
    assert_eq!(rows, [1, 0, 0, 1]);
    assert_eq!(world.app.audited(), ["duty.log", "duty.delete"]);
    // The time is free again.
    world.log(&mut client, &[]).await.expect_status(303);
}

#[actix_web::test]
async fn the_list_is_filtered_and_paged_by_key() {
    let world = World::new();
    let mut client = world.app.browser(&world.member).await;
    let drill = world.kind(&["training", "drill"]);
    for day in 1..=21 {
        let date = format!("2026-10-{day:02}");
        let number = format!("INC_{day:02}");
        let kind = if day % 2 == 0 { drill.clone() } else { world.kind(&["fire-incident", "fire", "chimney"]) };
        let fields = [("date", date.as_str()), ("incident_number", &number), ("kind", &kind)];
        world.log(&mut client, &fields).await.expect_status(303);
    }
    let first = client.get("/duties").await.expect_text("INC_21").expect_text("INC_02").expect_no_text("INC_01");
    let next = first.link("Earlier duties").expect("a next page");
    client.get(&next).await.expect_text("INC_01").expect_no_text("INC_02").expect_text("Latest duties");
    client.get("/duties?after=nonsense").await.expect_status(400);
    let drills = client.get(&format!("/duties?kind={drill}&from=2026-10-01&to=2026-10-10")).await;
    drills
        .expect_text("INC_10")
        .expect_no_text("INC_12")
        .expect_no_text("INC_09")
        .expect_text("5 duties from 1 Oct 2026 to 10 Oct 2026");
    client.get("/duties?incident=c_07").await.expect_text("INC_07").expect_no_text("INC_08");
    client.get("/duties?incident=%25").await.expect_text("No duty matches these filters");
    client.get("/duties?from=soon").await.expect_text("Enter a date like 22/11/2026");
}
