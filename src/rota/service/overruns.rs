//! How long people stayed beyond what was expected of them, for the work that compares.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use super::calendar::cycles;
use crate::absences;
use crate::authz;
use crate::db::Tx;
use crate::kernel::ids::{PersonId, UnitId};
use crate::rota::error::RotaError;
use crate::rota::model::Logged;
use crate::rota::policy::Compare;
use crate::rota::rules::{self, ByWhom, Overrun, Range};
use crate::rota::store;

/// The overruns of everybody, or of one person, in shifts that were expected to begin on these days. Whoever worked none of
/// them is left out.
///
/// # Errors
/// [`RotaError::Authz`] for anybody but the work that compares.
pub fn overruns(
    tx: &mut Tx<'_>,
    only: Option<PersonId>,
    (first, last): (Date, Date),
) -> Result<BTreeMap<PersonId, Vec<Overrun>>, RotaError> {
    let may = authz::may::<Compare>(tx, ())?;
    let people = store::everybody(tx, &may, only)?;
    let persons: Vec<PersonId> = people.iter().map(|(person, _unit)| *person).collect();
    let units: BTreeSet<UnitId> = people.iter().map(|(_person, unit)| *unit).collect();
    let units: Vec<UnitId> = units.into_iter().collect();
    let assigned = ByWhom::of(store::assignments_for(tx, &persons, &units, first, last)?);
    let cycles = cycles(tx)?;
    let away = absences::days_of_everybody(tx, first, last)?;
    let (from, to) = Range { first, last }.span();
    let mut logged: BTreeMap<PersonId, Vec<Logged>> = BTreeMap::new();
    for duty in store::logged(tx, &persons, from, to + rules::LONGEST_DUTY)? {
        logged.entry(duty.person).or_default().push(duty);
    }
    let mut found = BTreeMap::new();
    for (person, unit) in people {
        let absent = away.get(&person).map_or(&[][..], Vec::as_slice);
        let expected = rules::expected(&assigned.for_one(person, unit), &cycles, absent, first, last);
        let worked = logged.get(&person).map_or(&[][..], Vec::as_slice);
        if let Some(overruns) = rules::overruns(&expected, worked) {
            found.insert(person, overruns);
        }
    }
    Ok(found)
}
