//! The verbs of tokens. Plain values in and out; each is one transaction.

use jiff::{SignedDuration, Timestamp};

use super::error::TokenError;
use super::model::{Draft, Filter, Offered, Page, Token, Used};
use super::policy::{ListTokens, MakeToken, ReadToken, RevokeToken, RotateToken, makes};
use super::{purge, store};
use crate::audit::{self, Entry};
use crate::authz::{self, Caller};
use crate::crypto::{ApiToken, TokenKind};
use crate::db::Db;
use crate::kernel::cursor::Cursor;
use crate::kernel::ids::TokenId;

/// Which kinds of tokens the caller may make.
pub(super) fn kinds(caller: &Caller) -> Vec<TokenKind> {
    [TokenKind::Personal, TokenKind::Service].into_iter().filter(|kind| makes(caller, *kind)).collect()
}

/// The permissions that the caller holds, in the catalogue's order: what a token of theirs can be given.
pub(super) async fn offered(db: &Db, caller: &Caller) -> Result<Vec<Offered>, TokenError> {
    db.read(caller, |tx| {
        let catalogue = store::catalogue(tx)?;
        let caller = tx.caller();
        Ok(catalogue.into_iter().filter(|one| caller.holds(&one.code)).collect())
    })
    .await
}

/// Makes a token; its text is in the answer and nowhere else.
///
/// # Errors
/// [`TokenError::MadeAlready`] when there is one with this id; [`TokenError::NotHeld`] for a scope that the caller
/// does not hold.
pub(super) async fn make(
    db: &Db,
    caller: &Caller,
    id: TokenId,
    draft: Draft,
    now: Timestamp,
) -> Result<ApiToken, TokenError> {
    let text = ApiToken::random(draft.kind, caller.organisation())?;
    db.write(caller, move |tx| {
        let may = authz::may::<MakeToken>(tx, draft.kind)?;
        if !draft.scopes.iter().all(|scope| tx.caller().holds(scope)) {
            return Err(TokenError::NotHeld);
        }
        if !store::insert(tx, &may, id, &draft, &text, now)? {
            return Err(TokenError::MadeAlready);
        }
        let organisation = tx.caller().organisation();
        purge::see_to_it(tx, organisation, now)?;
        let entry = Entry::new("token.make")
            .on("token", id)
            .noting("kind", draft.kind.as_str())
            .noting("name", draft.name)
            .noting("scopes", draft.scopes)
            .noting("networks", draft.networks.iter().map(ToString::to_string).collect::<Vec<_>>())
            .noting("expires_at", draft.expires_at);
        audit::record(tx, now, entry)?;
        Ok(text)
    })
    .await
}

/// The caller's own tokens, newest first.
pub(super) async fn own(db: &Db, caller: &Caller) -> Result<Vec<Token>, TokenError> {
    db.read(caller, |tx| Ok(store::own(tx)?)).await
}

/// All tokens of the organisation, newest first.
pub(super) async fn list(
    db: &Db,
    caller: &Caller,
    filter: Filter,
    after: Option<TokenId>,
    limit: u16,
    now: Timestamp,
) -> Result<Page<Token, TokenId>, TokenError> {
    db.read(caller, move |tx| {
        let may = authz::may::<ListTokens>(tx, ())?;
        Ok(store::page(tx, &may, filter, after, limit, now)?)
    })
    .await
}

/// What the page of one token shows.
#[derive(Debug, Clone)]
pub(super) struct Opened {
    pub(super) token: Token,
    pub(super) scopes: Vec<Offered>,
    pub(super) uses: Page<Used, Cursor>,
    pub(super) own: bool,
    pub(super) revokes: bool,
}

/// Opens a token with its uses. Looking at somebody else's is written to the audit trail: it says when they worked.
pub(super) async fn open(
    db: &Db,
    caller: &Caller,
    id: TokenId,
    after: Option<Cursor>,
    limit: u16,
    now: Timestamp,
) -> Result<Opened, TokenError> {
    db.write(caller, move |tx| {
        let may = authz::may::<ReadToken>(tx, id)?;
        let token = may.facts().clone();
        let own = tx.caller().person_id() == Some(token.person);
        if !own {
            audit::record(tx, now, Entry::new("token.read").on("token", id).about(token.person))?;
        }
        let uses = store::page_of(tx, &may, after, limit)?;
        let catalogue = store::catalogue(tx)?;
        let scopes = token.scopes.iter().map(|code| {
            let known = catalogue.iter().find(|entry| entry.code == *code).cloned();
            known.unwrap_or_else(|| Offered { code: code.clone(), area: String::new(), summary: code.clone() })
        });
        Ok(Opened { scopes: scopes.collect(), uses, own, revokes: super::policy::revokes(tx.caller(), &token), token })
    })
    .await
}

/// Gives a token another text, which is in the answer and nowhere else; the one before stays good for `overlap`.
///
/// # Errors
/// [`TokenError::Over`] when it is not good any more.
pub(super) async fn rotate(
    db: &Db,
    caller: &Caller,
    id: TokenId,
    overlap: SignedDuration,
    now: Timestamp,
) -> Result<(Token, ApiToken), TokenError> {
    db.write(caller, move |tx| {
        let may = authz::may::<RotateToken>(tx, id)?;
        let token = may.facts().clone();
        if !token.is_good(now) {
            return Err(TokenError::Over);
        }
        let text = ApiToken::random(token.kind, tx.caller().organisation())?;
        let until = (!overlap.is_zero()).then(|| now.checked_add(overlap).unwrap_or(now));
        store::rotate(tx, &may, &text, until, now)?;
        audit::record(tx, now, Entry::new("token.rotate").on("token", id).noting("old_until", until))?;
        Ok((token, text))
    })
    .await
}

/// Revokes a token for good.
///
/// # Errors
/// [`TokenError::Over`] when it was revoked already.
pub(super) async fn revoke(db: &Db, caller: &Caller, id: TokenId, now: Timestamp) -> Result<Token, TokenError> {
    db.write(caller, move |tx| {
        let may = authz::may::<RevokeToken>(tx, id)?;
        let token = may.facts().clone();
        if token.revoked_at.is_some() {
            return Err(TokenError::Over);
        }
        store::revoke(tx, &may, now)?;
        audit::record(tx, now, Entry::new("token.revoke").on("token", id).about(token.person))?;
        Ok(token)
    })
    .await
}

/// A token that the caller may rotate, for the page that asks how.
pub(super) async fn to_rotate(db: &Db, caller: &Caller, id: TokenId) -> Result<Token, TokenError> {
    db.read(caller, move |tx| Ok(authz::may::<RotateToken>(tx, id)?.facts().clone())).await
}

/// A token that the caller may revoke, for the page that asks whether.
pub(super) async fn to_revoke(db: &Db, caller: &Caller, id: TokenId) -> Result<Token, TokenError> {
    db.read(caller, move |tx| Ok(authz::may::<RevokeToken>(tx, id)?.facts().clone())).await
}
