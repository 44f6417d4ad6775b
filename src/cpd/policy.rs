//! Who may do what with somebody's record. The row-level policies say the same in SQL.

use super::model::{Answer, EntryRow, Request};
use super::store;
use crate::authz::{Caller, Permission, TeamAct, Verdict, permission};
use crate::db::{DbError, Tx};
use crate::kernel::ids::{CpdEntryId, CpdRequestId, PersonId};

/// How somebody comes to read an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sight {
    /// It is theirs.
    Own,
    /// It was shared with the managers of its unit.
    Shared,
    /// They are asked to confirm it.
    Asked,
}

/// What the verdicts know of an entry.
#[derive(Debug, Clone)]
pub struct EntryFacts {
    /// The entry.
    pub row: EntryRow,
    /// Whether the caller is asked to confirm it.
    pub asked: bool,
}

impl EntryFacts {
    /// How `caller` comes to read it; `None`: not at all.
    pub fn sight(&self, caller: &Caller) -> Option<Sight> {
        if caller.is(self.row.person) && holds_own(caller, permission::CPD_KEEP) {
            return Some(Sight::Own);
        }
        if self.asked && holds_own(caller, permission::CPD_VERIFY) {
            return Some(Sight::Asked);
        }
        let reached = caller.reaches(permission::CPD_READ, self.row.person, self.row.unit);
        (self.row.shared && reached).then_some(Sight::Shared)
    }
}

fn holds_own(caller: &Caller, permission: &str) -> bool {
    caller.reach(permission).is_some_and(|reach| reach.own)
}

/// Keeping one's own record: reading its list, adding to it, writing one's profile.
#[derive(Debug)]
pub struct KeepRecord;

impl Permission for KeepRecord {
    const NAME: &'static str = "cpd.keep";
    type Scope = PersonId;
    type Facts = PersonId;

    fn facts(_tx: &mut Tx<'_>, person: PersonId) -> Result<Option<PersonId>, DbError> {
        Ok(Some(person))
    }

    fn decide(caller: &Caller, person: &PersonId) -> Verdict {
        if caller.is(*person) && holds_own(caller, permission::CPD_KEEP) { Verdict::Allow } else { Verdict::Deny }
    }
}

/// Opening an entry, and downloading its evidence.
#[derive(Debug)]
pub struct ReadEntry;

impl Permission for ReadEntry {
    const NAME: &'static str = "cpd.read";
    type Scope = CpdEntryId;
    type Facts = EntryFacts;

    fn facts(tx: &mut Tx<'_>, id: CpdEntryId) -> Result<Option<EntryFacts>, DbError> {
        store::entry_facts(tx, id)
    }

    fn decide(caller: &Caller, entry: &EntryFacts) -> Verdict {
        if entry.sight(caller).is_some() { Verdict::Allow } else { Verdict::Hide }
    }
}

/// Changing an entry, its evidence, who reads it and who is asked about it: whoever's it is, and nobody else.
#[derive(Debug)]
pub struct EditEntry;

impl Permission for EditEntry {
    const NAME: &'static str = "cpd.edit";
    type Scope = CpdEntryId;
    type Facts = EntryFacts;

    fn facts(tx: &mut Tx<'_>, id: CpdEntryId) -> Result<Option<EntryFacts>, DbError> {
        store::entry_facts(tx, id)
    }

    fn decide(caller: &Caller, entry: &EntryFacts) -> Verdict {
        match entry.sight(caller) {
            Some(Sight::Own) => Verdict::Allow,
            Some(Sight::Shared | Sight::Asked) => Verdict::Deny,
            None => Verdict::Hide,
        }
    }
}

/// Seeing what one is asked to confirm.
#[derive(Debug)]
pub struct ReadRequests;

impl Permission for ReadRequests {
    const NAME: &'static str = "cpd.verify";
    type Scope = ();
    type Facts = ();

    fn facts(_tx: &mut Tx<'_>, (): ()) -> Result<Option<()>, DbError> {
        Ok(Some(()))
    }

    fn decide(caller: &Caller, (): &()) -> Verdict {
        if holds_own(caller, permission::CPD_VERIFY) { Verdict::Allow } else { Verdict::Deny }
    }
}

/// Confirming an entry, or saying that one cannot: whoever was asked, while the question is open, and never one's own.
#[derive(Debug)]
pub struct AnswerRequest;

impl Permission for AnswerRequest {
    const NAME: &'static str = "cpd.confirm";
    type Scope = CpdRequestId;
    type Facts = Request;

    fn facts(tx: &mut Tx<'_>, id: CpdRequestId) -> Result<Option<Request>, DbError> {
        store::request(tx, id)
    }

    fn decide(caller: &Caller, request: &Request) -> Verdict {
        let asked = caller.is(request.verifier) && holds_own(caller, permission::CPD_VERIFY);
        if asked && request.person != request.verifier && request.state == Answer::Asked {
            Verdict::Allow
        } else {
            Verdict::Hide
        }
    }
}

/// Listing what people shared with their managers.
#[derive(Debug)]
pub struct ReadShared;

impl TeamAct for ReadShared {
    const NAME: &'static str = "cpd.list";
    const REACHED_BY: &'static [&'static str] = &[permission::CPD_READ];
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use jiff::Timestamp;
    use jiff::civil::date;

    use super::super::model::{Draft, Kind, Standards};
    use super::*;
    use crate::authz::{Person, Reach};
    use crate::kernel::ids::{OrganisationId, UnitId};

    fn id<T>(make: fn(uuid::Uuid) -> T, number: u128) -> T {
        make(uuid::Uuid::from_u128(number))
    }

    fn caller(number: u128, permissions: &[(&str, Reach)]) -> Caller {
        let mut person = Person::unloaded(OrganisationId::NIL, id(PersonId, number));
        person.permissions.extend(permissions.iter().map(|(code, reach)| ((*code).to_owned(), reach.clone())));
        Caller::Person(Arc::new(person))
    }

    fn entry(shared: bool, asked: bool) -> EntryFacts {
        let draft = Draft {
            kind: Kind::Other,
            title: String::new(),
            provider: None,
            started_on: date(2026, 11, 22),
            ended_on: None,
            minutes: None,
            outcome: None,
            reflection: None,
            practice: None,
            benefit: None,
            standards: Standards::default(),
            duty: None,
        };
        let row = EntryRow {
            id: CpdEntryId::NIL,
            person: id(PersonId, 1),
            unit: id(UnitId, 7),
            draft,
            shared,
            revision: 1,
            created_at: Timestamp::UNIX_EPOCH,
            changed_at: Timestamp::UNIX_EPOCH,
        };
        EntryFacts { row, asked }
    }

    #[test]
    fn an_entry_is_its_members_alone_until_they_share_it_or_ask_somebody() {
        let own = Reach { own: true, ..Reach::default() };
        let unit = Reach { units: vec![id(UnitId, 7)], ..Reach::default() };
        let elsewhere = Reach { units: vec![id(UnitId, 8)], ..Reach::default() };
        let all = Reach { organisation: true, ..Reach::default() };
        let member = caller(1, &[(permission::CPD_KEEP, own.clone())]);
        let manager = caller(2, &[(permission::CPD_READ, unit)]);
        let other = caller(3, &[(permission::CPD_READ, elsewhere)]);
        let chief = caller(4, &[(permission::CPD_READ, all)]);
        let colleague = caller(5, &[(permission::CPD_KEEP, own.clone()), (permission::CPD_VERIFY, own)]);
        let sights = |entry: &EntryFacts| [&member, &manager, &other, &chief, &colleague].map(|who| entry.sight(who));
        let mine = Some(Sight::Own);
        let shared = Some(Sight::Shared);
        assert_eq!(sights(&entry(false, false)), [mine, None, None, None, None]);
        assert_eq!(sights(&entry(true, false)), [mine, shared, None, shared, None]);
        // Being asked without the permission to answer opens nothing.
        assert_eq!(sights(&entry(false, true)), [mine, None, None, None, Some(Sight::Asked)]);
        assert_eq!(entry(true, true).sight(&Caller::Anonymous { address: None }), None);
        for who in [&manager, &colleague] {
            assert_eq!(EditEntry::decide(who, &entry(true, true)), Verdict::Deny);
        }
        assert_eq!(EditEntry::decide(&other, &entry(true, false)), Verdict::Hide);
        assert_eq!(EditEntry::decide(&member, &entry(true, false)), Verdict::Allow);
    }

    #[test]
    fn nobody_confirms_their_own_and_nobody_answers_twice() {
        let own = Reach { own: true, ..Reach::default() };
        let both =
            |number| caller(number, &[(permission::CPD_KEEP, own.clone()), (permission::CPD_VERIFY, own.clone())]);
        let request = |person: u128, verifier: u128, state| Request {
            id: CpdRequestId::NIL,
            entry: CpdEntryId::NIL,
            person: id(PersonId, person),
            verifier: id(PersonId, verifier),
            title: String::new(),
            message: None,
            state,
            revision: None,
            answer: None,
            asked_at: Timestamp::UNIX_EPOCH,
            answered_at: None,
        };
        let decide = |who: &Caller, request: &Request| AnswerRequest::decide(who, request);
        assert_eq!(decide(&both(2), &request(1, 2, Answer::Asked)), Verdict::Allow);
        assert_eq!(decide(&both(1), &request(1, 2, Answer::Asked)), Verdict::Hide, "whoever asked");
        assert_eq!(decide(&both(1), &request(1, 1, Answer::Asked)), Verdict::Hide, "themself");
        assert_eq!(decide(&both(2), &request(1, 2, Answer::Confirmed)), Verdict::Hide, "once");
        assert_eq!(decide(&caller(2, &[]), &request(1, 2, Answer::Asked)), Verdict::Hide, "without the permission");
    }
}
