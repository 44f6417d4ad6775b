//! `/scim/v2` and `/signing-in/directory`: directories by their token, in the dialects of Entra ID and Okta.

use actix_web::http::Method;
use actix_web::test::TestRequest;
use serde_json::{Value, json};
use watchroom::identity::setup::Founded;
use watchroom::kernel::ids::UnitId;
use watchroom::organisation::Service;

use crate::support::{Answer, PASSWORD, TestApp};

struct Directory<'a> {
    app: &'a TestApp,
    token: String,
}

impl Directory<'_> {
    async fn call(&self, method: Method, path: &str, body: Option<&Value>) -> Answer {
        self.call_with(method, path, body, &[]).await
    }

    async fn call_with(&self, method: Method, path: &str, body: Option<&Value>, headers: &[(&str, &str)]) -> Answer {
        let mut request = TestRequest::with_uri(&format!("/scim/v2{path}"))
            .method(method)
            .insert_header(("host", "watchroom.example"))
            .insert_header(("authorization", format!("Bearer {}", self.token)));
        for (name, value) in headers {
            request = request.insert_header((*name, *value));
        }
        if let Some(body) = body {
            request = request.insert_header(("content-type", "application/scim+json")).set_payload(body.to_string());
        }
        self.app.visitor().send(request).await
    }

    async fn make(&self, user_name: &str) -> String {
        let body = json!({"userName": user_name, "name": {"givenName": "Kim", "familyName": "Kerr"}});
        let made = self.call(Method::POST, "/Users", Some(&body)).await.expect_status(201).json();
        made["id"].as_str().expect("an id").to_owned()
    }

    async fn patch(&self, path: &str, operations: Value) -> Answer {
        let body = json!({"schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], "Operations": operations});
        self.call(Method::PATCH, path, Some(&body)).await
    }
}

/// An organisation with a station Hillside and a token whose newcomers are members.
async fn world(app: &TestApp) -> (Founded, UnitId, Directory<'_>) {
    let founded = app.found("northmoor", Service::Fire);
    let station = app.unit(&founded, founded.unit, "station", "Hillside");
    let role = founded.role("member").expect("a role").to_string();
    let mut admin = app.signed_in("admin@northmoor.example").await;
    admin.get("/signing-in/directory").await.expect_status(200);
    let fields = [("name", "Entra"), ("unit", &founded.unit.to_string()), ("role", &role), ("days", "365")];
    let made = admin.post("/signing-in/directory", &fields).await.expect_status(200);
    let text = made.text();
    let token = text.split_whitespace().find(|word| word.starts_with("wrscim_")).expect("a token").to_owned();
    admin.get("/signing-in/directory").await.expect_no_text(&token);
    (founded, station, Directory { app, token })
}

fn filled(value: &Value, kept: &[(String, String)]) -> Value {
    let mut text = value.to_string();
    for (name, found) in kept {
        text = text.replace(&format!("{{{name}}}"), found);
    }
    serde_json::from_str(&text).expect("JSON")
}

async fn play(directory: &Directory<'_>, script: &str) {
    let steps: Vec<Value> = serde_json::from_str(script).expect("a script");
    let mut kept: Vec<(String, String)> = Vec::new();
    for step in steps {
        let step = filled(&step, &kept);
        let name = step["step"].as_str().expect("a name");
        let method = Method::from_bytes(step["call"].as_str().expect("a call").as_bytes()).expect("a method");
        let answer = directory.call(method, step["path"].as_str().expect("a path"), step.get("body")).await;
        assert_eq!(u64::from(answer.status), step["status"].as_u64().expect("a status"), "{name}: {}", answer.body);
        if answer.status != 204 {
            let kind = answer.headers.get("content-type").and_then(|kind| kind.to_str().ok()).unwrap_or_default();
            assert!(kind.starts_with("application/scim+json"), "{name}: {kind}");
        }
        for (pointer, wanted) in step["wants"].as_object().into_iter().flatten() {
            let found = answer.json().pointer(pointer).cloned().unwrap_or(Value::Null);
            assert_eq!(&found, wanted, "{name}: {pointer} in {}", answer.body);
        }
        for (name, pointer) in step["keep"].as_object().into_iter().flatten() {
            let found = answer.json().pointer(pointer.as_str().expect("a pointer")).cloned();
            kept.push((name.clone(), found.and_then(|id| id.as_str().map(str::to_owned)).expect("something to keep")));
        }
    }
}

#[actix_web::test]
async fn what_entra_sends_is_understood() {
    let app = TestApp::empty();
    let (_founded, station, directory) = world(&app).await;
    play(&directory, include_str!("../fixtures/scim/entra.json")).await;
    let units = app.database.superuser_texts("select unit_id::text from people where given_name = 'Lily'");
    assert_eq!(units, [station.to_string()], "their department is a unit");
}

#[actix_web::test]
async fn what_okta_sends_is_understood() {
    let app = TestApp::empty();
    let (_founded, _station, directory) = world(&app).await;
    play(&directory, include_str!("../fixtures/scim/okta.json")).await;
    let kept = app.database.superuser_texts("select resource::text from scim_users");
    assert!(!kept.join("").contains("1mz050nq"), "a password that was sent is not kept");
}

#[actix_web::test]
async fn without_a_valid_token_nothing_is_said_or_done() {
    let app = TestApp::empty();
    let (_founded, _station, directory) = world(&app).await;
    let before = app.state_of(&["people", "scim_users", "audit_entries"]);
    let body = json!({"userName": "x@northmoor.example"});
    let wrong = directory.token.replace("_A", "_B").replace("_a", "_b");
    let other = format!("wrscim_{}_{}", uuid::Uuid::now_v7().simple(), &directory.token[directory.token.len() - 43..]);
    for token in ["", "x", "wrscim_", &directory.token[..directory.token.len() - 1], &other] {
        let stranger = Directory { app: &app, token: token.to_owned() };
        let answer = stranger.call(Method::POST, "/Users", Some(&body)).await.expect_status(401);
        assert_eq!(answer.json()["status"], "401");
        assert!(answer.headers.contains_key("www-authenticate"));
        stranger.call(Method::GET, "/Users", None).await.expect_status(401);
    }
    drop(wrong);
    assert_eq!(app.state_of(&["people", "scim_users", "audit_entries"]), before);
    let mut admin = app.signed_in("admin@northmoor.example").await;
    admin.get("/scim/v2/Users").await.expect_status(401);
}

#[actix_web::test]
async fn a_revoked_or_ended_token_opens_nothing_from_then_on() {
    let app = TestApp::empty();
    let (_founded, _station, directory) = world(&app).await;
    directory.call(Method::GET, "/Users", None).await.expect_status(200);
    let mut admin = app.signed_in("admin@northmoor.example").await;
    admin.get("/signing-in/directory").await.expect_text("Valid");
    let id = app.database.superuser_texts("select id::text from scim_tokens").remove(0);
    admin.post(&format!("/signing-in/directory/{id}/revoke"), &[]).await.expect_status(303);
    directory.call(Method::GET, "/Users", None).await.expect_status(401);
    app.database.superuser("update scim_tokens set revoked_at = null");
    directory.call(Method::GET, "/Users", None).await.expect_status(200);
    app.clock.advance(jiff::SignedDuration::from_hours(366 * 24));
    directory.call(Method::GET, "/Users", None).await.expect_status(401);
}

#[actix_web::test]
async fn whom_the_directory_switches_off_is_signed_out_and_keeps_their_record() {
    let app = TestApp::empty();
    let (founded, station, directory) = world(&app).await;
    let member = app.person(&founded, "member", station);
    let mut browser = app.browser(&member).await;
    browser.get("/duties").await.expect_status(200);
    directory
        .patch(&format!("/Users/{}", member.id), json!([{"op": "Replace", "path": "active", "value": "False"}]))
        .await
        .expect_status(200);
    browser.get("/duties").await.expect_status(303);
    app.visitor().sign_in(&member.email, PASSWORD).await.expect_status(422);
    let left = app
        .database
        .superuser_texts(&format!("select (left_at is not null)::text from people where id = '{}'", member.id));
    assert_eq!(left, ["true"]);
    assert_eq!(
        app.database.superuser_texts(&format!("select count(*) from role_grants where person_id = '{}'", member.id)),
        ["0"]
    );
}

#[actix_web::test]
async fn groups_give_roles_by_rule_and_take_only_what_rules_gave() {
    let app = TestApp::empty();
    let (founded, station, directory) = world(&app).await;
    let roles = |person: &str| {
        app.database.superuser_texts(&format!(
            "select r.code || ' ' || g.source from role_grants g join roles r on r.id = g.role_id \
             where g.person_id = '{person}' order by 1"
        ))
    };
    let mut admin = app.signed_in("admin@northmoor.example").await;
    admin.get("/signing-in/groups").await;
    let manager = founded.role("manager").expect("a role").to_string();
    let rule = [("group", "watch managers"), ("role", manager.as_str()), ("unit", &station.to_string())];
    admin.post("/signing-in/groups", &rule).await.expect_status(303);

    let kim = directory.make("kim@northmoor.example").await;
    assert_eq!(roles(&kim), ["member scim"]);
    let by_hand = app.person(&founded, "manager", station);
    let members = json!([{"value": kim}, {"value": by_hand.id.to_string()}]);
    let body = json!({"displayName": "watch managers", "members": members});
    let group = directory.call(Method::POST, "/Groups", Some(&body)).await.expect_status(201).json();
    let group = group["id"].as_str().expect("an id").to_owned();
    assert_eq!(roles(&kim), ["manager scim", "member scim"]);
    assert_eq!(roles(&by_hand.id.to_string()), ["manager hand"], "what was given by hand stays as it was");
    directory.patch(&format!("/Groups/{group}"), json!([{"op": "remove", "path": "members"}])).await.expect_status(200);
    assert_eq!(roles(&kim), ["member scim"]);
    assert_eq!(roles(&by_hand.id.to_string()), ["manager hand"]);
}

#[actix_web::test]
async fn a_directory_cannot_take_over_or_lock_out_those_who_may_do_more() {
    let app = TestApp::empty();
    let (founded, _station, directory) = world(&app).await;
    let admin = founded.administrator;
    let before = app.state_of(&["people", "accounts", "role_grants", "sign_in_directory"]);
    let path = format!("/Users/{admin}");
    let email = json!([{"op": "replace", "value": {"emails": [{"value": "mallory@evil.example", "primary": true}]}}]);
    directory.patch(&path, email).await.expect_status(403).expect_text("in the console");
    directory.patch(&path, json!([{"op": "replace", "path": "active", "value": false}])).await.expect_status(403);
    directory.call(Method::DELETE, &path, None).await.expect_status(403);
    assert_eq!(app.state_of(&["people", "accounts", "role_grants", "sign_in_directory"]), before);
}

#[actix_web::test]
async fn a_change_on_an_old_version_is_refused_and_a_known_one_is_not_sent_again() {
    let app = TestApp::empty();
    let (_founded, _station, directory) = world(&app).await;
    let kim = directory.make("kim@northmoor.example").await;
    let path = format!("/Users/{kim}");
    let first = directory.call(Method::GET, &path, None).await.expect_status(200);
    let etag = first.headers.get("etag").and_then(|tag| tag.to_str().ok()).expect("a tag").to_owned();
    assert_eq!(first.json()["meta"]["version"], json!(etag));
    directory.call_with(Method::GET, &path, None, &[("if-none-match", &etag)]).await.expect_status(304);
    let change = json!({"Operations": [{"op": "replace", "path": "displayName", "value": "Kim K"}]});
    directory.call_with(Method::PATCH, &path, Some(&change), &[("if-match", &etag)]).await.expect_status(200);
    directory.call_with(Method::PATCH, &path, Some(&change), &[("if-match", &etag)]).await.expect_status(412);
    directory.call_with(Method::DELETE, &path, None, &[("if-match", &etag)]).await.expect_status(412);
}

#[actix_web::test]
async fn pages_of_people_are_complete_and_without_repeats() {
    let app = TestApp::empty();
    let (_founded, _station, directory) = world(&app).await;
    for number in 0..7 {
        directory.make(&format!("kim{number}@northmoor.example")).await;
    }
    let mut seen = std::collections::BTreeSet::new();
    for start in [1, 4, 7] {
        let page = directory.call(Method::GET, &format!("/Users?startIndex={start}&count=3"), None).await.json();
        assert_eq!(page["totalResults"], 8, "seven and the administrator");
        assert_eq!(page["startIndex"], start);
        for one in page["Resources"].as_array().expect("resources") {
            assert!(seen.insert(one["id"].as_str().expect("an id").to_owned()));
        }
    }
    assert_eq!(seen.len(), 8);
    let none = directory.call(Method::GET, "/Users?count=0", None).await.json();
    assert_eq!((none["totalResults"].as_u64(), none["itemsPerPage"].as_u64()), (Some(8), Some(0)));
}

#[actix_web::test]
async fn every_deed_of_a_directory_is_in_the_trail_with_its_token() {
    let app = TestApp::empty();
    let (_founded, _station, directory) = world(&app).await;
    let kim = directory.make("kim@northmoor.example").await;
    directory.patch(&format!("/Users/{kim}"), json!([{"op": "replace", "path": "active", "value": false}])).await;
    directory.call(Method::DELETE, &format!("/Users/{kim}"), None).await.expect_status(204);
    let audited = app.audited();
    for deed in [
        "scim.token-make",
        "scim.user-create",
        "person.add",
        "account.open",
        "role.grant",
        "scim.user-change",
        "person.leave",
        "scim.user-delete",
    ] {
        assert!(audited.iter().any(|one| one == deed), "{deed} in {audited:?}");
    }
    let token = app.database.superuser_texts("select id::text from scim_tokens").remove(0);
    let named = app
        .database
        .superuser_texts("select distinct detail->'facts'->>'token' from audit_entries where action like 'scim.user%'");
    assert_eq!(named, [token]);
}

#[actix_web::test]
async fn another_organisations_token_sees_and_changes_nobody_here() {
    let app = TestApp::empty();
    let (_founded, _station, directory) = world(&app).await;
    let kim = directory.make("kim@northmoor.example").await;
    let other = app.found("southmoor", Service::Ambulance);
    let mut admin = app.signed_in("admin@southmoor.example").await;
    admin.get("/signing-in/directory").await;
    let fields = [("name", "Okta"), ("unit", &other.unit.to_string()), ("days", "0")];
    let text = admin.post("/signing-in/directory", &fields).await.expect_status(200).text();
    let token = text.split_whitespace().find(|word| word.starts_with("wrscim_")).expect("a token").to_owned();
    let stranger = Directory { app: &app, token };
    stranger.call(Method::GET, &format!("/Users/{kim}"), None).await.expect_status(404);
    stranger
        .patch(&format!("/Users/{kim}"), json!([{"op": "replace", "path": "active", "value": false}]))
        .await
        .expect_status(404);
    assert_eq!(stranger.call(Method::GET, "/Users", None).await.json()["totalResults"], 1);
}

#[actix_web::test]
async fn nonsense_is_refused_in_scims_own_form() {
    let app = TestApp::empty();
    let (_founded, _station, directory) = world(&app).await;
    for (path, kind) in [
        ("/Users?filter=userName+like+7", "invalidFilter"),
        ("/Users?attributes=a&excludedAttributes=b", "invalidValue"),
    ] {
        let answer = directory.call(Method::GET, path, None).await.expect_status(400);
        assert_eq!(answer.json()["scimType"], kind, "{path}");
    }
    directory.call(Method::GET, "/Users/nonsense", None).await.expect_status(404);
    let answer = directory.call(Method::GET, "/Nowhere", None).await.expect_status(404);
    assert_eq!(answer.json()["schemas"][0], "urn:ietf:params:scim:api:messages:2.0:Error");
    let answer = directory.call(Method::PUT, "/Users", Some(&json!({}))).await.expect_status(405);
    assert_eq!(answer.json()["status"], "405");
    for body in [json!({}), json!({"userName": ""}), json!({"userName": "x", "active": "perhaps"}), json!([])] {
        directory.call(Method::POST, "/Users", Some(&body)).await.expect_status(400);
    }
}
