//! Who may do what with absences. The row-level policies say the same in SQL.

use super::model::{Absence, Member};
use super::store;
use crate::authz::{Caller, Permission, TeamAct, Verdict, permission};
use crate::db::{DbError, Tx};
use crate::kernel::ids::{AbsenceId, PersonId};

/// Reading somebody's absences with their kind.
#[derive(Debug)]
pub struct ReadOf;

impl Permission for ReadOf {
    const NAME: &'static str = "absence.read";
    type Scope = PersonId;
    type Facts = Member;

    fn facts(tx: &mut Tx<'_>, person: PersonId) -> Result<Option<Member>, DbError> {
        store::member(tx, person)
    }

    fn decide(caller: &Caller, member: &Member) -> Verdict {
        if caller.reaches(permission::ABSENCE_READ, member.id, member.unit) { Verdict::Allow } else { Verdict::Hide }
    }
}

/// Recording an absence of somebody: one's own, or of people whom one looks after.
#[derive(Debug)]
pub struct RecordOf;

impl Permission for RecordOf {
    const NAME: &'static str = "absence.record";
    type Scope = PersonId;
    type Facts = Member;

    fn facts(tx: &mut Tx<'_>, person: PersonId) -> Result<Option<Member>, DbError> {
        store::member(tx, person)
    }

    fn decide(caller: &Caller, member: &Member) -> Verdict {
        let reads = caller.reaches(permission::ABSENCE_READ, member.id, member.unit);
        let records = caller.reaches(permission::ABSENCE_RECORD, member.id, member.unit);
        match (reads, records) {
            (_, true) if !member.left => Verdict::Allow,
            (true, _) => Verdict::Deny,
            (false, _) => Verdict::Hide,
        }
    }
}

/// Withdrawing an absence. What a manager recorded, the person themself does not take back.
#[derive(Debug)]
pub struct WithdrawAbsence;

impl Permission for WithdrawAbsence {
    const NAME: &'static str = "absence.withdraw";
    type Scope = AbsenceId;
    type Facts = (Absence, Member);

    fn facts(tx: &mut Tx<'_>, id: AbsenceId) -> Result<Option<(Absence, Member)>, DbError> {
        let Some(absence) = store::absence(tx, id)? else { return Ok(None) };
        let member = store::member(tx, absence.person)?;
        Ok(member.map(|member| (absence, member)))
    }

    fn decide(caller: &Caller, (absence, _member): &(Absence, Member)) -> Verdict {
        let reads = caller.reaches(permission::ABSENCE_READ, absence.person, absence.unit);
        match (reads, may_withdraw(caller, absence)) {
            (false, _) => Verdict::Hide,
            (true, true) => Verdict::Allow,
            (true, false) => Verdict::Deny,
        }
    }
}

/// Changing the days or the kind of an absence. What a manager recorded, the person themself does not change.
#[derive(Debug)]
pub struct ChangeAbsence;

impl Permission for ChangeAbsence {
    const NAME: &'static str = "absence.change";
    type Scope = AbsenceId;
    type Facts = (Absence, Member);

    fn facts(tx: &mut Tx<'_>, id: AbsenceId) -> Result<Option<(Absence, Member)>, DbError> {
        WithdrawAbsence::facts(tx, id)
    }

    fn decide(caller: &Caller, facts: &(Absence, Member)) -> Verdict {
        WithdrawAbsence::decide(caller, facts)
    }
}

/// Whether `caller` may withdraw or change it, as far as rights go.
pub fn may_withdraw(caller: &Caller, absence: &Absence) -> bool {
    let records = caller.reaches(permission::ABSENCE_RECORD, absence.person, absence.unit);
    let own = caller.person_id() == Some(absence.person);
    records && (!own || caller.person_id() == Some(absence.recorded_by))
}

/// Seeing who of a team is away.
#[derive(Debug)]
pub struct ReadTeam;

impl TeamAct for ReadTeam {
    const NAME: &'static str = "absence.list";
    const REACHED_BY: &'static [&'static str] = &[permission::ABSENCE_READ];
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use jiff::Timestamp;
    use jiff::civil::date;

    use super::super::model::{Days, Kind};
    use super::*;
    use crate::authz::{Person, Reach};
    use crate::kernel::ids::{OrganisationId, UnitId};

    fn id<T>(make: fn(uuid::Uuid) -> T, number: u128) -> T {
        make(uuid::Uuid::from_u128(number))
    }

    fn caller(number: u128, reach: &Reach) -> Caller {
        let mut person = Person::unloaded(OrganisationId::NIL, id(PersonId, number));
        for code in [permission::ABSENCE_READ, permission::ABSENCE_RECORD] {
            person.permissions.insert(code.to_owned(), reach.clone());
        }
        Caller::Person(Arc::new(person))
    }

    fn absence(recorded_by: u128) -> (Absence, Member) {
        let days = Days { kind: Kind::Sick, first: date(2026, 11, 23), last: date(2026, 11, 23) };
        let absence = Absence {
            id: AbsenceId::NIL,
            person: id(PersonId, 1),
            unit: id(UnitId, 7),
            days,
            recorded_by: id(PersonId, recorded_by),
            created_at: Timestamp::UNIX_EPOCH,
            changed_at: None,
            withdrawn_at: None,
        };
        let member = Member { id: absence.person, name: "Jo Marsh".to_owned(), unit: absence.unit, left: false };
        (absence, member)
    }

    #[test]
    fn sickness_is_read_and_withdrawn_by_the_person_and_who_looks_after_them() {
        let own = caller(1, &Reach { own: true, ..Reach::default() });
        let unit = |number| Reach { units: vec![id(UnitId, number)], ..Reach::default() };
        let (manager, other) = (caller(2, &unit(7)), caller(3, &unit(8)));
        let colleague = caller(4, &Reach { own: true, ..Reach::default() });
        let all = [&own, &manager, &other, &colleague];
        let (allow, deny, hide) = (Verdict::Allow, Verdict::Deny, Verdict::Hide);
        let (_, member) = absence(1);
        assert_eq!(all.map(|who| ReadOf::decide(who, &member)), [allow, allow, hide, hide]);
        assert_eq!(all.map(|who| WithdrawAbsence::decide(who, &absence(1))), [allow, allow, hide, hide]);
        assert_eq!(all.map(|who| WithdrawAbsence::decide(who, &absence(2))), [deny, allow, hide, hide]);
        assert_eq!(all.map(|who| ChangeAbsence::decide(who, &absence(1))), [allow, allow, hide, hide]);
        assert_eq!(all.map(|who| ChangeAbsence::decide(who, &absence(2))), [deny, allow, hide, hide]);
        let left = Member { left: true, ..member };
        assert_eq!(all.map(|who| RecordOf::decide(who, &left)), [deny, deny, hide, hide]);
    }
}
