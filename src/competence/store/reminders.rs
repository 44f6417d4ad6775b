//! Which certificates run out soon and nobody was told of, and whom to tell.

use diesel::prelude::*;
use diesel::sql_types::{Bool, Date as SqlDate, Integer, Text, Uuid as SqlUuid};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff_diesel::ToDiesel;

use crate::authz::Granted;
use crate::competence::policy::Remind;
use crate::db::schema::certificate_notices;
use crate::db::{DbError, Tx};
use crate::kernel::ids::{CertificateId, PersonId};

/// A certificate that is the last of its kind that its person has, and runs out soon.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::competence) struct Due {
    pub(in crate::competence) certificate: CertificateId,
    pub(in crate::competence) person: PersonId,
    pub(in crate::competence) expires_on: Date,
    /// The notice that was given last: so many days before; `None`: none of this last day.
    pub(in crate::competence) told: Option<i64>,
}

#[derive(QueryableByName)]
struct DueRow {
    #[diesel(sql_type = SqlUuid)]
    id: CertificateId,
    #[diesel(sql_type = SqlUuid)]
    person_id: PersonId,
    #[diesel(sql_type = SqlDate)]
    expires_on: jiff_diesel::Date,
    #[diesel(sql_type = Integer)]
    told: i32,
}

/// Nothing is due for what was renewed, ended, or is of a kind that is no longer asked for.
const DUE: &str = "
    select c.id, c.person_id, c.expires_on, coalesce(min(n.days), 0)::int as told
      from certificates c
      join competence_kinds k on k.organisation_id = c.organisation_id and k.id = c.kind_id and k.retired_at is null
      left join certificate_notices n on n.organisation_id = c.organisation_id and n.certificate_id = c.id
           and n.expires_on = c.expires_on
     where c.organisation_id = (select current_setting('app.organisation', true)::uuid)
       and c.ended_on is null and c.expires_on between $1 and $2
       and not exists (select from certificates later
                        where later.organisation_id = c.organisation_id and later.person_id = c.person_id
                          and later.kind_id = c.kind_id and later.id <> c.id and later.ended_on is null
                          and (later.expires_on is null or (later.expires_on, later.id) > (c.expires_on, c.id)))
     group by c.id, c.person_id, c.expires_on
     order by c.person_id, c.id";

/// Certificates that run out on one of these days.
pub(in crate::competence) fn due<'tx>(
    tx: &mut Tx<'tx>,
    _may: &Granted<'tx, Remind>,
    from: Date,
    to: Date,
) -> Result<Vec<Due>, DbError> {
    let rows: Vec<DueRow> = diesel::sql_query(DUE)
        .bind::<SqlDate, _>(from.to_diesel())
        .bind::<SqlDate, _>(to.to_diesel())
        .load(tx.conn())?;
    let due = |row: DueRow| Due {
        certificate: row.id,
        person: row.person_id,
        expires_on: row.expires_on.to_jiff(),
        told: (row.told > 0).then(|| row.told.into()),
    };
    Ok(rows.into_iter().map(due).collect())
}

/// Holds another look at the same organisation back until the transaction ends.
pub(in crate::competence) fn lock<'tx>(tx: &mut Tx<'tx>, _may: &Granted<'tx, Remind>) -> Result<(), DbError> {
    diesel::sql_query(
        "select pg_advisory_xact_lock(hashtextextended('certificates ' || current_setting('app.organisation', true), 0))",
    )
    .execute(tx.conn())?;
    Ok(())
}

/// Writes down that people were told, so many days before.
pub(in crate::competence) fn note<'tx>(
    tx: &mut Tx<'tx>,
    _may: &Granted<'tx, Remind>,
    due: &Due,
    days: i64,
    now: Timestamp,
) -> Result<(), DbError> {
    diesel::insert_into(certificate_notices::table)
        .values((
            certificate_notices::organisation_id.eq(tx.caller().organisation()),
            certificate_notices::certificate_id.eq(due.certificate),
            certificate_notices::expires_on.eq(due.expires_on.to_diesel()),
            certificate_notices::days.eq(i16::try_from(days).unwrap_or_default()),
            certificate_notices::sent_at.eq(now.to_diesel()),
        ))
        .on_conflict_do_nothing()
        .execute(tx.conn())?;
    Ok(())
}

/// Somebody to tell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::competence) struct Reader {
    pub(in crate::competence) person: PersonId,
    pub(in crate::competence) email: String,
    /// Whether the certificate is theirs.
    pub(in crate::competence) is_subject: bool,
}

#[derive(QueryableByName)]
struct ReaderRow {
    #[diesel(sql_type = SqlUuid)]
    person_id: PersonId,
    #[diesel(sql_type = Text)]
    email: String,
    #[diesel(sql_type = Bool)]
    is_subject: bool,
}

/// Whom to tell of a certificate of somebody: nobody, when they have left.
pub(in crate::competence) fn readers<'tx>(
    tx: &mut Tx<'tx>,
    _may: &Granted<'tx, Remind>,
    subject: PersonId,
) -> Result<Vec<Reader>, DbError> {
    let rows: Vec<ReaderRow> =
        diesel::sql_query("select person_id, email, is_subject from app_certificate_readers($1)")
            .bind::<SqlUuid, _>(subject.0)
            .load(tx.conn())?;
    Ok(rows
        .into_iter()
        .map(|row| Reader { person: row.person_id, email: row.email, is_subject: row.is_subject })
        .collect())
}
