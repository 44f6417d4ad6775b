create table accounts (
    organisation_id uuid not null,
    person_id uuid not null,
    email text not null,
    password_hash text,
    password_changed_at timestamptz,
    created_at timestamptz not null,
    disabled_at timestamptz,
    last_sign_in_at timestamptz,
    primary key (organisation_id, person_id),
    foreign key (organisation_id, person_id) references people (organisation_id, id)
);
comment on column accounts.email is 'Lower case; what the person signs in with.';
create unique index accounts_email on accounts (organisation_id, email);

-- Which organisations know an e-mail address, without the address: HMAC-SHA-256 of it under the appliance's key.
-- Sign-in has to find the organisation before it can enter one; this is all it learns there.
create table sign_in_directory (
    email_key bytea not null check (length(email_key) = 32),
    organisation_id uuid not null,
    primary key (email_key, organisation_id)
);

create table sessions (
    organisation_id uuid not null,
    token_hash bytea not null check (length(token_hash) = 32),
    person_id uuid not null,
    created_at timestamptz not null,
    seen_at timestamptz not null,
    expires_at timestamptz not null,
    masked_address text,
    device text,
    primary key (organisation_id, token_hash),
    foreign key (organisation_id, person_id) references people (organisation_id, id)
);
comment on column sessions.token_hash is 'SHA-256 of the token in the cookie; the token itself is never stored.';
comment on column sessions.expires_at is 'The absolute limit; the idle limit is reckoned from seen_at.';
create index sessions_person on sessions (organisation_id, person_id);

create trigger access_changed after delete on sessions for each row execute function app_access_changed();

create table sign_in_throttle (
    throttle_key bytea primary key check (length(throttle_key) = 32),
    failures integer not null,
    window_started_at timestamptz not null,
    blocked_until timestamptz
);
comment on table sign_in_throttle is 'Failed attempts by keyed hash of address or account; a logged table, so that a restart forgives nothing.';

create table setup_links (
    token_hash bytea primary key check (length(token_hash) = 32),
    created_at timestamptz not null,
    expires_at timestamptz not null,
    used_at timestamptz
);

alter table accounts enable row level security; alter table accounts force row level security;
call app_secure('accounts',
    '{me} or {system:sign-in} or {system:operator} or {holds:people.manage}',
    '{holds:people.manage} or {system:set-up} or {system:operator} or {system:import}',
    '{me} or {system:sign-in} or {system:operator} or {holds:people.manage}', null);

alter table sessions enable row level security; alter table sessions force row level security;
call app_secure('sessions', '{me} or {system:sign-in} or {system:operator}', '{system:sign-in}', '{system:sign-in}',
    '{me} or {system:sign-in} or {system:operator} or {holds:people.manage}');

-- Nobody's data: keyed hashes and counters, needed before there is an organisation to be in.
grant select, insert, delete on sign_in_directory to watchroom_app;
grant select, insert, update, delete on sign_in_throttle to watchroom_app;
grant select, insert, update on setup_links to watchroom_app;
