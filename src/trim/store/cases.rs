//! Cases and their meetings, and the names that go with them.

use diesel::prelude::*;
use diesel::sql_types::{Array, Bool, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use jiff::Timestamp;
use jiff_diesel::ToDiesel;

use crate::authz::Granted;
use crate::db::schema::{trim_cases, trim_meetings};
use crate::db::{DbError, Tx};
use crate::kernel::ids::{PersonId, TrimCaseId, TrimMeetingId, TrimOfferId, UnitId};
use crate::trim::model::{Case, Criterion, Ending, Meeting, MeetingKind, Origin, Outcome, Reachable, Referral};
use crate::trim::policy::{HoldCase, OpenCase, Practise};

type Row = (
    (TrimCaseId, TrimOfferId, PersonId, String, Option<String>),
    (jiff_diesel::Timestamp, jiff_diesel::Timestamp, Option<PersonId>),
    (Option<jiff_diesel::Timestamp>, Option<String>),
);

type Columns = (
    (trim_cases::id, trim_cases::offer_id, trim_cases::person_id, trim_cases::origin, trim_cases::criterion),
    (trim_cases::event_at, trim_cases::accepted_at, trim_cases::practitioner_id),
    (trim_cases::ended_at, trim_cases::ending),
);

const COLUMNS: Columns = (
    (trim_cases::id, trim_cases::offer_id, trim_cases::person_id, trim_cases::origin, trim_cases::criterion),
    (trim_cases::event_at, trim_cases::accepted_at, trim_cases::practitioner_id),
    (trim_cases::ended_at, trim_cases::ending),
);

fn row(row: Row) -> Case {
    let ((id, offer, person, origin, criterion), (event_at, accepted_at, practitioner), (ended_at, ending)) = row;
    let ending = ending.map(|word| if word == "withdrawn" { Ending::Withdrawn } else { Ending::Closed });
    Case {
        id,
        offer,
        person,
        origin: Origin::parse(&origin).unwrap_or(Origin::Own),
        criterion: criterion.as_deref().and_then(Criterion::parse),
        event_at: event_at.to_jiff(),
        accepted_at: accepted_at.to_jiff(),
        practitioner,
        ended: ended_at.map(jiff_diesel::Timestamp::to_jiff).zip(ending),
    }
}

/// A case that the caller's row-level policies show: facts for a permission.
pub(in crate::trim) fn case(tx: &mut Tx<'_>, id: TrimCaseId) -> Result<Option<Case>, DbError> {
    let this = trim_cases::table.find((tx.caller().organisation(), id)).select(COLUMNS);
    Ok(this.first::<Row>(tx.conn()).optional()?.map(row))
}

/// The cases that the caller's row-level policies show: one's own of a member; free ones and one's own of who practises.
/// The oldest event first.
pub(in crate::trim) fn cases(tx: &mut Tx<'_>) -> Result<Vec<Case>, DbError> {
    let rows: Vec<Row> = trim_cases::table
        .filter(trim_cases::organisation_id.eq(tx.caller().organisation()))
        .select(COLUMNS)
        .order((trim_cases::event_at, trim_cases::id))
        .load(tx.conn())?;
    Ok(rows.into_iter().map(row).collect())
}

/// What took place in these cases, as far as the caller sees them.
pub(in crate::trim) fn meetings(tx: &mut Tx<'_>, of: &[TrimCaseId]) -> Result<Vec<Meeting>, DbError> {
    type Found = (TrimCaseId, String, jiff_diesel::Timestamp, String, Option<String>);
    let rows: Vec<Found> = trim_meetings::table
        .filter(trim_meetings::organisation_id.eq(tx.caller().organisation()))
        .filter(trim_meetings::case_id.eq_any(of))
        .select((
            trim_meetings::case_id,
            trim_meetings::kind,
            trim_meetings::held_at,
            trim_meetings::outcome,
            trim_meetings::referral,
        ))
        .order(trim_meetings::held_at)
        .load(tx.conn())?;
    let meeting = |(case, kind, held_at, outcome, referral): Found| {
        Some(Meeting {
            case,
            kind: MeetingKind::parse(&kind)?,
            held_at: held_at.to_jiff(),
            outcome: Outcome::parse(&outcome)?,
            referral: referral.as_deref().and_then(Referral::parse),
        })
    };
    Ok(rows.into_iter().filter_map(meeting).collect())
}

/// Takes a case over that nobody has; `false` when somebody has it, or it ended.
pub(in crate::trim) fn claim<'tx>(
    tx: &mut Tx<'tx>,
    may: &Granted<'tx, OpenCase>,
    now: Timestamp,
) -> Result<bool, DbError> {
    let me = tx.caller().person_id().unwrap_or(PersonId::NIL);
    let this = trim_cases::table
        .find((tx.caller().organisation(), may.scope()))
        .filter(trim_cases::practitioner_id.is_null().and(trim_cases::ended_at.is_null()));
    let changed = diesel::update(this)
        .set((trim_cases::practitioner_id.eq(me), trim_cases::claimed_at.eq(now.to_diesel())))
        .execute(tx.conn())?;
    Ok(changed == 1)
}

#[derive(QueryableByName)]
struct Done {
    #[diesel(sql_type = Bool)]
    done: bool,
}

/// Gives a case to somebody else who practises, or back to all of them; `false` when it cannot be given to them.
pub(in crate::trim) fn hand_over<'tx>(
    tx: &mut Tx<'tx>,
    may: &Granted<'tx, HoldCase>,
    to: Option<PersonId>,
    now: Timestamp,
) -> Result<bool, DbError> {
    let done: Done = diesel::sql_query("select app_trim_hand_over($1, $2, $3) as done")
        .bind::<SqlUuid, _>(may.scope())
        .bind::<Nullable<SqlUuid>, _>(to)
        .bind::<Timestamptz, _>(now.to_diesel())
        .get_result(tx.conn())?;
    Ok(done.done)
}

/// Closes a case; `false` when it ended meanwhile.
pub(in crate::trim) fn close<'tx>(
    tx: &mut Tx<'tx>,
    may: &Granted<'tx, HoldCase>,
    now: Timestamp,
) -> Result<bool, DbError> {
    let this = trim_cases::table.find((tx.caller().organisation(), may.scope())).filter(trim_cases::ended_at.is_null());
    let changed = diesel::update(this)
        .set((trim_cases::ended_at.eq(now.to_diesel()), trim_cases::ending.eq("closed")))
        .execute(tx.conn())?;
    Ok(changed == 1)
}

/// Writes down that a meeting took place.
pub(in crate::trim) fn meet<'tx>(
    tx: &mut Tx<'tx>,
    may: &Granted<'tx, HoldCase>,
    id: TrimMeetingId,
    meeting: &Meeting,
    now: Timestamp,
) -> Result<(), DbError> {
    let me = tx.caller().person_id().unwrap_or(PersonId::NIL);
    diesel::insert_into(trim_meetings::table)
        .values((
            trim_meetings::organisation_id.eq(tx.caller().organisation()),
            trim_meetings::id.eq(id),
            trim_meetings::case_id.eq(may.scope()),
            trim_meetings::person_id.eq(may.facts().person),
            trim_meetings::kind.eq(meeting.kind.as_str()),
            trim_meetings::held_at.eq(meeting.held_at.to_diesel()),
            trim_meetings::outcome.eq(meeting.outcome.as_str()),
            trim_meetings::referral.eq(meeting.referral.map(Referral::as_str)),
            trim_meetings::recorded_by.eq(me),
            trim_meetings::recorded_at.eq(now.to_diesel()),
        ))
        .execute(tx.conn())?;
    Ok(())
}

#[derive(QueryableByName)]
struct Person {
    #[diesel(sql_type = SqlUuid)]
    id: PersonId,
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = SqlUuid)]
    unit_id: UnitId,
    #[diesel(sql_type = Nullable<Text>)]
    email: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    phone: Option<String>,
}

/// Those of these people whom the caller's cases are about, or who look after the caller.
pub(in crate::trim) fn people(tx: &mut Tx<'_>, of: &[PersonId]) -> Result<Vec<Reachable>, DbError> {
    let of: Vec<uuid::Uuid> = of.iter().map(|person| person.0).collect();
    let rows: Vec<Person> = diesel::sql_query("select id, name, unit_id, email, phone from app_trim_names($1)")
        .bind::<Array<SqlUuid>, _>(of)
        .load(tx.conn())?;
    let person =
        |row: Person| Reachable { id: row.id, name: row.name, unit: row.unit_id, email: row.email, phone: row.phone };
    Ok(rows.into_iter().map(person).collect())
}

#[derive(QueryableByName)]
struct Named {
    #[diesel(sql_type = SqlUuid)]
    id: PersonId,
    #[diesel(sql_type = Text)]
    name: String,
}

/// Who else practises.
pub(in crate::trim) fn practitioners<'tx>(
    tx: &mut Tx<'tx>,
    _may: &Granted<'tx, Practise>,
) -> Result<Vec<(PersonId, String)>, DbError> {
    let rows: Vec<Named> = diesel::sql_query("select id, name from app_trim_practitioners()").load(tx.conn())?;
    Ok(rows.into_iter().map(|row| (row.id, row.name)).collect())
}
