//! `/api/v1/duties`, and the downloads.

use actix_web::http::Method;
use serde_json::json;

use super::duties::{TABLES, World};

#[actix_web::test]
async fn a_program_logs_changes_and_deletes_a_duty() {
    let world = World::new();
    let mut client = world.app.browser(&world.member).await;
    let kind = world.kind(&["training", "drill"]);
    let mut body = json!({
        "started_at": "2026-11-21T07:00:00Z", "ended_at": "2026-11-21T19:00:00Z", "kind_id": kind,
        "unit_id": world.hillside, "break_minutes": 30, "call_sign": "N12P1", "private_note": "Mine"
    });
    let made = client.json(Method::POST, "/api/v1/duties", &body).await.expect_status(201);
    let path = made.location.clone().expect("a location");
    let read = client.get(&path).await.expect_status(200).json();
    assert_eq!(
        (&read["worked_minutes"], &read["private_note"], &read["source"]),
        (&json!(690), &json!("Mine"), &json!("api"))
    );
    let listed = client.get("/api/v1/duties?limit=1").await.expect_status(200).json();
    assert_eq!(listed["items"][0]["id"], made.json()["id"]);
    client.get("/api/v1/duties?limit=0").await.expect_problem(400, "bad-request");
    client
        .json(Method::POST, "/api/v1/duties", &body)
        .await
        .expect_problem(422, "invalid")
        .expect_text("allow_overlap");
    body["ended_at"] = json!("2026-11-21T06:00:00Z");
    client.json(Method::POST, "/api/v1/duties", &body).await.expect_problem(422, "invalid").expect_text("ended_at");
    body["ended_at"] = json!("2026-11-21T18:00:00Z");
    body["surprise"] = json!(1);
    client.json(Method::POST, "/api/v1/duties", &body).await.expect_problem(400, "bad-request");
    body.as_object_mut().expect("an object").remove("surprise");
    client.json(Method::PUT, &path, &body).await.expect_problem(422, "invalid").expect_text("reason");
    (body["reason"], body["revision"]) = (json!("Relieved early"), json!(1));
    assert_eq!(client.json(Method::PUT, &path, &body).await.expect_status(200).json()["revision"], 2);
    client.json(Method::PUT, &path, &body).await.expect_problem(409, "conflict");
    let before = world.app.state_of(TABLES);
    for (somebody, read, write) in [
        (&world.colleague, 404, 404),
        (&world.manager, 200, 403),
        (&world.other_manager, 404, 404),
        (&world.hr, 200, 403),
        (&world.auditor, 403, 403),
        (&world.administrator, 403, 403),
        (&world.stranger, 404, 404),
    ] {
        let mut other = world.app.browser(somebody).await;
        let seen = other.get(&path).await.expect_status(read).expect_no_text("Mine");
        assert_eq!(seen.body.contains("N12P1"), somebody.id == world.manager.id, "{}", seen.body);
        other.json(Method::PUT, &path, &body).await.expect_status(write);
        let removal = json!({"revision": 2, "reason": "x"});
        other.json(Method::DELETE, &path, &removal).await.expect_status(write);
    }
    assert_eq!(world.app.state_of(TABLES), before);
    client.json(Method::DELETE, &path, &json!({"revision": 2, "reason": "Twice"})).await.expect_status(204);
    client.get(&path).await.expect_problem(404, "not-found");
    world.app.visitor().get("/api/v1/duties").await.expect_problem(401, "signed-out");
    assert_eq!(world.app.visitor().get("/api/openapi.json").await.expect_status(200).json()["openapi"], "3.1.0");
}

#[actix_web::test]
async fn a_download_holds_what_its_reader_may_see_and_no_formula() {
    let world = World::new();
    let mut client = world.app.browser(&world.member).await;
    world.log(&mut client, &[("job_role", "=1+1")]).await.expect_status(303);
    let own = client.get("/duties/export.csv").await.expect_status(200);
    assert!(own.body.contains("Hillside,2026-11-21 07:00,2026-11-21 19:00,30,690,"), "{}", own.body);
    assert!(own.body.contains("'=1+1") && own.body.contains("Slept badly after."), "{}", own.body);
    let mut manager = world.app.browser(&world.manager).await;
    let team =
        manager.get("/team/export.csv").await.expect_status(200).expect_no_text("Slept").expect_no_text("Two pumps");
    assert!(team.body.contains("Tester,Jo,") && team.body.contains("N12P1"), "{}", team.body);
    let mut hr = world.app.browser(&world.hr).await;
    let hours = hr.get("/team/export.csv").await.expect_status(200).expect_no_text("N12P1").expect_no_text("045512");
    assert!(hours.body.contains("Tester,Jo,") && hours.body.contains(",690,"), "{}", hours.body);
    for somebody in [&world.colleague, &world.auditor, &world.administrator] {
        world.app.browser(somebody).await.get("/team/export.csv").await.expect_status(403);
    }
    assert_eq!(world.app.audited(), ["duty.log", "duty.export", "team.export", "team.export"]);
}
