//! The commit: all rows that are ready, in one transaction, or none. Safe to run twice: what is in is not put in again.
//!
//! The rows are judged again, because people, units, kinds and crews may have changed since the check. When fewer rows
//! can be imported than the check promised, nothing is, and the import says so. Work per row is kept small: look-ups
//! are by hash, the database is asked once per batch, and known source keys are left to its unique index.

use jiff::Timestamp;
use uuid::Builder;

use super::check::{duty_rules, incidents};
use super::directory::Directory;
use super::error::ImportError;
use super::fate::{NewDuty, NewPerson, Remarks};
use super::files::{self, Folder};
use super::jobs::Work;
use super::locks;
use super::model::{Import, Kind, State};
use super::people_rules::{PersonRow, PersonRules};
use super::policy::DoImport;
use super::store;
use crate::audit::{self, Entry};
use crate::authz::{Granted, may};
use crate::crypto::random;
use crate::db::Tx;
use crate::kernel::ids::{DutyId, PersonId};

/// What a check promised and a commit cannot keep.
const CHANGED: &str = "People, units, types of work or crews have changed since the check, or hours were approved, so that fewer rows can be imported than it said. Nothing was imported: check again and look at the result.";

/// Commits an import for `by`. One that is no longer wanted is left as it is.
///
/// # Errors
/// [`ImportError::WrongState`] when it cannot keep what the check promised; [`ImportError::Busy`] when another worker is
/// at it; [`ImportError::Cancelled`], [`ImportError::Stopping`], and what disk and database say. Nothing is imported then.
pub(super) fn commit(work: &Work<'_>, by: PersonId, may_grant: bool) -> Result<(), ImportError> {
    let now = work.clock.now();
    let done = work.db.write_blocking(&work.caller(), |tx| {
        let may = may::<DoImport>(tx, work.import)?;
        let import = may.facts().clone();
        if import.state != State::Committing {
            return Ok(import.state == State::Committed);
        }
        if !store::lock(tx, &may)? {
            return Err(ImportError::Busy);
        }
        let directory = store::directory(tx, &may)?;
        let job = Commit { work, may: &may, import: &import, directory: &directory, by, now };
        let (inserted, rejected) = match import.kind {
            Kind::Duties => job.duties(tx)?,
            Kind::People => job.people(tx, may_grant)?,
        };
        if rejected != import.counts.rejected {
            return Err(ImportError::WrongState(CHANGED));
        }
        let mut counts = import.counts;
        counts.records = inserted;
        if !store::end_commit(tx, &may, counts, now)? {
            return Err(ImportError::Cancelled);
        }
        audit::record(tx, now, entry(&import, inserted, by))?;
        Ok(true)
    })?;
    if done && let Err(error) = work.folder().remove_uploads() {
        tracing::warn!(%error, import = %work.import, "the uploads of a finished import could not be removed");
    }
    Ok(())
}

/// The one entry for all rows: which file, how many, for whom.
fn entry(import: &Import, inserted: i64, by: PersonId) -> Entry {
    let second = import.setup.second.as_ref().map(|second| second.sha256.clone());
    Entry::new("import.commit")
        .on("import", import.id)
        .on_behalf_of(by)
        .noting("becomes", import.kind.as_str())
        .noting("file_sha256", data_encoding::HEXLOWER.encode(&import.file_sha256))
        .noting("second_file_sha256", second)
        .noting("rows", import.counts.rows)
        .noting("rows_duplicate", import.counts.duplicate)
        .noting("rows_rejected", import.counts.rejected)
        .noting("records", inserted)
}

struct Commit<'a, 'tx> {
    work: &'a Work<'a>,
    may: &'a Granted<'tx, DoImport>,
    import: &'a Import,
    directory: &'a Directory,
    by: PersonId,
    now: Timestamp,
}

impl<'tx> Commit<'_, 'tx> {
    fn folder(&self) -> Folder {
        self.work.folder()
    }

    /// Inserts all duties; how many, and how many rows were rejected.
    fn duties(&self, tx: &mut Tx<'tx>) -> Result<(i64, i64), ImportError> {
        let incidents = incidents(&self.folder(), self.import)?;
        let mut reader = files::open(&self.folder().first(), self.import.setup.shape())?;
        let header = reader.header().to_vec();
        let mut rules = duty_rules(self.import, self.directory, incidents.as_ref(), &header, self.now)?;
        let mut record = reader.record();
        let mut ids = Ids::new(self.now)?;
        let mut remarks = Remarks::default();
        let (mut batch, mut rows) = (Vec::<NewDuty>::with_capacity(self.work.batch_rows), Vec::<usize>::new());
        let (mut read, mut inserted, mut rejected, mut more) = (0_i64, 0_i64, 0_i64, true);
        while more {
            self.work.go_on()?;
            while more && batch.len() < self.work.batch_rows {
                more = reader.read(&mut record)?;
                if !more {
                    break;
                }
                read += 1;
                let before = batch.len();
                remarks.clear();
                rules.read(&record, &mut batch, &mut remarks);
                if remarks.reasons.is_empty() {
                    rows.push(batch.len() - before);
                } else {
                    batch.truncate(before);
                    rejected += 1;
                }
            }
            let locked = store::locked(tx, self.may, &batch)?;
            rejected += i64::try_from(locks::take_out(&mut batch, &rows, &locked)).unwrap_or(i64::MAX);
            rows.clear();
            let new: Vec<DutyId> = batch.iter().map(|_duty| ids.next()).collect();
            let made = store::insert_duties(tx, self.may, self.by, self.now, &new, &batch)?;
            inserted += i64::try_from(made).unwrap_or(i64::MAX);
            batch.clear();
            self.progress(read)?;
        }
        Ok((inserted, rejected))
    }

    /// Inserts all people; how many, and how many rows were rejected.
    fn people(&self, tx: &mut Tx<'tx>, may_grant: bool) -> Result<(i64, i64), ImportError> {
        let mut reader = files::open(&self.folder().first(), self.import.setup.shape())?;
        let mapping = self.import.setup.mapping.clone();
        let mut rules = PersonRules::new(self.directory, mapping, reader.header(), may_grant);
        let mut record = reader.record();
        let mut remarks = Remarks::default();
        let mut new: Vec<NewPerson> = Vec::new();
        let (mut inserted, mut rejected, mut read) = (0_i64, 0_i64, 0_i64);
        while reader.read(&mut record)? {
            read += 1;
            remarks.clear();
            match rules.read(&record, &mut remarks) {
                PersonRow::New(person) => new.push(person),
                PersonRow::Known => {}
                PersonRow::Rejected => rejected += 1,
            }
            if new.len() >= self.work.batch_rows {
                self.work.go_on()?;
                inserted += self.insert_people(tx, &mut new)?;
                self.progress(read)?;
            }
        }
        inserted += self.insert_people(tx, &mut new)?;
        Ok((inserted, rejected))
    }

    fn insert_people(&self, tx: &mut Tx<'tx>, new: &mut Vec<NewPerson>) -> Result<i64, ImportError> {
        let made = store::insert_people(tx, self.may, self.by, self.now, new)?;
        new.clear();
        Ok(i64::try_from(made).unwrap_or(i64::MAX))
    }

    /// Says how far it is, from a transaction of its own: nobody sees into this one before it is over.
    fn progress(&self, read: i64) -> Result<(), ImportError> {
        let said = self.work.db.write_blocking(&self.work.caller(), |tx| {
            let may = may::<DoImport>(tx, self.work.import)?;
            Ok::<_, ImportError>(store::progress(tx, &may, State::Committing, read)?)
        });
        match said {
            Ok(true) => Ok(()),
            Ok(false) => Err(ImportError::Cancelled),
            // Only a figure on a page; when all connections are in use, the rows come first.
            Err(error) => {
                tracing::debug!(%error, "the progress of an import could not be written");
                Ok(())
            }
        }
    }
}

/// Ids of one import: UUIDv7 with a counter after the time, so that the index of the primary key grows at its end.
struct Ids {
    millis: u64,
    random: [u8; 10],
    count: u32,
}

impl Ids {
    fn new(now: Timestamp) -> Result<Self, ImportError> {
        Ok(Self { millis: u64::try_from(now.as_millisecond()).unwrap_or(0), random: random::bytes()?, count: 0 })
    }

    fn next(&mut self) -> DutyId {
        // Thirty bits: byte 2 gives two of its own to the variant.
        let [a, b, c, d] = (self.count & 0x3FFF_FFFF).to_be_bytes();
        self.count = self.count.wrapping_add(1);
        let [r0, r1, .., r6, r7, r8, r9] = self.random;
        let bytes = [r0, r1, a, b, c, d, r6, r7, r8, r9];
        DutyId(Builder::from_unix_timestamp_millis(self.millis, &bytes).into_uuid())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_of_an_import_grow_and_are_of_version_7() {
        let mut ids = Ids::new("2026-11-22T12:00:00Z".parse().expect("time")).expect("random");
        let made: Vec<DutyId> = (0..70_000).map(|_| ids.next()).collect();
        assert!(made.windows(2).all(|pair| pair[0] < pair[1]));
        assert_eq!(made[69_999].0.get_version_num(), 7);
        let other = Ids::new("2026-11-22T12:00:00Z".parse().expect("time")).expect("random").next();
        assert_ne!(made[0], other);
    }
}
