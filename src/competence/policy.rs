//! Who may do what with competences. The row-level policies say the same in SQL.

use super::model::{Certificate, Kind, Member};
use super::store;
use crate::authz::{Caller, Permission, SystemName, TeamAct, Verdict, permission};
use crate::db::{DbError, Tx};
use crate::kernel::ids::{CertificateId, CompetenceKindId, PersonId};

/// Editing the kinds of competence and who needs them. `None` is all of them.
#[derive(Debug)]
pub struct ManageKinds;

impl Permission for ManageKinds {
    const NAME: &'static str = "competence.manage";
    type Scope = Option<CompetenceKindId>;
    type Facts = Option<Kind>;

    fn facts(tx: &mut Tx<'_>, id: Option<CompetenceKindId>) -> Result<Option<Option<Kind>>, DbError> {
        match id {
            None => Ok(Some(None)),
            Some(id) => Ok(store::kind(tx, id)?.map(Some)),
        }
    }

    fn decide(caller: &Caller, _kind: &Option<Kind>) -> Verdict {
        if caller.holds_for_all(permission::COMPETENCE_MANAGE) { Verdict::Allow } else { Verdict::Deny }
    }
}

/// Reading the certificates of a person and what they lack: one's own, or those of somebody whom one reaches.
#[derive(Debug)]
pub struct ReadOf;

impl Permission for ReadOf {
    const NAME: &'static str = "certificate.read";
    type Scope = PersonId;
    type Facts = Member;

    fn facts(tx: &mut Tx<'_>, person: PersonId) -> Result<Option<Member>, DbError> {
        store::member(tx, person)
    }

    fn decide(caller: &Caller, member: &Member) -> Verdict {
        if caller.reaches(permission::CERTIFICATE_READ, member.id, member.unit) {
            Verdict::Allow
        } else {
            Verdict::Hide
        }
    }
}

/// Recording a certificate of a person, and saying what they need: never one's own.
#[derive(Debug)]
pub struct WriteOf;

impl Permission for WriteOf {
    const NAME: &'static str = "certificate.write";
    type Scope = PersonId;
    type Facts = Member;

    fn facts(tx: &mut Tx<'_>, person: PersonId) -> Result<Option<Member>, DbError> {
        store::member(tx, person)
    }

    fn decide(caller: &Caller, member: &Member) -> Verdict {
        write(caller, member)
    }
}

/// Changing a certificate of a person, and ending it.
#[derive(Debug)]
pub struct ChangeCertificate;

impl Permission for ChangeCertificate {
    const NAME: &'static str = "certificate.change";
    type Scope = CertificateId;
    type Facts = (Certificate, Member);

    fn facts(tx: &mut Tx<'_>, id: CertificateId) -> Result<Option<(Certificate, Member)>, DbError> {
        let Some(certificate) = store::certificate(tx, id)? else { return Ok(None) };
        let member = store::member(tx, certificate.person)?;
        Ok(member.map(|member| (certificate, member)))
    }

    fn decide(caller: &Caller, (_certificate, member): &(Certificate, Member)) -> Verdict {
        write(caller, member)
    }
}

fn write(caller: &Caller, member: &Member) -> Verdict {
    let reads = caller.reaches(permission::CERTIFICATE_READ, member.id, member.unit);
    let writes = caller.reaches(permission::CERTIFICATE_WRITE, member.id, member.unit);
    match (reads, writes) {
        (_, true) if !caller.is(member.id) && !member.left => Verdict::Allow,
        (true, _) => Verdict::Deny,
        (false, _) => Verdict::Hide,
    }
}

/// Seeing the competences of a team.
#[derive(Debug)]
pub struct ReadTeam;

impl TeamAct for ReadTeam {
    const NAME: &'static str = "certificate.list";
    const REACHED_BY: &'static [&'static str] = &[permission::CERTIFICATE_READ];
}

/// Downloading the competences of a team.
#[derive(Debug)]
pub struct ExportTeam;

impl TeamAct for ExportTeam {
    const NAME: &'static str = "certificate.export";
    const REACHED_BY: &'static [&'static str] = &[permission::CERTIFICATE_EXPORT];
}

/// Telling people that certificates run out.
#[derive(Debug)]
pub struct Remind;

impl Permission for Remind {
    const NAME: &'static str = "certificate.remind";
    type Scope = ();
    type Facts = ();

    fn facts(_tx: &mut Tx<'_>, (): ()) -> Result<Option<()>, DbError> {
        Ok(Some(()))
    }

    fn decide(caller: &Caller, (): &()) -> Verdict {
        let is_it = matches!(caller, Caller::System { name: SystemName::Competence, .. });
        if is_it { Verdict::Allow } else { Verdict::Deny }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

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

    fn member(number: u128) -> Member {
        Member { id: id(PersonId, number), name: "Jo Marsh".to_owned(), number: None, unit: id(UnitId, 7), left: false }
    }

    fn unit(number: u128) -> Reach {
        Reach { units: vec![id(UnitId, number)], ..Reach::default() }
    }

    #[test]
    fn members_read_their_own_and_nobody_records_their_own() {
        let own = Reach { own: true, ..Reach::default() };
        let jo = caller(1, &[(permission::CERTIFICATE_READ, own)]);
        let read = (permission::CERTIFICATE_READ, unit(7));
        let manager = caller(2, &[read.clone(), (permission::CERTIFICATE_WRITE, unit(7))]);
        let trainer = caller(3, &[read]);
        let other = caller(4, &[(permission::CERTIFICATE_READ, unit(8)), (permission::CERTIFICATE_WRITE, unit(8))]);
        let all = [&jo, &manager, &trainer, &other];
        let (allow, deny, hide) = (Verdict::Allow, Verdict::Deny, Verdict::Hide);
        assert_eq!(all.map(|who| ReadOf::decide(who, &member(1))), [allow, allow, allow, hide]);
        assert_eq!(all.map(|who| WriteOf::decide(who, &member(1))), [deny, allow, deny, hide]);
        assert_eq!(WriteOf::decide(&manager, &member(2)), deny, "their own");
        let gone = Member { left: true, ..member(1) };
        assert_eq!((ReadOf::decide(&manager, &gone), WriteOf::decide(&manager, &gone)), (allow, deny));
    }

    #[test]
    fn only_the_daily_look_reminds() {
        let look = Caller::system(SystemName::Competence, OrganisationId::NIL);
        let other = Caller::system(SystemName::Jobs, OrganisationId::NIL);
        assert_eq!([&look, &other].map(|who| Remind::decide(who, &())), [Verdict::Allow, Verdict::Deny]);
    }
}
