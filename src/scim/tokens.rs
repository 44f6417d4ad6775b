//! The tokens with which directories come: made in the console, shown once, revoked there.

use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

use super::policy::{Configure, MakeToken};
use super::{ScimError, token_store};
use crate::audit::{self, Entry, Value};
use crate::authz::{self, AuthzError, Caller, SystemName};
use crate::crypto::{Token, TokenDigest};
use crate::db::Db;
use crate::identity::grants::Role;
use crate::identity::vouched;
use crate::kernel::ids::{OrganisationId, RoleId, ScimTokenId, UnitId};
use crate::organisation::{UnitTree, units};

/// What every token begins with, so that one that was lost somewhere is recognised.
pub const PREFIX: &str = "wrscim_";

/// A token as its holder has it: the organisation, then the secret.
#[derive(Debug, Clone)]
pub struct Bearer {
    /// Whose.
    pub organisation: OrganisationId,
    /// The secret.
    pub token: Token,
}

impl Bearer {
    /// Reads what [`Bearer::reveal`] wrote; `None` for anything else.
    pub fn parse(text: &str) -> Option<Self> {
        let (organisation, token) = text.strip_prefix(PREFIX)?.split_once('_')?;
        Some(Self { organisation: OrganisationId(Uuid::try_parse(organisation).ok()?), token: Token::parse(token)? })
    }

    /// The token as its holder sees it.
    pub fn reveal(&self) -> String {
        format!("{PREFIX}{}_{}", self.organisation.0.simple(), self.token.reveal())
    }
}

/// What is known of a token that opened the door.
#[derive(Debug, Clone, Copy)]
pub struct Admitted {
    /// Which.
    pub id: ScimTokenId,
    /// Where people belong whose department is no unit.
    pub default_unit: UnitId,
    /// Which role people get whose record it made.
    pub default_role: Option<RoleId>,
}

/// A token as the console shows it.
#[derive(Debug, Clone)]
pub struct TokenView {
    /// Which.
    pub id: ScimTokenId,
    /// What it is called.
    pub name: String,
    /// Where new people belong.
    pub unit: UnitId,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it ends.
    pub expires_at: Option<Timestamp>,
    /// When it was last used, to the minute.
    pub last_used_at: Option<Timestamp>,
    /// When it was revoked.
    pub revoked_at: Option<Timestamp>,
}

/// A token to be made.
#[derive(Debug, Clone)]
pub struct NewToken {
    /// What it is called.
    pub name: String,
    /// Where new people belong.
    pub unit: UnitId,
    /// Which role they get.
    pub role: Option<RoleId>,
    /// How long it lasts; `None` until it is revoked.
    pub lifetime: Option<SignedDuration>,
}

impl NewToken {
    /// When it ends, made at `now`; never, if it lasts until it is revoked.
    pub(super) fn expires_at(&self, now: Timestamp) -> Option<Timestamp> {
        self.lifetime.map(|lifetime| now + lifetime)
    }
}

/// What the console shows of provisioning.
#[derive(Debug, Clone, Default)]
pub struct Overview {
    /// The tokens, newest first.
    pub tokens: Vec<TokenView>,
    /// How many people directories keep.
    pub people: i64,
    /// How many groups.
    pub groups: i64,
    /// All units.
    pub units: UnitTree,
    /// All roles.
    pub roles: Vec<Role>,
}

/// Lets a directory in by its token; notes the use, to the minute.
///
/// # Errors
/// [`ScimError::Unauthorised`] when there is no such token, or it was revoked or has ended.
pub async fn admit(db: &Db, bearer: &Bearer, now: Timestamp) -> Result<Admitted, ScimError> {
    let TokenDigest(digest) = bearer.token.digest();
    let caller = Caller::system(SystemName::Scim, bearer.organisation);
    db.write(&caller, move |tx| token_store::admit(tx, &digest, now)?.ok_or(ScimError::Unauthorised)).await
}

/// All of it.
///
/// # Errors
/// [`ScimError::Authz`].
pub async fn overview(db: &Db, caller: &Caller) -> Result<Overview, ScimError> {
    db.read(caller, |tx| {
        let may = authz::may::<Configure>(tx, ())?;
        let (people, groups) = token_store::counts(tx)?;
        Ok(Overview {
            tokens: token_store::all(tx, &may)?,
            people,
            groups,
            units: units::tree_in(tx)?,
            roles: vouched::roles(tx)?,
        })
    })
    .await
}

/// Makes a token; what it is, is known to nobody afterwards but whoever gets it here.
///
/// # Errors
/// [`ScimError::Refused`] for a role that gives roles, or a unit that is closed; [`ScimError::Authz`].
pub async fn make(db: &Db, caller: &Caller, wanted: NewToken, now: Timestamp) -> Result<Bearer, ScimError> {
    let token = Token::random()?;
    let TokenDigest(digest) = token.digest();
    let bearer = Bearer { organisation: caller.organisation(), token };
    db.write(caller, move |tx| {
        let may = authz::may::<MakeToken>(tx, ())?;
        let by = tx.caller().person_id().ok_or(AuthzError::Hidden)?;
        if units::tree_in(tx)?.get(wanted.unit).is_none_or(|unit| unit.closed) {
            return Err(ScimError::Refused("Choose an open unit."));
        }
        if let Some(role) = wanted.role {
            let known = vouched::roles(tx)?.into_iter().find(|known| known.id == role).ok_or(AuthzError::Hidden)?;
            if known.for_unit || vouched::is_owners(tx, role)? {
                return Err(ScimError::Refused("Choose a role that needs no unit and cannot give roles."));
            }
        }
        let (id, expires_at) = (ScimTokenId::new(now), wanted.expires_at(now));
        token_store::insert(tx, &may, id, &digest, &wanted, by, now)?;
        let entry = Entry::new("scim.token-make").on("token", id).noting("name", wanted.name);
        audit::record(tx, now, entry.noting("expires", expires_at.map(Value::from)))?;
        Ok(())
    })
    .await?;
    Ok(bearer)
}

/// Revokes a token: the next request with it is refused.
///
/// # Errors
/// [`ScimError::Authz`], also when there is no such token.
pub async fn revoke(db: &Db, caller: &Caller, id: ScimTokenId, now: Timestamp) -> Result<(), ScimError> {
    db.write(caller, move |tx| {
        let may = authz::may::<Configure>(tx, ())?;
        if !token_store::revoke(tx, &may, id, now)? {
            return Err(AuthzError::Hidden.into());
        }
        audit::record(tx, now, Entry::new("scim.token-revoke").on("token", id))?;
        Ok(())
    })
    .await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_survives_its_way_to_the_holder_and_back() {
        let bearer =
            Bearer { organisation: OrganisationId(Uuid::from_u128(7)), token: Token::random().expect("random") };
        let text = bearer.reveal();
        assert!(text.starts_with("wrscim_"));
        let back = Bearer::parse(&text).expect("our own text");
        assert_eq!((back.organisation, back.token.digest()), (bearer.organisation, bearer.token.digest()));
        for nonsense in ["", "wrscim_", "wrscim_x_y", "wrpat_00000000000000000000000000000007_x", &text[1..]] {
            assert!(Bearer::parse(nonsense).is_none(), "{nonsense}");
        }
    }
}
