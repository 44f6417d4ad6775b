//! Competences: kinds, who needs them, certificates, the team's table, as everybody who might try.

use super::duties::World;
use crate::support::{Client, Somebody};

const TABLES: &[&str] = &["competence_kinds", "competence_needs", "competence_exceptions", "certificates"];

/// Adds a kind that everybody needs and that takes people off the run; its id.
pub async fn breathing_apparatus(world: &World) -> String {
    let mut admin = world.app.browser(&world.administrator).await;
    admin.get("/competence-kinds/new").await.expect_status(200);
    let fields = [
        ("name", "Breathing apparatus"),
        ("validity_months", "24"),
        ("grace_days", "28"),
        ("effect", "off-the-run"),
        ("effect_note", "No breathing apparatus"),
    ];
    let added = admin.post("/competence-kinds/new", &fields).await.expect_status(303);
    let path = added.location.expect("a kind");
    admin.get(&path).await.expect_text("24 months, then 28 days of grace").expect_text("Nobody yet");
    admin.post(&format!("{path}/needs"), &[("unit", "all"), ("role", "all")]).await.expect_status(303);
    admin.get(&path).await.expect_text("Everybody");
    path.trim_start_matches("/competence-kinds/").to_owned()
}

/// Records a certificate of somebody through the form.
pub async fn record(
    client: &mut Client<'_>,
    person: &Somebody,
    kind: &str,
    fields: &[(&str, &str)],
) -> crate::support::Answer {
    let path = format!("/team/competences/{}/record", person.id);
    let page = client.get(&path).await;
    let key = page.field("key");
    let mut all = vec![("key", key.as_str()), ("kind", kind), ("awarded_on", "2026-11-02")];
    all.retain(|(name, _)| !fields.iter().any(|(other, _)| other == name));
    all.extend_from_slice(fields);
    client.post(&path, &all).await
}

#[actix_web::test]
async fn whoever_lacks_what_they_need_is_off_the_run_until_it_is_recorded() {
    let world = World::new();
    let kind = breathing_apparatus(&world).await;
    let mut member = world.app.browser(&world.member).await;
    member.get("/competences").await.expect_text("You are off the run").expect_text("Missing");
    let mut manager = world.app.browser(&world.manager).await;
    let team = manager.get("/team/competences").await.expect_status(200);
    assert!(team.text().contains("Off the run") && team.text().contains("Gaps by unit"), "{}", team.text());
    manager.get(&format!("/people/{}", world.member.id)).await.expect_text("Off the run");

    record(&mut manager, &world.member, &kind, &[("reference", "BA-77")]).await.expect_status(303);
    // 24 months from 2 November 2026 end with 1 November 2028.
    member
        .get("/competences")
        .await
        .expect_text("Valid")
        .expect_text("until 1 Nov 2028")
        .expect_text("BA-77")
        .expect_no_text("off the run:");
    manager.get(&format!("/people/{}", world.member.id)).await.expect_text("Nothing that is needed is lacking");
    let audited = world.app.audited();
    for action in ["competence.add", "competence.need", "certificate.record", "certificate.list", "certificate.read"] {
        assert!(audited.iter().any(|found| found == action), "{action} in {audited:?}");
    }
    let jobs = world.app.database.superuser_texts("select run_at::text from jobs where kind = 'competence.look'");
    assert_eq!(jobs.len(), 1, "a look waits for the morning: {jobs:?}");
}

#[actix_web::test]
async fn a_certificate_sent_twice_is_one_and_a_wrong_one_is_shown_again() {
    let world = World::new();
    let kind = breathing_apparatus(&world).await;
    let mut manager = world.app.browser(&world.manager).await;
    let path = format!("/team/competences/{}/record", world.member.id);
    let key = manager.get(&path).await.field("key");
    let fields = [("key", key.as_str()), ("kind", kind.as_str()), ("awarded_on", "2026-11-02")];
    manager.post(&path, &fields).await.expect_status(303);
    manager.post(&path, &fields).await.expect_status(303);
    assert_eq!(world.app.rows("certificates"), 1);
    let wrong = record(&mut manager, &world.member, "", &[("awarded_on", "2027-01-01"), ("expires_on", "soon")]).await;
    let wrong = wrong.expect_status(422).expect_text("Choose a kind of competence");
    let wrong = wrong.expect_text("That day is still to come").expect_text("Enter a date like");
    assert_eq!(wrong.field("expires_on"), "soon", "what was typed stays");
    assert_eq!(world.app.rows("certificates"), 1);
}

#[actix_web::test]
async fn grace_holds_and_then_it_has_run_out() {
    let world = World::new();
    let kind = breathing_apparatus(&world).await;
    let mut manager = world.app.browser(&world.manager).await;
    record(&mut manager, &world.member, &kind, &[("awarded_on", "2024-01-01"), ("expires_on", "2026-11-01")]).await;
    let mut member = world.app.browser(&world.member).await;
    // 21 of 28 days are gone.
    member.get("/competences").await.expect_text("Grace, 7 days").expect_no_text("off the run:");
    world.app.database.superuser("update competence_kinds set grace_days = 20");
    member.get("/competences").await.expect_text("Ran out").expect_text("You are off the run");
}

#[actix_web::test]
async fn what_was_ended_counts_no_more_and_stays_on_record() {
    let world = World::new();
    let kind = breathing_apparatus(&world).await;
    let mut manager = world.app.browser(&world.manager).await;
    record(&mut manager, &world.member, &kind, &[]).await.expect_status(303);
    let page = manager.get(&format!("/team/competences/{}", world.member.id)).await;
    let end = page.link("End").expect("a link");
    let revision = manager.get(&end).await.expect_status(200).field("revision");
    let wrong = [("revision", revision.as_str()), ("on", "2026-11-22"), ("reason", "")];
    manager.post(&end, &wrong).await.expect_status(422).expect_text("Say why");
    let fields = [("revision", revision.as_str()), ("on", "2026-11-22"), ("reason", "Failed the reassessment")];
    manager.post(&end, &fields).await.expect_status(303);
    manager.get(&end).await.expect_status(409);
    let mut member = world.app.browser(&world.member).await;
    member
        .get("/competences")
        .await
        .expect_text("Taken away")
        .expect_text("Failed the reassessment")
        .expect_text("You are off the run");
    assert_eq!(world.app.rows("certificates"), 1, "nothing is deleted");
}

#[actix_web::test]
async fn a_change_on_an_old_page_is_no_change() {
    let world = World::new();
    let kind = breathing_apparatus(&world).await;
    let mut manager = world.app.browser(&world.manager).await;
    record(&mut manager, &world.member, &kind, &[]).await.expect_status(303);
    let page = manager.get(&format!("/team/competences/{}", world.member.id)).await;
    let edit = page.link("Change the certificate").or_else(|| page.link("Change")).expect("a link");
    let revision = manager.get(&edit).await.expect_status(200).field("revision");
    let fields = |awarded: &'static str| {
        [("revision", revision.clone()), ("awarded_on", awarded.to_owned()), ("expires_on", "2028-01-01".to_owned())]
    };
    let first = fields("2026-11-03");
    let first: Vec<(&str, &str)> = first.iter().map(|(name, value)| (*name, value.as_str())).collect();
    manager.post(&edit, &first).await.expect_status(303);
    let second = fields("2026-11-04");
    let second: Vec<(&str, &str)> = second.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let again = manager.post(&edit, &second).await.expect_status(409);
    assert!(again.text().contains("It was changed while you had it open"));
    let kept = world.app.database.superuser_texts("select awarded_on::text from certificates");
    assert_eq!(kept, ["2026-11-03"]);
}

#[actix_web::test]
async fn one_person_may_need_what_others_do_not_and_the_other_way_round() {
    let world = World::new();
    let kind = breathing_apparatus(&world).await;
    let mut manager = world.app.browser(&world.manager).await;
    let path = format!("/team/competences/{}/need", world.member.id);
    manager.get(&path).await.expect_status(200);
    manager.post(&path, &[("kind", &kind), ("needed", "not-needed"), ("reason", "")]).await.expect_status(422);
    let said = [("kind", kind.as_str()), ("needed", "not-needed"), ("reason", "Light duties until June")];
    manager.post(&path, &said).await.expect_status(303);
    let mut member = world.app.browser(&world.member).await;
    member.get("/competences").await.expect_text("Light duties until June").expect_no_text("off the run:");
    manager.post(&path, &[("kind", &kind), ("needed", "usual"), ("reason", "")]).await.expect_status(303);
    member.get("/competences").await.expect_text("You are off the run");
    assert_eq!(world.app.rows("competence_exceptions"), 0);
}

#[actix_web::test]
async fn needs_go_by_unit_and_role() {
    let world = World::new();
    let kind = breathing_apparatus(&world).await;
    let mut admin = world.app.browser(&world.administrator).await;
    let path = format!("/competence-kinds/{kind}");
    let page = admin.get(&path).await;
    let html = page.body.clone();
    let remove = html.split("action=\"").find(|part| part.contains("/remove\"")).expect("a form");
    let remove = remove.split('"').next().expect("an address").to_owned();
    admin.post(&remove, &[]).await.expect_status(303);
    let manager_role = world.app.database.superuser_texts(&format!(
        "select id from roles where code = 'manager' and organisation_id = '{}'",
        world.founded.organisation
    ));
    let need = [("unit", world.hillside.to_string()), ("role", manager_role[0].clone())];
    let need: Vec<(&str, &str)> = need.iter().map(|(name, value)| (*name, value.as_str())).collect();
    admin.post(&format!("{path}/needs"), &need).await.expect_status(303);
    admin.post(&format!("{path}/needs"), &need).await.expect_status(303);
    assert_eq!(world.app.rows("competence_needs"), 1, "said twice is said once");
    admin.post(&format!("{path}/needs"), &[("unit", "all"), ("role", "x")]).await.expect_status(422);
    let needed = |somebody: &Somebody| {
        let raw = format!("select kind_id from app_needed_competences(array['{}']::uuid[], null)", somebody.id);
        world.app.raw(&world.hr, &raw).map(|rows| rows.len())
    };
    assert_eq!(needed(&world.manager), Ok(1), "a manager of the unit");
    assert_eq!(needed(&world.member), Ok(0), "another role");
    assert_eq!(needed(&world.other_manager), Ok(0), "another unit");
}

#[actix_web::test]
async fn everybody_sees_what_is_theirs_to_see_and_a_refusal_changes_nothing() {
    let world = World::new();
    let kind = breathing_apparatus(&world).await;
    let mut manager = world.app.browser(&world.manager).await;
    record(&mut manager, &world.member, &kind, &[]).await.expect_status(303);
    let certificate = world.app.database.superuser_texts("select id from certificates")[0].clone();
    let of_member = format!("/team/competences/{}", world.member.id);
    let before = world.app.state_of(TABLES);
    let everybody: [(&Somebody, u16, u16, u16, u16); 7] = [
        // Somebody, the team, the member's page, recording, kinds.
        (&world.member, 403, 200, 403, 403),
        (&world.colleague, 403, 404, 403, 403),
        (&world.manager, 200, 200, 200, 403),
        (&world.other_manager, 200, 404, 404, 403),
        (&world.hr, 200, 200, 403, 403),
        (&world.auditor, 403, 403, 403, 403),
        (&world.stranger, 200, 404, 404, 403),
    ];
    for (who, team, page, recording, kinds) in everybody {
        let mut client = world.app.browser(who).await;
        let email = &who.email;
        client.get("/account").await;
        let rows = world.app.raw(who, "select 1 from certificates").map_or(0, |rows| rows.len());
        assert_eq!(rows, usize::from(page == 200), "{email}: by raw SQL");
        assert_eq!(client.get("/team/competences").await.status, team, "{email}: the team");
        assert_eq!(client.get(&of_member).await.status, page, "{email}: the member");
        assert_eq!(client.get(&format!("{of_member}/record")).await.status, recording, "{email}: recording");
        assert_eq!(client.get("/competence-kinds").await.status, kinds, "{email}: kinds");
        if recording != 200 {
            for (path, fields) in [
                (format!("{of_member}/record"), vec![("kind", kind.as_str()), ("awarded_on", "2026-11-02")]),
                (format!("{of_member}/need"), vec![("kind", kind.as_str()), ("needed", "needed"), ("reason", "x")]),
                (format!("/certificates/{certificate}/edit"), vec![("revision", "1"), ("awarded_on", "2026-11-01")]),
                (
                    format!("/certificates/{certificate}/end"),
                    vec![("revision", "1"), ("on", "2026-11-22"), ("reason", "x")],
                ),
            ] {
                let answer = client.post(&path, &fields).await;
                assert!([403, 404].contains(&answer.status), "{email}: {path}: {}", answer.status);
            }
        }
    }
    // A manager records their people's and not their own.
    let own = format!("/team/competences/{}/record", world.manager.id);
    manager.get(&own).await.expect_status(403);
    manager.post(&own, &[("kind", &kind), ("awarded_on", "2026-11-02")]).await.expect_status(403);
    assert_eq!(world.app.state_of(TABLES), before);
}

#[actix_web::test]
async fn the_download_says_what_the_page_says() {
    let world = World::new();
    let kind = breathing_apparatus(&world).await;
    let mut manager = world.app.browser(&world.manager).await;
    record(&mut manager, &world.member, &kind, &[]).await.expect_status(303);
    let file = manager.get("/team/competences.csv").await.expect_status(200);
    assert!(file.header("content-disposition").contains("competences-2026-11-22.csv"));
    assert!(file.body.contains("Name,Employee number,Unit,Standing,Breathing apparatus"), "{}", file.body);
    assert!(file.body.contains("Valid until 2028-11-01") && file.body.contains("Off the run,Missing"), "{}", file.body);
    assert!(!file.body.contains("Harbour"), "another manager's people");
    assert!(world.app.audited().contains(&"certificate.export".to_owned()));
    let mut member = world.app.browser(&world.member).await;
    member.get("/team/competences.csv").await.expect_status(403);
}

#[actix_web::test]
async fn a_kind_in_use_is_retired_and_one_that_never_was_is_deleted() {
    let world = World::new();
    let kind = breathing_apparatus(&world).await;
    let mut manager = world.app.browser(&world.manager).await;
    record(&mut manager, &world.member, &kind, &[]).await.expect_status(303);
    let mut admin = world.app.browser(&world.administrator).await;
    let path = format!("/competence-kinds/{kind}");
    admin.get(&format!("{path}/delete")).await.expect_status(200);
    admin.post(&format!("{path}/delete"), &[]).await.expect_status(409).expect_text("Retire it instead");
    admin.post(&format!("{path}/retire"), &[]).await.expect_status(303);
    let mut member = world.app.browser(&world.member).await;
    member.get("/competences").await.expect_text("No longer asked for").expect_no_text("off the run:");
    // Its name is free again, so it cannot simply come back.
    admin.get("/competence-kinds/new").await;
    let fields = [("name", "breathing APPARATUS"), ("effect", "none")];
    let second = admin.post("/competence-kinds/new", &fields).await.expect_status(303).location.expect("a kind");
    admin.post("/competence-kinds/new", &fields).await.expect_status(422).expect_text("of this name already");
    admin.post(&format!("{path}/restore"), &[]).await.expect_status(303);
    admin.get(&path).await.expect_text("Rename one of them first");
    admin.post(&format!("{second}/delete"), &[]).await.expect_status(303);
    admin.post(&format!("{path}/restore"), &[]).await.expect_status(303);
    assert_eq!(world.app.rows("competence_kinds"), 1);
}

#[actix_web::test]
async fn the_usual_kinds_are_added_once() {
    let world = World::new();
    let mut admin = world.app.browser(&world.administrator).await;
    admin.get("/competence-kinds").await.expect_text("No competences yet");
    admin.post("/competence-kinds/suggested", &[("trade", "fire")]).await.expect_status(303);
    let many = world.app.rows("competence_kinds");
    assert!(many > 5);
    admin.post("/competence-kinds/suggested", &[("trade", "fire")]).await.expect_status(303);
    assert_eq!(world.app.rows("competence_kinds"), many);
    admin.get("/competence-kinds").await.expect_text("All of them are there already");
}

#[actix_web::test]
async fn a_certificate_goes_with_its_person_to_another_unit() {
    let world = World::new();
    let kind = breathing_apparatus(&world).await;
    let mut manager = world.app.browser(&world.manager).await;
    record(&mut manager, &world.member, &kind, &[]).await.expect_status(303);
    world.move_member();
    let path = format!("/team/competences/{}", world.member.id);
    manager.get(&path).await.expect_status(404);
    let mut other = world.app.browser(&world.other_manager).await;
    other.get(&path).await.expect_status(200).expect_text("until 1 Nov 2028");
}

#[actix_web::test]
async fn a_competence_that_was_taken_away_does_not_live_on_unnoticed_in_the_certificate_before() {
    let world = World::new();
    let kind = breathing_apparatus(&world).await;
    let mut manager = world.app.browser(&world.manager).await;
    record(&mut manager, &world.member, &kind, &[("awarded_on", "2025-01-02"), ("expires_on", "2027-01-01")]).await;
    record(&mut manager, &world.member, &kind, &[]).await.expect_status(303);
    let person = format!("/team/competences/{}", world.member.id);
    for still in ["Another of the same kind still counts (until 1 Jan 2027)", "Certificate ended."] {
        // The latest stands first.
        let end = manager.get(&person).await.link("End").expect("a link");
        let revision = manager.get(&end).await.field("revision");
        let fields = [("revision", revision.as_str()), ("on", "2026-11-22"), ("reason", "Failed the reassessment")];
        manager.post(&end, &fields).await.expect_status(303);
        manager.get(&person).await.expect_text(still);
    }
    manager.get(&person).await.expect_text("Jo Tester is off the run");
}

#[actix_web::test]
async fn a_large_team_comes_in_pages_and_its_gaps_are_those_of_everybody() {
    let world = World::new();
    breathing_apparatus(&world).await;
    world.app.database.superuser(&format!(
        "insert into people (organisation_id, id, unit_id, given_name, family_name, email, created_at) \
         select '{}', gen_random_uuid(), '{}', 'Pat', 'Crew' || to_char(n, 'FM000'), 'crew' || n || '@x.example', now() \
           from generate_series(1, 60) n",
        world.founded.organisation, world.hillside
    ));
    let mut manager = world.app.browser(&world.manager).await;
    let (mut seen, mut next) = (Vec::new(), Some("/team/competences".to_owned()));
    while let Some(path) = next {
        let page = manager.get(&path).await.expect_status(200).expect_text("63 of 63");
        let text = page.text();
        seen.extend(text.match_indices("Pat Crew").filter_map(|(at, _)| text.get(at + 4..at + 11).map(str::to_owned)));
        next = page.link("More people");
    }
    seen.dedup();
    assert_eq!((seen.len(), seen.is_sorted()), (60, true), "{seen:?}");
}
