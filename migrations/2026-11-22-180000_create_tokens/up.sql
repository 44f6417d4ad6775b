-- Tokens by which programs act: for a person, or for the organisation under a person who answers for them.

create table api_tokens (
    organisation_id uuid not null references organisations,
    id uuid not null,
    person_id uuid not null,
    kind text not null check (kind in ('personal', 'service')),
    name text not null check (length(name) between 1 and 80),
    secret_hash bytea not null check (length(secret_hash) = 32),
    hint text not null check (length(hint) = 4),
    previous_hash bytea check (length(previous_hash) = 32),
    previous_until timestamptz,
    networks text not null default '',
    created_at timestamptz not null,
    expires_at timestamptz not null,
    rotated_at timestamptz,
    revoked_at timestamptz,
    revoked_by uuid,
    last_used_at timestamptz,
    last_used_from text,
    primary key (organisation_id, id),
    foreign key (organisation_id, person_id) references people (organisation_id, id),
    check (expires_at > created_at),
    check ((previous_hash is null) = (previous_until is null))
);
comment on table api_tokens is 'Tokens for the API. The token itself is shown once and never stored.';
comment on column api_tokens.person_id is 'Whose it is: no token may do more than this person at the time of use.';
comment on column api_tokens.secret_hash is 'SHA-256 of the token.';
comment on column api_tokens.hint is 'Four characters of the token, to know it again.';
comment on column api_tokens.previous_hash is 'SHA-256 of the token before the last rotation, good until previous_until.';
comment on column api_tokens.networks is 'CIDR notation, one per line; empty: from anywhere.';
comment on column api_tokens.last_used_at is 'To the minute.';
comment on column api_tokens.last_used_from is 'Masked.';
create unique index api_tokens_secret on api_tokens (organisation_id, secret_hash);
create index api_tokens_previous on api_tokens (organisation_id, previous_hash) where previous_hash is not null;
create index api_tokens_person on api_tokens (organisation_id, person_id, id desc);

create table api_token_scopes (
    organisation_id uuid not null,
    token_id uuid not null,
    person_id uuid not null,
    permission text not null,
    primary key (organisation_id, token_id, permission),
    foreign key (organisation_id, token_id) references api_tokens (organisation_id, id)
);
comment on table api_token_scopes is 'What a token may do, of what its person may. No foreign key on the catalogue: a permission that is gone gives nothing.';

create table api_token_uses (
    organisation_id uuid not null,
    token_id uuid not null,
    at timestamptz not null,
    id uuid not null,
    person_id uuid not null,
    route text not null,
    status smallint not null,
    masked_address text,
    primary key (organisation_id, token_id, at, id)
);
comment on table api_token_uses is 'Each request with a token, written in batches a moment later and kept for tokens.usage_days.';
create index api_token_uses_age on api_token_uses (organisation_id, at);

alter table api_tokens enable row level security; alter table api_tokens force row level security;
call app_secure('api_tokens', '{me} or {holds:token.read} or {system:tokens}',
    '(kind = ''personal'' and {own:token.own}) or (kind = ''service'' and {me} and {holds:token.service})',
    '{me} or ({holds:token.service} and {holds:token.read}) or {system:tokens}', null);

alter table api_token_scopes enable row level security; alter table api_token_scopes force row level security;
call app_secure('api_token_scopes', '{me} or {holds:token.read} or {system:tokens}', '{me}', null, null);

alter table api_token_uses enable row level security; alter table api_token_uses force row level security;
call app_secure('api_token_uses', '{me} or {holds:token.read} or {system:tokens}', '{system:tokens}', null,
    '{system:tokens}');

-- A token that is revoked, rotated or given other ends makes whoever was let in by it look again.
create trigger access_changed after update of secret_hash, previous_hash, previous_until, expires_at, revoked_at on api_tokens
    for each row execute function app_access_changed();

-- Nor does anything that somebody made go on to let in once they have left.
create function app_person_left_tokens() returns trigger
language plpgsql security definer set search_path = pg_catalog, public as $$
begin
    update api_tokens set revoked_at = new.left_at, previous_hash = null, previous_until = null
     where organisation_id = new.organisation_id and person_id = new.id and revoked_at is null;
    return null;
end $$;
create trigger person_left_tokens after update of left_at on people
    for each row when (new.left_at is not null and old.left_at is null) execute function app_person_left_tokens();
create policy definer_reads on api_tokens for select to watchroom_owner
    using (organisation_id = (select current_setting('app.organisation', true)::uuid));
create policy definer_revokes on api_tokens for update to watchroom_owner
    using (organisation_id = (select current_setting('app.organisation', true)::uuid))
    with check (organisation_id = (select current_setting('app.organisation', true)::uuid));

-- The page that asks whether somebody left counts them too.
drop function app_what_ends(uuid, timestamptz);
create function app_what_ends(somebody uuid, moment timestamptz) returns table (sessions bigint, links bigint, roles bigint, tokens bigint)
language sql stable security definer set search_path = pg_catalog, public as $$
    select (select count(*) from sessions s
             where s.organisation_id = (select current_setting('app.organisation', true)::uuid) and s.person_id = somebody
               and s.expires_at > moment),
           (select count(*) from password_links l
             where l.organisation_id = (select current_setting('app.organisation', true)::uuid) and l.person_id = somebody
               and l.used_at is null and l.expires_at > moment),
           (select count(*) from role_grants g
             where g.organisation_id = (select current_setting('app.organisation', true)::uuid) and g.person_id = somebody
               and (g.ends_at is null or g.ends_at > moment)),
           (select count(*) from api_tokens t
             where t.organisation_id = (select current_setting('app.organisation', true)::uuid) and t.person_id = somebody
               and t.revoked_at is null and t.expires_at > moment)
     where app_holds('people.leave')
$$;
revoke all on function app_what_ends(uuid, timestamptz) from public;
grant execute on function app_what_ends(uuid, timestamptz) to watchroom_app;

-- Inside a transaction that a token opened, the functions by which all policies ask what the caller holds see only what
-- the token may. What others hold they see as it is, or somebody who may do more would look like one who may not.
create function app_limit(scopes text) returns text
language sql volatile set search_path = pg_catalog, public as $$
    select set_config('app.scopes', ',' || scopes || ',', true)
$$;
comment on function app_limit is 'Limits the transaction to these permissions, a list with commas between. There is no way back within it.';
create or replace view grants_in_force with (security_invoker = true) as
    select g.organisation_id, g.person_id, g.id as grant_id, g.role_id, g.unit_id, g.starts_at, g.ends_at,
           p.permission, p.scope
      from role_grants g
      join role_permissions p on p.organisation_id = g.organisation_id and p.role_id = g.role_id
     where (g.starts_at is null or g.starts_at <= now()) and (g.ends_at is null or g.ends_at > now())
       and (g.person_id <> (select current_setting('app.person', true)::uuid)
            or coalesce(current_setting('app.scopes', true), '') = ''
            or position(',' || p.permission || ',' in current_setting('app.scopes', true)) > 0);
