-- Second factors. What is secret in them is sealed with a key that is not in the database (authenticator apps), is
-- public anyway (passkeys), or is kept as a keyed hash (recovery codes).
create table totp_secrets (
    organisation_id uuid not null,
    person_id uuid not null,
    sealed bytea,
    pending bytea,
    pending_at timestamptz,
    confirmed_at timestamptz,
    last_step bigint not null default 0,
    last_used_at timestamptz,
    primary key (organisation_id, person_id),
    foreign key (organisation_id, person_id) references people (organisation_id, id)
);
comment on column totp_secrets.sealed is 'XChaCha20-Poly1305 under a key that is not in the database; bound to organisation and person.';
comment on column totp_secrets.pending is 'A secret that was shown and not confirmed with a code yet.';
comment on column totp_secrets.last_step is 'The 30-second step of the last code that was taken; it and all before are refused.';

create table passkeys (
    organisation_id uuid not null,
    id uuid not null,
    person_id uuid not null,
    credential_id bytea not null check (length(credential_id) between 1 and 1023),
    credential text not null,
    rp_id text not null,
    name text not null check (length(name) between 1 and 60),
    created_at timestamptz not null,
    last_used_at timestamptz,
    primary key (organisation_id, id),
    foreign key (organisation_id, person_id) references people (organisation_id, id)
);
comment on column passkeys.credential is 'Public key, counter and flags as JSON; nothing in it is secret.';
comment on column passkeys.rp_id is 'The name under which the browser knows us; a passkey works under that name alone.';
create unique index passkeys_credential on passkeys (organisation_id, credential_id);
create index passkeys_person on passkeys (organisation_id, person_id, created_at);

create table passkey_ceremonies (
    organisation_id uuid not null,
    token_hash bytea not null check (length(token_hash) = 32),
    person_id uuid not null,
    purpose text not null check (purpose in ('enrol', 'factor', 'sign-in', 'step-up')),
    state text not null,
    created_at timestamptz not null,
    expires_at timestamptz not null,
    primary key (organisation_id, token_hash)
);
comment on table passkey_ceremonies is 'Challenges that wait for a browser''s answer; each is taken once.';
comment on column passkey_ceremonies.person_id is 'Whose; all zeros for a sign-in by passkey alone, where the answer says who.';
create index passkey_ceremonies_expiry on passkey_ceremonies (organisation_id, expires_at);

create table recovery_codes (
    organisation_id uuid not null,
    person_id uuid not null,
    code_hash bytea not null check (length(code_hash) = 32),
    created_at timestamptz not null,
    used_at timestamptz,
    primary key (organisation_id, person_id, code_hash),
    foreign key (organisation_id, person_id) references people (organisation_id, id)
);
comment on column recovery_codes.code_hash is 'HMAC-SHA-256 under the appliance''s key, which is not in the database.';

alter table totp_secrets enable row level security; alter table totp_secrets force row level security;
call app_secure('totp_secrets', '{me} or {system:sign-in} or {system:operator} or {holds:factor.reset}', '{me}',
    '{me} or {system:sign-in}', '{me} or {system:operator} or {holds:factor.reset}');

alter table passkeys enable row level security; alter table passkeys force row level security;
call app_secure('passkeys', '{me} or {system:sign-in} or {system:operator} or {holds:factor.reset}', '{me}',
    '{me} or {system:sign-in}', '{me} or {system:operator} or {holds:factor.reset}');

alter table passkey_ceremonies enable row level security; alter table passkey_ceremonies force row level security;
call app_secure('passkey_ceremonies', '{me} or {system:sign-in}', '{me} or {system:sign-in}', null,
    '{me} or {system:sign-in}');

alter table recovery_codes enable row level security; alter table recovery_codes force row level security;
call app_secure('recovery_codes', '{me} or {system:sign-in} or {system:operator} or {holds:factor.reset}', '{me}',
    '{me} or {system:sign-in}', '{me} or {system:operator} or {holds:factor.reset}');

-- Somebody who left keeps nothing that opens a door: their factors go with their sessions.
create function app_person_left_factors() returns trigger
language plpgsql security definer set search_path = pg_catalog, public as $$
begin
    delete from sign_in_steps where organisation_id = new.organisation_id and person_id = new.id;
    delete from totp_secrets where organisation_id = new.organisation_id and person_id = new.id;
    delete from passkeys where organisation_id = new.organisation_id and person_id = new.id;
    delete from recovery_codes where organisation_id = new.organisation_id and person_id = new.id;
    return null;
end $$;
create trigger person_left_factors after update of left_at on people
    for each row when (new.left_at is not null and old.left_at is null) execute function app_person_left_factors();

create policy definer_reads on sign_in_steps for select to watchroom_owner
    using (organisation_id = (select current_setting('app.organisation', true)::uuid));
create policy definer_removes on sign_in_steps for delete to watchroom_owner
    using (organisation_id = (select current_setting('app.organisation', true)::uuid));
create policy definer_reads on totp_secrets for select to watchroom_owner
    using (organisation_id = (select current_setting('app.organisation', true)::uuid));
create policy definer_removes on totp_secrets for delete to watchroom_owner
    using (organisation_id = (select current_setting('app.organisation', true)::uuid));
create policy definer_reads on passkeys for select to watchroom_owner
    using (organisation_id = (select current_setting('app.organisation', true)::uuid));
create policy definer_removes on passkeys for delete to watchroom_owner
    using (organisation_id = (select current_setting('app.organisation', true)::uuid));
create policy definer_reads on recovery_codes for select to watchroom_owner
    using (organisation_id = (select current_setting('app.organisation', true)::uuid));
create policy definer_removes on recovery_codes for delete to watchroom_owner
    using (organisation_id = (select current_setting('app.organisation', true)::uuid));
