//! What of competences somebody should know today: their own that end or lack, and the same of their team.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;

use super::standing::{Standing, load};
use crate::audit::{self, Entry};
use crate::authz::{self, AuthzError, Caller, Granted, Team, permission};
use crate::competence::error::CompetenceError;
use crate::competence::model::{Kind, Member};
use crate::competence::policy::{ReadOf, ReadTeam};
use crate::competence::standing_rules::{Concern, State};
use crate::competence::store;
use crate::db::{Db, Tx};
use crate::kernel::civil;
use crate::kernel::ids::{PersonId, UnitId};
use crate::organisation::{self, UnitTree};

/// How the caller stands with what they need and have; `None` for whoever may not read even that.
///
/// # Errors
/// [`CompetenceError::Db`].
pub fn own_today(tx: &mut Tx<'_>, today: Date) -> Result<Option<Standing>, CompetenceError> {
    let me = tx.caller().person_id().unwrap_or(PersonId::NIL);
    let own = tx.caller().reach(permission::CERTIFICATE_READ).is_some_and(|reach| reach.own);
    let Some(may) = authz::if_may::<ReadOf>(tx, me)?.filter(|_may| own) else { return Ok(None) };
    Ok(Some(load(tx, &may, today)?))
}

/// Somebody of the team with what is to be said of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Concerned {
    /// Who.
    pub member: Member,
    /// The kinds that it is about, by name, with how they stand.
    pub kinds: Vec<(String, State)>,
}

/// The people of the team of whom there is something to say.
#[derive(Debug, Clone)]
pub struct ConcernedList {
    /// By name.
    pub people: Vec<Concerned>,
    /// All units, to name theirs.
    pub units: UnitTree,
}

/// Who of the caller's team is concerned: one audit entry.
///
/// # Errors
/// [`CompetenceError::Authz`] when the caller reads nobody's.
pub async fn concerned(
    db: &Db,
    caller: &Caller,
    concern: Concern,
    now: Timestamp,
) -> Result<ConcernedList, CompetenceError> {
    db.write(caller, move |tx| {
        let may = authz::may::<ReadTeam>(tx, ())?;
        let team = may.facts().clone().ok_or(AuthzError::Hidden)?;
        let units = organisation::units::tree_in(tx)?;
        let mut found = find(tx, &may, &read_units(&team, &units), civil::local(now).date())?;
        let found = found.remove(&concern).unwrap_or_default();
        let ids: Vec<PersonId> = found.keys().map(|(_unit, person)| *person).collect();
        let members = store::members_of(tx, &may, &ids)?;
        let mut kinds: BTreeMap<PersonId, Vec<(String, State)>> =
            found.into_iter().map(|((_unit, person), kinds)| (person, kinds)).collect();
        let people =
            members.into_iter().map(|member| Concerned { kinds: kinds.remove(&member.id).unwrap_or_default(), member });
        let people = people.collect();
        let entry = Entry::new("certificate.list").on("organisation", tx.caller().organisation());
        let entry = entry.noting("concern", concern.as_str());
        let caller = tx.caller();
        audit::record(tx, now, entry.allowed_by(caller, &[permission::CERTIFICATE_READ]))?;
        Ok(ConcernedList { people, units })
    })
    .await
}

/// The team in numbers.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TeamToday {
    /// How many are off the run.
    pub off_the_run: usize,
    /// The same by home unit, in the order of the units; units with none are left out.
    pub by_unit: Vec<(String, usize)>,
    /// Of how many something ends within 30 days, or is in its grace.
    pub ending: usize,
}

/// How the caller's team stands; `None` for whoever reads nobody's.
///
/// # Errors
/// [`CompetenceError::Db`].
pub fn team_today(tx: &mut Tx<'_>, today: Date) -> Result<Option<TeamToday>, CompetenceError> {
    let Some(may) = authz::if_may::<ReadTeam>(tx, ())? else { return Ok(None) };
    let Some(team) = may.facts().clone() else { return Ok(None) };
    let units = organisation::units::tree_in(tx)?;
    let found = find(tx, &may, &read_units(&team, &units), today)?;
    let off = found.get(&Concern::OffTheRun);
    let of = |unit: UnitId| off.map_or(0, |off| off.keys().filter(|(home, _person)| *home == unit).count());
    let by_unit = units.all().map(|(_depth, unit)| (units.path(unit.id), of(unit.id)));
    Ok(Some(TeamToday {
        off_the_run: off.map_or(0, BTreeMap::len),
        by_unit: by_unit.filter(|(_unit, people)| *people > 0).collect(),
        ending: found.get(&Concern::Ending).map_or(0, BTreeMap::len),
    }))
}

fn read_units(team: &Team, units: &UnitTree) -> Vec<UnitId> {
    units.all().map(|(_depth, unit)| unit.id).filter(|unit| team.has(*unit)).collect()
}

/// People by home unit with the kinds that concern them.
type Found = BTreeMap<(UnitId, PersonId), Vec<(String, State)>>;

/// Everybody of these units of whom there is something to say, by what it is.
fn find<'tx>(
    tx: &mut Tx<'tx>,
    may: &Granted<'tx, ReadTeam>,
    units: &[UnitId],
    today: Date,
) -> Result<BTreeMap<Concern, Found>, CompetenceError> {
    let kinds: Vec<Kind> = store::kinds(tx)?.into_iter().filter(|kind| !kind.retired).collect();
    let mut found: BTreeMap<Concern, Found> = BTreeMap::new();
    for short in store::shortfalls(tx, may, units, Concern::horizon(today))? {
        let Some(kind) = kinds.iter().find(|kind| kind.id == short.kind) else { continue };
        let state = State::of(short.best, kind.draft.grace_days, today);
        let Some(concern) = Concern::of(state, kind.draft.effect) else { continue };
        let theirs = found.entry(concern).or_default().entry((short.unit, short.person)).or_default();
        theirs.push((kind.draft.name.clone(), state));
    }
    Ok(found)
}
