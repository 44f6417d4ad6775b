//! From what a provider's token says to what we ask of it. Pure.

use serde_json::{Map, Value};

use super::model::Claims;

/// Groups looked at, and characters of each, at most.
const MOST_GROUPS: usize = 2_000;
const LONGEST_GROUP: usize = 300;

/// Reads `claims`; `group_claim` names the claim with the groups and may be empty.
pub fn read(claims: &Map<String, Value>, group_claim: &str) -> Claims {
    let text = |name: &str| {
        let text = claims.get(name).and_then(Value::as_str).map(clean);
        text.filter(|text| !text.is_empty())
    };
    let (given_name, family_name) = names(text("given_name"), text("family_name"), text("name"));
    let email = text("email").map(|email| email.to_lowercase());
    Claims {
        subject: claims.get("sub").and_then(Value::as_str).unwrap_or_default().to_owned(),
        email: email.filter(|email| email.contains('@') && email.len() <= 254),
        // Microsoft Entra ID has no email_verified; xms_edov says that the domain's owner vouches for the address.
        email_verified: is_yes(claims.get("email_verified")) || is_yes(claims.get("xms_edov")),
        given_name,
        family_name,
        groups: groups(claims, group_claim),
        contexts: contexts(claims),
        auth_time: claims.get("auth_time").and_then(Value::as_i64),
        sid: claims.get("sid").and_then(Value::as_str).filter(|sid| sid.len() <= 300).map(str::to_owned),
    }
}

/// Whether more should be asked of the provider: an address, or groups that the token does not have.
pub fn lacks(claims: &Map<String, Value>, group_claim: &str) -> bool {
    let groups_missing =
        !group_claim.is_empty() && found(claims, group_claim).is_none() && !is_overflowing(claims, group_claim);
    !claims.contains_key("email") || groups_missing
}

/// Adds what `more` has and `claims` does not: what was signed comes first.
pub fn complete(claims: &mut Map<String, Value>, more: Map<String, Value>) {
    for (name, value) in more {
        claims.entry(name).or_insert(value);
    }
}

fn is_yes(value: Option<&Value>) -> bool {
    match value {
        Some(Value::Bool(yes)) => *yes,
        Some(Value::String(text)) => text.eq_ignore_ascii_case("true") || text == "1",
        Some(Value::Number(number)) => number.as_i64() == Some(1),
        _ => false,
    }
}

fn names(given: Option<String>, family: Option<String>, whole: Option<String>) -> (Option<String>, Option<String>) {
    match (given, family, whole) {
        (None, None, Some(whole)) => match whole.rsplit_once(' ') {
            Some((given, family)) => (Some(given.trim().to_owned()), Some(family.to_owned())),
            None => (None, Some(whole)),
        },
        (given, family, _) => (given, family),
    }
}

/// `None` where the provider did not say: no such claim is asked for, or there are too many for a token. Somebody in
/// no group has an empty list, or, with some providers, no claim.
fn groups(claims: &Map<String, Value>, group_claim: &str) -> Option<Vec<String>> {
    if group_claim.is_empty() || is_overflowing(claims, group_claim) {
        return None;
    }
    let mut groups: Vec<String> = match found(claims, group_claim) {
        Some(Value::Array(all)) => all.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
        Some(Value::String(one)) => vec![one.clone()],
        _ => Vec::new(),
    };
    groups.retain(|group| !group.is_empty() && group.chars().count() <= LONGEST_GROUP);
    groups.truncate(MOST_GROUPS);
    groups.sort_unstable();
    groups.dedup();
    Some(groups)
}

/// The claim by its name, or, with dots, by its path: `realm_access.roles`.
fn found<'a>(claims: &'a Map<String, Value>, name: &str) -> Option<&'a Value> {
    if let Some(value) = claims.get(name) {
        return Some(value);
    }
    let mut parts = name.split('.');
    let first = claims.get(parts.next()?)?;
    parts.try_fold(first, |value, part| value.get(part)).filter(|_value| name.contains('.'))
}

/// Whether the groups did not fit into the token (Microsoft Entra ID: more than 200).
fn is_overflowing(claims: &Map<String, Value>, group_claim: &str) -> bool {
    let elsewhere = claims.get("_claim_names").and_then(|names| names.get(group_claim)).is_some();
    elsewhere || is_yes(claims.get("hasgroups"))
}

fn contexts(claims: &Map<String, Value>) -> Vec<String> {
    let acr = claims.get("acr").and_then(Value::as_str).map(str::to_owned);
    let amr = claims.get("amr").and_then(Value::as_array).into_iter().flatten();
    acr.into_iter().chain(amr.filter_map(Value::as_str).map(str::to_owned)).take(50).collect()
}

fn clean(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(254).collect::<String>().trim().to_owned()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn of(value: Value, group_claim: &str) -> Claims {
        read(value.as_object().expect("an object"), group_claim)
    }

    #[test]
    fn an_address_is_verified_only_if_the_provider_says_so() {
        let verified = |value: Value| of(value, "").email_verified;
        assert!(verified(json!({"email": "jo@example.org", "email_verified": true})));
        assert!(verified(json!({"email": "jo@example.org", "email_verified": "true"})));
        assert!(verified(json!({"email": "jo@example.org", "xms_edov": 1})));
        for no in [
            json!({}),
            json!({"email_verified": false}),
            json!({"email_verified": "yes"}),
            json!({"xms_edov": 0}),
            json!({"email_verified": ["true"]}),
        ] {
            assert!(!verified(no.clone()), "{no}");
        }
        assert_eq!(of(json!({"email": "Jo@Example.org"}), "").email.as_deref(), Some("jo@example.org"));
        assert_eq!(of(json!({"email": "jo"}), "").email, None);
    }

    #[test]
    fn groups_are_read_by_name_or_by_path() {
        let groups = |value: Value, claim: &str| of(value, claim).groups;
        assert_eq!(groups(json!({"groups": ["b", "a", "b", 7]}), "groups"), Some(vec!["a".to_owned(), "b".to_owned()]));
        assert_eq!(groups(json!({"groups": "a"}), "groups"), Some(vec!["a".to_owned()]));
        assert_eq!(groups(json!({"realm_access": {"roles": ["a"]}}), "realm_access.roles"), Some(vec!["a".to_owned()]));
        assert_eq!(groups(json!({"https://x.org/groups": ["a"]}), "https://x.org/groups"), Some(vec!["a".to_owned()]));
    }

    #[test]
    fn no_groups_and_groups_that_did_not_fit_are_two_things() {
        let groups = |value: Value, claim: &str| of(value, claim).groups;
        assert_eq!(groups(json!({}), "groups"), Some(vec![]));
        assert_eq!(groups(json!({"groups": []}), "groups"), Some(vec![]));
        assert_eq!(groups(json!({"groups": ["a"]}), ""), None);
        assert_eq!(groups(json!({"_claim_names": {"groups": "src1"}}), "groups"), None);
        assert_eq!(groups(json!({"hasgroups": true}), "groups"), None);
    }

    #[test]
    fn a_name_in_one_piece_is_parted_at_its_last_space() {
        let name = |value: Value| (of(value.clone(), "").given_name, of(value, "").family_name);
        let some = |text: &str| Some(text.to_owned());
        assert_eq!(name(json!({"name": "Mary Ann Marsh"})), (some("Mary Ann"), some("Marsh")));
        assert_eq!(name(json!({"name": "Cher"})), (None, some("Cher")));
        assert_eq!(
            name(json!({"name": "x y", "given_name": "Jo", "family_name": "Marsh"})),
            (some("Jo"), some("Marsh"))
        );
    }

    #[test]
    fn what_was_signed_comes_before_what_was_asked_for_later() {
        let mut claims = json!({"sub": "jo", "email": "jo@example.org"}).as_object().expect("an object").clone();
        assert!(lacks(&claims, "groups") && !lacks(&claims, ""));
        let more = json!({"email": "other@example.org", "groups": ["a"]});
        complete(&mut claims, more.as_object().expect("an object").clone());
        assert_eq!(Value::Object(claims), json!({"sub": "jo", "email": "jo@example.org", "groups": ["a"]}));
    }
}
