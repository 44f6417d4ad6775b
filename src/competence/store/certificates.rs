//! The certificates of one person, what they need, and what is said of them alone.

use diesel::prelude::*;
use diesel::sql_types::{Array, Uuid as SqlUuid};
use jiff::Timestamp;
use jiff_diesel::ToDiesel;

use crate::authz::Granted;
use crate::competence::model::{Certificate, CertificateDraft, Ended, Exception, Member};
use crate::competence::policy::{ChangeCertificate, ReadOf, WriteOf};
use crate::db::schema::{certificates, competence_exceptions, people};
use crate::db::{DbError, Tx};
use crate::kernel::ids::{CertificateId, CompetenceKindId, PersonId, UnitId};

/// The columns of a [`Certificate`].
pub(super) type Columns = (
    (certificates::id, certificates::person_id, certificates::kind_id),
    (certificates::awarded_on, certificates::expires_on, certificates::reference, certificates::awarded_by),
    (certificates::ended_on, certificates::ended_reason, certificates::recorded_at, certificates::revision),
);

pub(super) const COLUMNS: Columns = (
    (certificates::id, certificates::person_id, certificates::kind_id),
    (certificates::awarded_on, certificates::expires_on, certificates::reference, certificates::awarded_by),
    (certificates::ended_on, certificates::ended_reason, certificates::recorded_at, certificates::revision),
);

pub(super) type Loaded = (
    (CertificateId, PersonId, CompetenceKindId),
    (jiff_diesel::Date, Option<jiff_diesel::Date>, Option<String>, Option<String>),
    (Option<jiff_diesel::Date>, Option<String>, jiff_diesel::Timestamp, i32),
);

pub(super) fn row(loaded: Loaded) -> Certificate {
    let (
        (id, person, kind),
        (awarded_on, expires_on, reference, awarded_by),
        (ended_on, reason, recorded_at, revision),
    ) = loaded;
    Certificate {
        id,
        person,
        kind,
        draft: CertificateDraft {
            awarded_on: awarded_on.to_jiff(),
            expires_on: expires_on.map(jiff_diesel::Date::to_jiff),
            reference,
            awarded_by,
        },
        ended: ended_on.zip(reason).map(|(on, reason)| Ended { on: on.to_jiff(), reason }),
        recorded_at: recorded_at.to_jiff(),
        revision,
    }
}

/// Somebody, as far as the caller may know them: facts for a permission.
pub(in crate::competence) fn member(tx: &mut Tx<'_>, id: PersonId) -> Result<Option<Member>, DbError> {
    type Row = (String, String, Option<String>, UnitId, Option<jiff_diesel::Timestamp>);
    let this = people::table.find((tx.caller().organisation(), id));
    let found: Option<Row> = this
        .select((people::given_name, people::family_name, people::employee_number, people::unit_id, people::left_at))
        .first(tx.conn())
        .optional()?;
    Ok(found.map(|(given, family, number, unit, left_at)| Member {
        id,
        name: format!("{given} {family}"),
        number,
        unit,
        left: left_at.is_some(),
    }))
}

/// A certificate that the caller's row-level policies show: facts for a permission.
pub(in crate::competence) fn certificate(tx: &mut Tx<'_>, id: CertificateId) -> Result<Option<Certificate>, DbError> {
    let this = certificates::table.find((tx.caller().organisation(), id)).select(COLUMNS);
    Ok(this.first::<Loaded>(tx.conn()).optional()?.map(row))
}

/// All certificates of somebody, the latest first.
pub(in crate::competence) fn certificates_of<'tx>(
    tx: &mut Tx<'tx>,
    may: &Granted<'tx, ReadOf>,
) -> Result<Vec<Certificate>, DbError> {
    let rows: Vec<Loaded> = certificates::table
        .filter(certificates::organisation_id.eq(tx.caller().organisation()))
        .filter(certificates::person_id.eq(may.scope()))
        .select(COLUMNS)
        .order((certificates::awarded_on.desc(), certificates::id.desc()))
        .load(tx.conn())?;
    Ok(rows.into_iter().map(row).collect())
}

#[derive(QueryableByName)]
struct Needed {
    #[diesel(sql_type = SqlUuid)]
    kind_id: CompetenceKindId,
}

/// Which kinds somebody needs, by their unit, their roles and what is said of them alone.
pub(in crate::competence) fn needed_by<'tx>(
    tx: &mut Tx<'tx>,
    may: &Granted<'tx, ReadOf>,
) -> Result<Vec<CompetenceKindId>, DbError> {
    let found: Vec<Needed> = diesel::sql_query("select kind_id from app_needed_competences($1, null)")
        .bind::<Array<SqlUuid>, _>(vec![may.scope().0])
        .load(tx.conn())?;
    Ok(found.into_iter().map(|found| found.kind_id).collect())
}

/// What is said of somebody alone.
pub(in crate::competence) fn exceptions_of<'tx>(
    tx: &mut Tx<'tx>,
    may: &Granted<'tx, ReadOf>,
) -> Result<Vec<Exception>, DbError> {
    type Row = (CompetenceKindId, bool, String, jiff_diesel::Timestamp);
    let rows: Vec<Row> = competence_exceptions::table
        .filter(competence_exceptions::organisation_id.eq(tx.caller().organisation()))
        .filter(competence_exceptions::person_id.eq(may.scope()))
        .select((
            competence_exceptions::kind_id,
            competence_exceptions::needed,
            competence_exceptions::reason,
            competence_exceptions::set_at,
        ))
        .load(tx.conn())?;
    let exception = |(kind, needed, reason, set_at): Row| Exception { kind, needed, reason, set_at: set_at.to_jiff() };
    Ok(rows.into_iter().map(exception).collect())
}

/// Whether a certificate of this id is one of the person's already.
pub(in crate::competence) fn is_recorded<'tx>(
    tx: &mut Tx<'tx>,
    may: &Granted<'tx, WriteOf>,
    id: CertificateId,
) -> Result<bool, DbError> {
    Ok(certificate(tx, id)?.is_some_and(|found| found.person == may.scope()))
}

/// Records a certificate; `false` when there is one with this id already. The database puts it into the person's unit.
pub(in crate::competence) fn insert<'tx>(
    tx: &mut Tx<'tx>,
    may: &Granted<'tx, WriteOf>,
    id: CertificateId,
    kind: CompetenceKindId,
    draft: &CertificateDraft,
    now: Timestamp,
) -> Result<bool, DbError> {
    let by = tx.caller().person_id().unwrap_or(PersonId::NIL);
    let inserted = diesel::insert_into(certificates::table)
        .values((
            certificates::organisation_id.eq(tx.caller().organisation()),
            certificates::id.eq(id),
            certificates::person_id.eq(may.scope()),
            certificates::unit_id.eq(may.facts().unit),
            certificates::kind_id.eq(kind),
            certificates::awarded_on.eq(draft.awarded_on.to_diesel()),
            certificates::expires_on.eq(draft.expires_on.map(ToDiesel::to_diesel)),
            certificates::reference.eq(draft.reference.as_deref()),
            certificates::awarded_by.eq(draft.awarded_by.as_deref()),
            certificates::recorded_by.eq(by),
            certificates::recorded_at.eq(now.to_diesel()),
            certificates::changed_at.eq(now.to_diesel()),
        ))
        .on_conflict_do_nothing()
        .execute(tx.conn())?;
    Ok(inserted == 1)
}

/// Changes a certificate that is at `revision` and was not ended; `false` when it is not so any more.
pub(in crate::competence) fn change<'tx>(
    tx: &mut Tx<'tx>,
    may: &Granted<'tx, ChangeCertificate>,
    revision: i32,
    draft: &CertificateDraft,
    now: Timestamp,
) -> Result<bool, DbError> {
    let this = certificates::table
        .find((tx.caller().organisation(), may.scope()))
        .filter(certificates::revision.eq(revision).and(certificates::ended_on.is_null()));
    let changed = diesel::update(this)
        .set((
            certificates::awarded_on.eq(draft.awarded_on.to_diesel()),
            certificates::expires_on.eq(draft.expires_on.map(ToDiesel::to_diesel)),
            certificates::reference.eq(draft.reference.as_deref()),
            certificates::awarded_by.eq(draft.awarded_by.as_deref()),
            certificates::changed_at.eq(now.to_diesel()),
            certificates::revision.eq(certificates::revision + 1),
        ))
        .execute(tx.conn())?;
    Ok(changed == 1)
}

/// Ends a certificate that is at `revision` and was not ended; `false` when it is not so any more.
pub(in crate::competence) fn end<'tx>(
    tx: &mut Tx<'tx>,
    may: &Granted<'tx, ChangeCertificate>,
    revision: i32,
    ended: &Ended,
    now: Timestamp,
) -> Result<bool, DbError> {
    let this = certificates::table
        .find((tx.caller().organisation(), may.scope()))
        .filter(certificates::revision.eq(revision).and(certificates::ended_on.is_null()));
    let changed = diesel::update(this)
        .set((
            certificates::ended_on.eq(ended.on.to_diesel()),
            certificates::ended_reason.eq(&ended.reason),
            certificates::changed_at.eq(now.to_diesel()),
            certificates::revision.eq(certificates::revision + 1),
        ))
        .execute(tx.conn())?;
    Ok(changed == 1)
}

/// Says that somebody needs a kind or does not, in the place of what was said before.
pub(in crate::competence) fn except<'tx>(
    tx: &mut Tx<'tx>,
    may: &Granted<'tx, WriteOf>,
    kind: CompetenceKindId,
    needed: bool,
    reason: &str,
    now: Timestamp,
) -> Result<(), DbError> {
    let by = tx.caller().person_id().unwrap_or(PersonId::NIL);
    let values = (
        competence_exceptions::needed.eq(needed),
        competence_exceptions::reason.eq(reason),
        competence_exceptions::set_by.eq(by),
        competence_exceptions::set_at.eq(now.to_diesel()),
    );
    diesel::insert_into(competence_exceptions::table)
        .values((
            competence_exceptions::organisation_id.eq(tx.caller().organisation()),
            competence_exceptions::person_id.eq(may.scope()),
            competence_exceptions::kind_id.eq(kind),
            competence_exceptions::unit_id.eq(may.facts().unit),
            values,
        ))
        .on_conflict((
            competence_exceptions::organisation_id,
            competence_exceptions::person_id,
            competence_exceptions::kind_id,
        ))
        .do_update()
        .set(values)
        .execute(tx.conn())?;
    Ok(())
}

/// Takes back what was said of somebody and a kind; `false` when nothing was.
pub(in crate::competence) fn unexcept<'tx>(
    tx: &mut Tx<'tx>,
    may: &Granted<'tx, WriteOf>,
    kind: CompetenceKindId,
) -> Result<bool, DbError> {
    let this = competence_exceptions::table.find((tx.caller().organisation(), may.scope(), kind));
    Ok(diesel::delete(this).execute(tx.conn())? == 1)
}
