use super::*;

fn of(said: Value) -> Result<Details, ScimError> {
    details(said.as_object().expect("an object"), &UnitTree::default(), UnitId::NIL)
}

fn names(said: Value) -> (String, String) {
    let details = of(said).expect("details");
    (details.given_name, details.family_name)
}

#[test]
fn a_name_is_found_wherever_the_directory_put_it() {
    let pair = |given: &str, family: &str| (given.to_owned(), family.to_owned());
    assert_eq!(
        names(json!({"userName": "x", "name": {"givenName": "Jo", "familyName": "Marsh"}})),
        pair("Jo", "Marsh")
    );
    assert_eq!(names(json!({"userName": "x", "displayName": "Mary Ann Marsh"})), pair("Mary Ann", "Marsh"));
    assert_eq!(names(json!({"userName": "x", "name": {"formatted": "Jo Marsh"}})), pair("Jo", "Marsh"));
    assert_eq!(names(json!({"userName": "x"})), pair("(no given name)", "x"));
}

#[test]
fn the_primary_address_is_used_then_the_one_for_work_then_the_first_then_the_user_name() {
    let email = |said: Value| of(said).expect("details").email;
    let some = |text: &str| Some(text.to_owned());
    let (a, b) = (json!({"value": "a@x.org"}), json!({"value": "b@x.org", "type": "Work"}));
    let c = json!({"value": "c@x.org", "primary": true});
    assert_eq!(email(json!({"userName": "u@x.org", "emails": [a, b, c]})), some("c@x.org"));
    assert_eq!(email(json!({"userName": "u@x.org", "emails": [a, b]})), some("b@x.org"));
    assert_eq!(email(json!({"userName": "u@x.org", "emails": [a]})), some("a@x.org"));
    assert_eq!(email(json!({"userName": "u@x.org"})), some("u@x.org"));
    assert_eq!(email(json!({"userName": "u"})), None);
    assert!(of(json!({"userName": "u", "emails": [{"value": "no address"}]})).is_err());
}

#[test]
fn a_number_that_is_too_long_is_refused_and_a_telephone_that_is_none_is_left_out() {
    let long = "9".repeat(41);
    assert!(of(json!({"userName": "u", ENTERPRISE: {"employeeNumber": long}})).is_err());
    assert_eq!(of(json!({"userName": "u", "phoneNumbers": [{"value": "1"}]})).expect("details").phone, None);
}

#[test]
fn a_request_for_another_version_is_refused() {
    assert!(unchanged(None, "W/\"3\"").is_ok());
    for good in ["W/\"3\"", "\"3\"", "*", "W/\"2\", W/\"3\""] {
        assert!(unchanged(Some(good), "W/\"3\"").is_ok(), "{good}");
    }
    for bad in ["W/\"2\"", "", "3"] {
        assert!(matches!(unchanged(Some(bad), "W/\"3\""), Err(ScimError::Changed)), "{bad}");
    }
}
