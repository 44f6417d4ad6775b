//! "Who can see this?" and "Who opened my record?".
//!
//! The first is read from the row-level policies themselves: which permissions the policy of a table names, and who
//! holds those now in a way that reaches the record (`app_who_reads`). There is no second set of rules here.

use jiff::Timestamp;

use super::policy::{ExplainAccess, PersonFacts};
use super::{IdentityError, explain_store, grant_store};
use crate::audit::{self, Entry};
use crate::authz::{self, AuthzError, Caller, permission};
use crate::db::{Db, Tx};
use crate::kernel::ids::{DutyId, PersonId, UnitId};
use crate::organisation::UnitTree;
use crate::organisation::units;

/// A part of a record that has rules of its own: a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part {
    /// The table.
    pub table: &'static str,
    /// What it is, for its heading.
    pub title: &'static str,
    /// Who reads it beside those who are listed.
    pub note: &'static str,
}

const ALWAYS: &str = "The person themself always reads this, whatever their role.";

/// The parts of somebody's record.
pub const PERSON: &[Part] = &[
    Part { table: "people", title: "Name, unit, employee number, e-mail, telephone", note: ALWAYS },
    Part { table: "role_grants", title: "Roles", note: ALWAYS },
    Part { table: "accounts", title: "How they sign in, without the password", note: ALWAYS },
    Part { table: "hr_contracts", title: "Contract", note: ALWAYS },
    Part { table: "hr_payroll", title: "Payroll number", note: ALWAYS },
    Part { table: "hr_kin", title: "Next of kin", note: ALWAYS },
    Part { table: "hr_fitness", title: "Fitness for duty", note: ALWAYS },
    Part {
        table: "timesheets",
        title: "Timesheets",
        note: "While one waits, so does whoever was named to decide in an approver's stead.",
    },
    Part { table: "claims", title: "Claims for overtime, disturbance and mileage", note: ALWAYS },
    Part { table: "absences", title: "Leave and sickness", note: ALWAYS },
    Part { table: "oncall_contracts", title: "On-call contract", note: ALWAYS },
    Part { table: "oncall_unavailable", title: "When they are not available for on-call, and why", note: ALWAYS },
    Part { table: "certificates", title: "Certificates and competences", note: ALWAYS },
    Part { table: "working_time_figures", title: "Working time: averages, rests and what is owed", note: ALWAYS },
    Part { table: "working_terms", title: "Contract group and start of employment", note: ALWAYS },
    Part { table: "opt_outs", title: "Opt-outs from the weekly limit", note: ALWAYS },
    Part { table: "other_employments", title: "Other employments", note: ALWAYS },
    Part { table: "person_addresses", title: "Home address", note: ALWAYS },
    Part { table: "emergency_contacts", title: "Emergency contact", note: ALWAYS },
    Part { table: "planned_moves", title: "Planned transfer or leaving", note: ALWAYS },
    Part { table: "cpd_entries", title: "CPD entries", note: SHARED_CPD },
    Part { table: "exposures", title: "Exposures at work", note: EXPOSURES },
    Part { table: "exposure_health", title: "Symptoms and health advice of exposures", note: EXPOSURES },
];

/// Of traumatic events, the table's name says nothing.
const EXPOSURES: &str = "Traumatic events nobody else reads. The others are read for a medical professional.";

/// Entries are their person's alone until they decide otherwise.
const SHARED_CPD: &str = "Only entries that the person shared with their managers, one by one; all others nobody else \
     reads. Whoever they ask to confirm an entry reads it until they answer.";

/// The parts of a duty.
pub const DUTY: &[Part] = &[
    Part { table: "duties", title: "Hours, kind of work and details", note: "Whoever has hours.read sees no detail." },
    Part { table: "duty_shared_notes", title: "Shared note", note: "" },
    Part { table: "duty_revisions", title: "What it said before it was changed", note: "" },
    Part { table: "duty_private_notes", title: "Private note", note: "No role reads it but the person's own." },
];

/// That somebody can read a part of a record, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason {
    /// Who.
    pub person: PersonId,
    /// Their name.
    pub name: String,
    /// By which role.
    pub role: String,
    /// Which of its permissions.
    pub permission: String,
    /// How far the role has it.
    pub scope: String,
    /// For which unit they have the role.
    pub unit: Option<UnitId>,
    /// Since when, if the grant has a first moment.
    pub starts_at: Option<Timestamp>,
    /// Until when, if it has a last one.
    pub ends_at: Option<Timestamp>,
}

/// Who can open a record now.
#[derive(Debug, Clone)]
pub struct Explained {
    /// Whose record it is.
    pub person: PersonId,
    /// Their name, when it is for the caller to see.
    pub name: Option<String>,
    /// Whether it is the caller's own.
    pub own: bool,
    /// Each part that the caller may ask about, with who reads it, by name.
    pub parts: Vec<(Part, Vec<Reason>)>,
    /// Whether there are parts that the caller may not ask about: they are left out.
    pub partial: bool,
    /// All units, to name them.
    pub units: UnitTree,
}

/// Who can open somebody's record now. Asking about another person's leaves an entry.
///
/// # Errors
/// [`IdentityError::Authz`] for a record that the caller cannot open, without the right to ask about everybody's.
pub async fn person(db: &Db, caller: &Caller, id: PersonId, now: Timestamp) -> Result<Explained, IdentityError> {
    db.write(caller, move |tx| {
        let may = authz::may::<ExplainAccess>(tx, id)?;
        let facts: PersonFacts = *may.facts();
        let by = [permission::ACCESS_EXPLAIN, permission::PEOPLE_READ];
        explained(tx, PERSON, (facts.id, facts.unit), ("person", id.to_string(), &by), now)
    })
    .await
}

/// Who can open a duty now. Asking about another person's leaves an entry.
///
/// # Errors
/// [`IdentityError::Authz`] when there is no such duty, as far as the caller may know.
pub async fn duty(db: &Db, caller: &Caller, id: DutyId, now: Timestamp) -> Result<Explained, IdentityError> {
    db.write(caller, move |tx| {
        // The database answers this to who reads the duty and to who may ask about everybody's, and to nobody else.
        let subject = explain_store::duty_subject(tx, id)?.ok_or(AuthzError::Hidden)?;
        let by = [permission::ACCESS_EXPLAIN, permission::DUTY_READ, permission::HOURS_READ];
        explained(tx, DUTY, subject, ("duty", id.to_string(), &by), now)
    })
    .await
}

fn explained(
    tx: &mut Tx<'_>,
    parts: &'static [Part],
    (person, unit): (PersonId, UnitId),
    (kind, id, by): (&'static str, String, &[&str]),
    now: Timestamp,
) -> Result<Explained, IdentityError> {
    let own = tx.caller().person_id() == Some(person);
    let mut found = Vec::new();
    for part in parts {
        if explain_store::may_ask(tx, part.table, person, unit)? {
            found.push((*part, explain_store::who_reads(tx, part.table, person, unit)?));
        }
    }
    let partial = found.len() < parts.len();
    if !own {
        let caller = tx.caller();
        let entry = Entry::new("access.explain").on(kind, id).about(person);
        audit::record(tx, now, entry.allowed_by(caller, by))?;
    }
    let name = explain_store::name_of(tx, person)?;
    Ok(Explained { person, name, own, parts: found, partial, units: units::tree_in(tx)? })
}

/// That somebody opened one of the caller's own records.
#[derive(Debug, Clone)]
pub struct Receipt {
    /// The entry of the audit trail.
    pub entry: i64,
    /// When.
    pub at: Timestamp,
    /// Who; `None` when it was background work, or somebody who is no longer recorded.
    pub reader: Option<String>,
    /// In which roles: those that allowed it, else all that they had.
    pub roles: String,
    /// What they did, as the trail names it.
    pub action: String,
    /// Which HR fields, when it was those.
    pub sets: Vec<String>,
}

/// Receipts on one page.
pub const PAGE: i32 = 50;

/// Who opened the caller's records, newest first, before `before` (an instant and an entry's number).
///
/// # Errors
/// [`IdentityError::Db`].
pub async fn receipts(
    db: &Db,
    caller: &Caller,
    before: Option<(Timestamp, i64)>,
) -> Result<Vec<Receipt>, IdentityError> {
    db.read(caller, move |tx| {
        let mut receipts = explain_store::receipts(tx, before, PAGE)?;
        let known = grant_store::roles(tx)?;
        let name =
            |code: &str| known.iter().find(|role| role.code == code).map_or(code.to_owned(), |role| role.name.clone());
        for receipt in &mut receipts {
            receipt.roles = receipt.roles.split(", ").map(name).collect::<Vec<_>>().join(", ");
        }
        Ok(receipts)
    })
    .await
}
