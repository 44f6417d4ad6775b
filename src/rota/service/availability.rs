//! When people are available for on-call, and what that makes of a unit's cover.

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};
use serde::Deserialize;
use uuid::Uuid;

use crate::absences;
use crate::audit::{self, Entry, Field};
use crate::authz::{self, Caller, TeamAct};
use crate::db::{Db, DbError, Tx};
use crate::duties::service::words_in;
use crate::duties::words::Units;
use crate::kernel::civil;
use crate::kernel::ids::{PersonId, UnitId};
use crate::rota::cover_rules::{self, Run, TypedStretch};
use crate::rota::error::RotaError;
use crate::rota::model::{Contract, Need, Off};
use crate::rota::policy::{Configure, KeepOwn, ReadCover, ReadTeam};
use crate::rota::rules::Range;
use crate::rota::store;
use crate::views::FormErrors;

const FROM: Field = Field::shown("from");
const TO: Field = Field::shown("to");
const STATE: Field = Field::shown("available");
/// Why somebody is off stands in no log: it may be an illness.
const REASON: Field = Field::sensitive("reason");
const FULL: Field = Field::shown("full_riders");
const LEAST: Field = Field::shown("least_riders");

/// One's own availability.
#[derive(Debug, Clone)]
pub struct OwnAvailability {
    /// What was agreed; `None`: they give no on-call cover.
    pub contract: Option<Contract>,
    /// Stretches off from now to the last day that can be said.
    pub off: Vec<Off>,
    /// Minutes of cover in this week.
    pub given_minutes: i64,
    /// What the unit is called.
    pub unit: String,
    /// Which it is.
    pub unit_id: UnitId,
}

/// Stretches in which somebody is off: what they booked, and days of absence.
fn spans_off(
    tx: &mut Tx<'_>,
    person: PersonId,
    from: Timestamp,
    to: Timestamp,
) -> Result<Vec<(Timestamp, Timestamp)>, DbError> {
    let (first, last) = (civil::local(from).date(), civil::local(to).date());
    let booked = store::off_between(tx, &[person], from, to)?;
    let mut spans: Vec<(Timestamp, Timestamp)> =
        booked.into_iter().map(|(_person, off)| (off.starts_at, off.ends_at)).collect();
    spans.extend(
        absences::days_of(tx, person, first, last)?.into_iter().map(|days| {
            (civil::start_of_day(days.first), civil::start_of_day(days.last.tomorrow().unwrap_or(days.last)))
        }),
    );
    Ok(spans)
}

/// Minutes of cover that somebody gives in the week of `today`.
pub(in crate::rota) fn given_this_week(tx: &mut Tx<'_>, contract: Contract, today: Date) -> Result<i64, DbError> {
    let (from, to) = Range::week(today).span();
    let spans = spans_off(tx, contract.person, from, to)?;
    Ok(cover_rules::given_minutes(&spans, today, contract.from))
}

/// One's own availability from now on, and the cover given this week.
///
/// # Errors
/// [`RotaError::Authz`].
pub async fn own_availability(db: &Db, caller: &Caller, now: Timestamp) -> Result<OwnAvailability, RotaError> {
    let me = caller.person_id().unwrap_or(PersonId::NIL);
    db.read(caller, move |tx| {
        let may = authz::may::<KeepOwn>(tx, me)?;
        let contract = store::contract(tx, me)?;
        let off = store::off_between(tx, &[me], cover_rules::block_of(now), cover_rules::horizon(now))?;
        let today = civil::local(now).date();
        let given = match contract {
            Some(contract) => given_this_week(tx, contract, today)?,
            None => 0,
        };
        let (_kinds, units) = words_in(tx)?;
        let unit_id = may.facts().unit;
        let off = off.into_iter().map(|(_person, off)| off).collect();
        Ok(OwnAvailability { contract, off, given_minutes: given, unit: units.label(unit_id), unit_id })
    })
    .await
}

fn need_of(tx: &mut Tx<'_>, unit: UnitId) -> Result<Need, DbError> {
    Ok(store::needs(tx)?.into_iter().find(|(of, _need)| *of == unit).map(|(_of, need)| need).unwrap_or_default())
}

/// Says that one is available in a stretch, or why not.
///
/// # Errors
/// [`RotaError::Critical`] when it leaves the unit without a full crew and they did not say that they know;
/// [`RotaError::NoContract`]; [`RotaError::Invalid`].
pub async fn set(db: &Db, caller: &Caller, typed: TypedStretch, now: Timestamp) -> Result<(), RotaError> {
    let me = caller.person_id().unwrap_or(PersonId::NIL);
    db.write(caller, move |tx| {
        let may = authz::may::<KeepOwn>(tx, me)?;
        let stretch = cover_rules::check(&typed, now)?;
        if store::contract(tx, me)?.is_none() {
            return Err(RotaError::NoContract);
        }
        if stretch.off.is_some() && typed.confirm != "yes" {
            let unit = may.facts().unit;
            let reads = authz::may::<ReadCover>(tx, unit)?;
            let rides = store::cover(tx, &reads, stretch.from, stretch.to)?;
            let already = spans_off(tx, me, stretch.from, stretch.to)?;
            let need = need_of(tx, unit)?;
            let critical = cover_rules::made_critical(&rides, &already, stretch, need);
            if !critical.is_empty() {
                return Err(RotaError::Critical(critical));
            }
        }
        let existing: Vec<Off> =
            store::off_between(tx, &[me], stretch.from, stretch.to)?.into_iter().map(|(_person, off)| off).collect();
        store::apply(tx, &may, &cover_rules::edits(&existing, stretch), now)?;
        let changed = [
            FROM.change(None::<&str>, stretch.from.to_string()),
            TO.change(None::<&str>, stretch.to.to_string()),
            STATE.change(None::<bool>, stretch.off.is_none()),
            stretch.off.and_then(|reason| REASON.change(None::<&str>, reason.as_str())),
        ];
        audit::record(tx, now, Entry::new("availability.set").on("person", me).about(me).changed(changed))?;
        Ok(())
    })
    .await
}

/// The cover of a unit on a day.
#[derive(Debug, Clone)]
pub struct CoverDay {
    /// Which unit.
    pub unit: UnitId,
    /// Those whose cover the caller sees.
    pub offered: Vec<UnitId>,
    /// What units are called.
    pub units: Units,
    /// The day.
    pub day: Date,
    /// What the unit needs.
    pub need: Need,
    /// How many people give cover at all.
    pub contracts: usize,
    /// How many ride when, from midnight to midnight.
    pub runs: Vec<Run>,
}

/// The cover of a unit on a day, of one's own unit when none is picked.
///
/// # Errors
/// [`RotaError::Authz`].
pub async fn cover(db: &Db, caller: &Caller, picked: Option<UnitId>, day: Date) -> Result<CoverDay, RotaError> {
    db.read(caller, move |tx| {
        let own = store::own_unit(tx)?;
        let unit = picked.or(own).ok_or(authz::AuthzError::Hidden)?;
        let may = authz::may::<ReadCover>(tx, unit)?;
        let (_kinds, units) = words_in(tx)?;
        if !units.has(unit) {
            return Err(authz::AuthzError::Hidden.into());
        }
        let mut offered =
            ReadTeam::reached(tx.caller()).map_or_else(Vec::new, |team| super::calendar::offered(&team, &units));
        if let Some(own) = own.filter(|own| !offered.contains(own)) {
            offered.insert(0, own);
        }
        let (from, to) = Range { first: day, last: day }.span();
        let rides = store::cover(tx, &may, from, to)?;
        let contracts = rides.iter().filter(|ride| !ride.off).count();
        let runs = if contracts == 0 { Vec::new() } else { cover_rules::cover(&rides, from, to) };
        Ok(CoverDay { unit, offered, units, day, need: need_of(tx, unit)?, contracts, runs })
    })
    .await
}

/// A stretch in which a unit is off the run for want of riders.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Gap {
    /// Which unit.
    pub unit: UnitId,
    /// What it needs.
    pub need: Need,
    /// When, and how many ride at the least.
    pub run: Run,
}

/// Where cover lacks.
#[derive(Debug, Clone)]
pub struct Gaps {
    /// The first day that was looked at.
    pub first: Date,
    /// The last one.
    pub last: Date,
    /// What units are called.
    pub units: Units,
    /// The stretches by their beginning.
    pub gaps: Vec<Gap>,
}

/// Where the units whose rota the caller reads are off the run from now on, for as long as availability is said; `None`
/// for whoever reads nobody's.
///
/// # Errors
/// [`RotaError::Db`].
pub(in crate::rota) fn gaps_in(tx: &mut Tx<'_>, now: Timestamp) -> Result<Option<Gaps>, RotaError> {
    let Some(may) = authz::if_may::<ReadTeam>(tx, ())? else { return Ok(None) };
    let Some(team) = may.facts().clone() else { return Ok(None) };
    let (_kinds, units) = words_in(tx)?;
    let offered = super::calendar::offered(&team, &units);
    let (from, to) = (cover_rules::block_of(now), cover_rules::horizon(now));
    let needs = store::needs(tx)?;
    let mut gaps = Vec::new();
    for (unit, rides) in store::cover_of_units(tx, &may, &offered, from, to)? {
        let need = needs.iter().find(|(of, _need)| *of == unit).map(|(_of, need)| *need).unwrap_or_default();
        gaps.extend(cover_rules::gaps(&rides, need, from, to).into_iter().map(|run| Gap { unit, need, run }));
    }
    gaps.sort_by_key(|gap| (gap.run.from, gap.unit));
    let first = civil::local(now).date();
    let last = first.checked_add(cover_rules::AHEAD_DAYS.days()).unwrap_or(first);
    Ok(Some(Gaps { first, last, units, gaps }))
}

/// The same for the page that lists them.
///
/// # Errors
/// [`RotaError::Authz`] for whoever reads nobody's rota.
pub async fn gaps(db: &Db, caller: &Caller, now: Timestamp) -> Result<Gaps, RotaError> {
    db.read(caller, move |tx| {
        authz::require::<ReadTeam>(tx, ())?;
        gaps_in(tx, now)?.ok_or_else(|| authz::AuthzError::Hidden.into())
    })
    .await
}

/// What a unit needs, as somebody typed it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct TypedNeed {
    /// The unit's id.
    pub unit: String,
    /// Riders of a full crew.
    pub full: String,
    /// Riders without whom it is off the run.
    pub least: String,
}

/// What each unit needs of which somebody said so, and all units.
///
/// # Errors
/// [`RotaError::Authz`].
pub async fn needs(db: &Db, caller: &Caller) -> Result<(Vec<(UnitId, Need)>, Units), RotaError> {
    db.read(caller, |tx| {
        authz::require::<Configure>(tx, None)?;
        let (_kinds, units) = words_in(tx)?;
        Ok((store::needs(tx)?, units))
    })
    .await
}

/// Says what a unit needs.
///
/// # Errors
/// [`RotaError::Invalid`].
pub async fn set_need(db: &Db, caller: &Caller, typed: TypedNeed, now: Timestamp) -> Result<(), RotaError> {
    db.write(caller, move |tx| {
        let may = authz::may::<Configure>(tx, None)?;
        let (_kinds, units) = words_in(tx)?;
        let mut errors = FormErrors::new();
        let unit = Uuid::try_parse(typed.unit.trim()).ok().map(UnitId).filter(|unit| units.has(*unit));
        if unit.is_none() {
            errors.add("unit", "Choose a unit");
        }
        let number = |text: &str| text.trim().parse::<i32>().ok().filter(|riders| (1..=100).contains(riders));
        let (full, least) = (number(&typed.full), number(&typed.least));
        if full.is_none() {
            errors.add("full", "Enter a number of riders, 1 to 100");
        }
        match (full, least) {
            (_, None) => errors.add("least", "Enter a number of riders, 1 to 100"),
            (Some(full), Some(least)) if least > full => {
                errors.add("least", "A full crew cannot be smaller than the least one");
            }
            (_, Some(_)) => {}
        }
        let (Some(unit), Some(full), Some(least), true) = (unit, full, least, errors.is_empty()) else {
            return Err(errors.into());
        };
        let before = store::needs(tx)?.into_iter().find(|(of, _need)| *of == unit).map(|(_of, need)| need);
        store::set_need(tx, &may, unit, Need { full, least }, now)?;
        let changed =
            [FULL.change(before.map(|need| need.full), full), LEAST.change(before.map(|need| need.least), least)];
        audit::record(tx, now, Entry::new("cover.need").on("unit", unit).changed(changed))?;
        Ok(())
    })
    .await
}
