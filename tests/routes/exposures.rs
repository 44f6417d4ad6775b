//! The ledger of exposures: what a duty proposes, what is confirmed, corrected and read, as everybody who might try.

use super::duties::World;
use watchroom::kernel::ids::UnitId;

use crate::support::{Answer, Client, Context, Somebody};

const TABLES: &[&str] = &["exposures", "exposure_versions", "exposure_health"];

/// The proposals of a page: duty and kind of each, in their order.
fn proposals(page: &Answer) -> Vec<(String, String)> {
    let field = |part: &str, name: &str| {
        let start = part.split(&format!("name=\"{name}\" value=\"")).nth(1).expect("a field");
        start.split('"').next().expect("a value").to_owned()
    };
    let forms = page.body.split("action=\"/exposures/confirm\"").skip(1);
    forms.map(|form| (field(form, "duty"), field(form, "kind"))).collect()
}

/// Confirms the first proposal of the member's page.
async fn confirm_first(member: &mut Client<'_>) -> (String, String) {
    let page = member.get("/exposures").await.expect_status(200);
    let (duty, kind) = proposals(&page).into_iter().next().expect("a proposal");
    member.post("/exposures/confirm", &[("duty", &duty), ("kind", &kind)]).await.expect_status(303);
    (duty, kind)
}

/// Records an exposure through the form; where it stands.
async fn record(member: &mut Client<'_>, fields: &[(&str, &str)]) -> Answer {
    let page = member.get("/exposures/new").await;
    let key = page.field("key");
    let mut all = vec![("key", key.as_str()), ("kind", "hazardous"), ("happened_on", "2026-11-20")];
    all.retain(|(name, _)| !fields.iter().any(|(other, _)| other == name));
    all.extend_from_slice(fields);
    member.post("/exposures/new", &all).await
}

/// Somebody who reads exposures of a unit and below.
fn reader(world: &World, handle: &str, unit: UnitId) -> Somebody {
    let somebody = world.app.person_called(&world.founded, handle, "member", unit);
    world.app.grant(&world.founded, &somebody, "exposure-reader", Some(unit));
    somebody
}

#[actix_web::test]
async fn a_fire_proposes_smoke_and_nothing_counts_before_it_is_confirmed() {
    let world = World::new();
    let duty = world.logged().await;
    let mut member = world.app.browser(&world.member).await;
    let page = member.get("/exposures").await.expect_status(200).expect_text("0 exposures count");
    let page = page.expect_text("Fire contaminants: Smoke, Soot").expect_text("Nothing on record yet");
    assert_eq!(proposals(&page), [(duty.clone(), "contaminant".to_owned())]);
    assert_eq!(world.app.rows("exposures"), 0, "a proposal is nothing that is stored");

    confirm_first(&mut member).await;
    let page = member.get("/exposures").await.expect_text("1 exposure counts").expect_no_text("To confirm");
    assert!(page.text().contains("In sum"), "{}", page.text());
    // Pressing twice counts once.
    let again = member.post("/exposures/confirm", &[("duty", &duty), ("kind", "contaminant")]).await.expect_status(303);
    assert_eq!(again.location.as_deref(), Some("/exposures"));
    assert_eq!((world.app.rows("exposures"), world.app.rows("exposure_versions")), (1, 1));
    assert!(world.app.audited().iter().any(|deed| deed == "exposure.confirm"));
    // The page of the duty leads there.
    let href = member.get(&format!("/duties/{duty}")).await.link("What you were exposed to").expect("a link");
    member.get(&href).await.expect_status(200).expect_text("Fire contaminants").expect_no_text("To confirm");
}

#[actix_web::test]
async fn whoever_was_not_exposed_says_so_and_is_not_asked_again() {
    let world = World::new();
    let duty = world.logged().await;
    let mut member = world.app.browser(&world.member).await;
    member.get("/exposures").await;
    member.post("/exposures/deny", &[("duty", &duty), ("kind", "contaminant")]).await.expect_status(303);
    let page = member.get("/exposures").await.expect_text("0 exposures count").expect_text("Not exposed");
    page.expect_no_text("To confirm").expect_no_text("In sum");
    // What no rule proposes is not confirmed by guessing.
    member.post("/exposures/confirm", &[("duty", &duty), ("kind", "biological")]).await.expect_status(303);
    assert_eq!(world.app.rows("exposures"), 1);
    let mut colleague = world.app.browser(&world.colleague).await;
    colleague.get("/exposures").await;
    colleague.post("/exposures/confirm", &[("duty", &duty), ("kind", "contaminant")]).await.expect_status(303);
    assert_eq!(world.app.rows("exposures"), 1, "a duty of somebody else proposes nothing");
}

#[actix_web::test]
async fn an_exposure_is_recorded_once_with_all_its_fields_and_summed() {
    let world = World::new();
    let mut member = world.app.browser(&world.member).await;
    let wrong = record(&mut member, &[("kind", ""), ("happened_on", "2027-01-01"), ("ba_minutes", "a while")]).await;
    let wrong = wrong.expect_status(422).expect_text("Choose what you were exposed to");
    let wrong = wrong.expect_text("That day is still to come").expect_text("Enter whole minutes");
    assert_eq!(wrong.field("ba_minutes"), "a while", "what was typed stays");
    let key = wrong.field("key");
    let fields = [
        ("key", key.as_str()),
        ("agents", "Asbestos, Diesel"),
        ("route", "inhaled"),
        ("route", "skin"),
        ("minutes", "40"),
        ("position", "In the cellar, team of two"),
        ("ppe", "fire-kit"),
        ("ppe", "ba"),
        ("ba_minutes", "31"),
        ("decontaminated", "scene"),
        ("laundered", "sent"),
        ("how", "A ceiling came down."),
        ("symptoms", "Dry cough"),
        ("advice", "Come back if it lasts"),
    ];
    let to = record(&mut member, &fields).await.expect_status(303).location.expect("a page");
    record(&mut member, &fields).await.expect_status(303);
    assert_eq!(world.app.rows("exposures"), 1, "sent twice is one");
    let page = member.get(&to).await.expect_status(200).text();
    for part in [
        "Asbestos, Diesel",
        "Breathed in, On the skin",
        "40 min",
        "In the cellar, team of two",
        "Fire kit, Breathing apparatus",
        "31 min",
        "At the scene, before the cab",
        "Bagged and sent",
        "A ceiling came down.",
        "Dry cough",
        "Come back if it lasts",
    ] {
        assert!(page.contains(part), "{part} in {page}");
    }
    let list = member.get("/exposures").await.expect_text("Asbestos").expect_text("31 min (31 min)");
    assert!(list.text().contains("Hazardous materials"), "{}", list.text());
}

#[actix_web::test]
async fn a_correction_keeps_both_values_and_one_on_an_old_page_is_none() {
    let world = World::new();
    let mut member = world.app.browser(&world.member).await;
    let to = record(&mut member, &[("ba_minutes", "25"), ("symptoms", "None")]).await.location.expect("a page");
    let form = format!("{to}/correct");
    let version = member.get(&form).await.expect_status(200).field("version");
    let fields = |ba: &'static str, reason: &'static str| {
        [
            ("version", version.as_str()),
            ("stands", "yes"),
            ("happened_on", "2026-11-20"),
            ("ba_minutes", ba),
            ("reason", reason),
        ]
    };
    member.post(&form, &fields("31", "")).await.expect_status(422).expect_text("Say why you correct it");
    member.post(&form, &fields("31", "Two wears")).await.expect_status(303);
    let page = member.get(&to).await.expect_text("31 min").expect_text("What it said before");
    page.expect_text("25 min").expect_text("Two wears").expect_text("Version 1");
    let late = member.post(&form, &fields("99", "Too late")).await.expect_status(409);
    late.expect_text("It was corrected while you had it open").expect_no_text("99 min");
    // To "not exposed": it stays and counts no more.
    let denied = [("version", "2"), ("stands", "no"), ("happened_on", "2026-11-20"), ("reason", "It was my colleague")];
    member.post(&form, &denied).await.expect_status(303);
    member.get("/exposures").await.expect_text("0 exposures count").expect_text("Not exposed");
    assert_eq!(world.app.rows("exposure_versions"), 3);
    // Not even its person overwrites a version.
    for statement in [
        "update exposure_versions set ba_minutes = 1",
        "delete from exposure_versions",
        "delete from exposures",
        "update exposure_health set symptoms = 'x'",
    ] {
        let error = world.app.raw_write(&world.member, statement).expect_err(statement);
        assert!(error.contains("permission denied"), "{error}");
    }
    // And the head says nothing that no version says.
    let error = world.app.raw_committed(&world.member, "update exposures set confirmed = true").expect_err("disagrees");
    assert!(error.contains("version in force"), "{error}");
}

#[actix_web::test]
async fn nobody_opens_or_corrects_the_exposure_of_another() {
    let world = World::new();
    let mut member = world.app.browser(&world.member).await;
    let to = record(&mut member, &[("agents", "Chlorine")]).await.location.expect("a page");
    let before = world.app.state_of(TABLES);
    for somebody in [&world.colleague, &world.manager, &world.hr, &world.administrator, &world.auditor, &world.stranger]
    {
        let mut client = world.app.browser(somebody).await;
        client.get("/account").await;
        for path in [to.clone(), format!("{to}/correct"), format!("/exposure-records/{}", world.member.id)] {
            let answer = client.get(&path).await;
            assert!([403, 404].contains(&answer.status), "{path}: {}", answer.status);
        }
        let answer = client.post(&format!("{to}/correct"), &[("version", "1"), ("happened_on", "2026-11-20")]).await;
        assert!([403, 404].contains(&answer.status), "{}", answer.status);
    }
    assert_eq!(world.app.state_of(TABLES), before);
}

#[actix_web::test]
async fn a_reader_reads_for_a_medical_professional_and_the_member_has_a_receipt() {
    let world = World::new();
    let mut member = world.app.browser(&world.member).await;
    record(&mut member, &[("agents", "Chlorine"), ("symptoms", "Watering eyes")]).await.expect_status(303);
    record(&mut member, &[("kind", "traumatic"), ("how", "A thing that stays")]).await.expect_status(303);
    let by_hillside = reader(&world, "rea", world.hillside);
    let mut client = world.app.browser(&by_hillside).await;
    let found = client.get("/exposure-records?q=jo").await.expect_status(200);
    let href = format!("/exposure-records/{}", world.member.id);
    assert!(found.body.contains(&href), "{}", found.text());
    let page = client.get(&href).await.expect_status(200).expect_text("Chlorine").expect_text("Watering eyes");
    page.expect_no_text("A thing that stays").expect_no_text("Traumatic event,");
    let paper = client.get(&format!("{href}/record.pdf")).await.expect_status(200);
    assert_eq!(paper.header("content-type"), "application/pdf");
    let receipts =
        member.get("/account/receipts").await.expect_text("Opened your exposures, for a medical professional");
    receipts.expect_text("Downloaded your exposures, for a medical professional");

    // Another unit's reader reads nothing, and the first one loses it with the unit.
    let elsewhere = reader(&world, "els", world.harbour);
    let mut other = world.app.browser(&elsewhere).await;
    other.get(&href).await.expect_status(404);
    other.get("/exposure-records?q=jo").await.expect_no_text(&href);
    world.move_member();
    client.get(&href).await.expect_status(404);
    other.get(&href).await.expect_status(200);
}

#[actix_web::test]
async fn who_may_not_read_symptoms_reads_the_rest_by_page_paper_and_sql() {
    let world = World::new();
    let mut member = world.app.browser(&world.member).await;
    record(&mut member, &[("agents", "Chlorine"), ("symptoms", "Watering eyes")]).await.expect_status(303);
    let org = world.founded.organisation;
    world.app.database.superuser(&format!(
        "insert into role_permissions select organisation_id, id, 'exposure.read', 'organisation' from roles \
           where organisation_id = '{org}' and code = 'hr'"
    ));
    let mut hr = world.app.browser(&world.hr).await;
    let page = hr.get(&format!("/exposure-records/{}", world.member.id)).await.expect_status(200);
    page.expect_text("Chlorine")
        .expect_no_text("Watering eyes")
        .expect_text("Symptoms and health advice are not shown");
    assert_eq!(world.app.raw(&world.hr, "select count(*)::text from exposures").expect("a count"), ["1"]);
    assert_eq!(world.app.raw(&world.hr, "select count(*)::text from exposure_health").expect("a count"), ["0"]);
}

#[actix_web::test]
async fn a_lifetime_leaves_as_a_table_and_as_a_paper() {
    let world = World::new();
    let mut member = world.app.browser(&world.member).await;
    record(&mut member, &[("agents", "=Asbestos"), ("symptoms", "Cough")]).await.expect_status(303);
    record(&mut member, &[("kind", "traumatic"), ("happened_on", "1999-05-01")]).await.expect_status(303);
    let csv = member.get("/exposures.csv").await.expect_status(200);
    assert!(
        csv.body.contains("'=Asbestos") && csv.body.contains("Cough") && csv.body.contains("1999-05-01"),
        "{}",
        csv.body
    );
    let pdf = member.get("/exposures.pdf").await.expect_status(200);
    assert_eq!(pdf.header("content-type"), "application/pdf");
    assert!(world.app.audited().iter().filter(|deed| *deed == "exposure.export").count() == 2);
}

#[actix_web::test]
async fn an_administrator_says_which_work_exposes_and_reads_nothing() {
    let world = World::new();
    let mut admin = world.app.browser(&world.administrator).await;
    let page = admin.get("/exposure-rules").await.expect_status(200);
    page.expect_text("Fire service incident: Fire").expect_text("Smoke, Soot");
    let usual = admin.post("/exposure-rules/usual", &[]).await.expect_status(303);
    assert_eq!(usual.location.as_deref(), Some("/exposure-rules"));
    let drill = world.kind(&["training", "drill"]);
    admin
        .post("/exposure-rules", &[("work", ""), ("kind", "")])
        .await
        .expect_status(422)
        .expect_text("Choose a kind of work");
    let rule = [("work", drill.as_str()), ("kind", "contaminant"), ("agents", "Training smoke")];
    admin.post("/exposure-rules", &rule).await.expect_status(303);
    admin.post("/exposure-rules", &rule).await.expect_status(422).expect_text("proposes that already");

    let mut member = world.app.browser(&world.member).await;
    world.log(&mut member, &[("kind", drill.as_str())]).await.expect_status(303);
    member.get("/exposures").await.expect_text("Training smoke");
    let id = world.app.database.superuser_texts("select id from exposure_rules where agents = 'Training smoke'");
    admin.post(&format!("/exposure-rules/{}/remove", id[0]), &[]).await.expect_status(303);
    member.get("/exposures").await.expect_no_text("Training smoke");
    admin.get("/exposure-records").await.expect_status(403);
    admin.get("/exposures.csv").await.expect_status(403);
}

#[actix_web::test]
async fn the_more_exact_work_says_the_agents() {
    let world = World::new();
    let vehicle = world.kind(&["fire-incident", "fire", "primary-road-vehicle"]);
    let mut member = world.app.browser(&world.member).await;
    world.log(&mut member, &[("kind", vehicle.as_str())]).await.expect_status(303);
    let page = member.get("/exposures").await.expect_text("Vehicle fire products");
    assert_eq!(proposals(&page).len(), 1, "two rules of one kind are one proposal");
}

#[actix_web::test]
async fn raw_sql_forges_no_exposure_of_another_and_ties_none_to_anothers_duty() {
    let world = World::new();
    let duty = world.logged().await;
    let (org, me, unit) = (world.founded.organisation, world.member.id, world.hillside);
    let forged = |person: String, duty: String| {
        format!(
            "insert into exposures (organisation_id, id, person_id, unit_id, duty_id, kind, happened_on, confirmed, created_at, changed_at) \
             values ('{org}', gen_random_uuid(), '{person}', '{unit}', {duty}, 'contaminant', '2026-11-20', true, now(), now())"
        )
    };
    for somebody in [&world.colleague, &world.manager, &world.hr, &world.administrator, &world.auditor] {
        assert!(world.app.raw_write(somebody, &forged(me.to_string(), "null".to_owned())).is_err());
    }
    let error = world
        .app
        .raw_write(&world.colleague, &forged(world.colleague.id.to_string(), format!("'{duty}'")))
        .expect_err("not theirs");
    assert!(error.contains("not theirs"), "{error}");
    assert!(world.app.raw_write(Context::None, &forged(me.to_string(), "null".to_owned())).is_err());
}
