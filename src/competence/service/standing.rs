//! How one person stands with each kind of competence.

use jiff::Timestamp;
use jiff::civil::Date;

use crate::audit::{self, Entry};
use crate::authz::{self, AuthzError, Caller, Granted, permission};
use crate::competence::error::CompetenceError;
use crate::competence::model::{Certificate, Effect, Exception, Kind, Member};
use crate::competence::policy::{ReadOf, WriteOf};
use crate::competence::standing_rules::{Best, State, effect_of};
use crate::competence::store;
use crate::db::{Db, Tx};
use crate::kernel::civil;
use crate::kernel::ids::PersonId;
use crate::organisation;

/// How somebody stands with one kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KindStanding {
    /// The kind.
    pub kind: Kind,
    /// Whether they need it.
    pub needed: bool,
    /// What is said of them alone.
    pub exception: Option<Exception>,
    /// How they stand.
    pub state: State,
    /// What follows from it.
    pub effect: Effect,
    /// Every certificate of it, the latest first.
    pub certificates: Vec<Certificate>,
}

impl KindStanding {
    /// Whether something follows from how they stand.
    pub fn is_lacking(&self) -> bool {
        self.effect > Effect::None
    }
}

/// How somebody stands with everything that they need or have.
#[derive(Debug, Clone)]
pub struct Standing {
    /// Who.
    pub member: Member,
    /// Where.
    pub unit: String,
    /// Each kind, in the order of the kinds.
    pub kinds: Vec<KindStanding>,
    /// The gravest of what follows.
    pub effect: Effect,
    /// Whether the caller may record certificates of theirs.
    pub may_write: bool,
}

/// The caller's own.
///
/// # Errors
/// [`CompetenceError::Authz`] when they may not read even that.
pub async fn own(db: &Db, caller: &Caller, today: Date) -> Result<Standing, CompetenceError> {
    let me = caller.person_id().unwrap_or(PersonId::NIL);
    db.read(caller, move |tx| {
        let may = authz::may::<ReadOf>(tx, me)?;
        load(tx, &may, today)
    })
    .await
}

/// Somebody's: written to the audit trail in the same transaction, unless it is the caller's own.
///
/// # Errors
/// [`CompetenceError::Authz`] when there is nobody whose competences the caller reads.
pub async fn of(db: &Db, caller: &Caller, person: PersonId, now: Timestamp) -> Result<Standing, CompetenceError> {
    db.write(caller, move |tx| {
        let may = authz::may::<ReadOf>(tx, person)?;
        let standing = load(tx, &may, civil::local(now).date())?;
        note(tx, person, now)?;
        Ok(standing)
    })
    .await
}

/// Writes down that the caller read somebody else's.
fn note(tx: &mut Tx<'_>, person: PersonId, now: Timestamp) -> Result<(), CompetenceError> {
    let caller = tx.caller();
    if !caller.is(person) {
        let entry = Entry::new("certificate.read").on("person", person).about(person);
        audit::record(tx, now, entry.allowed_by(caller, &[permission::CERTIFICATE_READ]))?;
    }
    Ok(())
}

/// What somebody's own page says of them: what follows, and from which kinds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Summary {
    /// The gravest of what follows.
    pub effect: Effect,
    /// The kinds that it follows from, by name.
    pub lacking: Vec<String>,
}

/// The same in a few words; `None` for whoever reads nothing of it. Written to the audit trail when there is something
/// to say of somebody else.
///
/// # Errors
/// [`CompetenceError::Db`].
pub async fn summary(
    db: &Db,
    caller: &Caller,
    person: PersonId,
    now: Timestamp,
) -> Result<Option<Summary>, CompetenceError> {
    db.write(caller, move |tx| {
        let may = match authz::may::<ReadOf>(tx, person) {
            Ok(may) => may,
            Err(AuthzError::Hidden | AuthzError::Denied(_)) => return Ok(None),
            Err(error) => return Err(error.into()),
        };
        let standing = load(tx, &may, civil::local(now).date())?;
        let lacking = standing.kinds.iter().filter(|kind| kind.effect > Effect::None);
        let summary =
            Summary { effect: standing.effect, lacking: lacking.map(|kind| kind.kind.draft.name.clone()).collect() };
        if summary.effect > Effect::None {
            note(tx, person, now)?;
        }
        Ok(Some(summary))
    })
    .await
}

pub(super) fn load<'tx>(
    tx: &mut Tx<'tx>,
    may: &Granted<'tx, ReadOf>,
    today: Date,
) -> Result<Standing, CompetenceError> {
    let member = may.facts().clone();
    let certificates = store::certificates_of(tx, may)?;
    let needed = if member.left { Vec::new() } else { store::needed_by(tx, may)? };
    let exceptions = store::exceptions_of(tx, may)?;
    let all = store::kinds(tx)?;
    let of_kind = |kind: &Kind| {
        let own: Vec<Certificate> = certificates.iter().filter(|one| one.kind == kind.id).cloned().collect();
        let needed = needed.contains(&kind.id);
        let exception = exceptions.iter().find(|exception| exception.kind == kind.id).cloned();
        if own.is_empty() && !needed && exception.is_none() {
            return None;
        }
        let state = State::of(Best::of(&own), kind.draft.grace_days, today);
        let effect = effect_of(needed, state, kind.draft.effect);
        Some(KindStanding { kind: kind.clone(), needed, exception, state, effect, certificates: own })
    };
    let kinds: Vec<KindStanding> = all.iter().filter_map(of_kind).collect();
    let may_write = match authz::may::<WriteOf>(tx, member.id) {
        Ok(_may) => true,
        Err(AuthzError::Hidden | AuthzError::Denied(_)) => false,
        Err(error) => return Err(error.into()),
    };
    Ok(Standing {
        unit: organisation::units::tree_in(tx)?.path(member.unit),
        effect: kinds.iter().map(|kind| kind.effect).max().unwrap_or(Effect::None),
        member,
        kinds,
        may_write,
    })
}
