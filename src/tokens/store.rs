//! The tables of tokens.

mod uses;

use diesel::prelude::*;
use jiff::Timestamp;
use jiff_diesel::ToDiesel;

pub(super) use uses::{delete_before, page_of, tokens_used, write};

use super::model::{Draft, Filter, Offered, Page, Standing, Token, WARNING};
use super::policy::{ListTokens, MakeToken, RevokeToken, RotateToken};
use crate::authz::{ActingToken, Granted};
use crate::crypto::{ApiToken, TokenKind};
use crate::db::schema::{accounts, api_token_scopes, api_tokens, people, permissions};
use crate::db::{DbError, Tx};
use crate::kernel::cidr::Cidr;
use crate::kernel::ids::{OrganisationId, PersonId, TokenId};

/// Tokens of one person at most, in the list of their own.
const MOST_OWN: i64 = 200;

type Time = jiff_diesel::Timestamp;

type Columns = (
    (api_tokens::id, api_tokens::person_id, api_tokens::kind, api_tokens::name, api_tokens::hint, api_tokens::networks),
    (api_tokens::created_at, api_tokens::expires_at, api_tokens::previous_until, api_tokens::revoked_at),
    (api_tokens::last_used_at, api_tokens::last_used_from),
);

const COLUMNS: Columns = (
    (api_tokens::id, api_tokens::person_id, api_tokens::kind, api_tokens::name, api_tokens::hint, api_tokens::networks),
    (api_tokens::created_at, api_tokens::expires_at, api_tokens::previous_until, api_tokens::revoked_at),
    (api_tokens::last_used_at, api_tokens::last_used_from),
);

type Loaded = (
    (TokenId, PersonId, String, String, String, String),
    (Time, Time, Option<Time>, Option<Time>),
    (Option<Time>, Option<String>),
);

fn networks(text: &str) -> Vec<Cidr> {
    text.lines().filter_map(|line| line.parse().ok()).collect()
}

fn token_of(loaded: Loaded, person_name: Option<String>, scopes: Vec<String>) -> Token {
    let (
        (id, person, kind, name, hint, networks_text),
        (created_at, expires_at, previous_until, revoked_at),
        (last_used_at, last_used_from),
    ) = loaded;
    Token {
        id,
        person,
        person_name,
        kind: TokenKind::parse(&kind).unwrap_or(TokenKind::Personal),
        name,
        hint,
        scopes,
        networks: networks(&networks_text),
        created_at: created_at.to_jiff(),
        expires_at: expires_at.to_jiff(),
        previous_until: previous_until.map(Time::to_jiff),
        revoked_at: revoked_at.map(Time::to_jiff),
        last_used_at: last_used_at.map(Time::to_jiff),
        last_used_from,
    }
}

/// The names of the tokens' people whom the reader may see, and the tokens' scopes.
fn complete(tx: &mut Tx<'_>, rows: Vec<Loaded>) -> Result<Vec<Token>, DbError> {
    let organisation = tx.caller().organisation();
    let ids: Vec<TokenId> = rows.iter().map(|row| row.0.0).collect();
    let persons: Vec<PersonId> = rows.iter().map(|row| row.0.1).collect();
    let scopes: Vec<(TokenId, String)> = api_token_scopes::table
        .filter(api_token_scopes::organisation_id.eq(organisation).and(api_token_scopes::token_id.eq_any(&ids)))
        .select((api_token_scopes::token_id, api_token_scopes::permission))
        .order(api_token_scopes::permission)
        .load(tx.conn())?;
    let names: Vec<(PersonId, String, String)> = people::table
        .filter(people::organisation_id.eq(organisation).and(people::id.eq_any(&persons)))
        .select((people::id, people::given_name, people::family_name))
        .load(tx.conn())?;
    Ok(rows
        .into_iter()
        .map(|row| {
            let (id, person) = (row.0.0, row.0.1);
            let of_it = scopes.iter().filter(|(token, _scope)| *token == id).map(|(_token, scope)| scope.clone());
            let name = names.iter().find(|(whose, ..)| *whose == person);
            let name = name.map(|(_whose, given, family)| format!("{given} {family}"));
            token_of(row, name, of_it.collect())
        })
        .collect())
}

/// A token that the caller's row-level policies show: facts for a permission.
pub(super) fn token(tx: &mut Tx<'_>, id: TokenId) -> Result<Option<Token>, DbError> {
    let row: Option<Loaded> =
        api_tokens::table.find((tx.caller().organisation(), id)).select(COLUMNS).first(tx.conn()).optional()?;
    Ok(complete(tx, row.into_iter().collect())?.pop())
}

/// The caller's own tokens, newest first.
pub(super) fn own(tx: &mut Tx<'_>) -> Result<Vec<Token>, DbError> {
    let person = tx.caller().person_id().unwrap_or(PersonId::NIL);
    let rows: Vec<Loaded> = api_tokens::table
        .filter(api_tokens::organisation_id.eq(tx.caller().organisation()).and(api_tokens::person_id.eq(person)))
        .select(COLUMNS)
        .order(api_tokens::id.desc())
        .limit(MOST_OWN)
        .load(tx.conn())?;
    complete(tx, rows)
}

/// All tokens of the organisation, newest first, after `after`.
pub(super) fn page<'tx>(
    tx: &mut Tx<'tx>,
    _may: &Granted<'tx, ListTokens>,
    filter: Filter,
    after: Option<TokenId>,
    limit: u16,
    now: Timestamp,
) -> Result<Page<Token, TokenId>, DbError> {
    let mut query = api_tokens::table.filter(api_tokens::organisation_id.eq(tx.caller().organisation())).into_boxed();
    if let Some(kind) = filter.kind {
        query = query.filter(api_tokens::kind.eq(kind.as_str()));
    }
    if filter.standing.is_some() {
        query = query.filter(api_tokens::revoked_at.is_null().and(api_tokens::expires_at.gt(now.to_diesel())));
    }
    if filter.standing == Some(Standing::Ending) {
        let soon = now.checked_add(WARNING).unwrap_or(now);
        query = query.filter(api_tokens::expires_at.lt(soon.to_diesel()));
    }
    if let Some(after) = after {
        query = query.filter(api_tokens::id.lt(after));
    }
    let mut rows: Vec<Loaded> =
        query.select(COLUMNS).order(api_tokens::id.desc()).limit(i64::from(limit) + 1).load(tx.conn())?;
    let more = rows.len() > usize::from(limit);
    rows.truncate(usize::from(limit));
    let rows = complete(tx, rows)?;
    let next = rows.last().filter(|_last| more).map(|last| last.id);
    Ok(Page { rows, next })
}

/// The whole catalogue, in its order: nobody's data.
pub(super) fn catalogue(tx: &mut Tx<'_>) -> Result<Vec<Offered>, DbError> {
    let rows: Vec<(String, String, String)> = permissions::table
        .select((permissions::code, permissions::area, permissions::summary))
        .order((permissions::area, permissions::code))
        .load(tx.conn())?;
    Ok(rows.into_iter().map(|(code, area, summary)| Offered { code, area, summary }).collect())
}

/// Writes a new token; `false` when there is one with this id already.
pub(super) fn insert<'tx>(
    tx: &mut Tx<'tx>,
    may: &Granted<'tx, MakeToken>,
    id: TokenId,
    draft: &Draft,
    text: &ApiToken,
    now: Timestamp,
) -> Result<bool, DbError> {
    let organisation = tx.caller().organisation();
    let person = tx.caller().person_id().unwrap_or(PersonId::NIL);
    let lines: Vec<String> = draft.networks.iter().map(ToString::to_string).collect();
    let inserted = diesel::insert_into(api_tokens::table)
        .values((
            api_tokens::organisation_id.eq(organisation),
            api_tokens::id.eq(id),
            api_tokens::person_id.eq(person),
            api_tokens::kind.eq(may.scope().as_str()),
            api_tokens::name.eq(&draft.name),
            api_tokens::secret_hash.eq(text.digest().0.as_slice()),
            api_tokens::hint.eq(text.hint()),
            api_tokens::networks.eq(lines.join("\n")),
            api_tokens::created_at.eq(now.to_diesel()),
            api_tokens::expires_at.eq(draft.expires_at.to_diesel()),
        ))
        .on_conflict((api_tokens::organisation_id, api_tokens::id))
        .do_nothing()
        .execute(tx.conn())?;
    if inserted == 0 {
        return Ok(false);
    }
    let scopes: Vec<_> = draft
        .scopes
        .iter()
        .map(|scope| {
            (
                api_token_scopes::organisation_id.eq(organisation),
                api_token_scopes::token_id.eq(id),
                api_token_scopes::person_id.eq(person),
                api_token_scopes::permission.eq(scope),
            )
        })
        .collect();
    diesel::insert_into(api_token_scopes::table).values(scopes).execute(tx.conn())?;
    Ok(true)
}

/// Gives a token another text; the one before stays good until `old_until`, when that is said.
pub(super) fn rotate<'tx>(
    tx: &mut Tx<'tx>,
    may: &Granted<'tx, RotateToken>,
    text: &ApiToken,
    old_until: Option<Timestamp>,
    now: Timestamp,
) -> Result<(), DbError> {
    let this = api_tokens::table.find((tx.caller().organisation(), may.scope()));
    let old: Vec<u8> = this.select(api_tokens::secret_hash).first(tx.conn())?;
    diesel::update(this)
        .set((
            api_tokens::secret_hash.eq(text.digest().0.as_slice()),
            api_tokens::hint.eq(text.hint()),
            api_tokens::previous_hash.eq(old_until.map(|_until| old)),
            api_tokens::previous_until.eq(old_until.map(|until| until.to_diesel())),
            api_tokens::rotated_at.eq(now.to_diesel()),
        ))
        .execute(tx.conn())?;
    Ok(())
}

/// Revokes a token for good.
pub(super) fn revoke<'tx>(tx: &mut Tx<'tx>, may: &Granted<'tx, RevokeToken>, now: Timestamp) -> Result<(), DbError> {
    let by = tx.caller().person_id();
    diesel::update(api_tokens::table.find((tx.caller().organisation(), may.scope())))
        .set((
            api_tokens::revoked_at.eq(now.to_diesel()),
            api_tokens::revoked_by.eq(by),
            api_tokens::previous_hash.eq(None::<Vec<u8>>),
            api_tokens::previous_until.eq(None::<Time>),
        ))
        .execute(tx.conn())?;
    Ok(())
}

/// What has to be known of a token to act with it.
#[derive(Debug, Clone)]
pub(super) struct Live {
    pub(super) id: TokenId,
    pub(super) person: PersonId,
    pub(super) scopes: Vec<String>,
    pub(super) networks: Vec<Cidr>,
    pub(super) good_until: Timestamp,
}

/// The token whose text, or whose text before its rotation, has this SHA-256, if it is good at `now`. For the system
/// caller that looks tokens up.
pub(super) fn live(
    tx: &mut Tx<'_>,
    organisation: OrganisationId,
    digest: &[u8; 32],
    now: Timestamp,
) -> Result<Option<Live>, DbError> {
    type Row = (TokenId, PersonId, String, Time, Option<Time>, bool);
    let good = || {
        api_tokens::table
            .filter(api_tokens::organisation_id.eq(organisation))
            .filter(api_tokens::revoked_at.is_null().and(api_tokens::expires_at.gt(now.to_diesel())))
    };
    let columns = || {
        (
            api_tokens::id,
            api_tokens::person_id,
            api_tokens::networks,
            api_tokens::expires_at,
            api_tokens::previous_until,
            api_tokens::secret_hash.eq(digest.as_slice()),
        )
    };
    let by_text = good().filter(api_tokens::secret_hash.eq(digest.as_slice())).select(columns());
    let found: Option<Row> = match by_text.first(tx.conn()).optional()? {
        Some(found) => Some(found),
        None => good()
            .filter(api_tokens::previous_hash.is_not_null())
            .filter(api_tokens::previous_hash.assume_not_null().eq(digest.as_slice()))
            .filter(api_tokens::previous_until.assume_not_null().gt(now.to_diesel()))
            .select(columns())
            .first(tx.conn())
            .optional()?,
    };
    let Some((id, person, networks_text, expires_at, previous_until, present)) = found else { return Ok(None) };
    let expires_at = expires_at.to_jiff();
    let until = previous_until.map(Time::to_jiff).filter(|_until| !present);
    let scopes = api_token_scopes::table
        .filter(api_token_scopes::organisation_id.eq(organisation).and(api_token_scopes::token_id.eq(id)))
        .select(api_token_scopes::permission)
        .load(tx.conn())?;
    Ok(Some(Live {
        id,
        person,
        scopes,
        networks: networks(&networks_text),
        good_until: until.map_or(expires_at, |until| until.min(expires_at)),
    }))
}

/// Whether a token still lets in by the text with this SHA-256, as its person sees it, and whether they still have an
/// account. That its time is not over is known to whoever asks.
pub(super) fn still_good(
    connection: &mut diesel::PgConnection,
    organisation: OrganisationId,
    person: PersonId,
    acting: &ActingToken,
) -> Result<bool, DbError> {
    use diesel::dsl::{exists, not, select};
    let text = acting.text.as_slice();
    let before = api_tokens::previous_hash.is_not_null().and(api_tokens::previous_hash.assume_not_null().eq(text));
    let good = api_tokens::table
        .find((organisation, acting.id))
        .filter(api_tokens::revoked_at.is_null().and(api_tokens::secret_hash.eq(text).or(before)));
    let closed = accounts::table.find((organisation, person)).filter(accounts::disabled_at.is_not_null());
    Ok(select(exists(good).and(not(exists(closed)))).get_result(connection)?)
}
