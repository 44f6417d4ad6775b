//! The bytes of evidence. The only place that knows where they are: today a table of its own, under the same row-level
//! security as the list of files. A store of sealed blobs takes its place by these two functions; what is removed goes
//! with its row, by the foreign key.

use diesel::prelude::*;

use crate::db::schema::cpd_evidence_content;
use crate::db::{DbError, Tx};
use crate::kernel::ids::{CpdEvidenceId, PersonId};

/// Keeps the bytes of a file, in the transaction that writes its row.
pub(super) fn keep(tx: &mut Tx<'_>, id: CpdEvidenceId, person: PersonId, content: &[u8]) -> Result<(), DbError> {
    diesel::insert_into(cpd_evidence_content::table)
        .values((
            cpd_evidence_content::organisation_id.eq(tx.caller().organisation()),
            cpd_evidence_content::evidence_id.eq(id),
            cpd_evidence_content::person_id.eq(person),
            cpd_evidence_content::content.eq(content),
        ))
        .execute(tx.conn())?;
    Ok(())
}

/// The bytes of a file that the caller reads.
pub(super) fn bytes(tx: &mut Tx<'_>, id: CpdEvidenceId) -> Result<Option<Vec<u8>>, DbError> {
    let this = cpd_evidence_content::table.find((tx.caller().organisation(), id));
    Ok(this.select(cpd_evidence_content::content).first(tx.conn()).optional()?)
}
