//! What the member does, in private. The trail says that they used their page, and not what for: who accepted could be
//! told from anything more.

use jiff::Timestamp;

use crate::audit::{self, Entry};
use crate::authz::{self, Caller};
use crate::db::{Db, Tx};
use crate::kernel::form_key;
use crate::kernel::ids::{PersonId, TrimOfferId};
use crate::trim::error::TrimError;
use crate::trim::job;
use crate::trim::model::{Answer, Case, Meeting, Offer};
use crate::trim::policy::{AnswerOffer, UseTrim};
use crate::trim::rules;
use crate::trim::store;
use crate::views::FormErrors;

fn me(caller: &Caller) -> PersonId {
    caller.person_id().unwrap_or(PersonId::NIL)
}

/// The id for asking that a form chose, so that sending it twice asks once; a new one when it is none of ours.
pub fn chosen_id(text: &str, now: Timestamp) -> TrimOfferId {
    form_key::chosen(text, now).map_or_else(|| TrimOfferId::new(now), TrimOfferId)
}

/// The same deed for all that a member does.
fn note(tx: &mut Tx<'_>, now: Timestamp) -> Result<(), TrimError> {
    audit::record(tx, now, Entry::new("trim.own").on("TRiM", ""))?;
    Ok(())
}

/// An offer with what became of it.
#[derive(Debug, Clone)]
pub struct HomeOffer {
    /// The offer.
    pub offer: Offer,
    /// The case, when it was accepted once.
    pub case: Option<Case>,
    /// What took place.
    pub meetings: Vec<Meeting>,
    /// Who looks after the member.
    pub practitioner: Option<String>,
}

/// One's own page.
#[derive(Debug, Clone, Default)]
pub struct Home {
    /// The offers, the latest event first.
    pub offers: Vec<HomeOffer>,
}

/// Opens one's own page.
///
/// # Errors
/// [`TrimError::Authz`].
pub async fn home(db: &Db, caller: &Caller) -> Result<Home, TrimError> {
    let me = me(caller);
    db.read(caller, move |tx| {
        let may = authz::may::<UseTrim>(tx, me)?;
        let offers = store::offers(tx, &may)?;
        let mut cases = store::cases(tx)?;
        cases.retain(|case| case.person == me);
        let ids: Vec<_> = cases.iter().map(|case| case.id).collect();
        let meetings = store::meetings(tx, &ids)?;
        let practitioners: Vec<PersonId> = cases.iter().filter_map(|case| case.practitioner).collect();
        let people = store::people(tx, &practitioners)?;
        let with_case = |offer: Offer| {
            let case = cases.iter().find(|case| case.offer == offer.id).cloned();
            let of_case = |meeting: &&Meeting| case.as_ref().is_some_and(|case| case.id == meeting.case);
            let by = case.as_ref().and_then(|case| case.practitioner);
            HomeOffer {
                meetings: meetings.iter().filter(of_case).cloned().collect(),
                practitioner: by.and_then(|by| people.iter().find(|one| one.id == by)).map(|one| one.name.clone()),
                case,
                offer,
            }
        };
        Ok(Home { offers: offers.into_iter().map(with_case).collect() })
    })
    .await
}

/// How many offers the caller has not answered.
///
/// # Errors
/// [`TrimError::Authz`].
pub async fn open_offers(db: &Db, caller: &Caller) -> Result<usize, TrimError> {
    let me = me(caller);
    db.read(caller, move |tx| {
        let may = authz::may::<UseTrim>(tx, me)?;
        Ok(store::offers(tx, &may)?.iter().filter(|offer| offer.answer.is_none()).count())
    })
    .await
}

/// One offer, to be answered.
///
/// # Errors
/// [`TrimError::Authz`] when it is not theirs.
pub async fn offer(db: &Db, caller: &Caller, id: TrimOfferId) -> Result<Offer, TrimError> {
    db.read(caller, move |tx| Ok(authz::may::<AnswerOffer>(tx, id)?.facts().clone())).await
}

/// Accepts an offer or declines it; what was accepted may be declined later, and the other way round. `false` when it is
/// answered so already.
///
/// # Errors
/// [`TrimError::Authz`] when it is not theirs.
pub async fn answer(
    db: &Db,
    caller: &Caller,
    id: TrimOfferId,
    answer: Answer,
    now: Timestamp,
) -> Result<bool, TrimError> {
    db.write(caller, move |tx| {
        let may = authz::may::<AnswerOffer>(tx, id)?;
        if may.facts().answer.is_some_and(|(before, _at)| before == answer) {
            return Ok(false);
        }
        store::answer(tx, &may, answer, now)?;
        note(tx, now)?;
        job::look_daily(tx, now)?;
        Ok(true)
    })
    .await
}

/// Asks for TRiM: of an event on a day, or of what has built up when there is none.
///
/// # Errors
/// [`TrimError::Invalid`] with what is wrong with the day.
pub async fn ask(db: &Db, caller: &Caller, id: TrimOfferId, event_on: String, now: Timestamp) -> Result<(), TrimError> {
    let me = me(caller);
    db.write(caller, move |tx| {
        let may = authz::may::<UseTrim>(tx, me)?;
        // Of what has built up, no 72 hours are to be waited.
        let event_at = if event_on.trim().is_empty() {
            now.checked_sub(rules::WAIT).unwrap_or(now)
        } else {
            rules::event_of(&event_on, now).map_err(|errors: FormErrors| TrimError::from(errors))?
        };
        if store::ask(tx, &may, id, event_at, now)? {
            note(tx, now)?;
            job::look_daily(tx, now)?;
        }
        Ok(())
    })
    .await
}
