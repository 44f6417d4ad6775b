//! The words of letters, letters, and what becomes of their e-mails.

use std::collections::BTreeMap;

use diesel::prelude::*;
use jiff::Timestamp;
use jiff_diesel::ToDiesel;

use crate::applications::model::{Letter, LetterKind};
use crate::applications::policy::{Outside, WriteWords};
use crate::authz::Granted;
use crate::db::schema::{application_letters as table, application_templates, applications, organisations};
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

/// What an e-mail about a letter needs.
#[derive(Debug)]
pub(in crate::applications) struct ToSend {
    pub(in crate::applications) recipient: String,
    pub(in crate::applications) reference: String,
    pub(in crate::applications) organisation: String,
    pub(in crate::applications) written_at: Timestamp,
}

/// A letter whose e-mail has not been taken yet; nothing when it has, or when its application is gone.
pub(in crate::applications) fn to_send<'tx>(
    tx: &mut Tx<'tx>,
    _may: &Granted<'tx, Outside>,
    id: ApplicationLetterId,
) -> Result<Option<ToSend>, DbError> {
    let organisation = tx.caller().organisation();
    let found: Option<(String, String, jiff_diesel::Timestamp)> = table::table
        .inner_join(applications::table.on(
            applications::organisation_id.eq(table::organisation_id).and(applications::id.eq(table::application_id)),
        ))
        .filter(table::organisation_id.eq(organisation).and(table::id.eq(id)))
        .filter(table::state.eq_any(["waiting", "leaving"]))
        .select((applications::email, applications::reference, table::written_at))
        .first(tx.conn())
        .optional()?;
    let Some((recipient, reference, written_at)) = found else { return Ok(None) };
    let organisation = organisation_name(tx)?;
    Ok(Some(ToSend { recipient, reference, organisation, written_at: written_at.to_jiff() }))
}

/// Says what became of the e-mail about a letter.
pub(in crate::applications) fn settle<'tx>(
    tx: &mut Tx<'tx>,
    _may: &Granted<'tx, Outside>,
    id: ApplicationLetterId,
    state: &str,
    now: Option<Timestamp>,
) -> Result<(), DbError> {
    diesel::update(table::table.find((tx.caller().organisation(), id)))
        .set((table::state.eq(state), table::settled_at.eq(now.map(ToDiesel::to_diesel))))
        .execute(tx.conn())?;
    Ok(())
}
