-- A session knows when its holder last proved who they are, by what, and what they could do then; its token can be
-- replaced while it lasts. The browser's whole description goes: "Firefox on Android" says enough.
alter table sessions drop column device;
alter table sessions add column device text check (length(device) <= 60);
comment on column sessions.device is 'Browser and system in words, such as "Firefox on Android"; never the whole user agent.';
alter table sessions add column public_id uuid not null default gen_random_uuid();
comment on column sessions.public_id is 'Names the session on pages; opens nothing.';
alter table sessions add column proved_at timestamptz;
comment on column sessions.proved_at is 'When its holder last proved who they are; null for a session from before this was kept.';
alter table sessions add column proof text check (proof in ('password', 'totp', 'passkey', 'recovery'));
alter table sessions add column confined boolean not null default false;
comment on column sessions.confined is 'Whether all that it opens is enrolling a second factor.';
alter table sessions add column privileges bytea check (length(privileges) = 32);
comment on column sessions.privileges is 'SHA-256 of what the person could do when the token was made; another one makes another token.';
alter table sessions add column previous_hash bytea check (length(previous_hash) = 32);
comment on column sessions.previous_hash is 'The token that this one replaced, good until previous_until: for requests that were on their way.';
alter table sessions add column previous_until timestamptz;
create unique index sessions_public on sessions (organisation_id, public_id);
create index sessions_previous on sessions (organisation_id, previous_hash) where previous_hash is not null;

-- Somebody whose password was right and whose second factor is still to come. It is no session: nothing but the page
-- for the factor looks here.
create table sign_in_steps (
    organisation_id uuid not null,
    token_hash bytea not null check (length(token_hash) = 32),
    person_id uuid not null,
    created_at timestamptz not null,
    expires_at timestamptz not null,
    primary key (organisation_id, token_hash),
    foreign key (organisation_id, person_id) references people (organisation_id, id)
);
comment on column sign_in_steps.token_hash is 'SHA-256 of the token in the cookie; the token itself is never stored.';
create index sign_in_steps_person on sign_in_steps (organisation_id, person_id);

alter table sign_in_steps enable row level security; alter table sign_in_steps force row level security;
call app_secure('sign_in_steps', '{system:sign-in}', '{system:sign-in}', null, '{system:sign-in}');
