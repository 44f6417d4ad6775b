//! What users and groups have here, once: the tables that `/Schemas` shows, that bodies are read by and that paths are
//! looked up in (RFC 7643). What is not here is not kept, and is not complained about.

use serde_json::{Map, Value, json};

/// The schema of users.
pub const USER: &str = "urn:ietf:params:scim:schemas:core:2.0:User";
/// The schema of groups.
pub const GROUP: &str = "urn:ietf:params:scim:schemas:core:2.0:Group";
/// The schema of what employers add to users.
pub const ENTERPRISE: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

/// What an attribute holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Text.
    Text,
    /// Yes or no.
    Boolean,
    /// The address of one of our resources, of this kind.
    Reference(&'static str),
    /// Attributes of its own.
    Complex(&'static [Attribute]),
}

/// One attribute.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Attribute {
    /// Its name, as it is spelt.
    pub name: &'static str,
    /// What it holds.
    pub kind: Kind,
    /// Whether it holds a list.
    pub many: bool,
    /// Whether there is none without it.
    pub required: bool,
    /// Whether we say it and nobody sets it.
    pub read_only: bool,
    /// Whether upper and lower case differ.
    pub exact: bool,
    /// Whether nobody else of the organisation has the same.
    pub unique: bool,
    /// What it is.
    pub about: &'static str,
}

const fn text(name: &'static str, about: &'static str) -> Attribute {
    Attribute {
        name,
        kind: Kind::Text,
        many: false,
        required: false,
        read_only: false,
        exact: false,
        unique: false,
        about,
    }
}

const fn list(name: &'static str, subs: &'static [Attribute], about: &'static str) -> Attribute {
    Attribute { kind: Kind::Complex(subs), many: true, ..text(name, about) }
}

const PRIMARY: Attribute = Attribute { kind: Kind::Boolean, ..text("primary", "Whether it is the one to use") };

const NAME: &[Attribute] =
    &[text("familyName", "Family name"), text("givenName", "Given name"), text("formatted", "The whole name")];

const EMAIL: &[Attribute] = &[text("value", "The address"), text("type", "Such as work"), PRIMARY];

const PHONE: &[Attribute] = &[text("value", "The number"), text("type", "Such as mobile"), PRIMARY];

const IN_GROUP: &[Attribute] = &[
    Attribute { read_only: true, exact: true, ..text("value", "The group's id") },
    Attribute { read_only: true, ..text("display", "What it is called") },
    Attribute { kind: Kind::Reference("Group"), read_only: true, exact: true, ..text("$ref", "Its address") },
];

const MEMBER: &[Attribute] = &[
    Attribute { exact: true, ..text("value", "The person's id") },
    Attribute { read_only: true, ..text("display", "What they are called") },
    Attribute { kind: Kind::Reference("User"), exact: true, ..text("$ref", "Their address; stands in for the id") },
];

/// What users have.
pub static USER_ATTRIBUTES: &[Attribute] = &[
    Attribute { required: true, unique: true, ..text("userName", "What they sign in with at the directory") },
    Attribute { kind: Kind::Complex(NAME), ..text("name", "What they are called") },
    text("displayName", "What is shown of their name"),
    Attribute {
        kind: Kind::Boolean,
        ..text("active", "Whether they work here: no closes their account, and keeps what they did")
    },
    list("emails", EMAIL, "E-mail addresses; the primary one, else the one for work, else the first is used"),
    list("phoneNumbers", PHONE, "Telephone numbers; used as e-mail addresses are"),
    Attribute { read_only: true, ..list("groups", IN_GROUP, "The groups that they are in") },
];

/// What employers add to users.
pub static ENTERPRISE_ATTRIBUTES: &[Attribute] =
    &[text("employeeNumber", "Employee number"), text("department", "Code or name of the unit that they belong to")];

/// What groups have.
pub static GROUP_ATTRIBUTES: &[Attribute] = &[
    Attribute {
        required: true,
        ..text("displayName", "What it is called; rules for roles name it, or its externalId")
    },
    list("members", MEMBER, "Who is in it"),
];

/// What both have.
static COMMON: &[Attribute] = &[
    Attribute { exact: true, ..text("externalId", "What the directory knows it as") },
    Attribute { read_only: true, exact: true, ..text("id", "What we know it as") },
    Attribute { read_only: true, ..text("meta", "When it was made and changed") },
];

/// A kind of resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Resource {
    /// Somebody.
    User,
    /// A group.
    Group,
}

impl Resource {
    /// Its name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::User => "User",
            Self::Group => "Group",
        }
    }

    /// Its schema.
    pub const fn schema(self) -> &'static str {
        match self {
            Self::User => USER,
            Self::Group => GROUP,
        }
    }

    /// Its collection's address below the base.
    pub const fn endpoint(self) -> &'static str {
        match self {
            Self::User => "/Users",
            Self::Group => "/Groups",
        }
    }

    /// Its own attributes.
    pub fn attributes(self) -> &'static [Attribute] {
        match self {
            Self::User => USER_ATTRIBUTES,
            Self::Group => GROUP_ATTRIBUTES,
        }
    }

    /// Finds an attribute by its name, whatever its case.
    pub fn attribute(self, name: &str) -> Option<&'static Attribute> {
        find(self.attributes(), name).or_else(|| find(COMMON, name))
    }
}

/// Finds an attribute by its name, whatever its case.
pub fn find(attributes: &'static [Attribute], name: &str) -> Option<&'static Attribute> {
    attributes.iter().find(|attribute| attribute.name.eq_ignore_ascii_case(name))
}

fn shown(attribute: &Attribute) -> Value {
    let (kind, extra) = match attribute.kind {
        Kind::Text => ("string", None),
        Kind::Boolean => ("boolean", None),
        Kind::Reference(to) => ("reference", Some(("referenceTypes", json!([to])))),
        Kind::Complex(subs) => ("complex", Some(("subAttributes", subs.iter().map(shown).collect::<Vec<_>>().into()))),
    };
    let mut value = json!({
        "name": attribute.name,
        "type": kind,
        "multiValued": attribute.many,
        "description": attribute.about,
        "required": attribute.required,
        "caseExact": attribute.exact,
        "mutability": if attribute.read_only { "readOnly" } else { "readWrite" },
        "returned": "default",
        "uniqueness": if attribute.unique { "server" } else { "none" },
    });
    if let (Some((name, extra)), Some(object)) = (extra, value.as_object_mut()) {
        object.insert(name.to_owned(), extra);
    }
    value
}

/// The schemas, each with its id.
pub fn schemas(base: &str) -> Vec<(&'static str, Value)> {
    let all: [(&str, &str, &str, &[Attribute]); 3] = [
        (USER, "User", "Somebody who works here", USER_ATTRIBUTES),
        (GROUP, "Group", "A group of a directory; rules say which roles it gives", GROUP_ATTRIBUTES),
        (ENTERPRISE, "EnterpriseUser", "What an employer knows of somebody", ENTERPRISE_ATTRIBUTES),
    ];
    let schema = |(id, name, about, attributes): (&'static str, &str, &str, &[Attribute])| {
        let value = json!({
            "schemas": ["urn:ietf:params:scim:schemas:core:2.0:Schema"],
            "id": id,
            "name": name,
            "description": about,
            "attributes": attributes.iter().map(shown).collect::<Vec<_>>(),
            "meta": {"resourceType": "Schema", "location": format!("{base}/Schemas/{id}")},
        });
        (id, value)
    };
    all.into_iter().map(schema).collect()
}

/// The kinds of resources, each with its id.
pub fn resource_types(base: &str) -> Vec<(&'static str, Value)> {
    let kind = |resource: Resource, about: &str| {
        let mut value = json!({
            "schemas": ["urn:ietf:params:scim:schemas:core:2.0:ResourceType"],
            "id": resource.name(),
            "name": resource.name(),
            "description": about,
            "endpoint": resource.endpoint(),
            "schema": resource.schema(),
            "meta": {"resourceType": "ResourceType", "location": format!("{base}/ResourceTypes/{}", resource.name())},
        });
        if let (Resource::User, Some(object)) = (resource, value.as_object_mut()) {
            object.insert("schemaExtensions".to_owned(), json!([{"schema": ENTERPRISE, "required": false}]));
        }
        (resource.name(), value)
    };
    vec![kind(Resource::User, "Somebody who works here"), kind(Resource::Group, "A group of a directory")]
}

/// What this server can do.
pub fn configuration(base: &str, most: usize) -> Value {
    json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig"],
        "patch": {"supported": true},
        "bulk": {"supported": false, "maxOperations": 0, "maxPayloadSize": 0},
        "filter": {"supported": true, "maxResults": most},
        "changePassword": {"supported": false},
        "sort": {"supported": false},
        "etag": {"supported": true},
        "authenticationSchemes": [{
            "type": "oauthbearertoken",
            "name": "Token",
            "description": "A token made in the console, sent as Authorization: Bearer",
            "primary": true,
        }],
        "meta": {"resourceType": "ServiceProviderConfig", "location": format!("{base}/ServiceProviderConfig")},
    })
}

/// Reads a resource that was sent: what we know, under our spelling, in our types. What is ours to say is left out.
///
/// # Errors
/// The name of an attribute whose value is of the wrong type.
pub fn read(resource: Resource, sent: &Value) -> Result<Map<String, Value>, String> {
    let sent = sent.as_object().ok_or_else(|| "the resource".to_owned())?;
    let mut kept = object(sent, resource.attributes())?;
    for (name, value) in sent {
        if name.eq_ignore_ascii_case("externalId") && !value.is_null() {
            kept.insert("externalId".to_owned(), coerce(value, &COMMON_EXTERNAL)?);
        }
        if resource == Resource::User && name.eq_ignore_ascii_case(ENTERPRISE) {
            let extension = value.as_object().ok_or_else(|| ENTERPRISE.to_owned())?;
            let extension = object(extension, ENTERPRISE_ATTRIBUTES)?;
            if !extension.is_empty() {
                kept.insert(ENTERPRISE.to_owned(), Value::Object(extension));
            }
        }
    }
    Ok(kept)
}

const COMMON_EXTERNAL: Attribute = text("externalId", "");

fn object(sent: &Map<String, Value>, attributes: &'static [Attribute]) -> Result<Map<String, Value>, String> {
    let mut kept = Map::new();
    for (name, value) in sent {
        let Some(attribute) = find(attributes, name).filter(|attribute| !attribute.read_only) else { continue };
        if let Some(value) = coerced(value, attribute)? {
            kept.insert(attribute.name.to_owned(), value);
        }
    }
    Ok(kept)
}

/// `value` in the type of `attribute`; `None` when it says that there is none.
///
/// # Errors
/// The attribute's name when the value is of the wrong type.
pub fn coerced(value: &Value, attribute: &Attribute) -> Result<Option<Value>, String> {
    if attribute.many {
        let values = match value {
            Value::Null => return Ok(None),
            Value::Array(values) => values.as_slice(),
            one => std::slice::from_ref(one),
        };
        let values: Vec<Value> = values
            .iter()
            .filter(|value| !value.is_null())
            .map(|value| coerce(value, attribute))
            .collect::<Result<_, _>>()?;
        let values: Vec<Value> =
            values.into_iter().filter(|value| value.as_object().is_none_or(|o| !o.is_empty())).collect();
        return Ok(Some(Value::Array(values)).filter(|values| values.as_array().is_some_and(|all| !all.is_empty())));
    }
    match value {
        Value::Null => Ok(None),
        // An empty text is none: directories send it for what they do not know.
        Value::String(text) if text.is_empty() => Ok(None),
        value => {
            let value = coerce(value, attribute)?;
            Ok(Some(value).filter(|value| value.as_object().is_none_or(|object| !object.is_empty())))
        }
    }
}

fn coerce(value: &Value, attribute: &Attribute) -> Result<Value, String> {
    let wrong = || attribute.name.to_owned();
    match (attribute.kind, value) {
        (Kind::Text | Kind::Reference(_), Value::String(text)) => Ok(Value::String(clean(text))),
        (Kind::Text, Value::Number(number)) => Ok(Value::String(number.to_string())),
        (Kind::Boolean, Value::Bool(yes)) => Ok(Value::Bool(*yes)),
        // Microsoft Entra ID sends "True" and "False".
        (Kind::Boolean, Value::String(text)) if text.eq_ignore_ascii_case("true") => Ok(Value::Bool(true)),
        (Kind::Boolean, Value::String(text)) if text.eq_ignore_ascii_case("false") => Ok(Value::Bool(false)),
        (Kind::Complex(subs), Value::Object(sent)) => Ok(Value::Object(object(sent, subs)?)),
        // A list of plain values stands for objects with just those: members as ids, addresses as texts.
        (Kind::Complex(_), Value::String(text)) if attribute.many => Ok(json!({"value": clean(text)})),
        _ => Err(wrong()),
    }
}

/// Postgres keeps no NUL in text; and no value of ours is longer than this.
fn clean(text: &str) -> String {
    text.chars().filter(|c| *c != '\0').take(1_000).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_user_is_read_whatever_the_case_of_names_and_the_type_of_active() {
        let sent = json!({
            "schemas": [USER],
            "USERNAME": "jo@example.org",
            "Active": "False",
            "name": {"GivenName": "Jo", "honorificPrefix": "Mx"},
            "emails": {"value": "jo@example.org", "type": "work", "primary": true},
            "externalId": "x1",
            "id": "ours to say",
            "groups": [{"value": "ours to say"}],
            "urn:ietf:params:scim:schemas:extension:enterprise:2.0:user": {"employeeNumber": 4711, "manager": {}},
            "unheardOf": true,
            "displayName": "",
        });
        let wanted = json!({
            "userName": "jo@example.org",
            "active": false,
            "name": {"givenName": "Jo"},
            "emails": [{"value": "jo@example.org", "type": "work", "primary": true}],
            "externalId": "x1",
            ENTERPRISE: {"employeeNumber": "4711"},
        });
        assert_eq!(Value::Object(read(Resource::User, &sent).expect("read")), wanted);
    }

    #[test]
    fn a_value_of_the_wrong_type_is_named() {
        let wrong = |sent: Value| read(Resource::User, &sent).expect_err("wrong");
        assert_eq!(wrong(json!({"active": "perhaps"})), "active");
        assert_eq!(wrong(json!({"name": "Jo"})), "name");
        assert_eq!(wrong(json!({"userName": {"a": 1}})), "userName");
        assert_eq!(wrong(json!([])), "the resource");
    }

    #[test]
    fn every_schema_says_what_each_attribute_is() {
        for (id, schema) in schemas("https://example.org/scim/v2") {
            assert!(id.starts_with("urn:ietf:params:scim:schemas:"));
            let attributes = schema["attributes"].as_array().expect("attributes");
            assert!(attributes.iter().all(|one| one["description"].as_str().is_some_and(|text| !text.is_empty())));
        }
    }
}
