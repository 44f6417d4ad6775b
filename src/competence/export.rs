//! The competences of a team as CSV: one line for each person, one column for each kind.
//!
//! Made whole before it leaves: a service of 3,000 people with 20 kinds is about 2 MB.

use jiff::Timestamp;

use super::error::CompetenceError;
use super::model::{Effect, Kind};
use super::policy::{ExportTeam, ReadTeam};
use super::service::{Cell, MatrixRow, everybody, picked_units};
use super::standing_rules::State;
use crate::audit::{self, Entry};
use crate::authz::{self, AuthzError, Caller, Team, permission};
use crate::db::Db;
use crate::kernel::civil;
use crate::kernel::ids::UnitId;
use crate::organisation::{self, UnitTree};
use crate::views::csv_text::{BOM, guarded};

/// The download of the unit that was picked, with all below it that the caller may download. What was asked for is on
/// record when it leaves.
///
/// # Errors
/// [`CompetenceError::Authz`] when the caller may download nobody's, or not those of the unit.
pub(super) async fn team(
    db: &Db,
    caller: &Caller,
    picked: Option<UnitId>,
    now: Timestamp,
) -> Result<Vec<u8>, CompetenceError> {
    db.write(caller, move |tx| {
        let export = authz::may::<ExportTeam>(tx, ())?;
        let downloads: Team = export.facts().clone().ok_or(AuthzError::Hidden)?;
        let may = authz::may::<ReadTeam>(tx, ())?;
        let reads = may.facts().clone().ok_or(AuthzError::Hidden)?;
        let units = organisation::units::tree_in(tx)?;
        let (picked, below) = picked_units(&downloads, &units, picked)?;
        let below: Vec<UnitId> = below.into_iter().filter(|unit| reads.has(*unit)).collect();
        let mut file = Table::default();
        let today = civil::local(now).date();
        everybody(tx, &may, &below, today, |kinds, row| file.add(kinds, &row, &units))?;
        let entry = Entry::new("certificate.export").on("unit", picked).noting("people", file.people);
        let caller = tx.caller();
        audit::record(tx, now, entry.allowed_by(caller, &[permission::CERTIFICATE_EXPORT]))?;
        file.finish()
    })
    .await
}

fn broken(error: impl std::fmt::Display) -> CompetenceError {
    CompetenceError::Broken(error.to_string())
}

struct Table {
    csv: csv::Writer<Vec<u8>>,
    people: u64,
}

impl Default for Table {
    fn default() -> Self {
        let csv = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(BOM.to_vec());
        Self { csv, people: 0 }
    }
}

impl Table {
    fn line<'a>(&mut self, cells: impl IntoIterator<Item = &'a str>) -> Result<(), CompetenceError> {
        for cell in cells {
            self.csv.write_field(guarded(cell).as_bytes()).map_err(broken)?;
        }
        self.csv.write_record(None::<&[u8]>).map_err(broken)
    }

    fn head(&mut self, kinds: &[Kind]) -> Result<(), CompetenceError> {
        let fixed = ["Name", "Employee number", "Unit", "Standing"];
        self.line(fixed.into_iter().chain(kinds.iter().map(|kind| kind.draft.name.as_str())))
    }

    fn add(&mut self, kinds: &[Kind], row: &MatrixRow, units: &UnitTree) -> Result<(), CompetenceError> {
        if self.people == 0 {
            self.head(kinds)?;
        }
        self.people += 1;
        let unit = units.path(row.member.unit);
        let standing = match row.effect {
            Effect::None => "",
            effect => effect.title(),
        };
        let cells: Vec<String> = row.cells.iter().map(|cell| cell.map(said).unwrap_or_default()).collect();
        let fixed = [row.member.name.as_str(), row.member.number.as_deref().unwrap_or_default(), &unit, standing];
        self.line(fixed.into_iter().chain(cells.iter().map(String::as_str)))
    }

    fn finish(mut self) -> Result<Vec<u8>, CompetenceError> {
        if self.people == 0 {
            self.head(&[])?;
        }
        self.csv.into_inner().map_err(broken)
    }
}

/// A cell in words that a spreadsheet sorts: `Valid until 2027-02-18`.
fn said(cell: Cell) -> String {
    let text = match cell.state {
        State::Valid(None) => "Valid".to_owned(),
        State::Valid(Some(last)) | State::Ending(last, _) => format!("Valid until {last}"),
        State::Grace(last, _) => format!("In grace since {last}"),
        State::Lapsed(last) => format!("Ran out on {last}"),
        State::Withdrawn => "Taken away".to_owned(),
        State::Missing => "Missing".to_owned(),
    };
    if cell.needed { text } else { format!("{text} (not needed)") }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::competence::model::{KindDraft, Member};
    use crate::kernel::ids::{CompetenceKindId, PersonId};

    #[test]
    fn a_line_says_what_the_page_says_and_no_cell_is_a_formula() {
        let cell = |needed, state| Some(Cell { needed, state, effect: Effect::None });
        let row = MatrixRow {
            member: Member {
                id: PersonId::NIL,
                name: "=Jo Marsh".to_owned(),
                number: Some("007".to_owned()),
                unit: UnitId::NIL,
                left: false,
            },
            cells: vec![
                cell(true, State::Ending(date(2027, 1, 1), 39)),
                None,
                cell(false, State::Lapsed(date(2020, 1, 1))),
                cell(true, State::Grace(date(2026, 11, 20), 7)),
            ],
            effect: Effect::OffTheRun,
        };
        let kind = |name: &str| Kind {
            id: CompetenceKindId::NIL,
            draft: KindDraft {
                name: name.to_owned(),
                validity_months: None,
                grace_days: 0,
                effect: Effect::None,
                effect_note: None,
            },
            retired: false,
        };
        let kinds = ["Driving", "Water", "Height", "BA"].map(kind);
        let mut table = Table::default();
        table.add(&kinds, &row, &UnitTree::default()).expect("a line");
        let text = String::from_utf8(table.finish().expect("a file")).expect("text");
        let [head, last] =
            text.trim_start_matches('\u{feff}').lines().collect::<Vec<_>>().try_into().expect("two lines");
        assert_eq!(head, "Name,Employee number,Unit,Standing,Driving,Water,Height,BA");
        assert_eq!(
            last,
            "'=Jo Marsh,007,,Off the run,Valid until 2027-01-01,,Ran out on 2020-01-01 (not needed),In grace since 2026-11-20"
        );
    }

    #[test]
    fn nobody_is_a_file_with_a_head() {
        let text = String::from_utf8(Table::default().finish().expect("a file")).expect("text");
        assert_eq!(text.trim_start_matches('\u{feff}'), "Name,Employee number,Unit,Standing\r\n");
    }
}
