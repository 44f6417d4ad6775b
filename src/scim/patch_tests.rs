use serde_json::json;

use super::*;

fn jo() -> Value {
    json!({
        "userName": "jo@example.org",
        "active": true,
        "name": {"givenName": "Jo", "familyName": "Marsh"},
        "emails": [{"value": "jo@example.org", "type": "work", "primary": true}],
    })
}

fn patched(kind: Resource, before: Value, operations: Value) -> Result<Value, Fault> {
    let mut resource = before.as_object().expect("an object").clone();
    let request = json!({"schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], "Operations": operations});
    apply(kind, &mut resource, &request).map(|()| Value::Object(resource))
}

fn user(operations: Value) -> Result<Value, Fault> {
    patched(Resource::User, jo(), operations)
}

fn group(operations: Value) -> Value {
    let watch = json!({"displayName": "Red", "members": [{"value": "1"}, {"value": "2"}]});
    patched(Resource::Group, watch, operations).expect("a group")
}

#[test]
fn entra_switches_somebody_off_in_three_ways() {
    for operation in [
        json!({"op": "Replace", "path": "active", "value": "False"}),
        json!({"op": "replace", "value": {"active": false}}),
        json!({"op": "Add", "value": {"active": "false"}}),
    ] {
        assert_eq!(user(json!([operation])).expect("off")["active"], json!(false));
    }
}

#[test]
fn entra_names_places_as_attributes() {
    let after = user(json!([{"op": "Replace", "value": {
        "name.givenName": "Joan",
        "displayName": "Joan Marsh",
        "emails[type eq \"work\"].value": "joan@example.org",
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:employeeNumber": "4711",
        "unheardOf": "x"
    }}]))
    .expect("changed");
    assert_eq!(after["name"], json!({"givenName": "Joan", "familyName": "Marsh"}));
    assert_eq!(after["displayName"], "Joan Marsh");
    assert_eq!(after["emails"], json!([{"value": "joan@example.org", "type": "work", "primary": true}]));
    assert_eq!(after[ENTERPRISE], json!({"employeeNumber": "4711"}));
    assert!(after.get("unheardOf").is_none());
}

#[test]
fn what_is_not_there_yet_is_made() {
    let after = user(json!([
        {"op": "Add", "path": "phoneNumbers[type eq \"mobile\"].value", "value": "01632 960001"},
        {"op": "Replace", "path": "emails[type eq \"home\"].value", "value": "jo@home.example"},
    ]))
    .expect("changed");
    assert_eq!(after["phoneNumbers"], json!([{"type": "mobile", "value": "01632 960001"}]));
    assert_eq!(after["emails"].as_array().map(Vec::len), Some(2));
}

#[test]
fn okta_puts_a_whole_profile() {
    let after = user(json!([{"op": "replace", "value": {
        "id": "ours to say", "active": true, "name": {"familyName": "Marsh-Hall"},
        "emails": [{"value": "jo@new.example", "type": "work", "primary": true}]
    }}]))
    .expect("changed");
    assert_eq!(after["name"], json!({"givenName": "Jo", "familyName": "Marsh-Hall"}));
    assert_eq!(after["emails"], json!([{"value": "jo@new.example", "type": "work", "primary": true}]));
    assert!(after.get("id").is_none());
}

#[test]
fn members_come_and_go_in_each_dialect() {
    let ids = |after: Value| -> Vec<String> {
        let all = after["members"].as_array().cloned().unwrap_or_default();
        all.iter().map(|one| one["value"].as_str().expect("an id").to_owned()).collect()
    };
    assert_eq!(
        ids(group(json!([{"op": "Add", "path": "members", "value": [{"value": "3"}, {"value": "1"}]}]))),
        ["1", "2", "3"]
    );
    assert_eq!(ids(group(json!([{"op": "remove", "path": "members[value eq \"1\"]"}]))), ["2"]);
    assert_eq!(ids(group(json!([{"op": "Remove", "path": "members", "value": [{"value": "2"}]}]))), ["1"]);
    assert_eq!(ids(group(json!([{"op": "Remove", "path": "members"}]))), Vec::<String>::new());
    assert_eq!(ids(group(json!([{"op": "replace", "path": "members", "value": [{"value": "9"}]}]))), ["9"]);
    assert_eq!(ids(group(json!([{"op": "replace", "value": {"members": []}}]))), Vec::<String>::new());
    let renamed = group(json!([{"op": "replace", "value": {"id": "x", "displayName": "Blue"}}]));
    assert_eq!((renamed["displayName"].as_str(), ids(renamed.clone()).len()), (Some("Blue"), 2));
}

#[test]
fn only_the_last_primary_stays_one() {
    let after = user(json!([{"op": "add", "path": "emails", "value": [{"value": "b@example.org", "type": "home", "primary": true}]}]))
        .expect("changed");
    let primary: Vec<_> =
        after["emails"].as_array().expect("emails").iter().map(|one| one["primary"].clone()).collect();
    assert_eq!(primary, [json!(false), json!(true)]);
}

#[test]
fn what_cannot_be_changed_is_refused_with_the_reason() {
    let fault = |operation: Value| user(json!([operation])).expect_err("refused");
    assert_eq!(fault(json!({"op": "remove", "path": "userName"})), Fault::Fixed("userName"));
    assert_eq!(fault(json!({"op": "replace", "path": "userName", "value": ""})), Fault::Fixed("userName"));
    assert_eq!(fault(json!({"op": "replace", "path": "id", "value": "x"})), Fault::Fixed("id"));
    assert_eq!(fault(json!({"op": "replace", "path": "groups", "value": []})), Fault::Fixed("groups"));
    assert!(matches!(fault(json!({"op": "remove"})), Fault::NoTarget(_)));
    assert!(matches!(fault(json!({"op": "move", "path": "active"})), Fault::Syntax(_)));
    assert!(matches!(fault(json!({"op": "add", "path": "unheardOf", "value": 1})), Fault::Path(_)));
    assert!(matches!(fault(json!({"op": "add", "path": "emails[", "value": 1})), Fault::Path(_)));
    assert!(matches!(fault(json!({"op": "replace", "path": "active", "value": "perhaps"})), Fault::Value(_)));
    assert!(matches!(fault(json!({"op": "replace", "value": "x"})), Fault::Value(_)));
    let mut resource = Map::new();
    assert!(matches!(apply(Resource::User, &mut resource, &json!({})), Err(Fault::Syntax(_))));
}
