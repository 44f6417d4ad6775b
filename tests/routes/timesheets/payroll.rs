//! What HR and payroll take, and how an organisation has hours submitted.

use super::{Hours, World};

#[actix_web::test]
async fn payroll_and_missing_show_hr_what_was_approved_and_what_lacks() {
    let hours = Hours::new();
    let world = &hours.world;
    let (_duty, sheet) = hours.locked().await;
    world.app.database.superuser(&format!(
        "insert into hr_payroll (organisation_id, person_id, payroll_number, changed_at) values ('{}', '{}', 'P-77', now())",
        world.founded.organisation, world.member.id
    ));
    let mut hr = world.app.browser(&world.hr).await;
    let file = hr.get("/payroll/hours.csv?from=2026-11-01&to=2026-11-30").await.expect_status(200);
    let lines: Vec<&str> = file.body.lines().collect();
    assert_eq!(lines.len(), 2, "{}", file.body);
    assert!(lines[1].starts_with("Tester,Jo,,P-77,"), "{}", lines[1]);
    assert!(lines[1].contains("2026-11-16,2026-11-22,690,11.50,1,") && lines[1].ends_with(&format!(",{sheet},2")));
    hr.get("/payroll/hours.csv?from=2026-12-01&to=2026-11-01").await.expect_status(400);
    for somebody in [&world.member, &world.manager, &world.administrator] {
        world
            .app
            .browser(somebody)
            .await
            .get("/payroll/hours.csv?from=2026-11-01&to=2026-11-30")
            .await
            .expect_status(403);
    }
    let missing = "/approvals/missing?period=2026-11-16";
    hr.get(missing).await.expect_status(200).expect_text("Sam Tester").expect_no_text("Jo Tester");
    let mut manager = world.app.browser(&world.manager).await;
    manager.get(missing).await.expect_text("Sam Tester").expect_no_text("Jo Tester");
    world.app.browser(&world.other_manager).await.get(missing).await.expect_text("Everybody has submitted");
    world.app.browser(&world.colleague).await.get(missing).await.expect_text("Everybody has submitted");
    let elsewhere = format!("{missing}&unit={}", world.harbour);
    manager.get(&elsewhere).await.expect_status(404);
}

#[actix_web::test]
async fn an_administrator_says_how_hours_are_submitted_and_a_change_cuts_nothing_through() {
    let world = World::new();
    let mut member = world.app.browser(&world.member).await;
    member.get("/timesheets").await.expect_text("Hours are not submitted here yet");
    member.get("/timesheets/period/2026-11-16").await.expect_status(404);
    let mut admin = world.app.browser(&world.administrator).await;
    let path = "/organisation/timesheets";
    admin.get(path).await.expect_status(200).expect_text("Hours are not submitted here yet");
    let wrong = [("period", ""), ("late_days", "x"), ("due_days", "99")];
    let again = admin.post(path, &wrong).await.expect_status(422).expect_text("Choose weeks or months");
    assert_eq!((again.field("late_days"), again.field("due_days")), ("x".to_owned(), "99".to_owned()));
    let weeks = [("period", "week"), ("late_days", "7"), ("due_days", "3")];
    admin.post(path, &weeks).await.expect_status(303);
    admin.get(path).await.expect_text("Saved. It counts from Monday 16 November 2026 on");
    world.log(&mut member, &[]).await.expect_status(303);
    let early = member.post("/timesheets/period/2026-11-16", &[("done", "yes")]).await.expect_status(303);
    assert_eq!(early.location.as_deref(), Some("/timesheets/period/2026-11-16"));
    // Months begin after the week that may have been submitted, and a second thought takes their place.
    admin.post(path, &[("period", "month"), ("late_days", "7"), ("due_days", "3")]).await.expect_status(303);
    admin.get(path).await.expect_text("From Tuesday 1 December 2026 hours will be submitted by months");
    admin.post(path, &weeks).await.expect_status(303);
    admin.get(path).await.expect_no_text("by months");
    for somebody in [&world.member, &world.manager, &world.hr] {
        let mut client = world.app.browser(somebody).await;
        client.get(path).await.expect_status(403);
        client.post(path, &weeks).await.expect_status(403);
    }
    assert_eq!(world.app.rows("timesheet_rules"), 1);
}
