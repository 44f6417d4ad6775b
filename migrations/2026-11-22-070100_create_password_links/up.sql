create table password_links (
    organisation_id uuid not null,
    token_hash bytea not null check (length(token_hash) = 32),
    person_id uuid not null,
    created_by uuid,
    created_at timestamptz not null,
    expires_at timestamptz not null,
    used_at timestamptz,
    primary key (organisation_id, token_hash),
    foreign key (organisation_id, person_id) references people (organisation_id, id)
);
comment on table password_links is 'One-time links by which somebody chooses a password: a new account, or a forgotten password.';
comment on column password_links.token_hash is 'SHA-256 of the token in the link; the token itself is never stored.';
comment on column password_links.created_by is 'Who handed it over; null for the operator of the machine.';
create index password_links_person on password_links (organisation_id, person_id);

alter table password_links enable row level security; alter table password_links force row level security;

-- Whoever hands over a link could use it themself. So it takes the right to give roles to make one for somebody who
-- may do more than keep their own records, and nobody makes one for themself: that is what their password is for.
call app_secure('password_links',
    '{system:sign-in} or {system:operator} or {holds:people.manage}',
    '{system:operator} or ({holds:people.manage} and not ({me})
        and ({holds:role.grant} or not app_is_privileged(person_id)))',
    '{system:sign-in}',
    '{system:operator} or {system:sign-in} or {holds:people.manage}');
