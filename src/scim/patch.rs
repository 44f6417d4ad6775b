//! Changes to a resource (RFC 7644, 3.5.2), in the dialects of Microsoft Entra ID and Okta. Pure: from what is kept to
//! what is to be kept.

use serde_json::{Map, Value};

use super::filter::{self, Filter, Path, Place};
use super::schema::{self, Attribute, ENTERPRISE, ENTERPRISE_ATTRIBUTES, Kind, Resource};

/// Operations in one request.
const MOST: usize = 1_000;

/// Why a change cannot be made, in SCIM's words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// The request is not one of changes.
    Syntax(String),
    /// The path cannot be read, or names nothing that there is.
    Path(String),
    /// There is nothing to remove.
    NoTarget(String),
    /// It is ours to say, or there is none without it.
    Fixed(&'static str),
    /// The value is of the wrong type.
    Value(String),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Act {
    Add,
    Replace,
    Remove,
}

/// Makes the changes of a request, in their order.
///
/// # Errors
/// [`Fault`]; then nothing may be kept.
pub fn apply(kind: Resource, resource: &mut Map<String, Value>, request: &Value) -> Result<(), Fault> {
    let operations = named(request, "Operations").and_then(Value::as_array);
    let operations = operations.ok_or_else(|| Fault::Syntax("Operations is missing".to_owned()))?;
    if operations.len() > MOST {
        return Err(Fault::Syntax(format!("a request has at most {MOST} operations")));
    }
    for operation in operations {
        one(kind, resource, operation)?;
    }
    Ok(())
}

fn one(kind: Resource, resource: &mut Map<String, Value>, operation: &Value) -> Result<(), Fault> {
    let act = match named(operation, "op").and_then(Value::as_str).map(str::to_ascii_lowercase).as_deref() {
        Some("add") => Act::Add,
        Some("replace") => Act::Replace,
        Some("remove") => Act::Remove,
        _ => return Err(Fault::Syntax("op is neither add nor replace nor remove".to_owned())),
    };
    let value = named(operation, "value").unwrap_or(&Value::Null);
    match named(operation, "path").and_then(Value::as_str).filter(|path| !path.is_empty()) {
        Some(path) => {
            let path = filter::path(path).map_err(|error| Fault::Path(error.to_string()))?;
            at(kind, resource, act, &path, value)
        }
        None if act == Act::Remove => Err(Fault::NoTarget("what is to be removed needs a path".to_owned())),
        None => {
            let values = value.as_object().ok_or_else(|| Fault::Value("value".to_owned()))?;
            for (name, value) in values {
                // Entra writes paths as names here: {"name.givenName": "Jo"}.
                match filter::path(name) {
                    Ok(path) if known(kind, &path.place) => at(kind, resource, act, &path, value)?,
                    // What is not known here is passed over, as in whole resources.
                    Ok(_) | Err(_) => {}
                }
            }
            Ok(())
        }
    }
}

fn named<'a>(object: &'a Value, name: &str) -> Option<&'a Value> {
    object.as_object()?.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value)
}

fn known(kind: Resource, place: &Place) -> bool {
    if place.enterprise {
        kind == Resource::User
            && (place.attribute.is_empty() || schema::find(ENTERPRISE_ATTRIBUTES, &place.attribute).is_some())
    } else {
        kind.attribute(&place.attribute).is_some_and(|attribute| !attribute.read_only)
    }
}

fn at(kind: Resource, resource: &mut Map<String, Value>, act: Act, path: &Path, value: &Value) -> Result<(), Fault> {
    let place = &path.place;
    if place.enterprise {
        if kind != Resource::User {
            return Err(Fault::Path("groups have no employer".to_owned()));
        }
        return enterprise(resource, act, path, value);
    }
    let attribute = kind.attribute(&place.attribute);
    let attribute = attribute.ok_or_else(|| Fault::Path(format!("there is no {}", place.attribute)))?;
    change(resource, attribute, act, path, value)
}

fn enterprise(resource: &mut Map<String, Value>, act: Act, path: &Path, value: &Value) -> Result<(), Fault> {
    let mut inside = resource.get(ENTERPRISE).and_then(Value::as_object).cloned().unwrap_or_default();
    if path.place.attribute.is_empty() {
        match (act, value) {
            (Act::Remove, _) => inside.clear(),
            (Act::Add | Act::Replace, Value::Object(values)) => {
                for (name, value) in values {
                    if let Some(attribute) = schema::find(ENTERPRISE_ATTRIBUTES, name) {
                        set(&mut inside, attribute, act, value)?;
                    }
                }
            }
            _ => return Err(Fault::Value(ENTERPRISE.to_owned())),
        }
    } else {
        let attribute = schema::find(ENTERPRISE_ATTRIBUTES, &path.place.attribute);
        let attribute = attribute.ok_or_else(|| Fault::Path(format!("there is no {}", path.place.attribute)))?;
        change(&mut inside, attribute, act, path, value)?;
    }
    put(resource, ENTERPRISE, inside);
    Ok(())
}

fn put(resource: &mut Map<String, Value>, name: &str, inside: Map<String, Value>) {
    if inside.is_empty() {
        resource.remove(name);
    } else {
        resource.insert(name.to_owned(), Value::Object(inside));
    }
}

fn change(
    object: &mut Map<String, Value>,
    attribute: &'static Attribute,
    act: Act,
    path: &Path,
    value: &Value,
) -> Result<(), Fault> {
    if attribute.read_only {
        return Err(Fault::Fixed(attribute.name));
    }
    match (&path.which, &path.place.sub) {
        (None, None) if act == Act::Remove => remove(object, attribute, value),
        (None, None) => set(object, attribute, act, value),
        (None, Some(sub)) if !attribute.many => {
            let sub = inner(attribute, sub)?;
            let mut inside = object.get(attribute.name).and_then(Value::as_object).cloned().unwrap_or_default();
            match act {
                Act::Remove => drop(inside.remove(sub.name)),
                Act::Add | Act::Replace => set(&mut inside, sub, act, value)?,
            }
            put(object, attribute.name, inside);
            Ok(())
        }
        (which, sub) => listed(object, attribute, act, (which.as_ref(), sub.as_deref()), value),
    }
}

fn inner(attribute: &'static Attribute, sub: &str) -> Result<&'static Attribute, Fault> {
    let found = match attribute.kind {
        Kind::Complex(subs) => schema::find(subs, sub),
        Kind::Text | Kind::Boolean | Kind::Reference(_) => None,
    };
    found.ok_or_else(|| Fault::Path(format!("there is no {sub} in {}", attribute.name)))
}

fn coerced(value: &Value, attribute: &Attribute) -> Result<Option<Value>, Fault> {
    schema::coerced(value, attribute).map_err(Fault::Value)
}

fn set(object: &mut Map<String, Value>, attribute: &'static Attribute, act: Act, value: &Value) -> Result<(), Fault> {
    let Some(value) = coerced(value, attribute)? else {
        // Setting nothing is removing.
        return remove(object, attribute, &Value::Null);
    };
    let value = match (value, object.get(attribute.name)) {
        (Value::Array(new), Some(Value::Array(old))) if act == Act::Add => {
            let mut all = old.clone();
            for one in new {
                if !all.iter().any(|known| same(known, &one)) {
                    all.push(one);
                }
            }
            Value::Array(one_primary(all))
        }
        (Value::Array(new), _) => Value::Array(one_primary(new)),
        (Value::Object(new), Some(Value::Object(old))) => {
            let mut all = old.clone();
            all.extend(new);
            Value::Object(all)
        }
        (value, _) => value,
    };
    object.insert(attribute.name.to_owned(), value);
    Ok(())
}

/// Whether two values of a list are one: by their `value`, if they have one (and their type, for addresses).
fn same(a: &Value, b: &Value) -> bool {
    match (a.get("value"), b.get("value")) {
        (Some(one), Some(other)) => one == other && a.get("type") == b.get("type"),
        _ => a == b,
    }
}

/// At most one of a list is primary: the one that was added last.
fn one_primary(mut all: Vec<Value>) -> Vec<Value> {
    let is_primary = |value: &Value| value.get("primary") == Some(&Value::Bool(true));
    let last = all.iter().rposition(is_primary);
    for (at, value) in all.iter_mut().enumerate() {
        if Some(at) != last
            && is_primary(value)
            && let Some(object) = value.as_object_mut()
        {
            object.insert("primary".to_owned(), Value::Bool(false));
        }
    }
    all
}

fn remove(object: &mut Map<String, Value>, attribute: &'static Attribute, value: &Value) -> Result<(), Fault> {
    // Entra names the members to remove beside the path: {"path": "members", "value": [{"value": "id"}]}.
    if attribute.many && !value.is_null() {
        let gone = coerced(value, attribute)?;
        let gone = gone.as_ref().and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        let is_gone = |one: &Value| gone.iter().any(|gone| gone.get("value") == one.get("value"));
        if let Some(Value::Array(all)) = object.get_mut(attribute.name) {
            all.retain(|one| !is_gone(one));
        }
        tidy(object, attribute);
        return Ok(());
    }
    if attribute.required {
        return Err(Fault::Fixed(attribute.name));
    }
    object.remove(attribute.name);
    Ok(())
}

fn tidy(object: &mut Map<String, Value>, attribute: &Attribute) {
    if object.get(attribute.name).and_then(Value::as_array).is_some_and(Vec::is_empty) {
        object.remove(attribute.name);
    }
}

/// Changes those values of a list that are meant; where none is, one that would be is made (as Entra expects).
fn listed(
    object: &mut Map<String, Value>,
    attribute: &'static Attribute,
    act: Act,
    (which, sub): (Option<&Filter>, Option<&str>),
    value: &Value,
) -> Result<(), Fault> {
    let Kind::Complex(subs) = attribute.kind else {
        return Err(Fault::Path(format!("{} has nothing inside", attribute.name)));
    };
    let sub = sub.map(|sub| inner(attribute, sub)).transpose()?;
    let mut all = object.get(attribute.name).and_then(Value::as_array).cloned().unwrap_or_default();
    // Inside a list names are those of its values, whatever resource they stand in.
    let meant =
        |one: &Value| which.is_none_or(|which| one.as_object().is_some_and(|one| which.holds(Resource::Group, one)));
    let found = all.iter().any(meant);
    match act {
        Act::Remove => match sub {
            None => all.retain(|one| !meant(one)),
            Some(sub) => {
                for one in all.iter_mut().filter(|one| meant(one)) {
                    if let Some(one) = one.as_object_mut() {
                        one.remove(sub.name);
                    }
                }
            }
        },
        Act::Add | Act::Replace => {
            if !found {
                let mut fresh = Map::new();
                for (name, value) in which.map(Filter::equalities).unwrap_or_default() {
                    if let Some(sub) = schema::find(subs, name) {
                        set(&mut fresh, sub, Act::Add, value)?;
                    }
                }
                all.push(Value::Object(fresh));
            }
            let last = all.len().saturating_sub(1);
            for (at, one) in all.iter_mut().enumerate() {
                let here = if found { meant(one) } else { at == last };
                let Some(one) = one.as_object_mut().filter(|_one| here) else { continue };
                match (sub, value) {
                    (Some(sub), value) => set(one, sub, act, value)?,
                    (None, Value::Object(values)) => {
                        for (name, value) in values {
                            if let Some(sub) = schema::find(subs, name) {
                                set(one, sub, act, value)?;
                            }
                        }
                    }
                    (None, _) => return Err(Fault::Value(attribute.name.to_owned())),
                }
            }
            all = one_primary(all);
        }
    }
    all.retain(|one| one.as_object().is_none_or(|one| !one.is_empty()));
    object.insert(attribute.name.to_owned(), Value::Array(all));
    tidy(object, attribute);
    Ok(())
}

#[cfg(test)]
#[path = "patch_tests.rs"]
mod tests;
