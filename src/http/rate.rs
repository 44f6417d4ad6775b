//! What the limits say of a request, and what is counted of it: by address before anything is looked up, by class
//! once route and caller are known.

use std::net::IpAddr;

use jiff::Timestamp;

use super::{Class, Problem};
use crate::authz::Caller;
use crate::limits::{Limits, Meter, Refused, Subject};

/// Addresses that are counted for nobody: what a browser keeps, and the signs of life. A test holds the routes of
/// [`Class::Free`] to it.
pub(super) fn is_free(path: &str) -> bool {
    ["/assets/", "/brand/", "/health/"].iter().any(|start| path.starts_with(start))
}

/// Counts a request for its address.
pub(super) fn arrived(limits: &Limits, address: Option<IpAddr>, now: Timestamp) -> Result<(), Problem> {
    match address {
        Some(address) => limits.take(Meter::Address, Subject::Address(address), now).map_err(problem),
        None => Ok(()),
    }
}

/// Counts a request for its class: for a program by its token, for somebody by their account, for nobody by their address.
pub(super) fn admitted(
    limits: &Limits,
    class: Class,
    caller: &Caller,
    address: Option<IpAddr>,
    now: Timestamp,
) -> Result<(), Problem> {
    let take = |meter, subject: Option<Subject>| match subject {
        Some(subject) => limits.take(meter, subject, now).map_err(problem),
        None => Ok(()),
    };
    let place = address.map(Subject::Address);
    let asker = caller.person().map(|person| match &person.token {
        Some(acting) => (Meter::Token, Subject::Token(acting.id.0)),
        None => (Meter::Account, Subject::Account(person.organisation, person.id)),
    });
    let (meter, subject) = asker.map_or((Meter::Account, None), |(meter, subject)| (meter, Some(subject)));
    match class {
        Class::Free => Ok(()),
        Class::Door => take(Meter::Door, place),
        Class::Public if subject.is_none() => take(Meter::Public, place),
        Class::Public | Class::Signed => take(meter, subject),
        Class::Costly => take(meter, subject).and_then(|()| take(Meter::Costly, subject)),
    }
}

fn problem(refused: Refused) -> Problem {
    Problem::TooMany(refused.wait_s)
}
