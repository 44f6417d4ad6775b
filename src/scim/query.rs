//! What a request asks for beside its resource: which, from where on, and which attributes of them (RFC 7644, 3.4.2, 3.9).

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::ScimError;
use super::filter::{self, Filter, Place};
use super::schema::ENTERPRISE;

/// Resources on a page at most.
pub const MOST: usize = 200;

/// The query as it is sent.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Sent {
    filter: Option<String>,
    #[serde(rename = "startIndex")]
    start_index: Option<i64>,
    count: Option<i64>,
    attributes: Option<String>,
    #[serde(rename = "excludedAttributes")]
    excluded: Option<String>,
}

/// The query, read.
#[derive(Debug, Clone, Default)]
pub struct Query {
    /// Which.
    pub filter: Option<Filter>,
    /// From which on, counted from 0.
    pub offset: usize,
    /// How many at most.
    pub limit: usize,
    /// Which attributes.
    pub shape: Shape,
}

/// Which attributes of a resource are wanted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Shape {
    only: Vec<Place>,
    without: Vec<Place>,
}

impl Sent {
    /// Reads it.
    ///
    /// # Errors
    /// [`ScimError::Filter`], [`ScimError::Value`].
    pub fn read(&self) -> Result<Query, ScimError> {
        let filter = self.filter.as_deref().map(filter::filter).transpose()?;
        // Less than 1 is 1, and a negative count is 0 (3.4.2.4).
        let offset = usize::try_from(self.start_index.unwrap_or(1).max(1) - 1).unwrap_or(usize::MAX);
        let limit = usize::try_from(self.count.unwrap_or(100).max(0)).unwrap_or(usize::MAX).min(MOST);
        Ok(Query { filter, offset, limit, shape: self.shape()? })
    }

    /// Which attributes are wanted.
    ///
    /// # Errors
    /// [`ScimError::Value`].
    pub fn shape(&self) -> Result<Shape, ScimError> {
        if self.attributes.is_some() && self.excluded.is_some() {
            return Err(ScimError::Value("Send attributes or excludedAttributes, not both.".to_owned()));
        }
        Ok(Shape { only: places(self.attributes.as_deref())?, without: places(self.excluded.as_deref())? })
    }
}

fn places(text: Option<&str>) -> Result<Vec<Place>, ScimError> {
    let names = text.unwrap_or_default().split(',').map(str::trim).filter(|name| !name.is_empty()).take(100);
    names.map(|name| filter::place(name).map_err(|error| ScimError::Value(error.to_string()))).collect()
}

/// What is said of every resource, whatever is asked for.
fn is_always(name: &str) -> bool {
    matches!(name, "schemas" | "id")
}

impl Shape {
    /// Whether `attribute` is wanted at all.
    pub fn wants(&self, attribute: &str) -> bool {
        let whole =
            |place: &Place| !place.enterprise && place.sub.is_none() && place.attribute.eq_ignore_ascii_case(attribute);
        let touched = |place: &Place| !place.enterprise && place.attribute.eq_ignore_ascii_case(attribute);
        !self.without.iter().any(whole) && (self.only.is_empty() || self.only.iter().any(touched))
    }

    /// The resource as it is wanted.
    pub fn of(&self, resource: Map<String, Value>) -> Map<String, Value> {
        if !self.only.is_empty() {
            return kept(&resource, &self.only);
        }
        let mut resource = resource;
        for place in &self.without {
            if is_always(&place.attribute) {
                continue;
            }
            if place.enterprise {
                match resource.get_mut(ENTERPRISE).and_then(Value::as_object_mut) {
                    Some(inside) if !place.attribute.is_empty() => strip(inside, place),
                    Some(_whole) => drop(resource.remove(ENTERPRISE)),
                    None => {}
                }
                if resource.get(ENTERPRISE).and_then(Value::as_object).is_some_and(Map::is_empty) {
                    resource.remove(ENTERPRISE);
                }
            } else {
                strip(&mut resource, place);
            }
        }
        resource
    }
}

fn strip(object: &mut Map<String, Value>, place: &Place) {
    let Some(name) = spelt(object, &place.attribute) else { return };
    let Some(sub) = &place.sub else {
        object.remove(&name);
        return;
    };
    let inside = |value: &mut Value| {
        if let Some(object) = value.as_object_mut()
            && let Some(name) = spelt(object, sub)
        {
            object.remove(&name);
        }
    };
    match object.get_mut(&name) {
        Some(Value::Array(all)) => all.iter_mut().for_each(inside),
        Some(one) => inside(one),
        None => {}
    }
}

fn kept(resource: &Map<String, Value>, only: &[Place]) -> Map<String, Value> {
    let mut kept: Map<String, Value> = resource
        .iter()
        .filter(|(name, _)| is_always(name))
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect();
    for place in only {
        let from = if place.enterprise { resource.get(ENTERPRISE).and_then(Value::as_object) } else { Some(resource) };
        let Some(from) = from else { continue };
        if place.enterprise && place.attribute.is_empty() {
            kept.insert(ENTERPRISE.to_owned(), Value::Object(from.clone()));
            continue;
        }
        let Some(name) = spelt(from, &place.attribute) else { continue };
        let Some(value) = from.get(&name) else { continue };
        let value = match &place.sub {
            None => value.clone(),
            Some(sub) => narrowed(value, sub),
        };
        let to = if place.enterprise {
            let inside = kept.entry(ENTERPRISE).or_insert_with(|| json!({}));
            let Some(inside) = inside.as_object_mut() else { continue };
            inside
        } else {
            &mut kept
        };
        match (to.get_mut(&name), value) {
            (Some(Value::Object(before)), Value::Object(more)) => before.extend(more),
            (_, value) => drop(to.insert(name, value)),
        }
    }
    kept
}

fn narrowed(value: &Value, sub: &str) -> Value {
    let one = |value: &Value| {
        let object = value.as_object();
        let found = object.and_then(|object| spelt(object, sub).map(|name| (name.clone(), object.get(&name).cloned())));
        match found {
            Some((name, Some(value))) => Value::Object(Map::from_iter([(name, value)])),
            _ => json!({}),
        }
    };
    match value {
        Value::Array(all) => all.iter().map(one).collect(),
        other => one(other),
    }
}

fn spelt(object: &Map<String, Value>, name: &str) -> Option<String> {
    object.keys().find(|key| key.eq_ignore_ascii_case(name)).cloned()
}

/// A page of resources.
pub fn page(resources: Vec<Value>, offset: usize, total: usize) -> Value {
    json!({
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:ListResponse"],
        "totalResults": total,
        "startIndex": offset.saturating_add(1),
        "itemsPerPage": resources.len(),
        "Resources": resources,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn jo() -> Map<String, Value> {
        let jo = json!({
            "schemas": ["x"], "id": "1", "userName": "jo", "active": true,
            "name": {"givenName": "Jo", "familyName": "Marsh"},
            "emails": [{"value": "a", "type": "work"}],
            ENTERPRISE: {"employeeNumber": "7", "department": "H27"},
        });
        jo.as_object().expect("an object").clone()
    }

    fn shaped(attributes: Option<&str>, excluded: Option<&str>) -> Value {
        let sent = Sent {
            attributes: attributes.map(str::to_owned),
            excluded: excluded.map(str::to_owned),
            ..Sent::default()
        };
        Value::Object(sent.shape().expect("a shape").of(jo()))
    }

    #[test]
    fn only_what_was_asked_for_is_said_beside_what_is_always_said() {
        let wanted = json!({"schemas": ["x"], "id": "1", "userName": "jo", "name": {"givenName": "Jo"}});
        assert_eq!(shaped(Some("username, name.givenName"), None), wanted);
        let wanted = json!({"schemas": ["x"], "id": "1", ENTERPRISE: {"department": "H27"}});
        assert_eq!(shaped(Some(&format!("{ENTERPRISE}:department")), None), wanted);
        assert_eq!(shaped(Some("emails.type"), None)["emails"], json!([{"type": "work"}]));
    }

    #[test]
    fn what_was_excluded_is_not_said_unless_it_always_is() {
        let without = shaped(None, Some("id,emails,name.familyName,active"));
        assert_eq!(without["id"], "1");
        assert_eq!(without["name"], json!({"givenName": "Jo"}));
        assert!(without.get("emails").is_none() && without.get("active").is_none());
        assert!(shaped(None, Some(ENTERPRISE)).get(ENTERPRISE).is_none());
    }

    #[test]
    fn pages_begin_at_one_and_have_an_end() {
        let read = |start: Option<i64>, count: Option<i64>| {
            let query = Sent { start_index: start, count, ..Sent::default() }.read().expect("read");
            (query.offset, query.limit)
        };
        assert_eq!(read(None, None), (0, 100));
        assert_eq!(read(Some(0), Some(-5)), (0, 0));
        assert_eq!(read(Some(101), Some(50)), (100, 50));
        assert_eq!(read(Some(-7), Some(100_000)), (0, MOST));
    }
}
