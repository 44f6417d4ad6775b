//! Who asks.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::Scope;
use crate::kernel::address::MaskedAddress;
use crate::kernel::ids::{OrganisationId, PersonId, TokenId, UnitId};

/// Whoever a request or a job acts as. Cheap to clone.
#[derive(Debug, Clone)]
pub enum Caller {
    /// Somebody who has not signed in.
    Anonymous {
        /// Where from.
        address: Option<MaskedAddress>,
    },
    /// A person of an organisation.
    Person(Arc<Person>),
    /// Background work with a name and narrow policies of its own; there is no caller that may do everything.
    System {
        /// Which work.
        name: SystemName,
        /// In which organisation; [`OrganisationId::NIL`] for the appliance itself.
        organisation: OrganisationId,
    },
}

/// A person as a caller: who they are and what they may do, as known at `access_version`.
#[derive(Debug, Clone)]
pub struct Person {
    /// Who.
    pub id: PersonId,
    /// Of which organisation.
    pub organisation: OrganisationId,
    /// What it is called.
    pub organisation_name: String,
    /// Its colour, `#rrggbb`, when it has one of its own.
    pub brand_colour: Option<String>,
    /// For greeting them on a page; never logged.
    pub name: String,
    /// Their home unit.
    pub unit: UnitId,
    /// Codes of the roles they hold, sorted.
    pub roles: Vec<String>,
    /// What they may do, by permission code.
    pub permissions: BTreeMap<String, Reach>,
    /// The version of all this; the database has a newer one when something changed since.
    pub access_version: i64,
    /// SHA-256 of the session's token; `None` for a job that acts for the person.
    pub session: Option<[u8; 32]>,
    /// The token that a program acts with for the person; `None` for the person themselves.
    pub token: Option<ActingToken>,
    /// Where from.
    pub address: Option<MaskedAddress>,
}

/// A token that a program acts with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActingToken {
    /// Which one.
    pub id: TokenId,
    /// SHA-256 of the text that it was shown by: a token has two for a while after it was rotated.
    pub text: [u8; 32],
    /// Whether it acts for the organisation instead of the person.
    pub service: bool,
    /// The permissions that it was given; it has those of them that the person holds.
    pub scopes: BTreeSet<String>,
}

impl Person {
    /// Somebody of whom no more is known than who they are: what they may do is loaded by the first transaction that is
    /// opened for them. For background work that acts for a person.
    pub fn unloaded(organisation: OrganisationId, id: PersonId) -> Self {
        Self {
            id,
            organisation,
            organisation_name: String::new(),
            brand_colour: None,
            name: String::new(),
            unit: UnitId::NIL,
            roles: Vec::new(),
            permissions: BTreeMap::new(),
            // The database counts from 1, so it always has another one.
            access_version: 0,
            session: None,
            token: None,
            address: None,
        }
    }

    /// The person as `token` acts for them: with no permission that it was not given. One that acts for the
    /// organisation has nothing of what reaches the person's own records only.
    pub fn limited_to(mut self, token: ActingToken) -> Self {
        self.permissions.retain(|code, reach| {
            if token.service {
                reach.own = false;
            }
            let reaches = reach.own || reach.organisation || !reach.units.is_empty();
            token.scopes.contains(code) && reaches
        });
        self.token = Some(token);
        self
    }
}

/// How far a permission reaches; a person may hold one in several ways at once.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reach {
    /// The person's own records.
    pub own: bool,
    /// Records of these units: those granted and all below them, sorted.
    pub units: Vec<UnitId>,
    /// All records of the organisation.
    pub organisation: bool,
    /// Codes of the roles that give it beyond one's own records, sorted: for the audit trail.
    pub roles: Vec<String>,
}

/// The background callers, each with its own row-level policies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum SystemName {
    /// Finds the account and the session of somebody who signs in.
    SignIn,
    /// Creates an organisation with its first administrator.
    SetUp,
    /// Checks and commits imports.
    Import,
    /// Builds the Merkle tree over the audit entries.
    AuditSequencer,
    /// Takes jobs from the queue.
    Jobs,
    /// Sends what is in the outbox.
    Mail,
    /// Finds tokens and keeps the log of their uses.
    Tokens,
    /// The command line of the machine's operator.
    Operator,
    /// Exchanges with the other nodes how often who has asked.
    Limits,
    /// Reads from which networks people may come.
    Network,
    /// Keeps people's records as a directory says.
    Scim,
    /// Lets somebody in whom an OpenID provider vouches for, and ends their sessions when it says so.
    Sso,
    /// Tells people by e-mail that hours wait for them, or that theirs were decided.
    Hours,
    /// Tells people that a certificate runs out.
    Competence,
    /// Works out the figures of working time.
    WorkingTime,
    /// Finds whose calendar a feed's address is.
    Calendar,
    /// Offers TRiM after work that calls for it, and tells who practises what is due.
    Trim,
    /// Removes sealed records whose day has come.
    Wellbeing,
    /// Takes what applicants send, writes to them, and removes what is kept no longer.
    Applications,
    /// Looks whether a signal is raised for who switched it on.
    Signals,
    /// Does on its day what was planned: a transfer, a leaving.
    Moves,
}

impl SystemName {
    /// The name as policies and audit entries have it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::SignIn => "sign-in",
            Self::SetUp => "set-up",
            Self::Import => "import",
            Self::AuditSequencer => "audit.sequencer",
            Self::Jobs => "jobs",
            Self::Mail => "mail",
            Self::Tokens => "tokens",
            Self::Operator => "operator",
            Self::Limits => "limits",
            Self::Network => "network",
            Self::Scim => "scim",
            Self::Sso => "sso",
            Self::Hours => "hours",
            Self::Competence => "competence",
            Self::WorkingTime => "working-time",
            Self::Calendar => "calendar",
            Self::Trim => "trim",
            Self::Wellbeing => "wellbeing",
            Self::Applications => "applications",
            Self::Signals => "signals",
            Self::Moves => "moves",
        }
    }
}

impl Caller {
    /// Background work `name` in `organisation`.
    pub const fn system(name: SystemName, organisation: OrganisationId) -> Self {
        Self::System { name, organisation }
    }

    /// Whose rows there are to see at all.
    pub fn organisation(&self) -> OrganisationId {
        match self {
            Self::Anonymous { .. } => OrganisationId::NIL,
            Self::Person(person) => person.organisation,
            Self::System { organisation, .. } => *organisation,
        }
    }

    /// The person, if it is one.
    pub fn person(&self) -> Option<&Person> {
        match self {
            Self::Person(person) => Some(person),
            Self::Anonymous { .. } | Self::System { .. } => None,
        }
    }

    /// The person's id, if it is one.
    pub fn person_id(&self) -> Option<PersonId> {
        self.person().map(|person| person.id)
    }

    /// Whether it is this person, or a program that acts for them. One that acts for the organisation is nobody.
    pub fn is(&self, person: PersonId) -> bool {
        self.person_id() == Some(person) && self.token().is_none_or(|token| !token.service)
    }

    /// The token that it acts with, if it does.
    pub fn token(&self) -> Option<&ActingToken> {
        self.person().and_then(|person| person.token.as_ref())
    }

    /// Where from, if it came over the network.
    pub fn address(&self) -> Option<MaskedAddress> {
        match self {
            Self::Anonymous { address } => *address,
            Self::Person(person) => person.address,
            Self::System { .. } => None,
        }
    }

    /// How far `permission` reaches for this caller; `None` when it is not held at all.
    pub fn reach(&self, permission: &str) -> Option<&Reach> {
        self.person().and_then(|person| person.permissions.get(permission))
    }

    /// Codes of the roles that give the caller any of `permissions`, sorted: in which capacity they acted.
    pub fn roles_that_give(&self, permissions: &[&str]) -> Vec<String> {
        let reaches = permissions.iter().filter_map(|permission| self.reach(permission));
        let mut roles: Vec<String> = reaches.flat_map(|reach| reach.roles.iter().cloned()).collect();
        roles.sort_unstable();
        roles.dedup();
        roles
    }

    /// Whether `permission` is held in any way: enough to show a link, never enough to open a record.
    pub fn holds(&self, permission: &str) -> bool {
        self.reach(permission).is_some()
    }

    /// Whether `permission` is held so that it opens something of `scope`: one's own records, those of some unit, or all.
    pub fn holds_at(&self, permission: &str, scope: Scope) -> bool {
        self.reach(permission).is_some_and(|reach| {
            reach.organisation
                || match scope {
                    Scope::Own => reach.own,
                    Scope::Unit | Scope::Below => !reach.units.is_empty(),
                    Scope::Organisation => false,
                }
        })
    }

    /// Whether `permission` is held for the whole organisation.
    pub fn holds_for_all(&self, permission: &str) -> bool {
        self.reach(permission).is_some_and(|reach| reach.organisation)
    }

    /// Whether `permission` reaches a record of `owner` in `unit`.
    pub fn reaches(&self, permission: &str, owner: PersonId, unit: UnitId) -> bool {
        self.reach(permission).is_some_and(|reach| {
            reach.organisation
                || (reach.own && self.person_id() == Some(owner))
                || reach.units.binary_search(&unit).is_ok()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::authz::permission;

    fn unit(number: u128) -> UnitId {
        UnitId(uuid::Uuid::from_u128(number))
    }

    #[test]
    fn a_unit_is_reached_among_a_thousand_and_none_beside_them() {
        let reach = Reach { own: true, units: (0..1_000).map(unit).collect(), ..Reach::default() };
        let mut person = Person::unloaded(OrganisationId::NIL, PersonId::NIL);
        person.permissions = permission::ALL.iter().map(|code| ((*code).to_owned(), reach.clone())).collect();
        let caller = Caller::Person(Arc::new(person));
        let somebody = PersonId(uuid::Uuid::from_u128(7));
        let reached = (0..2_000).filter(|number| caller.reaches(permission::UNIT_MANAGE, somebody, unit(*number)));
        assert_eq!(reached.collect::<Vec<_>>(), (0..1_000).collect::<Vec<_>>());
    }

    #[test]
    fn the_roles_that_allowed_a_deed_are_those_that_give_the_permission() {
        let reach = |roles: &[&str]| Reach {
            organisation: true,
            roles: roles.iter().map(|role| (*role).to_owned()).collect(),
            ..Reach::default()
        };
        let mut person = Person::unloaded(OrganisationId::NIL, PersonId::NIL);
        person.permissions.insert(permission::DUTY_READ.to_owned(), reach(&["manager"]));
        person.permissions.insert(permission::HOURS_READ.to_owned(), reach(&["hr", "manager"]));
        let caller = Caller::Person(Arc::new(person));
        assert_eq!(caller.roles_that_give(&[permission::DUTY_READ, permission::HOURS_READ]), ["hr", "manager"]);
        assert_eq!(caller.roles_that_give(&[permission::AUDIT_READ]), Vec::<String>::new());
    }

    #[test]
    fn a_token_has_no_more_than_its_person_and_no_more_than_its_scopes() {
        let reach = |own, organisation| Reach { own, organisation, ..Reach::default() };
        let mut person = Person::unloaded(OrganisationId::NIL, PersonId::NIL);
        for (code, held) in
            [("duty.log", reach(true, false)), ("duty.read", reach(true, true)), ("hr.read", reach(false, true))]
        {
            person.permissions.insert(code.to_owned(), held);
        }
        let token = |service| ActingToken {
            id: TokenId::NIL,
            text: [0; 32],
            service,
            scopes: ["duty.log", "duty.read", "audit.read"].map(str::to_owned).into(),
        };
        let personal = Caller::Person(Arc::new(person.clone().limited_to(token(false))));
        assert!(personal.holds("duty.log") && personal.holds_for_all("duty.read"));
        assert!(!personal.holds("hr.read") && !personal.holds("audit.read"));
        let service = Caller::Person(Arc::new(person.limited_to(token(true))));
        assert!(!service.holds("duty.log") && service.holds_for_all("duty.read"));
        assert!(service.reach("duty.read").is_some_and(|reach| !reach.own));
    }
}
