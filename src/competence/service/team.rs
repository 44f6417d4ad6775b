//! The competences of a team: who stands how with which kind, and what each unit lacks.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;

use crate::audit::{self, Entry};
use crate::authz::{self, AuthzError, Caller, Granted, Team, permission};
use crate::competence::error::CompetenceError;
use crate::competence::model::{Certificate, Effect, Kind, Member};
use crate::competence::policy::ReadTeam;
use crate::competence::standing_rules::{Best, State, effect_of};
use crate::competence::store::{self, Gap};
use crate::db::{Db, Tx};
use crate::kernel::civil;
use crate::kernel::ids::{CompetenceKindId, PersonId, UnitId};
use crate::organisation::{self, UnitTree};

/// People on one page.
const PEOPLE: u16 = 50;

/// People who are loaded at once for a download.
const BATCH: u16 = 500;

/// How somebody of the team stands with one kind; nothing is shown of a kind that they neither need nor have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cell {
    /// Whether they need it.
    pub needed: bool,
    /// How they stand.
    pub state: State,
    /// What follows.
    pub effect: Effect,
}

/// Somebody of the team with a cell for each kind.
#[derive(Debug, Clone)]
pub struct MatrixRow {
    /// Who.
    pub member: Member,
    /// By kind, in the order of the kinds.
    pub cells: Vec<Option<Cell>>,
    /// The gravest of what follows.
    pub effect: Effect,
}

/// How many people of a unit need a kind, and how they stand with it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct GapCell {
    /// They need it.
    pub needed: i64,
    /// Of those, they lack it.
    pub lacking: i64,
    /// Of those, theirs runs out within 90 days or is in its grace.
    pub ending: i64,
}

/// A unit with a cell for each kind.
#[derive(Debug, Clone)]
pub struct UnitGaps {
    /// Which unit.
    pub unit: UnitId,
    /// By kind, in the order of the kinds.
    pub cells: Vec<GapCell>,
}

/// What the team page shows.
#[derive(Debug, Clone)]
pub struct Matrix {
    /// The unit that was picked, with all below it that the caller reads.
    pub picked: UnitId,
    /// Units that may be picked.
    pub offered: Team,
    /// All units.
    pub units: UnitTree,
    /// The kinds that are asked for and that anybody here needs or has.
    pub kinds: Vec<Kind>,
    /// A page of people, by name.
    pub people: Vec<MatrixRow>,
    /// Where the list of people goes on.
    pub next: Option<PersonId>,
    /// What each unit lacks, of all people and not only those of the page.
    pub gaps: Vec<UnitGaps>,
}

/// The units that somebody's pick stands for: those of its subtree that they read. Without a pick, the first that they
/// read.
///
/// # Errors
/// [`AuthzError::Hidden`] for a unit that they do not.
pub(in crate::competence) fn picked_units(
    team: &Team,
    units: &UnitTree,
    picked: Option<UnitId>,
) -> Result<(UnitId, Vec<UnitId>), AuthzError> {
    let first = || units.all().map(|(_depth, unit)| unit.id).find(|unit| team.has(*unit));
    let picked = picked.or_else(first).filter(|unit| team.has(*unit) && units.get(*unit).is_some());
    let picked = picked.ok_or(AuthzError::Hidden)?;
    Ok((picked, units.with_below(picked).into_iter().filter(|unit| team.has(*unit)).collect()))
}

/// Reads a page of the team's competences: one audit entry.
///
/// # Errors
/// [`CompetenceError::Authz`] when the caller reads nobody's, or not those of the unit.
pub async fn matrix(
    db: &Db,
    caller: &Caller,
    picked: Option<UnitId>,
    after: Option<PersonId>,
    now: Timestamp,
) -> Result<Matrix, CompetenceError> {
    db.write(caller, move |tx| {
        let today = civil::local(now).date();
        let may = authz::may::<ReadTeam>(tx, ())?;
        let team = may.facts().clone().ok_or(AuthzError::Hidden)?;
        let units = organisation::units::tree_in(tx)?;
        let (picked, below) = picked_units(&team, &units, picked)?;
        let mut kinds = asked_for(tx)?;
        let gaps = store::gaps(tx, &may, &below)?;
        let (members, more) = store::members(tx, &may, &below, after, PEOPLE)?;
        let next = members.last().filter(|_last| more).map(|last| last.id);
        let loaded = Loaded::of(tx, &may, &members)?;
        kinds.retain(|kind| loaded.knows(kind.id) || gaps.iter().any(|gap| gap.kind == kind.id));
        let people = members.into_iter().map(|member| loaded.row(member, &kinds, today)).collect();
        let order: Vec<UnitId> = units.all().map(|(_depth, unit)| unit.id).collect();
        let entry = Entry::new("certificate.list").on("unit", picked);
        let caller = tx.caller();
        audit::record(tx, now, entry.allowed_by(caller, &[permission::CERTIFICATE_READ]))?;
        Ok(Matrix { picked, offered: team, gaps: by_unit(&gaps, &order, &kinds, today), kinds, people, next, units })
    })
    .await
}

pub(in crate::competence) fn asked_for(tx: &mut Tx<'_>) -> Result<Vec<Kind>, CompetenceError> {
    Ok(store::kinds(tx)?.into_iter().filter(|kind| !kind.retired).collect())
}

/// Hands everybody of these units to `each`, by name, with a cell for each kind.
pub(in crate::competence) fn everybody<'tx>(
    tx: &mut Tx<'tx>,
    may: &Granted<'tx, ReadTeam>,
    units: &[UnitId],
    today: Date,
    mut each: impl FnMut(&[Kind], MatrixRow) -> Result<(), CompetenceError>,
) -> Result<(), CompetenceError> {
    let kinds = asked_for(tx)?;
    let mut after = None;
    loop {
        let (members, more) = store::members(tx, may, units, after, BATCH)?;
        after = members.last().map(|last| last.id);
        let loaded = Loaded::of(tx, may, &members)?;
        for member in members {
            each(&kinds, loaded.row(member, &kinds, today))?;
        }
        if !more {
            return Ok(());
        }
    }
}

/// What some people need and have.
struct Loaded {
    needed: BTreeMap<PersonId, Vec<CompetenceKindId>>,
    had: BTreeMap<PersonId, Vec<Certificate>>,
}

impl Loaded {
    fn of<'tx>(tx: &mut Tx<'tx>, may: &Granted<'tx, ReadTeam>, members: &[Member]) -> Result<Self, CompetenceError> {
        let ids: Vec<PersonId> = members.iter().map(|member| member.id).collect();
        let mut loaded = Self { needed: BTreeMap::new(), had: BTreeMap::new() };
        for (person, kind) in store::needed_in(tx, may, &ids)? {
            loaded.needed.entry(person).or_default().push(kind);
        }
        for certificate in store::of_members(tx, may, &ids)? {
            loaded.had.entry(certificate.person).or_default().push(certificate);
        }
        Ok(loaded)
    }

    fn knows(&self, kind: CompetenceKindId) -> bool {
        self.needed.values().flatten().any(|needed| *needed == kind)
            || self.had.values().flatten().any(|certificate| certificate.kind == kind)
    }

    fn row(&self, member: Member, kinds: &[Kind], today: Date) -> MatrixRow {
        let needed = self.needed.get(&member.id).map(Vec::as_slice).unwrap_or_default();
        let had = self.had.get(&member.id).map(Vec::as_slice).unwrap_or_default();
        let cell = |kind: &Kind| {
            let needed = needed.contains(&kind.id);
            let own = had.iter().filter(|certificate| certificate.kind == kind.id);
            if !needed && own.clone().next().is_none() {
                return None;
            }
            let state = State::of(Best::of(own), kind.draft.grace_days, today);
            Some(Cell { needed, state, effect: effect_of(needed, state, kind.draft.effect) })
        };
        let cells: Vec<Option<Cell>> = kinds.iter().map(cell).collect();
        let effect = cells.iter().flatten().map(|cell| cell.effect).max().unwrap_or(Effect::None);
        MatrixRow { member, cells, effect }
    }
}

/// Adds what people have up, by unit and kind: units in their order, without those in which nobody needs anything.
fn by_unit(gaps: &[Gap], order: &[UnitId], kinds: &[Kind], today: Date) -> Vec<UnitGaps> {
    let cell = |unit: UnitId, kind: &Kind| {
        let mut cell = GapCell::default();
        for gap in gaps.iter().filter(|gap| gap.unit == unit && gap.kind == kind.id) {
            let state = State::of(gap.best, kind.draft.grace_days, today);
            cell.needed += gap.people;
            cell.lacking += if state.counts() { 0 } else { gap.people };
            cell.ending += if state.is_ending() { gap.people } else { 0 };
        }
        cell
    };
    let concerned = order.iter().filter(|unit| gaps.iter().any(|gap| gap.unit == **unit));
    concerned
        .map(|unit| UnitGaps { unit: *unit, cells: kinds.iter().map(|kind| cell(*unit, kind)).collect() })
        .collect()
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::competence::model::{CertificateDraft, KindDraft};
    use crate::kernel::ids::CertificateId;

    const TODAY: Date = date(2026, 11, 23);

    fn kind(number: u128, effect: Effect) -> Kind {
        Kind {
            id: CompetenceKindId(uuid::Uuid::from_u128(number)),
            draft: KindDraft {
                name: format!("Kind {number}"),
                validity_months: None,
                grace_days: 10,
                effect,
                effect_note: None,
            },
            retired: false,
        }
    }

    #[test]
    fn a_row_has_a_cell_for_each_kind_that_is_needed_or_had() {
        let member = Member {
            id: PersonId(uuid::Uuid::from_u128(1)),
            name: "Jo Marsh".to_owned(),
            number: None,
            unit: UnitId::NIL,
            left: false,
        };
        let kinds = [kind(1, Effect::OffTheRun), kind(2, Effect::Restricted), kind(3, Effect::OffTheRun)];
        let certificate = |number: u128, last: Date| Certificate {
            id: CertificateId::NIL,
            person: member.id,
            kind: CompetenceKindId(uuid::Uuid::from_u128(number)),
            draft: CertificateDraft {
                awarded_on: date(2020, 1, 1),
                expires_on: Some(last),
                reference: None,
                awarded_by: None,
            },
            ended: None,
            recorded_at: Timestamp::UNIX_EPOCH,
            revision: 1,
        };
        let loaded = Loaded {
            needed: BTreeMap::from([(member.id, vec![kinds[0].id, kinds[1].id])]),
            had: BTreeMap::from([(
                member.id,
                vec![certificate(1, date(2026, 11, 20)), certificate(3, date(2020, 2, 1))],
            )]),
        };
        let row = loaded.row(member, &kinds, TODAY);
        let states: Vec<_> = row.cells.iter().map(|cell| cell.map(|cell| (cell.needed, cell.state))).collect();
        assert_eq!(
            states,
            [
                Some((true, State::Grace(date(2026, 11, 20), 7))),
                Some((true, State::Missing)),
                // Lapsed, and nobody asks for it: nothing follows.
                Some((false, State::Lapsed(date(2020, 2, 1)))),
            ]
        );
        assert_eq!(row.effect, Effect::Restricted);
    }

    #[test]
    fn gaps_are_those_of_everybody_by_unit_and_kind() {
        let unit = |number: u128| UnitId(uuid::Uuid::from_u128(number));
        let kinds = [kind(1, Effect::None), kind(2, Effect::None)];
        let gap = |number: u128, best, people| Gap { unit: unit(number), kind: kinds[0].id, best, people };
        let gaps = [
            gap(7, Best::ForEver, 3),
            gap(7, Best::Until(date(2026, 11, 30)), 2),
            gap(7, Best::Never, 4),
            gap(7, Best::Ended, 1),
            gap(9, Best::ForEver, 5),
        ];
        let units = by_unit(&gaps, &[unit(9), unit(8), unit(7)], &kinds, TODAY);
        assert_eq!(units.iter().map(|gaps| gaps.unit).collect::<Vec<_>>(), [unit(9), unit(7)]);
        assert_eq!(units[1].cells, [GapCell { needed: 10, lacking: 5, ending: 2 }, GapCell::default()]);
        assert_eq!(units[0].cells[0], GapCell { needed: 5, lacking: 0, ending: 0 });
    }
}
