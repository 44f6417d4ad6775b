//! The statements of the product's routes, word for word, and the transaction around them.

use diesel::connection::{AnsiTransactionManager, TransactionManager};
use diesel::dsl::{count_star, exists, sum};
use diesel::prelude::*;
use diesel::sql_types::{Array, Bool, Date as SqlDate, Integer, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use jiff::civil::Weekday;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan, Zoned};
use jiff_diesel::ToDiesel;
use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;

use schema::{audit_entries, contract_groups, duties, duty_kinds, units};

#[path = "../../../src/db/schema.rs"]
mod schema;

diesel::define_sql_function! {
    fn app_enter(organisation: SqlUuid, person: SqlUuid, system: Text) -> diesel::sql_types::Nullable<diesel::sql_types::BigInt>;
}

/// Rows of a list, and the one that says whether there are more.
const ROWS: i64 = 21;

/// Whatever went wrong, as text.
pub(super) type Failed = Box<dyn std::error::Error + Send + Sync>;

/// How a transaction begins.
#[derive(Debug, Clone, Copy)]
pub(super) enum Access {
    Read,
    Write,
}

/// Begins, enters as `person`, does `work`, commits.
pub(super) fn in_transaction<T>(
    connection: &mut PgConnection,
    access: Access,
    organisation: Uuid,
    person: Uuid,
    work: impl FnOnce(&mut PgConnection) -> Result<T, Failed>,
) -> Result<T, Failed> {
    match access {
        Access::Read => AnsiTransactionManager::begin_transaction_sql(connection, "BEGIN READ ONLY")?,
        Access::Write => AnsiTransactionManager::begin_transaction(connection)?,
    }
    let entered: QueryResult<Option<i64>> = diesel::select(app_enter(organisation, person, "")).get_result(connection);
    match entered.map_err(Failed::from).and_then(|_version| work(connection)) {
        Ok(value) => {
            AnsiTransactionManager::commit_transaction(connection)?;
            Ok(value)
        }
        Err(error) => {
            AnsiTransactionManager::rollback_transaction(connection)?;
            Err(error)
        }
    }
}

/// A duty to log.
#[derive(Debug, Deserialize)]
pub(super) struct Logged {
    pub(super) person: Uuid,
    unit_id: Uuid,
    kind_id: Uuid,
    started_at: Timestamp,
    ended_at: Timestamp,
}

/// The contract groups: whether anything is warned of. Here there are none.
fn groups(connection: &mut PgConnection, organisation: Uuid) -> Result<(), Failed> {
    type Row = (
        (Uuid, String, i16, Option<jiff_diesel::Date>, bool, String, String),
        (bool, bool, i16, String, bool, Option<jiff_diesel::Timestamp>, i32),
    );
    let _none: Vec<Row> = contract_groups::table
        .filter(contract_groups::organisation_id.eq(organisation))
        .select((
            (
                contract_groups::id,
                contract_groups::name,
                contract_groups::reference_weeks,
                contract_groups::anchor_on,
                contract_groups::civil_protection,
                contract_groups::standby,
                contract_groups::weekly_rest,
            ),
            (
                contract_groups::breaks_count,
                contract_groups::special_hazards,
                contract_groups::notice_days,
                contract_groups::action,
                contract_groups::for_all,
                contract_groups::retired_at,
                contract_groups::revision,
            ),
        ))
        .order((contract_groups::retired_at.is_not_null(), contract_groups::name, contract_groups::id))
        .load(connection)?;
    Ok(())
}

/// A period whose hours are approved: nothing can be logged in it. Here there is none.
#[derive(QueryableByName)]
struct Locked {
    #[diesel(sql_type = SqlDate, column_name = period_from)]
    _from: jiff_diesel::Date,
    #[diesel(sql_type = SqlDate, column_name = period_to)]
    _to: jiff_diesel::Date,
}

fn locked(connection: &mut PgConnection, person: Uuid, day: jiff::civil::Date) -> Result<(), Failed> {
    let _none: Vec<Locked> =
        diesel::sql_query("select period_from, period_to from app_locked_places($1, $2) order by place limit 1")
            .bind::<Array<SqlUuid>, _>(vec![person])
            .bind::<Array<SqlDate>, _>(vec![day.to_diesel()])
            .load(connection)?;
    Ok(())
}

/// Logs a duty: the look at kind, unit and overlap and at what is approved, the row, and its audit entry.
pub(super) fn log(connection: &mut PgConnection, organisation: Uuid, duty: &Logged) -> Result<Uuid, Failed> {
    let (now, id) = (Timestamp::now(), Uuid::now_v7());
    let parent = diesel::alias!(duty_kinds as parent);
    let open = units::table.find((organisation, duty.unit_id)).filter(units::closed_at.is_null());
    let longest = duty.started_at.checked_sub(SignedDuration::from_hours(24))?;
    let other = duties::table
        .filter(duties::organisation_id.eq(organisation).and(duties::person_id.eq(duty.person)))
        .filter(duties::deleted_at.is_null().and(duties::id.ne(id)))
        .filter(duties::started_at.lt(duty.ended_at.to_diesel()))
        .filter(duties::started_at.gt(longest.to_diesel()))
        .filter(duties::ended_at.gt(duty.started_at.to_diesel()))
        .select(duties::id)
        .order(duties::started_at.desc())
        .limit(1);
    type Facts = (Option<Uuid>, Option<Uuid>, bool, bool, Option<Uuid>);
    let (above, top, _retired, _open, overlap): Facts = duty_kinds::table
        .left_join(
            parent.on(parent
                .field(duty_kinds::organisation_id)
                .eq(duty_kinds::organisation_id)
                .and(parent.field(duty_kinds::id).nullable().eq(duty_kinds::parent_id))),
        )
        .filter(duty_kinds::organisation_id.eq(organisation).and(duty_kinds::id.eq(duty.kind_id)))
        .select((
            duty_kinds::parent_id,
            parent.field(duty_kinds::parent_id).nullable(),
            duty_kinds::retired_at.is_not_null(),
            exists(open),
            other.single_value(),
        ))
        .first(connection)?;
    if overlap.is_some() {
        return Err("it overlaps".into());
    }
    let (type_id, category, subcategory) = match (top, above) {
        (Some(top), Some(middle)) => (top, Some(middle), Some(duty.kind_id)),
        (None, Some(top)) => (top, Some(duty.kind_id), None),
        (_, None) => (duty.kind_id, None, None),
    };
    locked(connection, duty.person, london(duty.started_at).date())?;
    groups(connection, organisation)?;
    diesel::insert_into(duties::table)
        .values((
            (
                duties::organisation_id.eq(organisation),
                duties::id.eq(id),
                duties::person_id.eq(duty.person),
                duties::unit_id.eq(duty.unit_id),
                duties::started_at.eq(duty.started_at.to_diesel()),
                duties::ended_at.eq(duty.ended_at.to_diesel()),
                duties::started_on.eq(london(duty.started_at).date().to_diesel()),
                duties::break_minutes.eq(0),
            ),
            (
                duties::type_id.eq(type_id),
                duties::category_id.eq(category),
                duties::subcategory_id.eq(subcategory),
                duties::incident_number.eq(None::<&str>),
                duties::job_role.eq(None::<&str>),
                duties::call_sign.eq(None::<&str>),
                duties::mileage_tenths.eq(None::<i32>),
            ),
            (
                duties::source.eq("api"),
                duties::created_at.eq(now.to_diesel()),
                duties::created_by.eq(duty.person),
                duties::changed_at.eq(now.to_diesel()),
            ),
        ))
        .on_conflict((duties::organisation_id, duties::id))
        .do_nothing()
        .execute(connection)?;
    let id_text = id.to_string();
    let fields = ["started_at", "ended_at", "unit_id", "kind_id", "break_minutes"];
    let changed: serde_json::Map<String, Value> =
        fields.iter().map(|field| ((*field).to_owned(), json!({ "after": id_text }))).collect();
    use audit_entries as e;
    diesel::insert_into(e::table)
        .values((
            (
                e::organisation_id.eq(organisation),
                e::at.eq(now.to_diesel()),
                e::actor_kind.eq("person"),
                e::actor_id.eq(Some(duty.person)),
                e::actor_label.eq("member"),
                e::masked_address.eq(Some("127.0.0.0")),
            ),
            (
                e::action.eq("duty.log"),
                e::object_kind.eq("duty"),
                e::object_id.eq(Some(id_text.as_str())),
                e::subject_id.eq(Some(duty.person)),
                e::detail.eq(json!({ "changed": changed })),
                e::salt.eq([1_u8; 16].as_slice()),
                e::commitment.eq([2_u8; 32].as_slice()),
            ),
        ))
        .execute(connection)?;
    Ok(id)
}

/// The latest duties of `person`, as the API lists them.
pub(super) fn list(connection: &mut PgConnection, organisation: Uuid, person: Uuid) -> Result<Vec<Value>, Failed> {
    type Row = (
        (Uuid, Uuid, Uuid, jiff_diesel::Timestamp, jiff_diesel::Timestamp, jiff_diesel::Date),
        (i32, i32, Uuid, Option<Uuid>, Option<Uuid>),
        (Option<String>, Option<String>, Option<String>, Option<i32>),
        (Option<i32>, Option<i32>, Option<i32>),
        (String, i32, jiff_diesel::Timestamp, Uuid),
    );
    let rows: Vec<Row> = duties::table
        .filter(wanted(organisation, person))
        .select((
            (duties::id, duties::person_id, duties::unit_id, duties::started_at, duties::ended_at, duties::week_start),
            (
                duties::break_minutes,
                duties::worked_minutes,
                duties::type_id,
                duties::category_id,
                duties::subcategory_id,
            ),
            (duties::incident_number, duties::job_role, duties::call_sign, duties::mileage_tenths),
            (duties::turnout_seconds, duties::travel_seconds, duties::attendance_seconds),
            (duties::source, duties::revision, duties::created_at, duties::created_by),
        ))
        .order((duties::started_at.desc(), duties::id.desc()))
        .limit(ROWS)
        .load(connection)?;
    let item = |row: Row| {
        let ((id, person, unit, start, end, _week), work, details, _seconds, record) = row;
        json!({
            "id": id,
            "person_id": person,
            "unit_id": unit,
            "started_at": start.to_jiff().to_string(),
            "ended_at": end.to_jiff().to_string(),
            "break_minutes": work.0,
            "worked_minutes": work.1,
            "type_id": work.2,
            "category_id": work.3,
            "subcategory_id": work.4,
            "incident_number": details.0,
            "job_role": details.1,
            "call_sign": details.2,
            "mileage_tenths": details.3,
            "source": record.0,
            "revision": record.1,
            "created_at": record.2.to_jiff().to_string(),
        })
    };
    Ok(rows.into_iter().take(20).map(item).collect())
}

type Wanted = Box<dyn BoxableExpression<duties::table, diesel::pg::Pg, SqlType = diesel::sql_types::Bool>>;

fn wanted(organisation: Uuid, person: Uuid) -> Wanted {
    Box::new(
        duties::organisation_id.eq(organisation).and(duties::person_id.eq(person)).and(duties::deleted_at.is_null()),
    )
}

/// What stands beside a duty of a list.
#[derive(QueryableByName)]
struct Mark {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
    #[diesel(sql_type = Bool)]
    late: bool,
    #[diesel(sql_type = Nullable<Text>)]
    state: Option<String>,
    #[diesel(sql_type = Nullable<Integer>)]
    submitted: Option<i32>,
    #[diesel(sql_type = Integer)]
    revision: i32,
}

fn marks(connection: &mut PgConnection, organisation: Uuid, items: &[Value]) -> Result<Vec<Value>, Failed> {
    let ids: Vec<Uuid> =
        items.iter().filter_map(|item| item.get("id")?.as_str()).map(Uuid::try_parse).collect::<Result<_, _>>()?;
    let marks: Vec<Mark> = diesel::sql_query(
        "select d.id, d.revision, t.state, (t.submitted_lines ->> d.id::text)::integer as submitted, \
                coalesce(d.source <> 'import' and d.created_at > d.ended_at + make_interval(hours => 24 * r.late_days), \
                         false) as late \
           from duties d \
           left join lateral app_timesheet_period(d.started_on) r on true \
           left join lateral (select s.state, s.submitted_lines from timesheets s \
                               where s.organisation_id = d.organisation_id and s.person_id = d.person_id \
                                 and s.period_from <= d.started_on and s.period_to >= d.started_on \
                               order by s.period_from desc limit 1) t on true \
          where d.organisation_id = $1 and d.id = any($2)",
    )
    .bind::<SqlUuid, _>(organisation)
    .bind::<Array<SqlUuid>, _>(ids)
    .load(connection)?;
    let mark = |mark: Mark| json!([mark.id, mark.late, mark.state, mark.submitted, mark.revision]);
    Ok(marks.into_iter().map(mark).collect())
}

/// Minutes that a sum leaves out, for an earlier duty counts them. Here there are none.
#[derive(QueryableByName)]
struct Overlap {
    #[diesel(sql_type = SqlDate, column_name = started_on)]
    _started_on: jiff_diesel::Date,
    #[diesel(sql_type = SqlDate, column_name = week_start)]
    _week_start: jiff_diesel::Date,
    #[diesel(sql_type = SqlUuid, column_name = type_id)]
    _type_id: Uuid,
    #[diesel(sql_type = Nullable<SqlUuid>, column_name = category_id)]
    _category_id: Option<Uuid>,
    #[diesel(sql_type = Integer, column_name = minutes)]
    _minutes: i32,
}

fn overlaps(
    connection: &mut PgConnection,
    person: Uuid,
    (from, before): (Timestamp, Timestamp),
) -> Result<usize, Failed> {
    let told =
        diesel::sql_query("select started_on, week_start, type_id, category_id, minutes from app_overlaps($1, $2, $3)")
            .bind::<SqlUuid, _>(person)
            .bind::<Nullable<Timestamptz>, _>(Some(from.to_diesel()))
            .bind::<Nullable<Timestamptz>, _>(Some(before.to_diesel()));
    Ok(told.load::<Overlap>(connection)?.len())
}

/// Week, type, category, minutes worked, number of duties.
type Sums = (jiff_diesel::Date, Uuid, Option<Uuid>, Option<i64>, i64);

/// What the page of one's own duties reads: a list and what stands beside it, the sums of four weeks and what they leave out,
/// the kinds of work and the units.
pub(super) fn page(connection: &mut PgConnection, organisation: Uuid, person: Uuid) -> Result<Value, Failed> {
    let items = list(connection, organisation, person)?;
    let marks = marks(connection, organisation, &items)?;
    let today = london(Timestamp::now()).date();
    let monday = today.checked_sub(i64::from(today.weekday().since(Weekday::Monday)).days())?;
    let midnight = |day: jiff::civil::Date| Ok::<_, Failed>(day.to_zoned(TimeZone::get("Europe/London")?)?.timestamp());
    let (from, before) = (midnight(monday.checked_sub(21.days())?)?, midnight(today.tomorrow()?)?);
    let wanted: Wanted = Box::new(wanted(organisation, person).and(duties::started_at.ge(from.to_diesel())));
    let wanted: Wanted = Box::new(wanted.and(duties::started_at.lt(before.to_diesel())));
    let sums: Vec<Sums> = duties::table
        .filter(wanted)
        .group_by((duties::week_start, duties::type_id, duties::category_id))
        .select((duties::week_start, duties::type_id, duties::category_id, sum(duties::worked_minutes), count_star()))
        .load(connection)?;
    let left_out = overlaps(connection, person, (from, before))?;
    let kinds: Vec<(Uuid, Option<Uuid>, String, String, bool)> = duty_kinds::table
        .filter(duty_kinds::organisation_id.eq(organisation))
        .select((
            duty_kinds::id,
            duty_kinds::parent_id,
            duty_kinds::code,
            duty_kinds::name,
            duty_kinds::retired_at.is_not_null(),
        ))
        .order((duty_kinds::level, duty_kinds::position, duty_kinds::name))
        .load(connection)?;
    let units: Vec<(Uuid, Option<Uuid>, String, String, bool)> = units::table
        .filter(units::organisation_id.eq(organisation))
        .select((units::id, units::parent_id, units::kind, units::name, units::closed_at.is_not_null()))
        .order((units::name, units::id))
        .load(connection)?;
    let sums = json!({ "weeks": sums.len(), "left_out": left_out });
    Ok(json!({ "items": items, "marks": marks, "sums": sums, "kinds": kinds.len(), "units": units.len() }))
}

fn london(at: Timestamp) -> Zoned {
    at.in_tz("Europe/London").unwrap_or_else(|_no_zone| at.to_zoned(TimeZone::UTC))
}
