//! What somebody writes for their profile, and which entries they chose for it.

use diesel::prelude::*;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff_diesel::ToDiesel;

use crate::authz::Granted;
use crate::cpd::model::Profile;
use crate::cpd::policy::KeepRecord;
use crate::db::schema::{cpd_entries, cpd_profile_entries, cpd_profiles};
use crate::db::{DbError, Tx};
use crate::kernel::ids::CpdEntryId;

/// The texts and dates as their table has them.
#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = cpd_profiles, treat_none_as_null = true)]
struct Values {
    registrant: bool,
    profession: Option<String>,
    registration: Option<String>,
    period_from: Option<jiff_diesel::Date>,
    period_to: Option<jiff_diesel::Date>,
    history: Option<String>,
    statement: Option<String>,
    revision: i32,
}

/// Somebody's profile; an empty one when they have written none.
pub(in crate::cpd) fn profile<'tx>(tx: &mut Tx<'tx>, may: &Granted<'tx, KeepRecord>) -> Result<Profile, DbError> {
    let this = cpd_profiles::table.find((tx.caller().organisation(), may.scope()));
    let found: Option<Values> = this.select(Values::as_select()).first(tx.conn()).optional()?;
    Ok(found.map_or_else(Profile::default, |values| Profile {
        registrant: values.registrant,
        profession: values.profession,
        registration: values.registration,
        from: values.period_from.map(jiff_diesel::Date::to_jiff),
        to: values.period_to.map(jiff_diesel::Date::to_jiff),
        history: values.history,
        statement: values.statement,
        revision: values.revision,
    }))
}

/// Writes a profile that is at its revision; `false` when it is not any more.
pub(in crate::cpd) fn save_profile<'tx>(
    tx: &mut Tx<'tx>,
    may: &Granted<'tx, KeepRecord>,
    profile: &Profile,
    now: Timestamp,
) -> Result<bool, DbError> {
    let values = Values {
        registrant: profile.registrant,
        profession: profile.profession.clone(),
        registration: profile.registration.clone(),
        period_from: profile.from.map(ToDiesel::to_diesel),
        period_to: profile.to.map(ToDiesel::to_diesel),
        history: profile.history.clone(),
        statement: profile.statement.clone(),
        revision: profile.revision.saturating_add(1),
    };
    let key = (tx.caller().organisation(), may.scope());
    let at = cpd_profiles::changed_at.eq(now.to_diesel());
    let changed = if profile.revision == 0 {
        diesel::insert_into(cpd_profiles::table)
            .values((cpd_profiles::organisation_id.eq(key.0), cpd_profiles::person_id.eq(key.1), &values, at))
            .on_conflict_do_nothing()
            .execute(tx.conn())?
    } else {
        let this = cpd_profiles::table.find(key).filter(cpd_profiles::revision.eq(profile.revision));
        diesel::update(this).set((&values, at)).execute(tx.conn())?
    };
    Ok(changed == 1)
}

/// The entries of these days that somebody chose. What they chose for another period stays chosen and stays out of this one.
pub(in crate::cpd) fn chosen<'tx>(
    tx: &mut Tx<'tx>,
    may: &Granted<'tx, KeepRecord>,
    (from, to): (Date, Date),
) -> Result<Vec<CpdEntryId>, DbError> {
    let organisation = tx.caller().organisation();
    let within = cpd_entries::table
        .filter(cpd_entries::organisation_id.eq(organisation).and(cpd_entries::person_id.eq(may.scope())))
        .filter(cpd_entries::happened_on.between(from.to_diesel(), to.to_diesel()))
        .select(cpd_entries::id);
    let own = cpd_profile_entries::table
        .filter(cpd_profile_entries::organisation_id.eq(organisation))
        .filter(cpd_profile_entries::person_id.eq(may.scope()))
        .filter(cpd_profile_entries::entry_id.eq_any(within));
    Ok(own.select(cpd_profile_entries::entry_id).order(cpd_profile_entries::entry_id).load(tx.conn())?)
}

/// Of `offered`, chooses these and no other; what was chosen beside those stays.
pub(in crate::cpd) fn replace_chosen<'tx>(
    tx: &mut Tx<'tx>,
    may: &Granted<'tx, KeepRecord>,
    offered: &[CpdEntryId],
    picked: &[CpdEntryId],
) -> Result<(), DbError> {
    let own = cpd_profile_entries::table
        .filter(cpd_profile_entries::organisation_id.eq(tx.caller().organisation()))
        .filter(cpd_profile_entries::person_id.eq(may.scope()))
        .filter(cpd_profile_entries::entry_id.eq_any(offered).and(cpd_profile_entries::entry_id.ne_all(picked)));
    diesel::delete(own).execute(tx.conn())?;
    let rows: Vec<_> = picked
        .iter()
        .map(|entry| {
            (
                cpd_profile_entries::organisation_id.eq(tx.caller().organisation()),
                cpd_profile_entries::person_id.eq(may.scope()),
                cpd_profile_entries::entry_id.eq(*entry),
            )
        })
        .collect();
    diesel::insert_into(cpd_profile_entries::table).values(rows).on_conflict_do_nothing().execute(tx.conn())?;
    Ok(())
}
