//! "See as": an administrator looks at the console as a role, in an organisation that is made up for it.
//!
//! It is beside the slices because it needs several of them. What is made up is written once for each real
//! organisation, under ids that say so (`OrganisationId::preview`); nobody signs in there, and Postgres lets the people in
//! it read and write nothing. The administrator's own session goes on meanwhile.

mod store;

use actix_web::HttpResponse;
use actix_web::web::Path;
use jiff::{SignedDuration, Timestamp, ToSpan};
use serde::Deserialize;

use crate::audit::{self, Entry};
use crate::authz::{Caller, SystemName, permission};
use crate::crypto::{Token, TokenDigest, random};
use crate::db::{Db, Tx};
use crate::http::session::{PREVIEW_COOKIE, removal};
use crate::http::{Ask, Failure, FlashKind, Posted, Problem, SessionCookie};
use crate::identity::role_design::{self, RoleDetail};
use crate::identity::roles::{HR, MANAGER, MEMBER};
use crate::identity::setup::{self, Founding, Joining};
use crate::identity::{IdentityError, preview_session};
use crate::kernel::civil;
use crate::kernel::ids::{self, PersonId, RoleId, UnitId};
use crate::organisation::{self, Service};

/// How long one may look before one has to ask again.
const LASTS: SignedDuration = SignedDuration::from_hours(1);

/// A hash that no password has.
const NO_PASSWORD: &str = "!";

/// Made-up people: given name, family name, role, and the station that they belong to, by its place in [`STATIONS`].
const PEOPLE: &[(&str, &str, &str, usize)] = &[
    ("Robin", "Sample", MANAGER, 0),
    ("Kim", "Example", MEMBER, 0),
    ("Pat", "Specimen", MEMBER, 0),
    ("Lee", "Instance", MEMBER, 1),
    ("Ash", "Placeholder", MEMBER, 1),
    ("Max", "Pattern", HR, 1),
];

const STATIONS: &[(&str, &str)] = &[("S01", "Sample station"), ("S02", "Other station")];

/// A form with nothing in it but its token.
#[derive(Debug, Deserialize)]
pub(super) struct Nothing {}

/// Begins to look at the console as a role.
pub(super) async fn begin(
    ask: Ask,
    id: Path<RoleId>,
    Posted(Nothing {}): Posted<Nothing>,
) -> Result<HttpResponse, Failure> {
    let (site, caller, now) = (ask.site(), ask.caller(), ask.clock().now());
    let me = ask.person()?;
    let detail = role_design::read(&site.db, caller, *id).await?;
    if !detail.may_preview {
        return Err(Problem::Forbidden.into());
    }
    let made_up = me.organisation.preview();
    let viewer = PersonId(ids::of_both(me.id.0, id.0));
    noted(&site.db, caller, "role.preview", *id, now).await?;
    let set_up = Caller::system(SystemName::SetUp, made_up);
    site.db.write(&set_up, move |tx| make_up(tx, viewer, &detail, now)).await?;
    let (token, anchor) =
        (Token::random().map_err(IdentityError::from)?, Token::random().map_err(IdentityError::from)?);
    preview_session::begin(&site.db, made_up, viewer, &token, LASTS, now).await?;
    site.sessions.forget_person(viewer);
    let cookie = SessionCookie { organisation: made_up, token, anchor };
    let mut answer = ask.redirect("/");
    answer.add_cookie(&cookie.to_preview_cookie()).map_err(|_too_long| Problem::Internal)?;
    Ok(answer)
}

/// Ends it.
pub(super) async fn end(ask: Ask, Posted(Nothing {}): Posted<Nothing>) -> Result<HttpResponse, Failure> {
    let (site, now) = (ask.site(), ask.clock().now());
    if let Some(cookie) = SessionCookie::of_preview(ask.request()) {
        let TokenDigest(digest) = cookie.token.digest();
        preview_session::end(&site.db, cookie.organisation, digest).await?;
        site.sessions.forget(&digest);
        // Who looked is known by their own session, which went on beside it.
        let own = site.sessions.caller(ask.session_cookie(), ask.caller().address(), now).await?.caller;
        if own.person().is_some() {
            noted(&site.db, &own, "role.preview-end", RoleId::NIL, now).await?;
        }
    }
    let mut answer = ask.redirect_with("/roles", FlashKind::Success, "You see the console as yourself again.");
    answer.add_cookie(&removal(PREVIEW_COOKIE)).map_err(|_too_long| Problem::Internal)?;
    Ok(answer)
}

async fn noted(
    db: &Db,
    caller: &Caller,
    action: &'static str,
    role: RoleId,
    now: Timestamp,
) -> Result<(), IdentityError> {
    db.write(caller, move |tx| {
        let entry = if role == RoleId::NIL { Entry::new(action) } else { Entry::new(action).on("role", role) };
        let caller = tx.caller();
        audit::record(tx, now, entry.allowed_by(caller, &[permission::ROLE_PREVIEW]))?;
        Ok(())
    })
    .await
}

/// Makes the organisation up, unless it is there, and gives the viewer exactly what the role has.
fn make_up(tx: &mut Tx<'_>, viewer: PersonId, role: &RoleDetail, now: Timestamp) -> Result<(), IdentityError> {
    if !store::is_there(tx)? {
        fill(tx, now)?;
    }
    let station = store::station(tx)?;
    let name: String = role.role.name.chars().take(80).collect();
    if store::viewer(tx, viewer, station, &name, now)? {
        duties(tx, viewer, station, now)?;
    }
    store::hold(tx, viewer, &role.permissions, station, now)?;
    Ok(())
}

fn fill(tx: &mut Tx<'_>, now: Timestamp) -> Result<(), IdentityError> {
    let nobody = || random::bytes::<32>();
    let founding = Founding {
        organisation: "Made-up service".to_owned(),
        service: Service::Both,
        given_name: "Sam".to_owned(),
        family_name: "Sampler".to_owned(),
        email: "sam.sampler@example.invalid".to_owned(),
    };
    let founded = setup::found(tx, &founding, NO_PASSWORD, &nobody()?, now)?;
    let mut stations = Vec::new();
    for (code, name) in STATIONS {
        let station = organisation::found_unit(tx, founded.unit, "station", name, Some(code), now)?;
        organisation::found_unit(tx, station, "watch", &format!("{name}, Red watch"), None, now)?;
        stations.push(station);
    }
    for (number, &(given_name, family_name, code, at)) in (1_u32..).zip(PEOPLE) {
        let unit = stations.get(at).copied().unwrap_or(founded.unit);
        let roles: Vec<(RoleId, Option<UnitId>)> = founded
            .role(code)
            .map(|role| (role, (code == MANAGER).then_some(unit)))
            .into_iter()
            .chain(founded.role(MEMBER).filter(|_role| code != MEMBER).map(|role| (role, None)))
            .collect();
        let email = format!("{given_name}.{family_name}@example.invalid").to_lowercase();
        let employee_number = format!("X{number:03}");
        let joining =
            Joining { given_name, family_name, email: &email, employee_number: &employee_number, unit, roles: &roles };
        let person = setup::join(tx, &joining, NO_PASSWORD, &nobody()?, now)?;
        duties(tx, person, unit, now)?;
        store::hr(tx, person, number, now)?;
    }
    Ok(())
}

/// Six shifts in the last two weeks.
fn duties(tx: &mut Tx<'_>, person: PersonId, unit: UnitId, now: Timestamp) -> Result<(), IdentityError> {
    let today = civil::local(now).date();
    for ago in [1_i64, 2, 5, 6, 9, 13] {
        let Ok(day) = today.checked_sub(ago.days()) else { continue };
        let start = civil::start_of_day(day) + SignedDuration::from_hours(9);
        store::duty(tx, person, unit, day, start, now)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn made_up_people_belong_to_made_up_stations() {
        assert!(PEOPLE.iter().all(|(_given, _family, _role, at)| *at < STATIONS.len()));
    }
}
