//! Everything that rows refer to, loaded once per run: people, units, kinds of work, crews.
//!
//! Pure: the store fills it, rules look things up in it. Look-ups are by hash, so a row costs the same in a service of
//! fifty people as in one of fifty thousand.

use std::collections::HashMap;

use jiff::Timestamp;
use jiff::civil::Date;

use super::fate::KindPath;
use super::fields::words;
use crate::kernel::ids::{DutyKindId, PersonId, UnitId};

/// A person, as rows know them.
#[derive(Debug, Clone)]
pub struct KnownPerson {
    /// Who.
    pub id: PersonId,
    /// Home unit.
    pub unit: UnitId,
    /// Given name.
    pub given_name: String,
    /// Family name.
    pub family_name: String,
    /// Employee number.
    pub employee_number: Option<String>,
    /// E-mail address.
    pub email: Option<String>,
    /// When they left.
    pub left_at: Option<Timestamp>,
}

/// Somebody's time on a call sign.
#[derive(Debug, Clone)]
pub struct CrewSpan {
    /// Who.
    pub person: PersonId,
    /// As what.
    pub job_role: Option<String>,
    /// First day.
    pub from: Date,
    /// Last day; none while it goes on.
    pub to: Option<Date>,
}

/// One kind of work.
#[derive(Debug, Clone)]
pub struct KnownKind {
    /// Which.
    pub id: DutyKindId,
    /// What it is part of.
    pub parent: Option<DutyKindId>,
    /// 1 type, 2 category, 3 sub-category.
    pub level: i16,
    /// Its code.
    pub code: String,
    /// Its name.
    pub name: String,
}

/// What a look-up by name found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Found<T> {
    /// Nothing.
    None,
    /// Just this.
    One(T),
    /// More than one.
    Several,
}

impl<T> Found<T> {
    fn and(self, other: T) -> Self {
        match self {
            Self::None => Self::One(other),
            Self::One(_) | Self::Several => Self::Several,
        }
    }
}

/// All of it.
#[derive(Debug, Default)]
pub struct Directory {
    people: HashMap<PersonId, KnownPerson>,
    by_number: HashMap<String, PersonId>,
    by_email: HashMap<String, PersonId>,
    units_by_code: HashMap<String, UnitId>,
    units_by_name: HashMap<String, Found<UnitId>>,
    kinds: HashMap<DutyKindId, KnownKind>,
    kinds_under: HashMap<(Option<DutyKindId>, String), DutyKindId>,
    categories: HashMap<String, Found<DutyKindId>>,
    crews: HashMap<String, Vec<CrewSpan>>,
}

/// The form in which call signs are compared: `h 271` is `H271`.
pub fn call_sign_key(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).flat_map(char::to_uppercase).collect()
}

impl Directory {
    /// Adds a person.
    pub fn add_person(&mut self, person: KnownPerson) {
        if let Some(number) = &person.employee_number {
            self.by_number.insert(number.trim().to_lowercase(), person.id);
        }
        if let Some(email) = &person.email {
            self.by_email.insert(email.trim().to_lowercase(), person.id);
        }
        self.people.insert(person.id, person);
    }

    /// Adds a unit. Open units first: a closed one does not take the place of an open one.
    pub fn add_unit(&mut self, id: UnitId, code: Option<&str>, name: &str, open: bool) {
        if let Some(code) = code {
            self.units_by_code.entry(words(code)).or_insert(id);
        }
        let entry = self.units_by_name.entry(words(name)).or_insert(Found::None);
        if open || *entry == Found::None {
            *entry = entry.and(id);
        }
    }

    /// Adds a kind of work. Those in use first: a retired one does not take the place of one in use.
    pub fn add_kind(&mut self, kind: KnownKind) {
        for key in [words(&kind.code), words(&kind.name)] {
            let fresh = !self.kinds_under.contains_key(&(kind.parent, key.clone()));
            if fresh {
                if kind.level == 2 {
                    let entry = self.categories.entry(key.clone()).or_insert(Found::None);
                    *entry = entry.and(kind.id);
                }
                self.kinds_under.insert((kind.parent, key), kind.id);
            }
        }
        self.kinds.insert(kind.id, kind);
    }

    /// Adds somebody's time on a call sign.
    pub fn add_crew(&mut self, call_sign: &str, span: CrewSpan) {
        self.crews.entry(call_sign_key(call_sign)).or_default().push(span);
    }

    /// A person by their id.
    pub fn person(&self, id: PersonId) -> Option<&KnownPerson> {
        self.people.get(&id)
    }

    /// A person by their employee number.
    pub fn by_number(&self, number: &str) -> Option<&KnownPerson> {
        self.by_number.get(&number.trim().to_lowercase()).and_then(|id| self.people.get(id))
    }

    /// A person by their e-mail address.
    pub fn by_email(&self, email: &str) -> Option<&KnownPerson> {
        self.by_email.get(&email.trim().to_lowercase()).and_then(|id| self.people.get(id))
    }

    /// A unit by its code, or else by its name.
    pub fn unit(&self, text: &str) -> Found<UnitId> {
        let key = words(text);
        match self.units_by_code.get(&key) {
            Some(unit) => Found::One(*unit),
            None => self.units_by_name.get(&key).copied().unwrap_or(Found::None),
        }
    }

    /// A type by its code or name.
    pub fn type_named(&self, text: &str) -> Option<DutyKindId> {
        self.kinds_under.get(&(None, words(text))).copied()
    }

    /// A kind by its code or name below `parent`.
    pub fn kind_below(&self, parent: DutyKindId, text: &str) -> Option<DutyKindId> {
        self.kinds_under.get(&(Some(parent), words(text))).copied()
    }

    /// A category by its code or name, of whatever type.
    pub fn category_named(&self, text: &str) -> Found<DutyKindId> {
        self.categories.get(&words(text)).copied().unwrap_or(Found::None)
    }

    /// What a kind is called.
    pub fn kind_name(&self, id: DutyKindId) -> &str {
        self.kinds.get(&id).map_or("", |kind| &kind.name)
    }

    /// What a kind is part of.
    pub fn kind_parent(&self, id: DutyKindId) -> Option<DutyKindId> {
        self.kinds.get(&id).and_then(|kind| kind.parent)
    }

    /// A path by codes, as deep as it exists here; `None` when not even the type does.
    pub fn path(&self, codes: &[&str]) -> Option<KindPath> {
        let mut codes = codes.iter();
        let type_id = self.type_named(codes.next()?)?;
        let category_id = codes.next().and_then(|code| self.kind_below(type_id, code));
        let subcategory_id = category_id.zip(codes.next()).and_then(|(parent, code)| self.kind_below(parent, code));
        Some(KindPath { type_id, category_id, subcategory_id })
    }

    /// Who was on a call sign on `day`, each person once, those left out who had left the service at `at`.
    pub fn crew(&self, call_sign: &str, day: Date, at: Timestamp) -> Vec<(&KnownPerson, Option<&str>)> {
        let mut crew: Vec<(&KnownPerson, Option<&str>)> = Vec::new();
        for span in self.crews.get(&call_sign_key(call_sign)).into_iter().flatten() {
            let on = span.from <= day && span.to.is_none_or(|last| day <= last);
            let Some(person) = self.people.get(&span.person).filter(|_| on) else { continue };
            let gone = person.left_at.is_some_and(|left| left <= at);
            if !gone && !crew.iter().any(|(known, _role)| known.id == person.id) {
                crew.push((person, span.job_role.as_deref()));
            }
        }
        crew
    }
}
