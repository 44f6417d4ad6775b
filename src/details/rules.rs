//! What may be written down: pure rules from what somebody typed to a value, or to what is wrong with each field.

use serde::Deserialize;

use super::model::{Part, Value};
use crate::views::FormErrors;

/// A part as somebody typed it: the fields of all of them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Typed {
    /// Given name.
    pub given: String,
    /// Family name.
    pub family: String,
    /// Telephone number: one's own, or that of the contact.
    pub phone: String,
    /// The lines of an address.
    pub lines: String,
    /// Its postcode.
    pub postcode: String,
    /// The contact's name.
    pub name: String,
    /// Who they are to the person.
    pub relation: String,
}

impl Typed {
    /// As a value is shown to be changed.
    pub fn of(value: Option<&Value>) -> Self {
        let empty = Self::default();
        match value.cloned() {
            None => empty,
            Some(Value::Name { given, family }) => Self { given, family, ..empty },
            Some(Value::Phone { number }) => Self { phone: number, ..empty },
            Some(Value::Address { lines, postcode }) => Self { lines, postcode, ..empty },
            Some(Value::Contact { name, relation, phone }) => Self { name, relation, phone, ..empty },
        }
    }
}

fn text(value: &str, most: usize, field: &str, missing: &str, errors: &mut FormErrors) -> String {
    let value = value.trim();
    if value.is_empty() {
        errors.add(field, missing);
    } else if value.chars().count() > most {
        errors.add(field, format!("Use at most {most} characters"));
    }
    value.to_owned()
}

fn phone(value: &str, errors: &mut FormErrors) -> String {
    let number = text(value, 40, "phone", "Enter the telephone number", errors);
    let digits = number.chars().filter(char::is_ascii_digit).count();
    let strange = number.chars().any(|c| !c.is_ascii_digit() && !" +-()".contains(c));
    if !number.is_empty() && (digits < 3 || strange) {
        errors.add("phone", "Enter the whole number in digits, like 01632 960001");
    }
    number
}

/// A postcode of the United Kingdom in its two parts, or what was typed when it looks like none: people live abroad.
pub fn postcode(typed: &str) -> String {
    let bare: String = typed.chars().filter(|c| !c.is_whitespace()).collect::<String>().to_uppercase();
    let british = (5..=7).contains(&bare.len())
        && bare.starts_with(|c: char| c.is_ascii_alphabetic())
        && bare.chars().all(|c| c.is_ascii_alphanumeric());
    match bare.split_at_checked(bare.len().saturating_sub(3)) {
        Some((outward, inward)) if british && inward.starts_with(|c: char| c.is_ascii_digit()) => {
            format!("{outward} {inward}")
        }
        _ => typed.split_whitespace().collect::<Vec<_>>().join(" ").to_uppercase(),
    }
}

/// Checks what was typed of a part.
///
/// # Errors
/// Everything that is wrong, each at its field.
pub fn check(part: Part, typed: &Typed) -> Result<Value, FormErrors> {
    let mut errors = FormErrors::new();
    let value = match part {
        Part::Name => Value::Name {
            given: text(&typed.given, 100, "given", "Enter your given name", &mut errors),
            family: text(&typed.family, 100, "family", "Enter your family name", &mut errors),
        },
        Part::Phone => Value::Phone { number: phone(&typed.phone, &mut errors) },
        Part::Address => {
            let lines = text(&typed.lines, 400, "lines", "Enter the lines of your address", &mut errors);
            let lines: Vec<&str> = lines.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
            let typed = text(&typed.postcode, 12, "postcode", "Enter the postcode", &mut errors);
            Value::Address { lines: lines.join("\n"), postcode: postcode(&typed) }
        }
        Part::Contact => Value::Contact {
            name: text(&typed.name, 120, "name", "Enter the name of whom to call", &mut errors),
            relation: text(
                &typed.relation,
                60,
                "relation",
                "Say who they are to you, like \u{201c}sister\u{201d}",
                &mut errors,
            ),
            phone: phone(&typed.phone, &mut errors),
        },
    };
    if errors.is_empty() { Ok(value) } else { Err(errors) }
}

/// Checks the answer to a change: one that is returned says why.
///
/// # Errors
/// What is wrong, at `answer`.
pub fn check_answer(answer: &str, approves: bool) -> Result<Option<String>, FormErrors> {
    let mut errors = FormErrors::new();
    let answer = answer.trim();
    if answer.is_empty() && !approves {
        errors.add("answer", "Say why you return it: the person reads it");
    }
    if answer.chars().count() > 500 {
        errors.add("answer", "Use at most 500 characters");
    }
    if errors.is_empty() { Ok(Some(answer.to_owned()).filter(|answer| !answer.is_empty())) } else { Err(errors) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_that_was_written_down_is_read_again() {
        let values = [
            Value::Name { given: "Jo".to_owned(), family: "Marsh".to_owned() },
            Value::Phone { number: "+44 1632 960001".to_owned() },
            Value::Address { lines: "1 High Street\nNorthmoor".to_owned(), postcode: "NM1 2AB".to_owned() },
            Value::Contact { name: "Kim".to_owned(), relation: "sister".to_owned(), phone: "01632 960002".to_owned() },
        ];
        for (part, value) in Part::ALL.into_iter().zip(values) {
            assert_eq!(check(part, &Typed::of(Some(&value))), Ok(value.clone()));
            let json = serde_json::json!(value);
            assert_eq!(serde_json::from_value::<Value>(json).ok(), Some(value));
            assert!(check(part, &Typed::default()).is_err(), "{part:?}");
            assert_eq!(Part::parse(part.as_str()), Some(part));
        }
    }

    #[test]
    fn numbers_and_postcodes_are_read_as_people_write_them() {
        for (number, good) in [("999", true), ("01632 960001", true), ("ask my mother", false), ("12", false)] {
            let typed = Typed { phone: number.to_owned(), ..Typed::default() };
            assert_eq!(check(Part::Phone, &typed).is_ok(), good, "{number}");
        }
        for (typed, written) in
            [("nm12ab", "NM1 2AB"), ("ec1a 1bb", "EC1A 1BB"), ("D02 AF30", "D02 AF30"), ("75001", "75001")]
        {
            assert_eq!(postcode(typed), written);
        }
    }

    #[test]
    fn whoever_returns_a_change_says_why() {
        assert!(check_answer(" ", false).is_err());
        assert_eq!(check_answer(" ", true), Ok(None));
        assert_eq!(check_answer(" Wrong street ", false), Ok(Some("Wrong street".to_owned())));
    }
}
