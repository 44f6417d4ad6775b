//! From a row of a file of people to a person, or to the reasons why not.
//!
//! Somebody who is here already, by employee number or e-mail address, is left as they are: an import adds, it does not
//! change. Only the roles member and manager can be given this way; the others are given one by one, by somebody
//! whose role allows that.

use std::borrow::Cow;
use std::collections::HashMap;

use super::cells::{Cells, text_at_most};
use super::directory::{Directory, Found};
use super::fate::{NewPerson, Reason, Remarks};
use super::fields::{Field, Mapping, words};
use super::reader::Record;
use crate::kernel::ids::UnitId;

/// What became of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PersonRow {
    /// Somebody new.
    New(NewPerson),
    /// Somebody who is here.
    Known,
    /// Not to be used; the remarks say why.
    Rejected,
}

/// The rules of a file of people.
pub struct PersonRules<'a> {
    directory: &'a Directory,
    cells: Cells,
    mapping: Mapping,
    /// Whether whoever runs the import may give roles.
    may_grant: bool,
    /// Lines of the numbers and addresses that stood in the file before.
    numbers: HashMap<String, u64>,
    emails: HashMap<String, u64>,
}

impl<'a> PersonRules<'a> {
    /// Rules for a file with this header. `may_grant`: whether whoever runs the import may give roles.
    pub fn new(directory: &'a Directory, mapping: Mapping, header: &[String], may_grant: bool) -> Self {
        let (numbers, emails) = (HashMap::new(), HashMap::new());
        Self { directory, cells: Cells::new(header), mapping, may_grant, numbers, emails }
    }

    fn text<'r>(&self, row: &'r Record, field: Field) -> Cow<'r, str> {
        self.mapping.column(field).map_or(Cow::Borrowed(""), |column| row.cell(column))
    }

    fn reason(&self, field: Field, text: impl Into<String>) -> Reason {
        match self.mapping.column(field) {
            Some(column) => Reason::cell(self.cells.name(column), text),
            None => Reason::row(text),
        }
    }

    fn bounded(&self, row: &Record, field: Field, longest: usize, reasons: &mut Vec<Reason>) -> Option<String> {
        text_at_most(self.text(row, field), longest).unwrap_or_else(|text| {
            reasons.push(self.reason(field, text));
            None
        })
    }

    fn needed(&self, row: &Record, field: Field, what: &str, reasons: &mut Vec<Reason>) -> Option<String> {
        let before = reasons.len();
        let found = self.bounded(row, field, 100, reasons);
        if found.is_none() && reasons.len() == before {
            reasons.push(self.reason(field, format!("The {what} is missing. Fill it in.")));
        }
        found
    }

    fn unit(&self, row: &Record) -> Result<UnitId, Reason> {
        let text = self.text(row, Field::Unit);
        match self.directory.unit(&text) {
            _ if text.is_empty() => Err(self.reason(Field::Unit, "The unit is missing. Fill in its code or its name.")),
            Found::One(unit) => Ok(unit),
            Found::None => Err(self.reason(
                Field::Unit,
                format!("No unit has the code or the name {text}. Add it under Units, or correct the cell."),
            )),
            Found::Several => {
                Err(self
                    .reason(Field::Unit, format!("Several units are called {text}. Write the unit's code instead.")))
            }
        }
    }

    fn manager(&self, row: &Record) -> Result<bool, Reason> {
        let text = self.text(row, Field::Role);
        match words(&text).as_str() {
            "" | "member" => Ok(false),
            "manager" if self.may_grant => Ok(true),
            "manager" => Err(self.reason(
                Field::Role,
                "Your role does not include giving roles. Write member, and ask an administrator to make this person a manager.",
            )),
            _ => Err(self.reason(
                Field::Role,
                format!("The role {text} cannot be given by an import. Write member or manager, and give other roles under People."),
            )),
        }
    }

    /// Reads one row.
    pub fn read(&mut self, row: &Record, remarks: &mut Remarks) -> PersonRow {
        let Remarks { reasons, notes } = remarks;
        if let Some(fault) = row.fault() {
            reasons.push(Reason::row(fault));
            return PersonRow::Rejected;
        }
        let employee_number = self.bounded(row, Field::EmployeeNumber, 40, reasons);
        let email = self.bounded(row, Field::Email, 254, reasons);
        let given_name = self.needed(row, Field::GivenName, "given name", reasons);
        let family_name = self.needed(row, Field::FamilyName, "family name", reasons);
        if email.as_deref().is_some_and(|email| !is_address(email)) {
            reasons
                .push(self.reason(Field::Email, "This is not an e-mail address. Correct it, or leave the cell empty."));
        }
        if employee_number.is_none() && email.is_none() && reasons.is_empty() {
            reasons.push(Reason::row("The row has neither an employee number nor an e-mail address. Fill in one of them, so that a second import knows the person again."));
        }
        let by_number = employee_number.as_deref().and_then(|number| self.directory.by_number(number));
        let by_email = email.as_deref().and_then(|email| self.directory.by_email(email));
        if let (Some(one), Some(other)) = (by_number, by_email)
            && one.id != other.id
        {
            reasons.push(self.reason(
                Field::Email,
                "The employee number is one person's here and the e-mail address another's. Correct one of the two.",
            ));
        }
        let unit = self.unit(row).map_err(|reason| reasons.push(reason)).ok();
        let manager = self.manager(row).map_err(|reason| reasons.push(reason)).ok();
        for (field, text, seen) in
            [(Field::EmployeeNumber, &employee_number, &mut self.numbers), (Field::Email, &email, &mut self.emails)]
        {
            let Some(text) = text else { continue };
            if let Some(line) = seen.get(&text.to_lowercase()) {
                let column = self.mapping.column(field).map(|column| self.cells.name(column).to_owned());
                reasons.push(Reason {
                    column,
                    text: format!("It stands on line {line} of the file already. Remove one of the two rows."),
                });
            }
        }
        let (Some(given_name), Some(family_name), Some(unit), Some(manager), true) =
            (given_name, family_name, unit, manager, reasons.is_empty())
        else {
            return PersonRow::Rejected;
        };
        if let Some(number) = &employee_number {
            self.numbers.insert(number.to_lowercase(), row.line());
        }
        if let Some(email) = &email {
            self.emails.insert(email.to_lowercase(), row.line());
        }
        match by_number.or(by_email) {
            Some(known) => {
                if known.given_name != given_name || known.family_name != family_name || known.unit != unit {
                    notes.push("The person is here with another name or unit. Nothing is changed: edit the person under People if the file is right.".to_owned());
                }
                PersonRow::Known
            }
            None => PersonRow::New(NewPerson { employee_number, given_name, family_name, email, unit, manager }),
        }
    }
}

/// Whether a text has the shape of an e-mail address: something, one @, a host with a dot, no blank.
fn is_address(text: &str) -> bool {
    let host = text.split_once('@').filter(|(local, _host)| !local.is_empty()).map(|(_local, host)| host);
    let shaped = host.is_some_and(|host| {
        !host.contains('@') && host.split('.').count() > 1 && host.split('.').all(|label| !label.is_empty())
    });
    shaped && !text.chars().any(|c| c.is_whitespace() || c.is_control() || matches!(c, ',' | ';' | '<' | '>' | '"'))
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::imports::directory::KnownPerson;
    use crate::imports::fields::PERSON;
    use crate::imports::reader::{Limits, Reader};
    use crate::imports::text::Surveyor;
    use crate::kernel::ids::PersonId;

    fn rows(file: &str, known: &[(u128, &str, &str)]) -> Vec<(u64, PersonRow, Remarks)> {
        rows_of(file, known, true)
    }

    fn rows_of(file: &str, known: &[(u128, &str, &str)], may_grant: bool) -> Vec<(u64, PersonRow, Remarks)> {
        let mut directory = Directory::default();
        for (n, code, name) in [(1, "Q11", "Marlbrook"), (2, "Q12", "Saltings")] {
            directory.add_unit(UnitId(Uuid::from_u128(n)), Some(code), name, true);
        }
        for (n, number, email) in known {
            directory.add_person(KnownPerson {
                id: PersonId(Uuid::from_u128(*n)),
                unit: UnitId(Uuid::from_u128(1)),
                given_name: "Ada".to_owned(),
                family_name: "Okafor".to_owned(),
                employee_number: Some((*number).to_owned()),
                email: Some((*email).to_owned()),
                left_at: None,
            });
        }
        let mut surveyor = Surveyor::default();
        surveyor.push(file.as_bytes());
        let shape = surveyor.finish().expect("text").shape;
        let mut reader = Reader::open(file.as_bytes(), shape, Limits::default()).expect("header");
        let mapping = Mapping::guess(PERSON, reader.header());
        assert_eq!(mapping.faults(true, reader.header().len()), []);
        let mut rules = PersonRules::new(&directory, mapping, reader.header(), may_grant);
        let mut record = reader.record();
        let mut found = Vec::new();
        while reader.read(&mut record).expect("memory") {
            let mut remarks = Remarks::default();
            let row = rules.read(&record, &mut remarks);
            assert_eq!(row == PersonRow::Rejected, !remarks.reasons.is_empty(), "{remarks:?}");
            found.push((record.line(), row, remarks));
        }
        found
    }

    const FILE: &str = include_str!("../../tests/fixtures/imports/people.csv");

    #[test]
    fn every_row_of_the_fixture_has_its_fate() {
        let found = rows(FILE, &[]);
        let fate = |line: u64| &found.iter().find(|row| row.0 == line).expect("row").1;
        let reason = |line: u64| found.iter().find(|row| row.0 == line).expect("row").2.reasons[0].to_string();
        let PersonRow::New(bryn) = fate(3) else { panic!("new") };
        assert!(bryn.manager && bryn.unit == UnitId(Uuid::from_u128(1)));
        assert!(
            matches!(fate(2), PersonRow::New(_))
                && matches!(fate(4), PersonRow::New(_))
                && matches!(fate(5), PersonRow::New(_))
        );
        assert!(reason(6).starts_with("Surname: The family name is missing."));
        assert!(reason(7).starts_with("E-mail Address: This is not an e-mail address."));
        assert!(reason(8).starts_with("Station: No unit has the code or the name Nowhere."));
        assert!(reason(9).starts_with("Role: The role administrator cannot be given by an import."));
        assert!(reason(10).starts_with("Staff No: It stands on line 2"));
        assert!(reason(11).starts_with("The row has neither an employee number nor an e-mail address."));
    }

    #[test]
    fn only_somebody_who_gives_roles_imports_managers() {
        let found = rows_of(FILE, &[], false);
        assert_eq!(found[1].1, PersonRow::Rejected);
        assert!(found[1].2.reasons[0].text.contains("ask an administrator"), "{:?}", found[1].2);
        assert!(matches!(found[0].1, PersonRow::New(_)));
    }

    #[test]
    fn somebody_who_is_here_is_left_as_they_are() {
        let found = rows(FILE, &[(1, "2001", "ada.okafor@northmoor.example"), (2, "2002", "x@northmoor.example")]);
        assert_eq!((&found[0].1, &found[0].2), (&PersonRow::Known, &Remarks::default()));
        assert_eq!(found[1].1, PersonRow::Known);
        assert!(found[1].2.notes[0].contains("Nothing is changed"));
    }

    #[test]
    fn a_row_about_two_people_is_refused() {
        let found = rows(FILE, &[(1, "2001", "a@northmoor.example"), (2, "2009", "ada.okafor@northmoor.example")]);
        assert!(found[0].2.reasons[0].text.contains("another's"), "{:?}", found[0]);
    }

    #[test]
    fn addresses_have_the_shape_of_addresses() {
        for good in ["a@b.example", "jo.o'neil+x@fire.gov.uk"] {
            assert!(is_address(good), "{good}");
        }
        for bad in ["", "a", "@b.example", "a@b", "a@b..example", "a b@c.example", "a@b@c.example", "Jo <a@b.example>"]
        {
            assert!(!is_address(bad), "{bad}");
        }
    }
}
