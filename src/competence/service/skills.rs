//! Who can do what: people of some units by the competences that count for them today, and whether they are on the run.

use jiff::Timestamp;

use super::team::{MatrixRow, asked_for, everybody, picked_units};
use crate::audit::{self, Entry};
use crate::authz::{self, AuthzError, Caller, Team, permission};
use crate::competence::error::CompetenceError;
use crate::competence::model::{Effect, Kind};
use crate::competence::policy::{ExportTeam, ReadTeam};
use crate::db::Db;
use crate::kernel::civil;
use crate::kernel::ids::{CompetenceKindId, UnitId};
use crate::organisation::{self, UnitTree};
use crate::views::csv_text::{guarded, table};

/// People that the page shows; the table to download has all of them.
pub const SHOWN: usize = 200;

/// Whether somebody is to be available for operations.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Run {
    /// Whether or not.
    #[default]
    Either,
    /// They are.
    On,
    /// They are not.
    Off,
}

/// Whom to look for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Wanted {
    /// In this unit and those below that the caller reads; without one, in the first.
    pub unit: Option<UnitId>,
    /// Who has all of these in date, grace included.
    pub kinds: Vec<CompetenceKindId>,
    /// On or off the run.
    pub run: Run,
}

impl Wanted {
    /// Whether this is one of them.
    pub fn is(&self, kinds: &[Kind], row: &MatrixRow) -> bool {
        let off = row.effect == Effect::OffTheRun;
        let run = match self.run {
            Run::Either => true,
            Run::On => !off,
            Run::Off => off,
        };
        let counts = |wanted: &CompetenceKindId| {
            let cells = kinds.iter().zip(&row.cells).find(|(kind, _cell)| kind.id == *wanted);
            cells.is_some_and(|(_kind, cell)| cell.is_some_and(|cell| cell.state.counts()))
        };
        run && self.kinds.iter().all(counts)
    }
}

/// What was found.
#[derive(Debug, Clone)]
pub struct Found {
    /// The unit that was picked.
    pub picked: UnitId,
    /// Units that may be picked.
    pub offered: Team,
    /// All units.
    pub units: UnitTree,
    /// The kinds that may be asked for.
    pub kinds: Vec<Kind>,
    /// The first people, by name.
    pub people: Vec<MatrixRow>,
    /// How many there are.
    pub total: usize,
}

/// Searches: one audit entry.
///
/// # Errors
/// [`CompetenceError::Authz`] when the caller reads nobody's certificates, or not those of the unit.
pub async fn search(db: &Db, caller: &Caller, wanted: Wanted, now: Timestamp) -> Result<Found, CompetenceError> {
    db.write(caller, move |tx| {
        let may = authz::may::<ReadTeam>(tx, ())?;
        let team = may.facts().clone().ok_or(AuthzError::Hidden)?;
        let units = organisation::units::tree_in(tx)?;
        let (picked, below) = picked_units(&team, &units, wanted.unit)?;
        let (mut people, mut total) = (Vec::new(), 0);
        // Without a question there is no answer: the whole team stands under its competences.
        if !wanted.kinds.is_empty() || wanted.run != Run::Either {
            everybody(tx, &may, &below, civil::local(now).date(), |kinds, row| {
                if wanted.is(kinds, &row) {
                    total += 1;
                    if people.len() < SHOWN {
                        people.push(row);
                    }
                }
                Ok(())
            })?;
            let entry = Entry::new("skill.search").on("unit", picked);
            let caller = tx.caller();
            audit::record(tx, now, entry.allowed_by(caller, &[permission::CERTIFICATE_READ]))?;
        }
        let kinds = asked_for(tx)?;
        Ok(Found { picked, offered: team, units, kinds, people, total })
    })
    .await
}

/// The same as a table, of those whom the caller may download. What was asked for is on record when it leaves.
///
/// # Errors
/// [`CompetenceError::Authz`] when the caller may download nobody's, or not those of the unit.
pub async fn export(db: &Db, caller: &Caller, wanted: Wanted, now: Timestamp) -> Result<Vec<u8>, CompetenceError> {
    db.write(caller, move |tx| {
        let export = authz::may::<ExportTeam>(tx, ())?;
        let downloads: Team = export.facts().clone().ok_or(AuthzError::Hidden)?;
        let may = authz::may::<ReadTeam>(tx, ())?;
        let reads = may.facts().clone().ok_or(AuthzError::Hidden)?;
        let units = organisation::units::tree_in(tx)?;
        let (picked, below) = picked_units(&downloads, &units, wanted.unit)?;
        let below: Vec<UnitId> = below.into_iter().filter(|unit| reads.has(*unit)).collect();
        let mut rows: Vec<[String; 5]> = Vec::new();
        everybody(tx, &may, &below, civil::local(now).date(), |kinds, row| {
            if wanted.is(kinds, &row) {
                rows.push(line(kinds, &row, &units));
            }
            Ok(())
        })?;
        let people = u64::try_from(rows.len()).unwrap_or(u64::MAX);
        let entry = Entry::new("skill.export").on("unit", picked).noting("people", people);
        let caller = tx.caller();
        audit::record(tx, now, entry.allowed_by(caller, &[permission::CERTIFICATE_EXPORT]))?;
        Ok(table(["Name", "Employee number", "Unit", "Standing", "In date"], rows.into_iter()))
    })
    .await
}

/// The kinds that count for somebody today, by name.
pub fn in_date(kinds: &[Kind], row: &MatrixRow) -> Vec<String> {
    let cells = kinds.iter().zip(&row.cells);
    let counting = cells.filter(|(_kind, cell)| cell.is_some_and(|cell| cell.state.counts()));
    counting.map(|(kind, _cell)| kind.draft.name.clone()).collect()
}

fn line(kinds: &[Kind], row: &MatrixRow, units: &UnitTree) -> [String; 5] {
    let standing = match row.effect {
        Effect::None => "",
        effect => effect.title(),
    };
    let cell = |text: &str| guarded(text).into_owned();
    [
        cell(&row.member.name),
        cell(row.member.number.as_deref().unwrap_or_default()),
        cell(&units.path(row.member.unit)),
        standing.to_owned(),
        cell(&in_date(kinds, row).join("; ")),
    ]
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::competence::model::{KindDraft, Member};
    use crate::competence::service::Cell;
    use crate::competence::standing_rules::State;
    use crate::kernel::ids::PersonId;

    #[test]
    fn whoever_is_found_has_all_that_was_asked_for_in_date() {
        let kind = |number: u128| Kind {
            id: CompetenceKindId(uuid::Uuid::from_u128(number)),
            draft: KindDraft {
                name: format!("Kind {number}"),
                validity_months: None,
                grace_days: 0,
                effect: Effect::OffTheRun,
                effect_note: None,
            },
            retired: false,
        };
        let kinds = [kind(1), kind(2), kind(3)];
        let day = date(2026, 11, 20);
        let cell = |state| Some(Cell { needed: true, state, effect: Effect::None });
        let row = MatrixRow {
            member: Member {
                id: PersonId::NIL,
                name: "=Jo Marsh".to_owned(),
                number: None,
                unit: UnitId::NIL,
                left: false,
            },
            cells: vec![cell(State::Grace(day, 3)), cell(State::Lapsed(day)), None],
            effect: Effect::OffTheRun,
        };
        let asked = |wanted: &[usize], run| Wanted {
            unit: None,
            kinds: wanted.iter().map(|place| kinds[*place].id).collect(),
            run,
        };
        assert!(asked(&[0], Run::Either).is(&kinds, &row), "grace counts");
        assert!(!asked(&[0, 1], Run::Either).is(&kinds, &row), "one has run out");
        assert!(!asked(&[2], Run::Either).is(&kinds, &row), "never had");
        assert!(asked(&[], Run::Off).is(&kinds, &row) && !asked(&[], Run::On).is(&kinds, &row));
        let stranger = Wanted { kinds: vec![CompetenceKindId::NIL], ..Wanted::default() };
        assert!(!stranger.is(&kinds, &row), "a kind that there is not");
        assert_eq!(in_date(&kinds, &row), ["Kind 1"]);
        assert_eq!(line(&kinds, &row, &UnitTree::default())[0], "'=Jo Marsh");
    }
}
