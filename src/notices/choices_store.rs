//! The tables `notice_choices` and `notice_times`.

use diesel::prelude::*;
use diesel::sql_types::{Timestamptz, Uuid as SqlUuid};
use jiff::Timestamp;
use jiff::civil::Weekday;
use jiff_diesel::ToDiesel;

use super::choices::Channel;
use super::kinds::NoticeKind;
use super::policy::SendMessages;
use super::quiet::{MinuteOfDay, Times};
use crate::authz::Granted;
use crate::db::schema::{notice_choices, notice_times};
use crate::db::{DbError, Tx};
use crate::kernel::ids::PersonId;

diesel::define_sql_function! {
    /// Until when somebody is on duty, for the work that sends.
    fn app_on_duty_until(somebody: SqlUuid, moment: Timestamptz) -> Nullable<Timestamptz>;
}

pub(super) fn choice(
    tx: &mut Tx<'_>,
    person: PersonId,
    kind: NoticeKind,
    way: Channel,
) -> Result<Option<bool>, DbError> {
    let this = notice_choices::table.find((tx.caller().organisation(), person, kind.code(), way.code()));
    Ok(this.select(notice_choices::wanted).first(tx.conn()).optional()?)
}

/// All that somebody decided: kind, way, whether they want it.
pub(super) fn choices(tx: &mut Tx<'_>, person: PersonId) -> Result<Vec<(String, String, bool)>, DbError> {
    Ok(notice_choices::table
        .filter(notice_choices::organisation_id.eq(tx.caller().organisation()))
        .filter(notice_choices::person_id.eq(person))
        .select((notice_choices::kind, notice_choices::channel, notice_choices::wanted))
        .load(tx.conn())?)
}

pub(super) fn choose(
    tx: &mut Tx<'_>,
    person: PersonId,
    (kind, way): (NoticeKind, Channel),
    wanted: bool,
    now: Timestamp,
) -> Result<(), DbError> {
    diesel::insert_into(notice_choices::table)
        .values((
            notice_choices::organisation_id.eq(tx.caller().organisation()),
            notice_choices::person_id.eq(person),
            notice_choices::kind.eq(kind.code()),
            notice_choices::wanted.eq(wanted),
            notice_choices::changed_at.eq(now.to_diesel()),
            notice_choices::channel.eq(way.code()),
        ))
        .on_conflict((
            notice_choices::organisation_id,
            notice_choices::person_id,
            notice_choices::kind,
            notice_choices::channel,
        ))
        .do_update()
        .set((notice_choices::wanted.eq(wanted), notice_choices::changed_at.eq(now.to_diesel())))
        .execute(tx.conn())?;
    Ok(())
}

pub(super) fn times(tx: &mut Tx<'_>, person: PersonId) -> Result<Option<Times>, DbError> {
    type Row = (Option<i16>, Option<i16>, bool, i16);
    let row: Option<Row> = notice_times::table
        .find((tx.caller().organisation(), person))
        .select((notice_times::quiet_from, notice_times::quiet_to, notice_times::not_on_duty, notice_times::digest_day))
        .first(tx.conn())
        .optional()?;
    Ok(row.map(|(from, to, not_on_duty, day)| Times {
        quiet: from.and_then(MinuteOfDay::new).zip(to.and_then(MinuteOfDay::new)),
        not_on_duty,
        digest_day: i8::try_from(day)
            .ok()
            .and_then(|day| Weekday::from_monday_one_offset(day).ok())
            .unwrap_or(Weekday::Monday),
    }))
}

pub(super) fn set_times(tx: &mut Tx<'_>, person: PersonId, times: &Times, now: Timestamp) -> Result<(), DbError> {
    use diesel::upsert::excluded;
    diesel::insert_into(notice_times::table)
        .values((
            notice_times::organisation_id.eq(tx.caller().organisation()),
            notice_times::person_id.eq(person),
            notice_times::quiet_from.eq(times.quiet.map(|(from, _to)| from.minutes())),
            notice_times::quiet_to.eq(times.quiet.map(|(_from, to)| to.minutes())),
            notice_times::not_on_duty.eq(times.not_on_duty),
            notice_times::digest_day.eq(i16::from(times.digest_day.to_monday_one_offset())),
            notice_times::changed_at.eq(now.to_diesel()),
        ))
        .on_conflict((notice_times::organisation_id, notice_times::person_id))
        .do_update()
        .set((
            notice_times::quiet_from.eq(excluded(notice_times::quiet_from)),
            notice_times::quiet_to.eq(excluded(notice_times::quiet_to)),
            notice_times::not_on_duty.eq(excluded(notice_times::not_on_duty)),
            notice_times::digest_day.eq(excluded(notice_times::digest_day)),
            notice_times::changed_at.eq(excluded(notice_times::changed_at)),
        ))
        .execute(tx.conn())?;
    Ok(())
}

/// Until when somebody is on duty, if they are.
pub(super) fn on_duty_until<'tx>(
    tx: &mut Tx<'tx>,
    _may: &Granted<'tx, SendMessages>,
    person: PersonId,
    now: Timestamp,
) -> Result<Option<Timestamp>, DbError> {
    let until: Option<jiff_diesel::Timestamp> =
        diesel::select(app_on_duty_until(person.0, now.to_diesel())).get_result(tx.conn())?;
    Ok(until.map(jiff_diesel::Timestamp::to_jiff))
}
