//! Filters (RFC 7644, 3.4.2.2) and the paths of changes (3.5.2): read here, and held against resources. Pure.

use serde_json::{Map, Value};

use super::schema::{self, ENTERPRISE, Kind, Resource};

/// Characters of a filter, and how deep it may nest.
const LONGEST: usize = 2_000;
const DEEPEST: usize = 20;

/// Where a value stands in a resource.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// Whether in what employers add.
    pub enterprise: bool,
    /// The attribute, as it was spelt; empty for all that employers add.
    pub attribute: String,
    /// The attribute inside it.
    pub sub: Option<String>,
}

/// How two values are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operator {
    /// The same.
    Eq,
    /// Not the same.
    Ne,
    /// Contains.
    Co,
    /// Begins with.
    Sw,
    /// Ends with.
    Ew,
    /// Comes after.
    Gt,
    /// Comes after or is the same.
    Ge,
    /// Comes before.
    Lt,
    /// Comes before or is the same.
    Le,
}

/// A filter.
#[derive(Debug, Clone, PartialEq)]
pub enum Filter {
    /// An attribute against a value.
    Compare(Place, Operator, Value),
    /// There is such an attribute.
    Present(Place),
    /// Both.
    And(Box<Filter>, Box<Filter>),
    /// One of both.
    Or(Box<Filter>, Box<Filter>),
    /// Not so.
    Not(Box<Filter>),
    /// One of an attribute's values is so.
    Has(Place, Box<Filter>),
}

/// The path of a change: `emails[type eq "work"].value`.
#[derive(Debug, Clone, PartialEq)]
pub struct Path {
    /// The attribute.
    pub place: Place,
    /// Which of its values.
    pub which: Option<Filter>,
}

/// A filter or path that cannot be read; why.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Unreadable(String);

fn unreadable<T>(why: impl Into<String>) -> Result<T, Unreadable> {
    Err(Unreadable(why.into()))
}

#[derive(Debug, Clone, PartialEq)]
enum Token {
    Word(String),
    Text(Value),
    Open,
    Close,
    OpenList,
    CloseList,
}

fn tokens(text: &str) -> Result<Vec<Token>, Unreadable> {
    if text.len() > LONGEST {
        return unreadable(format!("a filter has at most {LONGEST} characters"));
    }
    let mut found = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let single = match first {
            '(' => Some(Token::Open),
            ')' => Some(Token::Close),
            '[' => Some(Token::OpenList),
            ']' => Some(Token::CloseList),
            _ => None,
        };
        if let Some(token) = single {
            found.push(token);
            rest = rest.get(1..).unwrap_or_default();
        } else if first == '"' {
            let mut values = serde_json::Deserializer::from_str(rest).into_iter::<Value>();
            let Some(Ok(value)) = values.next() else { return unreadable("a text in it has no end") };
            found.push(Token::Text(value));
            let at = values.byte_offset();
            rest = rest.get(at..).unwrap_or_default();
        } else {
            let end = rest.find(|c: char| c.is_whitespace() || "()[]\"".contains(c)).unwrap_or(rest.len());
            let (word, after) = rest.split_at_checked(end).unwrap_or((rest, ""));
            found.push(Token::Word(word.to_owned()));
            rest = after;
        }
        rest = rest.trim_start();
    }
    Ok(found)
}

struct Reader {
    tokens: std::iter::Peekable<std::vec::IntoIter<Token>>,
}

impl Reader {
    fn word(&mut self, wanted: &str) -> bool {
        let here = matches!(self.tokens.peek(), Some(Token::Word(word)) if word.eq_ignore_ascii_case(wanted));
        if here {
            self.tokens.next();
        }
        here
    }

    fn take(&mut self, wanted: &Token) -> Result<(), Unreadable> {
        match self.tokens.next() {
            Some(token) if token == *wanted => Ok(()),
            _ => unreadable("a bracket is missing"),
        }
    }

    fn either(&mut self, depth: usize) -> Result<Filter, Unreadable> {
        let mut left = self.both(depth)?;
        while self.word("or") {
            left = Filter::Or(Box::new(left), Box::new(self.both(depth)?));
        }
        Ok(left)
    }

    fn both(&mut self, depth: usize) -> Result<Filter, Unreadable> {
        let mut left = self.one(depth)?;
        while self.word("and") {
            left = Filter::And(Box::new(left), Box::new(self.one(depth)?));
        }
        Ok(left)
    }

    fn one(&mut self, depth: usize) -> Result<Filter, Unreadable> {
        if depth > DEEPEST {
            return unreadable("it nests too deep");
        }
        if self.word("not") {
            self.take(&Token::Open)?;
            let inner = self.either(depth + 1)?;
            self.take(&Token::Close)?;
            return Ok(Filter::Not(Box::new(inner)));
        }
        match self.tokens.next() {
            Some(Token::Open) => {
                let inner = self.either(depth + 1)?;
                self.take(&Token::Close)?;
                Ok(inner)
            }
            Some(Token::Word(word)) => {
                let place = place(&word)?;
                if self.tokens.peek() == Some(&Token::OpenList) {
                    self.tokens.next();
                    let inner = self.either(depth + 1)?;
                    self.take(&Token::CloseList)?;
                    return Ok(Filter::Has(place, Box::new(inner)));
                }
                self.comparison(place)
            }
            _ => unreadable("an attribute is missing"),
        }
    }

    fn comparison(&mut self, place: Place) -> Result<Filter, Unreadable> {
        let Some(Token::Word(operator)) = self.tokens.next() else { return unreadable("an operator is missing") };
        let operator = match operator.to_ascii_lowercase().as_str() {
            "pr" => return Ok(Filter::Present(place)),
            "eq" => Operator::Eq,
            "ne" => Operator::Ne,
            "co" => Operator::Co,
            "sw" => Operator::Sw,
            "ew" => Operator::Ew,
            "gt" => Operator::Gt,
            "ge" => Operator::Ge,
            "lt" => Operator::Lt,
            "le" => Operator::Le,
            _ => return unreadable("it has an operator that is not known"),
        };
        let value = match self.tokens.next() {
            Some(Token::Text(value)) => value,
            // Numbers, true, false, null; and True and False as some write them.
            Some(Token::Word(word)) => match serde_json::from_str(&word.to_ascii_lowercase()) {
                Ok(value) => value,
                Err(_nonsense) => return unreadable("a value in it is neither text nor number nor true nor false"),
            },
            _ => return unreadable("a value is missing"),
        };
        Ok(Filter::Compare(place, operator, value))
    }
}

/// Reads a filter.
///
/// # Errors
/// [`Unreadable`].
pub fn filter(text: &str) -> Result<Filter, Unreadable> {
    let mut reader = Reader { tokens: tokens(text)?.into_iter().peekable() };
    let filter = reader.either(0)?;
    if reader.tokens.next().is_some() { unreadable("something follows its end") } else { Ok(filter) }
}

/// Reads the path of a change.
///
/// # Errors
/// [`Unreadable`].
pub fn path(text: &str) -> Result<Path, Unreadable> {
    let mut reader = Reader { tokens: tokens(text)?.into_iter().peekable() };
    let Some(Token::Word(word)) = reader.tokens.next() else { return unreadable("a path begins with an attribute") };
    let mut place = place(&word)?;
    let mut which = None;
    if reader.tokens.peek() == Some(&Token::OpenList) {
        reader.tokens.next();
        which = Some(reader.either(0)?);
        reader.take(&Token::CloseList)?;
        if let Some(Token::Word(sub)) = reader.tokens.peek() {
            match sub.strip_prefix('.') {
                Some(sub) if is_name(sub) => place.sub = Some(sub.to_owned()),
                _ => return unreadable("after a bracket comes a dot and an attribute"),
            }
            reader.tokens.next();
        }
    }
    if reader.tokens.next().is_some() { unreadable("something follows its end") } else { Ok(Path { place, which }) }
}

fn is_name(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-$".contains(&byte))
}

/// An attribute by its name, with or without its schema before it.
///
/// # Errors
/// [`Unreadable`].
pub fn place(word: &str) -> Result<Place, Unreadable> {
    let after = |schema: &str| {
        let head = word.get(..schema.len()).filter(|head| head.eq_ignore_ascii_case(schema))?;
        let rest = word.get(head.len()..)?;
        if rest.is_empty() { Some("") } else { rest.strip_prefix(':') }
    };
    let (enterprise, rest) = match (after(ENTERPRISE), after(schema::USER).or_else(|| after(schema::GROUP))) {
        (Some(""), _) => return Ok(Place { enterprise: true, attribute: String::new(), sub: None }),
        (Some(rest), _) => (true, rest),
        (None, Some(rest)) => (false, rest),
        (None, None) => (false, word),
    };
    let (attribute, sub) = match rest.split_once('.') {
        Some((attribute, sub)) => (attribute, Some(sub)),
        None => (rest, None),
    };
    if !is_name(attribute) || sub.is_some_and(|sub| !is_name(sub)) {
        return unreadable("a name in it is not one of an attribute");
    }
    Ok(Place { enterprise, attribute: attribute.to_owned(), sub: sub.map(str::to_owned) })
}

impl Filter {
    /// Whether a resource is so.
    pub fn holds(&self, kind: Resource, resource: &Map<String, Value>) -> bool {
        match self {
            Self::And(left, right) => left.holds(kind, resource) && right.holds(kind, resource),
            Self::Or(left, right) => left.holds(kind, resource) || right.holds(kind, resource),
            Self::Not(inner) => !inner.holds(kind, resource),
            Self::Present(place) => !values(place, resource).is_empty(),
            Self::Has(place, inner) => {
                values(place, resource).into_iter().filter_map(Value::as_object).any(|one| inner.holds(kind, one))
            }
            Self::Compare(place, operator, wanted) => {
                let found = values(place, resource);
                let exact = is_exact(kind, place);
                if *operator == Operator::Ne {
                    return !found.iter().any(|value| compare(value, Operator::Eq, wanted, exact));
                }
                found.iter().any(|value| compare(value, *operator, wanted, exact))
            }
        }
    }

    /// An attribute and the text that it has to be for this to hold, if there is one: what a database can look up.
    pub fn must_equal(&self) -> Option<(&str, &str)> {
        match self {
            Self::Compare(Place { enterprise: false, attribute, sub: None }, Operator::Eq, Value::String(text)) => {
                Some((attribute, text))
            }
            Self::And(left, right) => left.must_equal().or_else(|| right.must_equal()),
            _ => None,
        }
    }

    /// The equalities that all have to hold, for making a value that does: `type eq "work"` makes `{"type": "work"}`.
    pub fn equalities(&self) -> Vec<(&str, &Value)> {
        match self {
            Self::Compare(Place { attribute, sub: None, .. }, Operator::Eq, value) => vec![(attribute, value)],
            Self::And(left, right) => [left.equalities(), right.equalities()].concat(),
            _ => Vec::new(),
        }
    }
}

fn is_exact(kind: Resource, place: &Place) -> bool {
    match (kind.attribute(&place.attribute), &place.sub) {
        (Some(attribute), None) => attribute.exact,
        (Some(attribute), Some(sub)) => match attribute.kind {
            Kind::Complex(subs) => schema::find(subs, sub).is_some_and(|sub| sub.exact),
            _ => false,
        },
        // Inside a list: members are named by their id.
        (None, _) => false,
    }
}

/// The values at a place: of a list, each one's; of a list without more said, each one's `value`.
fn values<'a>(place: &Place, resource: &'a Map<String, Value>) -> Vec<&'a Value> {
    let inside = if place.enterprise {
        match get(resource, ENTERPRISE).and_then(Value::as_object) {
            Some(inside) => inside,
            None => return Vec::new(),
        }
    } else {
        resource
    };
    let Some(found) = get(inside, &place.attribute) else { return Vec::new() };
    let below = |value: &'a Value| match (&place.sub, value) {
        (Some(sub), Value::Object(object)) => get(object, sub),
        (Some(_), _) => None,
        (None, value) => Some(value),
    };
    match found {
        Value::Array(all) => all.iter().filter_map(below).collect(),
        one => below(one).into_iter().collect(),
    }
}

fn get<'a>(object: &'a Map<String, Value>, name: &str) -> Option<&'a Value> {
    object.get(name).or_else(|| object.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value))
}

fn compare(found: &Value, operator: Operator, wanted: &Value, exact: bool) -> bool {
    let found = match found {
        // `emails eq "x"` asks after the values of the list.
        Value::Object(object) => object.get("value").unwrap_or(found),
        found => found,
    };
    match (found, wanted) {
        (Value::String(found), Value::String(wanted)) if exact => texts(found, operator, wanted),
        (Value::String(found), Value::String(wanted)) => texts(&found.to_lowercase(), operator, &wanted.to_lowercase()),
        (Value::Bool(found), Value::Bool(wanted)) => operator == Operator::Eq && found == wanted,
        (Value::Bool(found), Value::String(wanted)) => {
            operator == Operator::Eq && wanted.eq_ignore_ascii_case(if *found { "true" } else { "false" })
        }
        _ => false,
    }
}

fn texts(found: &str, operator: Operator, wanted: &str) -> bool {
    match operator {
        Operator::Eq => found == wanted,
        Operator::Ne => found != wanted,
        Operator::Co => found.contains(wanted),
        Operator::Sw => found.starts_with(wanted),
        Operator::Ew => found.ends_with(wanted),
        Operator::Gt => found > wanted,
        Operator::Ge => found >= wanted,
        Operator::Lt => found < wanted,
        Operator::Le => found <= wanted,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn holds(text: &str) -> bool {
        let jo = json!({
            "userName": "Jo@Example.org", "externalId": "X1", "active": true,
            "name": {"familyName": "Marsh", "givenName": "Jo"},
            "emails": [{"value": "jo@example.org", "type": "work"}, {"value": "jo@home.example", "type": "home"}],
            "meta": {"lastModified": "2026-11-22T09:00:00Z"},
            ENTERPRISE: {"employeeNumber": "4711"},
        });
        filter(text).expect(text).holds(Resource::User, jo.as_object().expect("an object"))
    }

    #[test]
    fn what_directories_ask_is_understood() {
        for yes in [
            r#"userName eq "jo@example.org""#,
            r#"USERNAME Eq "JO@EXAMPLE.ORG""#,
            r#"externalId eq "X1""#,
            r#"userName eq "jo@example.org" and active eq true"#,
            r#"active eq "True""#,
            r#"active eq True"#,
            r#"name.familyName sw "mar""#,
            r#"emails[type eq "work" and value co "@example"]"#,
            r#"emails.value eq "jo@home.example""#,
            r#"emails.type eq "home" or userName pr"#,
            r#"urn:ietf:params:scim:schemas:core:2.0:User:userName eq "jo@example.org""#,
            r#"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:employeeNumber eq "4711""#,
            r#"not (userName eq "x") and (externalId ne "x1" or active eq false)"#,
            r#"meta.lastModified gt "2026-01-01T00:00:00Z""#,
            r#"displayName ne "x""#,
        ] {
            assert!(holds(yes), "{yes}");
        }
        for no in [
            r#"externalId eq "x1""#,
            r#"userName eq "jo""#,
            r#"displayName pr"#,
            r#"emails[type eq "work" and value co "home"]"#,
            r#"userName eq 7"#,
            r#"active ne true"#,
        ] {
            assert!(!holds(no), "{no}");
        }
    }

    #[test]
    fn and_binds_closer_than_or() {
        assert!(holds(r#"userName pr or userName eq "x" and userName eq "y""#));
        assert!(!holds(r#"(userName pr or userName eq "x") and userName eq "y""#));
    }

    #[test]
    fn nonsense_is_said_to_be() {
        let deep = format!("{}userName pr{}", "(".repeat(30), ")".repeat(30));
        for text in [
            "",
            "userName",
            "userName eq",
            r#"userName eq "x"#,
            "userName like 7",
            r#"(userName eq "x""#,
            r#"userName eq "x" userName eq "y""#,
            "eq eq eq",
            "emails[type eq",
            "user name eq 7",
            "a..b pr",
            &deep,
            &format!("userName eq \"{}\"", "x".repeat(3_000)),
        ] {
            assert!(filter(text).is_err(), "{text}");
        }
    }

    #[test]
    fn the_database_can_look_up_what_has_to_be_equal() {
        let equal = |text: &str| filter(text).expect(text).must_equal().map(|(a, b)| (a.to_owned(), b.to_owned()));
        assert_eq!(equal(r#"userName eq "x""#), Some(("userName".to_owned(), "x".to_owned())));
        assert_eq!(equal(r#"active eq true and externalId eq "x""#), Some(("externalId".to_owned(), "x".to_owned())));
        for none in [r#"userName ne "x""#, r#"userName eq "x" or active eq true"#, r#"not (userName eq "x")"#] {
            assert_eq!(equal(none), None, "{none}");
        }
    }

    #[test]
    fn a_path_names_an_attribute_one_of_its_values_and_what_is_inside() {
        let whole = path(r#"emails[type eq "work"].value"#).expect("a path");
        assert_eq!((whole.place.attribute.as_str(), whole.place.sub.as_deref()), ("emails", Some("value")));
        assert!(whole.which.is_some());
        let inside = path("urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department").expect("a path");
        assert!(inside.place.enterprise && inside.place.attribute == "department");
        let all = path("urn:ietf:params:scim:schemas:extension:enterprise:2.0:User").expect("a path");
        assert!(all.place.enterprise && all.place.attribute.is_empty());
        assert_eq!(path("name.givenName").expect("a path").place.sub.as_deref(), Some("givenName"));
        for nonsense in ["", "[x eq 1]", "emails[", "emails[type eq \"x\"]value", "a b", "emails[type eq \"x\"].a.b"] {
            assert!(path(nonsense).is_err(), "{nonsense}");
        }
    }
}
