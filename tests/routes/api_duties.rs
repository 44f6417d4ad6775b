//! `/api/v1/duties`, and the downloads.

use actix_web::http::Method;
use actix_web::test::TestRequest;
use serde_json::{Value, json};

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
    client.get("/api/v1/duties?limit=0").await.expect_problem(422, "invalid").expect_text("limit");
    client
        .json(Method::POST, "/api/v1/duties", &body)
        .await
        .expect_problem(422, "invalid")
        .expect_text("allow_overlap");
    body["ended_at"] = json!("2026-11-21T06:00:00Z");
    client.json(Method::POST, "/api/v1/duties", &body).await.expect_problem(422, "invalid").expect_text("ended_at");
    body["ended_at"] = json!("2026-11-21T18:00:00Z");
    body["surprise"] = json!(1);
    let refused = client.json(Method::POST, "/api/v1/duties", &body).await.expect_problem(422, "invalid").json();
    assert_eq!(refused["errors"][0]["field"], "surprise");
    body.as_object_mut().expect("an object").remove("surprise");
    client.json(Method::PUT, &path, &body).await.expect_problem(422, "invalid").expect_text("reason");
    (body["reason"], body["revision"]) = (json!("Relieved early"), json!(1));
    assert_eq!(client.json(Method::PUT, &path, &body).await.expect_status(200).json()["revision"], 2);
    client.json(Method::PUT, &path, &body).await.expect_problem(409, "conflict");
    let before = world.app.state_of(TABLES);
    for (somebody, read, write) in [
        (&world.colleague, 404, 404),
        (&world.manager, 200, 403),
        (&world.other_manager, 404, 403),
        (&world.hr, 200, 403),
        (&world.auditor, 403, 403),
        (&world.administrator, 403, 403),
        (&world.stranger, 404, 404),
    ] {
        let mut other = world.app.browser(somebody).await;
        let seen = other.get(&path).await.expect_status(read).expect_no_text("Mine");
        assert_eq!(seen.body.contains("N12P1"), somebody.id == world.manager.id, "{}", seen.body);
        assert_eq!(seen.headers.contains_key("etag"), somebody.id == world.manager.id);
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

fn duty(world: &World) -> Value {
    json!({
        "started_at": "2026-11-21T07:00:00Z", "ended_at": "2026-11-21T19:00:00Z",
        "kind_id": world.kind(&["training", "drill"]), "unit_id": world.hillside
    })
}

fn header(answer: &crate::support::Answer, name: &str) -> String {
    answer.headers.get(name).map(|value| value.to_str().expect("ASCII").to_owned()).unwrap_or_default()
}

#[actix_web::test]
async fn the_same_attempt_makes_one_duty_however_often_it_is_sent() {
    let world = World::new();
    let mut client = world.app.browser(&world.member).await;
    let mut body = duty(&world);
    let key = [("idempotency-key", "attempt-1")];
    let first = client.json_with(Method::POST, "/api/v1/duties", &body, &key).await.expect_status(201);
    let again = client.json_with(Method::POST, "/api/v1/duties", &body, &key).await.expect_status(200);
    assert_eq!((first.json(), &first.location), (again.json(), &again.location));
    assert_eq!(world.app.rows("duties"), 1);
    assert_eq!(world.app.audited(), ["duty.log"]);
    body["break_minutes"] = json!(15);
    let other = client.json_with(Method::POST, "/api/v1/duties", &body, &key).await.expect_problem(422, "invalid");
    assert_eq!(other.json()["errors"][0]["field"], "Idempotency-Key");
    // Somebody else's key of the same name is another key; and a refused attempt leaves its key free.
    let mut colleague = world.app.browser(&world.colleague).await;
    colleague.json_with(Method::POST, "/api/v1/duties", &body, &key).await.expect_status(201);
    let free = [("idempotency-key", "attempt-2")];
    client.json_with(Method::POST, "/api/v1/duties", &body, &free).await.expect_problem(422, "invalid");
    body["allow_overlap"] = json!(true);
    client.json_with(Method::POST, "/api/v1/duties", &body, &free).await.expect_status(201);
    assert_eq!((world.app.rows("duties"), world.app.rows("duty_requests")), (3, 3));
    for wrong in ["", "two words", &"x".repeat(101)] {
        let wrong = [("idempotency-key", wrong)];
        client.json_with(Method::POST, "/api/v1/duties", &body, &wrong).await.expect_problem(422, "invalid");
    }
    // After two days a key is forgotten with the next one that is used.
    world.app.clock.advance(jiff::SignedDuration::from_hours(49));
    let mut later = world.app.browser(&world.member).await;
    later.json_with(Method::POST, "/api/v1/duties", &body, &[("idempotency-key", "new")]).await.expect_status(201);
    assert_eq!(world.app.rows("duty_requests"), 2);
}

#[actix_web::test]
async fn a_change_on_an_old_revision_changes_nothing() {
    let world = World::new();
    let mut client = world.app.browser(&world.member).await;
    let mut body = duty(&world);
    let made = client.json(Method::POST, "/api/v1/duties", &body).await.expect_status(201);
    let path = made.location.clone().expect("a location");
    assert_eq!((header(&made, "etag"), header(&client.get(&path).await, "etag")), ("\"1\"".into(), "\"1\"".into()));
    (body["reason"], body["break_minutes"]) = (json!("Took a break"), json!(20));
    client.json(Method::PUT, &path, &body).await.expect_problem(422, "invalid").expect_text("If-Match");
    let changed = client.json_with(Method::PUT, &path, &body, &[("if-match", "\"1\"")]).await.expect_status(200);
    assert_eq!((header(&changed, "etag"), &changed.json()["revision"]), ("\"2\"".into(), &json!(2)));
    let same = client.json_with(Method::PUT, &path, &body, &[("if-match", "\"2\"")]).await.expect_status(200);
    assert_eq!(header(&same, "etag"), "\"2\"");
    let before = world.app.state_of(TABLES);
    body["break_minutes"] = json!(25);
    let old = [("if-match", "\"1\"")];
    client.json_with(Method::PUT, &path, &body, &old).await.expect_problem(412, "precondition-failed");
    client.json_with(Method::PUT, &path, &body, &[("if-match", "*")]).await.expect_problem(422, "invalid");
    body["revision"] = json!(1);
    client.json(Method::PUT, &path, &body).await.expect_problem(409, "conflict");
    let both = [("if-match", "\"2\"")];
    client.json_with(Method::PUT, &path, &body, &both).await.expect_problem(422, "invalid").expect_text("revision");
    let removal = json!({"reason": "Logged twice"});
    client.json(Method::DELETE, &path, &removal).await.expect_problem(422, "invalid");
    client.json_with(Method::DELETE, &path, &removal, &old).await.expect_problem(412, "precondition-failed");
    assert_eq!(world.app.state_of(TABLES), before);
    client.json_with(Method::DELETE, &path, &removal, &both).await.expect_status(204);
}

#[actix_web::test]
async fn a_list_goes_on_by_key_and_is_filtered_as_the_page_is() {
    let world = World::new();
    let mut client = world.app.browser(&world.member).await;
    for day in 1..=7 {
        let mut body = duty(&world);
        body["started_at"] = json!(format!("2026-11-0{day}T07:00:00Z"));
        body["ended_at"] = json!(format!("2026-11-0{day}T19:00:00Z"));
        body["incident_number"] = json!(format!("04551{day}-2026"));
        client.json(Method::POST, "/api/v1/duties", &body).await.expect_status(201);
    }
    let (mut seen, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = client.get(&format!("/api/v1/duties?limit=3{cursor}")).await.expect_status(200).json();
        let days = page["items"].as_array().expect("items").iter();
        seen.extend(days.map(|duty| duty["started_at"].as_str().expect("a time")[..10].to_owned()));
        match page["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    let days: Vec<String> = (1..=7).rev().map(|day| format!("2026-11-0{day}")).collect();
    assert_eq!(seen, days);
    let count = async |client: &mut crate::support::Client<'_>, query: &str| {
        let found = client.get(&format!("/api/v1/duties?{query}")).await.expect_status(200).json();
        found["items"].as_array().expect("items").len()
    };
    assert_eq!(count(&mut client, "from=2026-11-03&to=2026-11-05").await, 3);
    assert_eq!(count(&mut client, "incident=045516").await, 1);
    assert_eq!(count(&mut client, "incident=%25").await, 0);
    assert_eq!(count(&mut client, &format!("kind_id={}", world.kind(&["training"]))).await, 7);
    assert_eq!(count(&mut client, &format!("kind_id={}", world.kind(&["fire-incident"]))).await, 0);
    let query = "from=x&kind_id=1&limit=201&cursor=!&form=2026-11-01";
    client.get(&format!("/api/v1/duties?{query}")).await.expect_problem(422, "invalid").expect_text("form");
    let query = "from=-009999-01-01&kind_id=1&limit=201&cursor=!&incident=%00";
    let wrong = client.get(&format!("/api/v1/duties?{query}")).await.expect_problem(422, "invalid").json();
    assert_eq!(wrong["errors"].as_array().map(Vec::len), Some(5));
}

#[actix_web::test]
async fn somebody_elses_duties_are_listed_as_far_as_they_may_be_seen_and_that_is_noted() {
    let world = World::new();
    let mut client = world.app.browser(&world.member).await;
    let mut body = duty(&world);
    (body["call_sign"], body["private_note"]) = (json!("N12P1"), json!("Mine"));
    client.json(Method::POST, "/api/v1/duties", &body).await.expect_status(201);
    let path = format!("/api/v1/duties?person_id={}", world.member.id);
    for (somebody, status, sees) in [
        (&world.member, 200, "own"),
        (&world.manager, 200, "record"),
        (&world.hr, 200, "hours"),
        (&world.colleague, 404, ""),
        (&world.other_manager, 404, ""),
        (&world.stranger, 404, ""),
        (&world.administrator, 403, ""),
        (&world.auditor, 403, ""),
    ] {
        let mut reader = world.app.browser(somebody).await;
        let answer = reader.get(&path).await.expect_status(status).expect_no_text("Mine");
        if status == 200 {
            let duty = &answer.json()["items"][0];
            assert_eq!(duty["sees"], sees);
            assert_eq!(duty["call_sign"].is_null(), sees == "hours");
            assert_eq!(duty["revision"].is_null(), sees == "hours");
        }
        let filtered = reader.get(&format!("{path}&incident=04")).await;
        assert_eq!(
            filtered.status,
            if sees == "own" {
                200
            } else if status == 403 {
                403
            } else {
                422
            }
        );
    }
    assert_eq!(world.app.audited(), ["duty.log", "duty.list", "duty.list"]);
}

#[actix_web::test]
async fn a_program_with_a_cookie_does_nothing_without_the_sessions_token() {
    let world = World::new();
    let mut client = world.app.browser(&world.member).await;
    let token = client.csrf_token().await.expect("a token");
    let mut other = world.app.browser(&world.member).await;
    let request = |token: Option<&str>| {
        let request = TestRequest::post().uri("/api/v1/duties").set_json(duty(&world));
        match token {
            Some(token) => request.insert_header(("x-csrf-token", token)),
            None => request,
        }
    };
    client.send(request(None)).await.expect_problem(403, "no-csrf-token");
    client.send(request(Some("AAAA"))).await.expect_problem(403, "no-csrf-token");
    // Another session's token is not this one's, not even of the same person.
    other.send(request(Some(&token))).await.expect_problem(403, "no-csrf-token");
    world.app.visitor().send(request(Some(&token))).await.expect_problem(401, "signed-out");
    assert_eq!(world.app.rows("duties"), 0);
    client.send(request(Some(&token))).await.expect_status(201);
}

#[actix_web::test]
async fn an_address_says_which_methods_it_takes() {
    let world = World::new();
    let mut client = world.app.browser(&world.member).await;
    for (path, allow) in [
        ("/api/v1/duties", "GET, HEAD, POST"),
        ("/api/v1/duties/x", "DELETE, GET, HEAD, PUT"),
        ("/api/v1/words", "GET, HEAD"),
        ("/duties/new", "GET, HEAD, POST"),
    ] {
        for method in ["PATCH", "OPTIONS", "TRACE", "NONSENSE"] {
            let method = Method::from_bytes(method.as_bytes()).expect("a method");
            let answer = client.send(TestRequest::with_uri(path).method(method)).await.expect_status(405);
            assert_eq!(header(&answer, "allow"), allow, "{path}");
        }
        if path != "/api/v1/duties/x" {
            client.send(TestRequest::with_uri(path).method(Method::HEAD)).await.expect_status(200);
        }
    }
}

#[actix_web::test]
async fn hostile_bodies_are_refused_and_never_a_defect_of_ours() {
    let world = World::new();
    let mut client = world.app.browser(&world.member).await;
    let good = duty(&world).to_string();
    let with = |field: &str| format!("{},{field}}}", good.trim_end_matches('}')).into_bytes();
    let before = world.app.state_of(TABLES);
    let deep = format!("\"shared_note\": {}{}", "[".repeat(10_000), "]".repeat(10_000));
    let bomb = format!("\"surprise\": {}1{}", "{\"a\":".repeat(10_000), "}".repeat(10_000));
    for (body, status) in [
        (with(&deep), 422),
        (with(&bomb), 422),
        ("[".repeat(10_000).into_bytes(), 400),
        ("{\"a\":".repeat(10_000).into_bytes(), 422),
        (with("\"break_minutes\": 1e400"), 400),
        (with("\"break_minutes\": 1e30"), 422),
        (with("\"break_minutes\": -1"), 422),
        (with("\"break_minutes\": 99999999999999999999999999"), 422),
        (with("\"break_minutes\": 9223372036854775807"), 422),
        (with("\"mileage_tenths\": 9223372036854775807"), 422),
        (with("\"break_minutes\": 1, \"break_minutes\": 1"), 422),
        (with("\"shared_note\": \"\\ud800\""), 400),
        (with("\"shared_note\": \"a\\u0000b\""), 422),
        (with("\"call_sign\": \"a\\u0000b\""), 422),
        ([with("\"shared_note\": \""), b"\xff\xfe\"}".to_vec()].concat(), 400),
        (b"\xef\xbb\xbf{}".to_vec(), 400),
        (Vec::new(), 400),
        (b"null".to_vec(), 422),
        (format!("[{good}]").into_bytes(), 400),
        (with(&format!("\"shared_note\": \"{}\"", "x".repeat(10_001))), 422),
        (with(&format!("\"shared_note\": \"{}\"", "x".repeat(300_000))), 413),
    ] {
        let shown = String::from_utf8_lossy(&body[..body.len().min(400)]).into_owned();
        let answer = client.bytes(Method::POST, "/api/v1/duties", body, &[]).await;
        assert_eq!(answer.status, status, "{shown}: {}", answer.body);
        assert_eq!(header(&answer, "content-type"), "application/problem+json");
        assert_eq!(answer.json()["status"], status);
        assert_eq!(answer.json()["errors"].is_array(), status == 422, "{}", answer.body);
    }
    for (started, ended) in [
        ("9999-12-30T22:00:00Z", "9999-12-30T23:00:00Z"),
        ("-009999-01-02T00:00:00Z", "-009999-01-02T01:00:00Z"),
        ("1969-12-31T00:00:00Z", "1969-12-31T01:00:00Z"),
        ("2026-11-21T07:00:00.0000001Z", "2026-11-21T07:00:00.0000002Z"),
        ("2026-11-21T07:00:00", "2026-11-21T08:00:00"),
        ("yesterday", "today"),
    ] {
        let mut body = duty(&world);
        (body["started_at"], body["ended_at"]) = (json!(started), json!(ended));
        let answer = client.json(Method::POST, "/api/v1/duties", &body).await;
        assert_eq!(answer.status, 422, "{started}: {}", answer.body);
    }
    let encoded = [("content-encoding", "gzip")];
    client.bytes(Method::POST, "/api/v1/duties", good.clone().into_bytes(), &encoded).await.expect_status(415);
    let form = [("content-type", "text/plain")];
    client.bytes(Method::POST, "/api/v1/duties", good.into_bytes(), &form).await.expect_status(415);
    assert_eq!(world.app.state_of(TABLES), before);
    let far = ["AAAA", "gAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "f_________8AAAAAAAAAAAAAAAAAAAAA"];
    for cursor in far {
        client.get(&format!("/api/v1/duties?cursor={cursor}")).await.expect_problem(422, "invalid");
    }
    for path in ["/api/v1/duties/%FF", "/api/v1/duties/%00", "/api/v1/duties/..%2F", "/api/v1/nothing"] {
        client.get(path).await.expect_problem(404, "not-found");
    }
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

#[actix_web::test]
async fn a_program_logs_for_nobody_else_and_only_where_it_belongs() {
    let world = World::new();
    let kind = world.kind(&["training", "drill"]);
    let body = json!({
        "started_at": "2026-11-21T07:00:00Z", "ended_at": "2026-11-21T19:00:00Z", "kind_id": kind,
        "unit_id": world.hillside,
    });
    let before = world.app.state_of(TABLES);
    for somebody in [&world.manager, &world.other_manager, &world.hr, &world.auditor, &world.administrator] {
        let mut client = world.app.browser(somebody).await;
        client.json(Method::POST, "/api/v1/duties", &body).await.expect_problem(403, "forbidden");
    }
    world.app.visitor().json(Method::POST, "/api/v1/duties", &body).await.expect_problem(401, "signed-out");
    let mut client = world.app.browser(&world.member).await;
    let with = |name: &str, value: String| {
        let mut other = body.clone();
        other[name] = json!(value);
        other
    };
    for forged in ["person_id", "organisation_id", "created_by", "source"] {
        let body = with(forged, world.colleague.id.to_string());
        client.json(Method::POST, "/api/v1/duties", &body).await.expect_problem(422, "invalid").expect_text(forged);
    }
    // Another organisation's unit and kind of work are not there.
    let theirs = format!("select id from duty_kinds where organisation_id = '{}' limit 1", world.stranger.organisation);
    let kind = world.app.database.superuser_texts(&theirs).remove(0);
    for body in [with("unit_id", world.stranger.unit.to_string()), with("kind_id", kind)] {
        client.json(Method::POST, "/api/v1/duties", &body).await.expect_problem(422, "invalid");
    }
    assert_eq!(world.app.state_of(TABLES), before);
    client.json(Method::POST, "/api/v1/duties", &body).await.expect_status(201);
    // A list holds one's own, whoever asks.
    for somebody in [&world.manager, &world.hr, &world.stranger] {
        let listed = world.app.browser(somebody).await.get("/api/v1/duties").await.expect_status(200).json();
        assert_eq!(listed["items"], json!([]), "{}", somebody.name);
    }
    let words = world.app.browser(&world.stranger).await.get("/api/v1/words").await.expect_status(200);
    words.expect_no_text("Hillside").expect_no_text(&world.kind(&["training"]));
}
