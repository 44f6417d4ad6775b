//! The words of letters, letters, and where their e-mails go.

use std::collections::BTreeMap;

use diesel::prelude::*;
use diesel::sql_types::{Text, Timestamptz, Uuid as SqlUuid};
use jiff::Timestamp;
use jiff_diesel::ToDiesel;

use crate::applications::model::{Letter, LetterKind};
use crate::applications::policy::WriteWords;
use crate::authz::Granted;
use crate::db::schema::{application_letters as table, application_templates, organisations};
use crate::db::{DbError, Tx};
use crate::kernel::ids::{ApplicationId, ApplicationLetterId, PersonId, UnitId};

/// The organisation's own words for a kind of letter, if it has some. They name nobody.
pub(in crate::applications) fn words_of(tx: &mut Tx<'_>, kind: LetterKind) -> Result<Option<String>, DbError> {
    let this = application_templates::table.find((tx.caller().organisation(), kind.as_str()));
    Ok(this.select(application_templates::body).first(tx.conn()).optional()?)
}

/// All of the organisation's own words.
pub(in crate::applications) fn words<'tx>(
    tx: &mut Tx<'tx>,
    _may: &Granted<'tx, WriteWords>,
) -> Result<BTreeMap<String, String>, DbError> {
    let rows: Vec<(String, String)> = application_templates::table
        .filter(application_templates::organisation_id.eq(tx.caller().organisation()))
        .select((application_templates::kind, application_templates::body))
        .load(tx.conn())?;
    Ok(rows.into_iter().collect())
}

/// Writes the organisation's own words for a kind of letter.
pub(in crate::applications) fn set_words<'tx>(
    tx: &mut Tx<'tx>,
    _may: &Granted<'tx, WriteWords>,
    kind: LetterKind,
    body: &str,
    now: Timestamp,
) -> Result<(), DbError> {
    let values = (
        application_templates::body.eq(body),
        application_templates::changed_by.eq(tx.caller().person_id().unwrap_or(PersonId::NIL)),
        application_templates::changed_at.eq(now.to_diesel()),
    );
    diesel::insert_into(application_templates::table)
        .values((
            application_templates::organisation_id.eq(tx.caller().organisation()),
            application_templates::kind.eq(kind.as_str()),
            values,
        ))
        .on_conflict((application_templates::organisation_id, application_templates::kind))
        .do_update()
        .set(values)
        .execute(tx.conn())?;
    Ok(())
}

/// What the organisation is called.
pub(in crate::applications) fn organisation_name(tx: &mut Tx<'_>) -> Result<String, DbError> {
    let this = organisations::table.find(tx.caller().organisation());
    Ok(this.select(organisations::name).first(tx.conn())?)
}

/// Adds a letter to an application; row-level security says who may: whoever handles it, and the form.
pub(in crate::applications) fn add_letter(
    tx: &mut Tx<'_>,
    id: ApplicationLetterId,
    (application, unit): (ApplicationId, UnitId),
    (kind, body, by_mail): (LetterKind, &str, bool),
    now: Timestamp,
) -> Result<(), DbError> {
    diesel::insert_into(table::table)
        .values((
            table::organisation_id.eq(tx.caller().organisation()),
            table::id.eq(id),
            table::application_id.eq(application),
            table::unit_id.eq(unit),
            table::kind.eq(kind.as_str()),
            table::body.eq(body),
            table::state.eq(if by_mail { "waiting" } else { "page-only" }),
            table::written_at.eq(now.to_diesel()),
        ))
        .execute(tx.conn())?;
    Ok(())
}

/// The letters of an application that the caller may see, the latest first.
pub(in crate::applications) fn letters(tx: &mut Tx<'_>, application: ApplicationId) -> Result<Vec<Letter>, DbError> {
    type Row = (String, String, String, jiff_diesel::Timestamp);
    let rows: Vec<Row> = table::table
        .filter(table::organisation_id.eq(tx.caller().organisation()))
        .filter(table::application_id.eq(application))
        .select((table::kind, table::body, table::state, table::written_at))
        .order(table::id.desc())
        .load(tx.conn())?;
    let letter = |(kind, body, state, written_at): Row| Letter {
        kind: LetterKind::parse(&kind).unwrap_or(LetterKind::Moved),
        body,
        state,
        written_at: written_at.to_jiff(),
    };
    Ok(rows.into_iter().map(letter).collect())
}

#[derive(QueryableByName)]
struct Applicant {
    #[diesel(sql_type = Text)]
    recipient: String,
    #[diesel(sql_type = Text)]
    reference: String,
    #[diesel(sql_type = Timestamptz)]
    written_at: jiff_diesel::Timestamp,
}

/// Where the e-mail about a letter goes, what the applicant names, and when it was written: a function answers the work
/// that sends alone. Nothing when the application is gone.
pub(in crate::applications) fn applicant_of(
    tx: &mut Tx<'_>,
    id: ApplicationLetterId,
) -> Result<Option<(String, String, Timestamp)>, DbError> {
    let found: Option<Applicant> =
        diesel::sql_query("select recipient, reference, written_at from app_applicant_of($1)")
            .bind::<SqlUuid, _>(id.0)
            .get_result(tx.conn())
            .optional()?;
    Ok(found.map(|row| (row.recipient, row.reference, row.written_at.to_jiff())))
}
