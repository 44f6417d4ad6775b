//! Writing an entry, in the deed's own transaction.

use jiff::Timestamp;

use super::body::Body;
use super::deeds;
use super::entry::Entry;
use super::error::AuditError;
use super::store;
use crate::authz::Caller;
use crate::crypto::random;
use crate::db::Tx;

/// Writes `entry` as the deed of the transaction's caller at `at`.
///
/// Call it in the transaction that does the deed: both are kept, or neither. It costs one insert.
///
/// # Errors
/// [`AuditError::Db`] and [`AuditError::Random`]; the deed must then fail too.
pub fn record(tx: &mut Tx<'_>, at: Timestamp, entry: Entry) -> Result<(), AuditError> {
    // A deed without its line there could not be read in words, nor would anybody have said whether it is about security.
    debug_assert!(deeds::is_known(entry.action), "{} is not among the deeds of audit::deeds", entry.action);
    let caller = tx.caller();
    // Somebody who looks at the console as a role reads what is made up, in transactions that write nothing.
    if caller.person().is_some() && caller.organisation().is_preview() {
        return Ok(());
    }
    // A program's deed is its person's deed, and says which token did it.
    let entry = match caller.token() {
        Some(token) => entry.noting("token", token.id.0),
        None => entry,
    };
    let label = actor_label(caller);
    let address = entry.address.or_else(|| caller.address()).map(|address| address.to_string());
    let detail = entry.detail();
    let body = Body {
        // The column keeps microseconds, so the commitment must not know more.
        at: Timestamp::from_microsecond(at.as_microsecond()).unwrap_or(at),
        organisation: caller.organisation().0,
        actor_kind: actor_kind(caller),
        actor_id: caller.person_id().or(entry.on_behalf_of).map(|person| person.0),
        actor_label: &label,
        masked_address: address.as_deref(),
        action: entry.action,
        object_kind: entry.object_kind,
        object_id: entry.object_id.as_deref(),
        subject_id: entry.subject.map(|person| person.0),
        detail: &detail,
    };
    let salt = random::bytes::<16>()?;
    let commitment = body.commitment(&salt);
    store::insert(tx, &body, &salt, &commitment)?;
    Ok(())
}

fn actor_kind(caller: &Caller) -> &'static str {
    match caller {
        Caller::Anonymous { .. } => "anonymous",
        Caller::Person(_) => "person",
        Caller::System { .. } => "system",
    }
}

/// In what capacity: the person's roles at that time, or the name of the background work. Never a person's name.
fn actor_label(caller: &Caller) -> String {
    match caller {
        Caller::Anonymous { .. } => "anonymous".to_owned(),
        Caller::Person(person) => person.roles.join(", "),
        Caller::System { name, .. } => name.as_str().to_owned(),
    }
}
