//! What duties propose and nobody has answered. Nothing is stored of it: it is what the rules say now of the duties now.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Date as SqlDate, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use jiff::Timestamp;
use jiff_diesel::ToDiesel;

use crate::authz::Granted;
use crate::db::{DbError, Tx};
use crate::exposures::model::{Kind, Proposal};
use crate::exposures::policy::KeepExposures;
use crate::exposures::rules::split_agents;
use crate::kernel::ids::DutyId;

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = SqlUuid)]
    duty_id: DutyId,
    #[diesel(sql_type = Timestamptz)]
    started_at: jiff_diesel::Timestamp,
    #[diesel(sql_type = SqlDate)]
    started_on: jiff_diesel::Date,
    #[diesel(sql_type = Text)]
    kind: String,
    #[diesel(sql_type = Nullable<Text>)]
    agents: Option<String>,
    #[diesel(sql_type = Text)]
    work: String,
    #[diesel(sql_type = Nullable<Text>)]
    incident_number: Option<String>,
}

/// Of two rules for one kind, the one of the more exact work counts.
const PROPOSALS: &str = "
    select found.* from (
        select distinct on (d.started_at, d.id, r.kind)
               d.id as duty_id, d.started_at, d.started_on, r.kind, r.agents, d.incident_number,
               coalesce(s.name, c.name, t.name) as work
          from duties d
          join exposure_rules r on r.organisation_id = d.organisation_id
           and r.duty_kind_id in (d.type_id, d.category_id, d.subcategory_id)
          join duty_kinds k on k.organisation_id = r.organisation_id and k.id = r.duty_kind_id
          join duty_kinds t on t.organisation_id = d.organisation_id and t.id = d.type_id
          left join duty_kinds c on c.organisation_id = d.organisation_id and c.id = d.category_id
          left join duty_kinds s on s.organisation_id = d.organisation_id and s.id = d.subcategory_id
         where d.organisation_id = (select current_setting('app.organisation', true)::uuid)
           and d.person_id = $1 and d.deleted_at is null and d.started_at > $2
           and ($3 is null or d.id = $3) and ($4 is null or r.kind = $4)
           and not exists (select from exposures e where e.organisation_id = d.organisation_id and e.duty_id = d.id
                              and e.kind = r.kind)
         order by d.started_at desc, d.id, r.kind, k.level desc) found
     order by found.started_at desc, found.kind limit $5";

fn load<'tx>(
    tx: &mut Tx<'tx>,
    may: &Granted<'tx, KeepExposures>,
    since: Timestamp,
    duty: Option<DutyId>,
    kind: Option<Kind>,
    most: i64,
) -> Result<Vec<Proposal>, DbError> {
    let rows: Vec<Row> = diesel::sql_query(PROPOSALS)
        .bind::<SqlUuid, _>(may.scope())
        .bind::<Timestamptz, _>(since.to_diesel())
        .bind::<Nullable<SqlUuid>, _>(duty)
        .bind::<Nullable<Text>, _>(kind.map(Kind::as_str))
        .bind::<BigInt, _>(most)
        .load(tx.conn())?;
    let proposal = |row: Row| {
        Some(Proposal {
            duty: row.duty_id,
            started_at: row.started_at.to_jiff(),
            happened_on: row.started_on.to_jiff(),
            kind: Kind::parse(&row.kind)?,
            agents: split_agents(&row.agents.unwrap_or_default()),
            work: row.work,
            incident: row.incident_number,
        })
    };
    Ok(rows.into_iter().filter_map(proposal).collect())
}

/// What one's duties since then propose, or one of them whenever it was; the latest first, at most so many.
pub(in crate::exposures) fn proposals<'tx>(
    tx: &mut Tx<'tx>,
    may: &Granted<'tx, KeepExposures>,
    since: Timestamp,
    duty: Option<DutyId>,
    most: i64,
) -> Result<Vec<Proposal>, DbError> {
    let since = if duty.is_some() { Timestamp::UNIX_EPOCH } else { since };
    load(tx, may, since, duty, None, most)
}

/// What a duty of one's own proposes of a kind, if it does and that was not answered yet.
pub(in crate::exposures) fn proposal<'tx>(
    tx: &mut Tx<'tx>,
    may: &Granted<'tx, KeepExposures>,
    duty: DutyId,
    kind: Kind,
) -> Result<Option<Proposal>, DbError> {
    Ok(load(tx, may, Timestamp::UNIX_EPOCH, Some(duty), Some(kind), 1)?.pop())
}
