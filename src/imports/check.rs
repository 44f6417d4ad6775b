//! The dry run: every row is read and judged, nothing is imported. Safe to run twice: it begins anew.

use std::collections::{BTreeMap, HashMap, HashSet};

use jiff::Timestamp;
use sha2::{Digest, Sha256};

use super::directory::Directory;
use super::error::ImportError;
use super::fate::{NewDuty, Reason, Remarks};
use super::files::{self, Folder};
use super::jobs::Work;
use super::locks::{self, Locked};
use super::model::{Import, Kind, Preset, State};
use super::people_rules::{PersonRow, PersonRules};
use super::policy::DoImport;
use super::presets::incidents::{Incidents, IncidentsFault};
use super::presets::mobilisations::MobilisationRules;
use super::reader::{Reader, Record};
use super::rules::{DutyRules, LONGEST, RowRules};
use super::store;
use super::tally::{Tally, first_cells};
use crate::authz::may;
use crate::kernel::ids::PersonId;

/// Checks an import and leaves it `checked`. One that is no longer wanted is left as it is.
///
/// # Errors
/// [`ImportError::File`] when the file cannot be used; [`ImportError::Cancelled`], [`ImportError::Stopping`], and what
/// disk and database say.
pub(super) fn check(work: &Work<'_>, may_grant: bool) -> Result<(), ImportError> {
    let (import, directory) = work.db.read_blocking(&work.caller(), |tx| {
        let may = may::<DoImport>(tx, work.import)?;
        Ok::<_, ImportError>((may.facts().clone(), store::directory(tx, &may)?))
    })?;
    if import.state != State::Checking {
        return Ok(());
    }
    let folder = work.folder();
    let now = work.clock.now();
    match import.kind {
        Kind::People => check_people(work, &folder, &import, &directory, may_grant)?,
        Kind::Duties => {
            let incidents = incidents(&folder, &import)?;
            let reader = files::open(&folder.first(), import.setup.shape())?;
            let header = reader.header().to_vec();
            let mut rules = duty_rules(&import, &directory, incidents.as_ref(), &header, now)?;
            check_duties(work, &folder, &directory, reader, rules.as_mut(), incidents.as_ref())?;
        }
    }
    Ok(())
}

/// The incident file of an import, if it has one.
pub(super) fn incidents(folder: &Folder, import: &Import) -> Result<Option<Incidents>, ImportError> {
    let Some(second) = &import.setup.second else { return Ok(None) };
    let reader = files::open(&folder.second(), second.survey.shape)?;
    Incidents::load(reader).map(Some).map_err(|fault| match fault {
        IncidentsFault::Columns(columns) => ImportError::File(columns.to_string()),
        IncidentsFault::Io(error) => ImportError::Io(error),
    })
}

/// The rules that the preset asks for.
pub(super) fn duty_rules<'a>(
    import: &Import,
    directory: &'a Directory,
    incidents: Option<&'a Incidents>,
    header: &[String],
    now: Timestamp,
) -> Result<Box<dyn RowRules + 'a>, ImportError> {
    match import.preset {
        Preset::Lfb => match MobilisationRules::new(directory, incidents, header, now) {
            Ok(rules) => Ok(Box::new(rules)),
            Err(fault) => Err(ImportError::File(fault.to_string())),
        },
        Preset::Csv => Ok(Box::new(DutyRules::new(directory, import.setup.mapping.clone(), header, now))),
    }
}

/// A row that would be imported, until the database has been asked about its duties.
struct Pending {
    record: Record,
    notes: Vec<String>,
    /// How many duties of the batch are its own.
    duties: usize,
}

fn check_duties(
    work: &Work<'_>,
    folder: &Folder,
    directory: &Directory,
    mut reader: Reader<std::fs::File>,
    rules: &mut dyn RowRules,
    incidents: Option<&Incidents>,
) -> Result<(), ImportError> {
    let mut tally = Tally::begin(folder, reader.header())?;
    let mut record = reader.record();
    let (mut pending, mut duties): (Vec<Pending>, Vec<NewDuty>) = (Vec::new(), Vec::new());
    let mut memory = Memory::default();
    let mut remarks = Remarks::default();
    let (mut read, mut more) = (0_i64, true);
    while more {
        work.go_on()?;
        while more && pending.len() < work.batch_rows {
            more = reader.read(&mut record)?;
            if !more {
                break;
            }
            read += 1;
            let before = duties.len();
            remarks.clear();
            rules.read(&record, &mut duties, &mut remarks);
            if remarks.reasons.is_empty() {
                let notes = std::mem::take(&mut remarks.notes);
                pending.push(Pending { record: record.kept(), notes, duties: duties.len() - before });
            } else {
                duties.truncate(before);
                tally.rejected(&record, &remarks.reasons)?;
            }
            if read % i64::try_from(work.batch_rows).unwrap_or(i64::MAX) == 0 {
                break;
            }
        }
        let known = ask(work, &duties, read)?;
        judge(&mut tally, &mut memory, (&mut pending, &mut duties), &known, directory)?;
    }
    tally.report.blank = reader.blank_rows();
    tally.report.incidents = incidents.map(|incidents| {
        let some = incidents.rejected.iter().take(20).cloned().collect();
        (u64::try_from(incidents.len()).unwrap_or(u64::MAX), some)
    });
    finish(work, tally)
}

/// What the database knows about a batch.
struct Known {
    keys: HashSet<String>,
    overlapping: HashSet<usize>,
    locked: Locked,
}

/// Asks for source keys, overlaps and approved hours, and says how far the check is, in one transaction.
fn ask(work: &Work<'_>, duties: &[NewDuty], read: i64) -> Result<Known, ImportError> {
    let keys: Vec<&str> = duties.iter().map(|duty| duty.source_key.as_str()).collect();
    let spans: Vec<_> = duties.iter().map(|duty| (duty.person, duty.started_at, duty.ended_at)).collect();
    work.db.write_blocking(&work.caller(), |tx| {
        let may = may::<DoImport>(tx, work.import)?;
        if !store::progress(tx, &may, State::Checking, read)? {
            return Err(ImportError::Cancelled);
        }
        if keys.is_empty() {
            return Ok(Known { keys: HashSet::new(), overlapping: HashSet::new(), locked: Locked::new() });
        }
        let keys = store::existing_keys(tx, &may, &keys)?.into_iter().collect();
        let overlapping = store::overlapping(tx, &may, &spans)?.into_iter().collect();
        let locked = store::locked(tx, &may, duties)?;
        Ok(Known { keys, overlapping, locked })
    })
}

/// What has been seen of the file so far.
#[derive(Default)]
struct Memory {
    /// Source keys, by the first half of their SHA-256: a million of them in 32 MiB.
    keys: HashSet<[u8; 16]>,
    /// Each person's duties by their start: seconds since 1970, length in seconds, line.
    spans: HashMap<PersonId, BTreeMap<i64, (i32, u32)>>,
}

impl Memory {
    /// Whether `key` has not been seen before.
    fn is_new(&mut self, key: &str) -> bool {
        let digest = Sha256::digest(key.as_bytes());
        let mut half = [0; 16];
        half.iter_mut().zip(digest).for_each(|(to, from)| *to = from);
        self.keys.insert(half)
    }

    /// The line of a duty of the person's that this one overlaps, if there is one before it in the file.
    fn overlap(&mut self, duty: &NewDuty, line: u64) -> Option<u32> {
        let (start, end) = (duty.started_at.as_second(), duty.ended_at.as_second());
        let spans = self.spans.entry(duty.person).or_default();
        // No duty is longer than a day, so one that began before that is over.
        let found = spans
            .range(start.saturating_sub(LONGEST.as_secs())..end)
            .find(|(began, (length, _line))| began.saturating_add(i64::from(*length)) > start)
            .map(|(_began, (_length, line))| *line);
        let length = i32::try_from(end.saturating_sub(start)).unwrap_or(i32::MAX);
        spans.insert(start, (length, u32::try_from(line).unwrap_or(u32::MAX)));
        found
    }
}

/// Gives every row of the batch its fate, and empties the batch.
fn judge(
    tally: &mut Tally<'_>,
    memory: &mut Memory,
    (pending, duties): (&mut Vec<Pending>, &mut Vec<NewDuty>),
    known: &Known,
    directory: &Directory,
) -> Result<(), ImportError> {
    let mut duties_left = duties.drain(..).enumerate();
    for Pending { record, mut notes, duties: count } in pending.drain(..) {
        let (line, cells) = (record.line(), first_cells(&record));
        let row: Vec<(usize, NewDuty)> = duties_left.by_ref().take(count).collect();
        let locked = |(place, duty): &(usize, NewDuty)| Some(locks::reason(directory, duty, *known.locked.get(place)?));
        let reasons: Vec<Reason> = row.iter().filter_map(locked).collect();
        if !reasons.is_empty() {
            tally.rejected(&record, &reasons)?;
            continue;
        }
        let (mut fresh, mut there) = (0_usize, 0_usize);
        for (place, duty) in row {
            let in_file = !memory.is_new(&duty.source_key);
            if known.keys.contains(&duty.source_key) {
                there += 1;
                continue;
            }
            if in_file {
                continue;
            }
            fresh += 1;
            if known.overlapping.contains(&place) {
                notes.push("It overlaps a duty that the person has already.".to_owned());
            }
            if let Some(other) = memory.overlap(&duty, line) {
                notes.push(format!("It overlaps the duty on line {other}."));
            }
        }
        match (fresh, there) {
            (0, 0) => tally.duplicate(line, cells, "The same row stands in the file before.".to_owned()),
            (0, _) => tally.duplicate(line, cells, "It was imported before.".to_owned()),
            (fresh, there) => {
                if there > 0 {
                    notes.push(format!("{there} of its duties were imported before; the other {fresh} will be."));
                }
                tally.ready(line, cells, fresh, notes);
            }
        }
    }
    Ok(())
}

fn check_people(
    work: &Work<'_>,
    folder: &Folder,
    import: &Import,
    directory: &Directory,
    may_grant: bool,
) -> Result<(), ImportError> {
    let mut reader = files::open(&folder.first(), import.setup.shape())?;
    let mut tally = Tally::begin(folder, reader.header())?;
    let mut rules = PersonRules::new(directory, import.setup.mapping.clone(), reader.header(), may_grant);
    let mut record = reader.record();
    let mut remarks = Remarks::default();
    let mut read = 0_i64;
    while reader.read(&mut record)? {
        read += 1;
        remarks.clear();
        match rules.read(&record, &mut remarks) {
            PersonRow::New(_) => {
                tally.ready(record.line(), first_cells(&record), 1, std::mem::take(&mut remarks.notes));
            }
            PersonRow::Known => {
                let note = remarks.notes.pop().unwrap_or_else(|| "The person is here already.".to_owned());
                tally.duplicate(record.line(), first_cells(&record), note);
            }
            PersonRow::Rejected => tally.rejected(&record, &remarks.reasons)?,
        }
        if read % i64::try_from(work.batch_rows).unwrap_or(i64::MAX) == 0 {
            work.go_on()?;
            ask(work, &[], read)?;
        }
    }
    tally.report.blank = reader.blank_rows();
    finish(work, tally)
}

fn finish(work: &Work<'_>, tally: Tally<'_>) -> Result<(), ImportError> {
    let report = tally.finish()?;
    let counts = report.counts;
    work.db.write_blocking(&work.caller(), |tx| {
        let may = may::<DoImport>(tx, work.import)?;
        if store::end_check(tx, &may, counts)? { Ok(()) } else { Err(ImportError::Cancelled) }
    })
}
