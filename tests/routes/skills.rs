//! `/people/skills`: who finds whom by what they can do.

use uuid::Uuid;

use super::duties::World;

/// Breathing apparatus, which everybody of the stations needs; the member's is in date, the colleague's ran out.
fn taught(world: &World) -> Uuid {
    let (org, kind) = (world.founded.organisation, Uuid::now_v7());
    let certificate = |person: &crate::support::Somebody, until: &str| {
        format!(
            "insert into certificates (organisation_id, id, person_id, unit_id, kind_id, awarded_on, expires_on, recorded_by, \
                 recorded_at, changed_at) \
             values ('{org}', gen_random_uuid(), '{id}', '{unit}', '{kind}', '2025-01-01', '{until}', '{id}', now(), now());",
            id = person.id,
            unit = person.unit
        )
    };
    world.app.database.superuser(&format!(
        "insert into competence_kinds (organisation_id, id, name, effect, created_at) \
             values ('{org}', '{kind}', 'Breathing apparatus', 'off-the-run', now()); \
         insert into competence_needs (organisation_id, id, kind_id, created_at) values ('{org}', gen_random_uuid(), '{kind}', now()); \
         {} {}",
        certificate(&world.member, "2027-01-01"),
        certificate(&world.colleague, "2026-11-01"),
    ));
    kind
}

#[actix_web::test]
async fn a_manager_finds_who_is_in_date_and_who_is_off_the_run_in_their_units_alone() {
    let world = World::new();
    let kind = taught(&world);
    let mut manager = world.app.browser(&world.manager).await;
    manager.get("/people/skills").await.expect_status(200).expect_text("Say what you look for");
    let found = manager.get(&format!("/people/skills?kind={kind}")).await.expect_status(200);
    found.expect_text("Jo Tester").expect_no_text("Sam Tester").expect_text("1 person");
    let off = manager.get("/people/skills?run=off").await.expect_text("Sam Tester").expect_text("Off the run");
    off.expect_no_text("Jo Tester");
    let on = manager.get(&format!("/people/skills?run=on&kind={kind}&kind={}", Uuid::nil())).await;
    on.expect_text("Nobody was found");
    manager.get(&format!("/people/skills?run=off&unit={}", world.harbour)).await.expect_status(404);
    let mut other = world.app.browser(&world.other_manager).await;
    other.get(&format!("/people/skills?kind={kind}")).await.expect_status(200).expect_no_text("Jo Tester");
    for who in [&world.member, &world.auditor, &world.administrator] {
        let mut client = world.app.browser(who).await;
        client.get(&format!("/people/skills?kind={kind}")).await.expect_status(403);
        client.get(&format!("/people/skills.csv?kind={kind}")).await.expect_status(403);
    }
    assert!(world.app.audited().contains(&"skill.search".to_owned()));
}

#[actix_web::test]
async fn what_was_found_leaves_as_a_table() {
    let world = World::new();
    let kind = taught(&world);
    let mut hr = world.app.browser(&world.hr).await;
    let page = hr.get(&format!("/people/skills?kind={kind}")).await.expect_status(200);
    let file = hr.get(&page.link("Download as CSV").expect("a link")).await.expect_status(200);
    assert_eq!(file.header("content-type"), "text/csv; charset=utf-8");
    let lines: Vec<&str> = file.body.trim_start_matches('\u{feff}').lines().collect();
    assert_eq!(lines, ["Name,Employee number,Unit,Standing,In date", "Jo Tester,,Hillside,,Breathing apparatus"]);
    assert!(world.app.audited().contains(&"skill.export".to_owned()));
}
