//! What an organisation asks of sign-ins, and each role on top: a second factor, shorter sessions. Of several roles
//! the strictest of each counts.

use jiff::{SignedDuration, Timestamp};

use super::{IdentityError, policy, sign_in_rules_store as store};
use crate::audit::{self, Entry, Field};
use crate::authz::{self, AuthzError, Caller};
use crate::config::SessionSettings;
use crate::db::{Db, Tx};
use crate::kernel::ids::{PersonId, RoleId};

/// What an organisation asks of everybody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OrganisationRules {
    /// Sessions that one person may have at once, 1 to 100.
    pub max_sessions: i32,
    /// Whether a passkey alone signs somebody in.
    pub passkey_alone: bool,
    /// Whether 8 characters do for the password of somebody who has a second factor.
    pub short_with_factor: bool,
}

impl Default for OrganisationRules {
    fn default() -> Self {
        Self { max_sessions: 10, passkey_alone: true, short_with_factor: false }
    }
}

/// What a role asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoleRules {
    /// Which.
    pub role: RoleId,
    /// What it is called.
    pub name: String,
    /// Since when it asks for a second factor.
    pub factor_since: Option<Timestamp>,
    /// Days from then, or from when the role was given, in which one may still sign in without.
    pub grace_days: i32,
    /// Unused this long, a session ends (minutes); `None` for the appliance's limit.
    pub idle_minutes: Option<i32>,
    /// A session ends this long after its sign-in (minutes); `None` for the appliance's limit.
    pub absolute_minutes: Option<i32>,
}

impl RoleRules {
    /// Days of grace when nobody chose others.
    pub const GRACE_DAYS: i32 = 14;
}

/// What somebody's roles ask for together.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct PersonRules {
    /// From when on they need a second factor; `None` when no role of theirs asks for one.
    pub factor_due: Option<Timestamp>,
    /// Unused this long, a session ends (minutes).
    pub idle_minutes: Option<u32>,
    /// A session ends this long after its sign-in (minutes).
    pub absolute_minutes: Option<u32>,
}

impl PersonRules {
    /// Unused this long, a session ends: the strictest of the appliance's limit and the roles'.
    pub fn idle(&self, settings: &SessionSettings) -> SignedDuration {
        strictest(settings.idle_minutes, self.idle_minutes)
    }

    /// A session ends this long after its sign-in.
    pub fn absolute(&self, settings: &SessionSettings) -> SignedDuration {
        strictest(settings.absolute_minutes, self.absolute_minutes)
    }
}

fn strictest(appliance: u32, roles: Option<u32>) -> SignedDuration {
    SignedDuration::from_mins(i64::from(roles.map_or(appliance, |roles| roles.min(appliance))))
}

const MAX_SESSIONS: Field = Field::shown("max_sessions");
const PASSKEY_ALONE: Field = Field::shown("passkey_alone");
const SHORT_WITH_FACTOR: Field = Field::shown("short_with_factor");
const FACTOR_SINCE: Field = Field::shown("factor_since");
const GRACE_DAYS: Field = Field::shown("grace_days");
const IDLE_MINUTES: Field = Field::shown("idle_minutes");
const ABSOLUTE_MINUTES: Field = Field::shown("absolute_minutes");

/// What the caller's organisation and its roles ask for.
///
/// # Errors
/// [`IdentityError::Db`].
pub async fn read(db: &Db, caller: &Caller) -> Result<(OrganisationRules, Vec<RoleRules>), IdentityError> {
    db.read(caller, |tx| Ok((store::of_organisation(tx)?, store::of_roles(tx)?))).await
}

/// What somebody's roles ask for together.
pub(super) fn of(tx: &mut Tx<'_>, person: PersonId) -> Result<PersonRules, IdentityError> {
    Ok(store::of_person(tx, person)?)
}

/// Changes what the organisation asks of everybody.
///
/// # Errors
/// [`IdentityError::Authz`].
pub async fn change(db: &Db, caller: &Caller, rules: OrganisationRules, now: Timestamp) -> Result<(), IdentityError> {
    db.write(caller, move |tx| {
        let may = authz::may::<policy::ConfigureSignIn>(tx, ())?;
        let before = store::of_organisation(tx)?;
        store::set_organisation(tx, &may, rules, now)?;
        let changes = [
            MAX_SESSIONS.change(before.max_sessions, rules.max_sessions),
            PASSKEY_ALONE.change(before.passkey_alone, rules.passkey_alone),
            SHORT_WITH_FACTOR.change(before.short_with_factor, rules.short_with_factor),
        ];
        audit::record(tx, now, Entry::new("signin.configure").on("organisation", "").changed(changes))?;
        Ok(())
    })
    .await
}

/// What somebody chose for a role.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RoleChoice {
    /// Whether it asks for a second factor.
    pub factor: bool,
    /// Days of grace, 0 to 90.
    pub grace_days: i32,
    /// Unused this long, a session ends (minutes).
    pub idle_minutes: Option<i32>,
    /// A session ends this long after its sign-in (minutes).
    pub absolute_minutes: Option<i32>,
}

/// Changes what a role asks for. A factor that was asked for before keeps its date, and so does everybody's grace.
///
/// # Errors
/// [`IdentityError::Authz`], also for a role that there is not.
pub async fn change_role(
    db: &Db,
    caller: &Caller,
    role: RoleId,
    choice: RoleChoice,
    now: Timestamp,
) -> Result<(), IdentityError> {
    db.write(caller, move |tx| {
        let may = authz::may::<policy::ConfigureSignIn>(tx, ())?;
        let before = store::of_roles(tx)?.into_iter().find(|known| known.role == role).ok_or(AuthzError::Hidden)?;
        let after = RoleRules {
            factor_since: choice.factor.then(|| before.factor_since.unwrap_or(now)),
            grace_days: choice.grace_days,
            idle_minutes: choice.idle_minutes,
            absolute_minutes: choice.absolute_minutes,
            ..before.clone()
        };
        store::set_role(tx, &may, &after, now)?;
        let changes = [
            FACTOR_SINCE.change(before.factor_since, after.factor_since),
            GRACE_DAYS.change(before.grace_days, after.grace_days),
            IDLE_MINUTES.change(before.idle_minutes, after.idle_minutes),
            ABSOLUTE_MINUTES.change(before.absolute_minutes, after.absolute_minutes),
        ];
        audit::record(tx, now, Entry::new("signin.configure").on("role", role).changed(changes))?;
        Ok(())
    })
    .await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_strictest_limit_counts_and_no_role_loosens_the_appliances() {
        let settings = SessionSettings { idle_minutes: 30, absolute_minutes: 720, step_up_minutes: 10 };
        let rules = |idle_minutes, absolute_minutes| PersonRules { factor_due: None, idle_minutes, absolute_minutes };
        assert_eq!(rules(Some(5), None).idle(&settings), SignedDuration::from_mins(5));
        assert_eq!(rules(Some(600), None).idle(&settings), SignedDuration::from_mins(30));
        assert_eq!(rules(None, Some(60)).absolute(&settings), SignedDuration::from_mins(60));
        assert_eq!(rules(None, None).absolute(&settings), SignedDuration::from_mins(720));
    }
}
