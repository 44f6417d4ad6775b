//! The verbs of absences. Plain values in and out; each is one transaction.

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};

use super::error::AbsenceError;
use super::model::{Absence, Away, Member};
use super::policy::{ChangeAbsence, ReadOf, ReadTeam, RecordOf, WithdrawAbsence, may_withdraw};
use super::rules::{self, TypedAbsence};
use super::store;
use crate::audit::{self, Entry, Field};
use crate::authz::{self, Caller, permission};
use crate::db::{Db, DbError, Tx};
use crate::kernel::ids::{AbsenceId, PersonId};
use crate::kernel::{civil, form_key};

/// Why somebody is away stands in no log.
const KIND: Field = Field::sensitive("kind");
const FIRST: Field = Field::shown("first_on");
const LAST: Field = Field::shown("last_on");

/// How many absences of somebody a page shows: those of some years.
const SHOWN: u16 = 200;

/// How many of a team.
pub(super) const SHOWN_OF_TEAM: u16 = 500;

/// How many people a search finds.
const FOUND: u16 = 25;

/// Days ahead for which a member sees who else is away.
const AHEAD_DAYS: i32 = 28;

/// The id for a new absence that a form chose, so that sending it twice makes one.
pub fn chosen_id(text: &str, now: Timestamp) -> AbsenceId {
    form_key::chosen(text, now).map_or_else(|| AbsenceId::new(now), AbsenceId)
}

/// The absences of somebody.
#[derive(Debug, Clone)]
pub struct Listed {
    /// Whose.
    pub member: Member,
    /// The latest first; whether the caller may withdraw each.
    pub absences: Vec<(Absence, bool)>,
    /// Whether the caller may record one.
    pub may_record: bool,
    /// Which colleagues are away in the next weeks; of somebody else's page none.
    pub away: Vec<Away>,
}

/// The absences of somebody; that another opened them is in the audit trail.
///
/// # Errors
/// [`AbsenceError::Authz`].
pub async fn of(db: &Db, caller: &Caller, person: PersonId, now: Timestamp) -> Result<Listed, AbsenceError> {
    db.write(caller, move |tx| {
        let may = authz::may::<ReadOf>(tx, person)?;
        let all = store::all_of(tx, &may, SHOWN)?;
        let caller = tx.caller();
        let own = caller.is(person);
        if !own {
            let entry = Entry::new("absence.read").on("person", person).about(person);
            audit::record(tx, now, entry.allowed_by(caller, &[permission::ABSENCE_READ]))?;
        }
        let today = civil::local(now).date();
        let away = if own { store::away(tx, today, ahead(today))? } else { Vec::new() };
        let member = may.facts().clone();
        let may_record = caller.reaches(permission::ABSENCE_RECORD, member.id, member.unit) && !member.left;
        let withdrawable = |absence: &Absence| absence.withdrawn_at.is_none() && may_withdraw(caller, absence);
        let absences = all.into_iter().map(|absence| (withdrawable(&absence), absence));
        Ok(Listed { member, absences: absences.map(|(may, absence)| (absence, may)).collect(), may_record, away })
    })
    .await
}

fn ahead(today: Date) -> Date {
    today.checked_add(AHEAD_DAYS.days()).unwrap_or(today)
}

/// Somebody for whom the caller may record an absence.
///
/// # Errors
/// [`AbsenceError::Authz`].
pub async fn to_record(db: &Db, caller: &Caller, person: PersonId) -> Result<Member, AbsenceError> {
    db.read(caller, move |tx| Ok(authz::may::<RecordOf>(tx, person)?.facts().clone())).await
}

/// Records an absence of somebody. `false` when this id was recorded already, of the same person.
///
/// # Errors
/// [`AbsenceError::Invalid`]; [`AbsenceError::Overlap`].
pub async fn record(
    db: &Db,
    caller: &Caller,
    person: PersonId,
    id: AbsenceId,
    typed: TypedAbsence,
    now: Timestamp,
) -> Result<bool, AbsenceError> {
    db.write(caller, move |tx| {
        let may = authz::may::<RecordOf>(tx, person)?;
        let days = rules::check(&typed, civil::local(now).date())?;
        if sent_before(tx, person, id)? {
            return Ok(false);
        }
        match store::insert(tx, &may, id, days, now) {
            Ok(true) => {}
            Ok(false) => return Ok(false),
            Err(error) if error.check_violation() == Some("absences_apart") => return Err(AbsenceError::Overlap),
            Err(error) => return Err(error.into()),
        }
        let changed = [
            KIND.change(None::<&str>, days.kind.as_str()),
            FIRST.change(None::<String>, days.first.to_string()),
            LAST.change(None::<String>, days.last.to_string()),
        ];
        audit::record(tx, now, Entry::new("absence.record").on("absence", id).about(person).changed(changed))?;
        Ok(true)
    })
    .await
}

fn sent_before(tx: &mut Tx<'_>, person: PersonId, id: AbsenceId) -> Result<bool, DbError> {
    Ok(store::absence(tx, id)?.is_some_and(|absence| absence.person == person))
}

/// An absence and whose it is, for whoever may withdraw it.
///
/// # Errors
/// [`AbsenceError::Withdrawn`]; [`AbsenceError::Authz`].
pub async fn to_withdraw(db: &Db, caller: &Caller, id: AbsenceId) -> Result<(Absence, Member), AbsenceError> {
    db.read(caller, move |tx| {
        let may = authz::may::<WithdrawAbsence>(tx, id)?;
        if may.facts().0.withdrawn_at.is_some() { Err(AbsenceError::Withdrawn) } else { Ok(may.facts().clone()) }
    })
    .await
}

/// Withdraws an absence: it counts for nothing and stays on record. Whose it was.
///
/// # Errors
/// As [`to_withdraw`].
pub async fn withdraw(db: &Db, caller: &Caller, id: AbsenceId, now: Timestamp) -> Result<PersonId, AbsenceError> {
    db.write(caller, move |tx| {
        let may = authz::may::<WithdrawAbsence>(tx, id)?;
        if !store::withdraw(tx, &may, now)? {
            return Err(AbsenceError::Withdrawn);
        }
        let person = may.facts().0.person;
        audit::record(tx, now, Entry::new("absence.withdraw").on("absence", id).about(person))?;
        Ok(person)
    })
    .await
}

/// Which state of an absence a form was filled with.
pub fn version(absence: &Absence) -> String {
    absence.changed_at.unwrap_or(absence.created_at).to_string()
}

/// An absence and whose it is, for whoever may change it.
///
/// # Errors
/// [`AbsenceError::Withdrawn`]; [`AbsenceError::Authz`].
pub async fn to_change(db: &Db, caller: &Caller, id: AbsenceId) -> Result<(Absence, Member), AbsenceError> {
    db.read(caller, move |tx| {
        let may = authz::may::<ChangeAbsence>(tx, id)?;
        if may.facts().0.withdrawn_at.is_some() { Err(AbsenceError::Withdrawn) } else { Ok(may.facts().clone()) }
    })
    .await
}

/// Gives an absence other days or another kind; both are in the audit trail, the kind as changed and not as what. Whose it
/// is, and whether anything was different. The key of `typed` is the [`version`] that was opened.
///
/// # Errors
/// As [`to_change`]; [`AbsenceError::Invalid`]; [`AbsenceError::Overlap`]; [`AbsenceError::Changed`].
pub async fn change(
    db: &Db,
    caller: &Caller,
    id: AbsenceId,
    typed: TypedAbsence,
    now: Timestamp,
) -> Result<(PersonId, bool), AbsenceError> {
    db.write(caller, move |tx| {
        let may = authz::may::<ChangeAbsence>(tx, id)?;
        let before = may.facts().0.clone();
        if before.withdrawn_at.is_some() {
            return Err(AbsenceError::Withdrawn);
        }
        let days = rules::check(&typed, civil::local(now).date())?;
        if days == before.days {
            return Ok((before.person, false));
        }
        if typed.key != version(&before) {
            return Err(AbsenceError::Changed);
        }
        match store::change(tx, &may, days, now) {
            Ok(true) => {}
            Ok(false) => return Err(AbsenceError::Withdrawn),
            Err(error) if error.check_violation() == Some("absences_apart") => return Err(AbsenceError::Overlap),
            Err(error) => return Err(error.into()),
        }
        let changed = [
            KIND.change(Some(before.days.kind.as_str()), days.kind.as_str()),
            FIRST.change(Some(before.days.first.to_string()), days.first.to_string()),
            LAST.change(Some(before.days.last.to_string()), days.last.to_string()),
        ];
        let entry = Entry::new("absence.change").on("absence", id).about(before.person).changed(changed);
        audit::record(tx, now, entry)?;
        Ok((before.person, true))
    })
    .await
}

/// Who of a team is away, and people who were searched for.
#[derive(Debug, Clone)]
pub struct TeamAway {
    /// The first day that was asked about.
    pub first: Date,
    /// The last one.
    pub last: Date,
    /// Absences that touch those days, with the name of their person.
    pub absences: Vec<(Absence, String)>,
    /// Who was found.
    pub found: Vec<Member>,
}

/// Who of the caller's units is away in the next four weeks, or on a day; written to the audit trail, as it says who is ill.
///
/// # Errors
/// [`AbsenceError::Authz`].
pub async fn team(
    db: &Db,
    caller: &Caller,
    on: Option<Date>,
    search: String,
    now: Timestamp,
) -> Result<TeamAway, AbsenceError> {
    db.write(caller, move |tx| {
        let may = authz::may::<ReadTeam>(tx, ())?;
        let today = civil::local(now).date();
        let (first, last) = on.map_or_else(|| (today, ahead(today)), |day| (day, day));
        let absences = store::of_team(tx, &may, first, last, SHOWN_OF_TEAM)?;
        let search = search.trim();
        let found = if search.is_empty() { Vec::new() } else { store::find(tx, &may, search, FOUND)? };
        let entry = Entry::new("absence.list").allowed_by(tx.caller(), &[permission::ABSENCE_READ]);
        audit::record(tx, now, entry)?;
        Ok(TeamAway { first, last, absences, found })
    })
    .await
}
