//! `/team`: the hours of a team, and of one person of it, as everybody who might look.

use super::duties::{TABLES, World};

#[actix_web::test]
async fn a_manager_sees_the_hours_of_their_people_by_week() {
    let world = World::new();
    let id = world.logged().await;
    let mut colleague = world.app.browser(&world.colleague).await;
    world.log(&mut colleague, &[("date", "2026-11-10"), ("breaks", "")]).await.expect_status(303);
    let mut manager = world.app.browser(&world.manager).await;
    let page = manager.get("/team").await.expect_status(200).expect_text("Hillside: 23 h 30 min and 2 duties");
    let page = page.expect_text("Jo Tester").expect_text("Sam Tester").expect_text("All on duty for Hillside");
    let page =
        page.expect_text("Fire service incident: Fire").expect_no_text("Slept badly").expect_no_text("Ola Tester");
    assert!(page.body.contains("<svg"), "a chart");
    assert!(page.link("Team hours").is_some(), "it stands in the navigation");
    let person = page.link("Jo Tester").expect("a link");
    let seen = manager.get(&person).await.expect_status(200).expect_text("11 h 30 min and 1 duty").expect_text("N12P1");
    assert_eq!(seen.link("21 Nov 2026").as_deref(), Some(format!("/duties/{id}").as_str()));
    seen.expect_no_text("Slept badly");
    assert_eq!(world.app.audited(), ["duty.log", "duty.log", "team.read", "duty.list"]);
    let about = "select subject_id from audit_entries where action = 'duty.list'";
    assert_eq!(world.app.database.superuser_texts(about), [world.member.id.to_string()]);
}

#[actix_web::test]
async fn hr_sees_the_hours_of_everybody_and_nothing_else() {
    let world = World::new();
    world.logged().await;
    let mut hr = world.app.browser(&world.hr).await;
    let page = hr.get("/team").await.expect_status(200).expect_text("northmoor service: 11 h 30 min and 1 duty");
    let person = page.expect_text("Ola Tester").link("Jo Tester").expect("a link");
    let seen = hr.get(&person).await.expect_status(200).expect_text("Chimney fire").expect_text("11 h 30 min");
    seen.expect_no_text("N12P1").expect_no_text("045512").expect_no_text("Driver").expect_no_text("pumps");
    let harbour = hr.get(&format!("/team?unit={}", world.harbour)).await.expect_text("Harbour: 0 min and 0 duties");
    harbour.expect_text("Ola Tester").expect_no_text("Jo Tester");
}

#[actix_web::test]
async fn nobody_else_sees_a_team() {
    let world = World::new();
    world.logged().await;
    let before = world.app.state_of(TABLES);
    let hillside = format!("/team?unit={}", world.hillside);
    let jo = format!("/team/{}", world.member.id);
    for somebody in [&world.member, &world.colleague, &world.auditor, &world.administrator] {
        let mut client = world.app.browser(somebody).await;
        client.get("/team").await.expect_status(403).expect_no_text("Jo Tester 11 h");
        client.get(&hillside).await.expect_status(403);
        assert!(client.get("/account").await.link("Team hours").is_none());
    }
    for somebody in [&world.other_manager, &world.stranger] {
        let mut client = world.app.browser(somebody).await;
        client.get("/team").await.expect_status(200).expect_no_text("Jo Tester");
        client.get(&hillside).await.expect_status(404).expect_no_text("Jo Tester");
        client.get(&jo).await.expect_status(404).expect_no_text("N12P1");
    }
    for somebody in [&world.colleague, &world.auditor, &world.administrator] {
        let status = if somebody.id == world.colleague.id { 404 } else { 403 };
        world.app.browser(somebody).await.get(&jo).await.expect_status(status).expect_no_text("N12P1");
    }
    world.app.visitor().get("/team").await.expect_status(303);
    assert_eq!(world.app.state_of(TABLES), before);
    let read = "select count(*) from audit_entries where action = 'duty.list'";
    assert_eq!(world.app.database.superuser_texts(read), ["0"]);
}

#[actix_web::test]
async fn people_are_paged_by_key() {
    let world = World::new();
    for n in 10..70 {
        world.app.database.superuser(&format!(
            "insert into people (organisation_id, id, unit_id, given_name, family_name, created_at) \
             values ('{}', gen_random_uuid(), '{}', 'N{n}', 'Aardvark', now())",
            world.founded.organisation, world.hillside
        ));
    }
    let mut manager = world.app.browser(&world.manager).await;
    let first = manager.get("/team").await.expect_text("N10 Aardvark").expect_text("N59 Aardvark");
    let next = first.expect_no_text("N60 Aardvark").link("More people").expect("a next page");
    assert!(!next.contains("Aardvark"), "no name in an address");
    let second = manager.get(&next).await.expect_text("N60 Aardvark").expect_text("Jo Tester");
    second.expect_no_text("N59 Aardvark").expect_text("First people");
}
