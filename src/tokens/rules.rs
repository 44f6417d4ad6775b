//! What may be typed into the form for a token: pure rules.

use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;

use super::model::{Draft, Offered};
use crate::crypto::TokenKind;
use crate::kernel::cidr::Cidr;
use crate::views::FormErrors;

/// Networks of one token at most.
const MOST_NETWORKS: usize = 20;

/// Characters of a token's name at most.
const LONGEST_NAME: usize = 80;

/// The form for a token, as it was typed.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Typed {
    /// The id that the form chose, so that sending it twice makes one token.
    pub(super) id: String,
    pub(super) kind: String,
    pub(super) name: String,
    pub(super) scopes: Vec<String>,
    pub(super) days: String,
    pub(super) networks: String,
}

/// Checks the form. `offered` are the permissions that its person holds, `longest_days` what the operator allows.
pub(super) fn check(
    typed: &Typed,
    kinds: &[TokenKind],
    offered: &[Offered],
    longest_days: u16,
    now: Timestamp,
) -> Result<Draft, FormErrors> {
    let mut errors = FormErrors::new();
    let kind = match TokenKind::parse(&typed.kind).filter(|kind| kinds.contains(kind)) {
        Some(kind) => Some(kind),
        None if typed.kind.is_empty() && kinds.len() == 1 => kinds.first().copied(),
        None => {
            errors.add("kind", "Choose for whom the program acts");
            None
        }
    };
    let name = typed.name.trim();
    if name.is_empty() {
        errors.add("name", "Say what the token is for, like “Rota export”");
    } else if name.chars().count() > LONGEST_NAME || name.chars().any(char::is_control) {
        errors.add("name", "Use one line of 80 characters at most");
    }
    let mut scopes = typed.scopes.clone();
    scopes.sort_unstable();
    scopes.dedup();
    if scopes.is_empty() {
        errors.add("scopes", "Choose at least one thing that the program may do");
    } else if scopes.iter().any(|scope| !offered.iter().any(|held| held.code == *scope)) {
        errors.add("scopes", "Choose from the list: you do not hold one of these any more");
    }
    let days = typed.days.trim().parse::<u16>().ok().filter(|days| (1..=longest_days).contains(days));
    if days.is_none() {
        errors.add("days", format!("Enter a number of days from 1 to {longest_days}"));
    }
    let networks = networks(&typed.networks, &mut errors);
    match (kind, days) {
        (Some(kind), Some(days)) if errors.is_empty() => Ok(Draft {
            kind,
            name: name.to_owned(),
            scopes,
            networks,
            expires_at: now.checked_add(SignedDuration::from_hours(i64::from(days) * 24)).unwrap_or(now),
        }),
        _ => Err(errors),
    }
}

fn networks(text: &str, errors: &mut FormErrors) -> Vec<Cidr> {
    let mut found = Vec::new();
    for line in text.split(['\n', ',', ';']).map(str::trim).filter(|line| !line.is_empty()) {
        match line.parse::<Cidr>() {
            Ok(network) if !found.contains(&network) => found.push(network),
            Ok(_twice) => {}
            Err(_error) => {
                let shown: String = line.chars().filter(|c| !c.is_control()).take(50).collect();
                errors.add("networks", format!("“{shown}” is no network: write 10.20.0.0/16, or one address"));
            }
        }
    }
    if found.len() > MOST_NETWORKS {
        errors.add("networks", format!("Use {MOST_NETWORKS} networks at most"));
    }
    found
}

/// How long the old text of a rotated token may stay good.
pub(super) const OVERLAPS: [(&str, &str, i64); 4] =
    [("0", "It stops at once", 0), ("1", "One hour", 1), ("24", "One day", 24), ("168", "One week", 168)];

/// Reads a choice of [`OVERLAPS`].
pub(super) fn overlap(text: &str) -> Option<SignedDuration> {
    let found = OVERLAPS.iter().find(|(value, ..)| *value == text);
    found.map(|(_value, _text, hours)| SignedDuration::from_hours(*hours))
}

#[cfg(test)]
mod tests {
    use super::*;

    const BOTH: &[TokenKind] = &[TokenKind::Personal, TokenKind::Service];

    fn offered() -> Vec<Offered> {
        let one = |code: &str| Offered { code: code.to_owned(), area: "Duties".to_owned(), summary: code.to_owned() };
        vec![one("duty.log"), one("duty.read")]
    }

    fn good() -> Typed {
        Typed {
            id: String::new(),
            kind: "personal".to_owned(),
            name: " Rota export ".to_owned(),
            scopes: vec!["duty.read".to_owned(), "duty.log".to_owned(), "duty.read".to_owned()],
            days: "90".to_owned(),
            networks: "10.0.0.0/8\r\n192.0.2.7, 10.0.0.0/8\n".to_owned(),
        }
    }

    fn now() -> Timestamp {
        "2026-11-22T09:00:00Z".parse().expect("a time")
    }

    #[test]
    fn a_good_form_is_a_draft() {
        let draft = check(&good(), BOTH, &offered(), 365, now()).expect("good");
        assert_eq!((draft.name.as_str(), draft.scopes.len(), draft.networks.len()), ("Rota export", 2, 2));
        assert_eq!(draft.expires_at.to_string(), "2027-02-20T09:00:00Z");
        let only = Typed { kind: String::new(), ..good() };
        assert_eq!(check(&only, &BOTH[1..], &offered(), 365, now()).expect("good").kind, TokenKind::Service);
    }

    #[test]
    fn each_mistake_is_told_at_its_field() {
        for (field, wrong) in [
            ("kind", Typed { kind: "other".to_owned(), ..good() }),
            ("kind", Typed { kind: String::new(), ..good() }),
            ("name", Typed { name: "  ".to_owned(), ..good() }),
            ("name", Typed { name: "x".repeat(81), ..good() }),
            ("name", Typed { name: "a\0b".to_owned(), ..good() }),
            ("scopes", Typed { scopes: Vec::new(), ..good() }),
            ("scopes", Typed { scopes: vec!["hr.read".to_owned()], ..good() }),
            ("days", Typed { days: "0".to_owned(), ..good() }),
            ("days", Typed { days: "366".to_owned(), ..good() }),
            ("networks", Typed { networks: "10.0.0.0/33".to_owned(), ..good() }),
            ("networks", Typed { networks: (0..21).map(|n| format!("10.0.0.{n}\n")).collect(), ..good() }),
        ] {
            let errors = check(&wrong, BOTH, &offered(), 365, now()).expect_err("wrong");
            assert_eq!(errors.as_slice().iter().map(|error| error.field.as_str()).collect::<Vec<_>>(), [field]);
        }
    }

    #[test]
    fn only_offered_overlaps_are_taken() {
        assert_eq!(overlap("24"), Some(SignedDuration::from_hours(24)));
        assert_eq!(overlap("9999"), None);
    }
}
