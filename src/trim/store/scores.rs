//! Scores, as boxes that this program cannot open without their reader.

use diesel::prelude::*;
use diesel::sql_types::{Binary, Uuid as SqlUuid};

use crate::authz::Granted;
use crate::db::schema::{trim_meetings, trim_scores};
use crate::db::{DbError, Tx};
use crate::kernel::ids::{PersonId, TrimCaseId, TrimMeetingId, TrimScoreId};
use crate::trim::policy::HoldCase;

/// A score that is sealed to the caller.
pub(in crate::trim) struct Sealed {
    pub(in crate::trim) id: TrimScoreId,
    pub(in crate::trim) case: TrimCaseId,
    pub(in crate::trim) person: PersonId,
    pub(in crate::trim) kind: String,
    pub(in crate::trim) held_at: jiff::Timestamp,
    pub(in crate::trim) sealed: Vec<u8>,
}

/// The public key of somebody's vault, and what vouches for it.
#[derive(QueryableByName)]
pub(in crate::trim) struct MemberKey {
    #[diesel(sql_type = Binary)]
    pub(in crate::trim) public_key: Vec<u8>,
    #[diesel(sql_type = Binary)]
    pub(in crate::trim) proof: Vec<u8>,
}

/// The key of the member of a case; `None` when they have no vault.
pub(in crate::trim) fn member_key<'tx>(
    tx: &mut Tx<'tx>,
    may: &Granted<'tx, HoldCase>,
) -> Result<Option<MemberKey>, DbError> {
    let key = diesel::sql_query("select public_key, proof from app_trim_key($1)").bind::<SqlUuid, _>(may.scope());
    Ok(key.get_result(tx.conn()).optional()?)
}

/// Writes a score down for one who can open it.
pub(in crate::trim) fn write_score<'tx>(
    tx: &mut Tx<'tx>,
    may: &Granted<'tx, HoldCase>,
    id: TrimScoreId,
    meeting: TrimMeetingId,
    reader: PersonId,
    sealed: &[u8],
) -> Result<(), DbError> {
    diesel::insert_into(trim_scores::table)
        .values((
            trim_scores::organisation_id.eq(tx.caller().organisation()),
            trim_scores::id.eq(id),
            trim_scores::meeting_id.eq(meeting),
            trim_scores::person_id.eq(may.facts().person),
            trim_scores::reader_id.eq(reader),
            trim_scores::sealed.eq(sealed),
        ))
        .execute(tx.conn())?;
    Ok(())
}

/// The scores that are sealed to the caller, the latest first.
pub(in crate::trim) fn scores(tx: &mut Tx<'_>, reader: PersonId) -> Result<Vec<Sealed>, DbError> {
    type Row = (TrimScoreId, TrimCaseId, PersonId, String, jiff_diesel::Timestamp, Vec<u8>);
    let rows: Vec<Row> = trim_scores::table
        .inner_join(
            trim_meetings::table.on(trim_meetings::organisation_id
                .eq(trim_scores::organisation_id)
                .and(trim_meetings::id.eq(trim_scores::meeting_id))),
        )
        .filter(trim_scores::organisation_id.eq(tx.caller().organisation()))
        .filter(trim_scores::reader_id.eq(reader))
        .select((
            trim_scores::id,
            trim_meetings::case_id,
            trim_scores::person_id,
            trim_meetings::kind,
            trim_meetings::held_at,
            trim_scores::sealed,
        ))
        .order(trim_meetings::held_at.desc())
        .load(tx.conn())?;
    let sealed = |(id, case, person, kind, held_at, sealed): Row| Sealed {
        id,
        case,
        person,
        kind,
        held_at: held_at.to_jiff(),
        sealed,
    };
    Ok(rows.into_iter().map(sealed).collect())
}
