-- Signing in with an OpenID provider: the providers of an organisation, who is linked to whom, which group gives
-- which role.

create table sso_providers (
    organisation_id uuid not null references organisations,
    id uuid not null,
    label text not null check (length(label) between 1 and 60),
    issuer text not null check (length(issuer) between 8 and 400),
    client_id text not null check (length(client_id) between 1 and 300),
    client_secret bytea,
    scopes text not null check (length(scopes) <= 400),
    group_claim text not null check (length(group_claim) <= 200),
    joining text not null check (joining in ('invited', 'known', 'anybody')),
    default_unit_id uuid,
    default_role_id uuid,
    second_factor text not null check (second_factor in ('ours', 'provider')),
    trusted_contexts text not null check (length(trusted_contexts) <= 400),
    enabled boolean not null,
    listed boolean not null,
    created_at timestamptz not null,
    changed_at timestamptz not null,
    worked_at timestamptz,
    failed_at timestamptz,
    failure text,
    primary key (organisation_id, id),
    foreign key (organisation_id, default_unit_id) references units (organisation_id, id),
    foreign key (organisation_id, default_role_id) references roles (organisation_id, id),
    check (joining <> 'anybody' or default_unit_id is not null)
);
comment on column sso_providers.client_secret is 'Sealed with the appliance''s key; null for a client without one.';
comment on column sso_providers.group_claim is 'Empty when the provider names no groups.';
comment on column sso_providers.joining is
    'invited: those with a permit; known: also people on record, by verified e-mail, unless privileged; anybody: also new people.';
comment on column sso_providers.trusted_contexts is 'Values of acr or amr that stand for a second factor, separated by spaces.';
comment on column sso_providers.failure is 'Why the last sign-in could not be finished on the provider''s side, in a sentence.';

create table sso_rules (
    organisation_id uuid not null references organisations,
    id uuid not null,
    group_value text not null check (length(group_value) between 1 and 300),
    role_id uuid not null,
    unit_id uuid,
    created_by uuid not null,
    created_at timestamptz not null,
    primary key (organisation_id, id),
    foreign key (organisation_id, role_id) references roles (organisation_id, id),
    foreign key (organisation_id, unit_id) references units (organisation_id, id),
    foreign key (organisation_id, created_by) references people (organisation_id, id)
);
comment on table sso_rules is 'Which group at a provider, or in a directory, gives which role. A rule never works for whoever made it.';
create unique index sso_rules_once on sso_rules
    (organisation_id, group_value, role_id, coalesce(unit_id, '00000000-0000-0000-0000-000000000000'::uuid));

create table sso_links (
    organisation_id uuid not null references organisations,
    issuer text not null check (length(issuer) between 8 and 400),
    subject text not null check (length(subject) between 1 and 255),
    person_id uuid not null,
    provider_id uuid not null,
    way text not null check (way in ('self', 'permit', 'known', 'new', 'directory')),
    groups jsonb not null default '[]',
    linked_at timestamptz not null,
    last_sign_in_at timestamptz,
    primary key (organisation_id, issuer, subject),
    foreign key (organisation_id, person_id) references people (organisation_id, id),
    foreign key (organisation_id, provider_id) references sso_providers (organisation_id, id) on delete cascade
);
comment on table sso_links is 'Who at a provider is who here. By issuer and subject alone: names and addresses change hands.';
comment on column sso_links.groups is 'What the provider said at the last sign-in, for the preview of rules.';
create unique index sso_links_person on sso_links (organisation_id, person_id, provider_id);

create table sso_permits (
    organisation_id uuid not null references organisations,
    person_id uuid not null,
    provider_id uuid not null,
    created_by uuid not null,
    created_at timestamptz not null,
    expires_at timestamptz not null,
    primary key (organisation_id, person_id, provider_id),
    foreign key (organisation_id, person_id) references people (organisation_id, id),
    foreign key (organisation_id, provider_id) references sso_providers (organisation_id, id) on delete cascade
);
comment on table sso_permits is 'An administrator lets somebody be linked, once, by the verified e-mail address that is on record.';

create table sso_sessions (
    organisation_id uuid not null references organisations,
    voucher uuid not null,
    provider_id uuid not null,
    issuer text not null,
    subject text not null,
    sid text,
    began_at timestamptz not null,
    primary key (organisation_id, voucher),
    foreign key (organisation_id, provider_id) references sso_providers (organisation_id, id) on delete cascade
);
comment on table sso_sessions is 'The words that providers gave for somebody, so that they can take them back.';
comment on column sso_sessions.voucher is 'Stands in the session that began with it, and in a sign-in that waits for a second factor.';
create index sso_sessions_subject on sso_sessions (organisation_id, issuer, subject);

alter table sessions add column voucher uuid;
comment on column sessions.voucher is 'The provider''s word that it began with (sso_sessions); null when it began with a password or a passkey.';
create index sessions_voucher on sessions (organisation_id, voucher) where voucher is not null;
alter table sign_in_steps add column voucher uuid;
comment on column sign_in_steps.voucher is 'As in sessions: the first half was a provider''s word and not a password.';
alter table sessions drop constraint sessions_proof_check,
    add constraint sessions_proof_check check (proof in ('password', 'totp', 'passkey', 'recovery', 'provider'));

create table sso_logouts (
    organisation_id uuid not null references organisations,
    issuer text not null,
    jti text not null check (length(jti) between 1 and 300),
    expires_at timestamptz not null,
    primary key (organisation_id, issuer, jti)
);
comment on table sso_logouts is 'Logout tokens seen, so that none counts twice.';

create table sign_in_methods (
    organisation_id uuid primary key references organisations,
    passwords text not null check (passwords in ('everybody', 'administrators'))
);
comment on table sign_in_methods is 'Who may sign in with a password. Administrators always may: a provider can be away.';

-- What the sign-in page offers to everybody, before an organisation is known: a label and where it leads.
create table sign_in_doors (
    provider_id uuid primary key,
    organisation_id uuid not null,
    label text not null,
    listed boolean not null
);
comment on table sign_in_doors is 'Providers that are switched on; those that are listed stand on the sign-in page.';
grant select, insert, update, delete on sign_in_doors to watchroom_app;

alter table sso_providers enable row level security; alter table sso_providers force row level security;
call app_secure('sso_providers', '{holds:sso.configure} or {system:sso}', '{holds:sso.configure}',
    '{holds:sso.configure} or {system:sso}', '{holds:sso.configure}');

alter table sso_rules enable row level security; alter table sso_rules force row level security;
call app_secure('sso_rules', '{holds:sso.configure} or {holds:scim.configure} or {system:sso}',
    '{holds:sso.configure} and {holds:role.grant} and created_by = (select current_setting(''app.person'', true)::uuid)',
    null, '{holds:sso.configure} and {holds:role.grant}');

alter table sso_links enable row level security; alter table sso_links force row level security;
call app_secure('sso_links', '{me} or {holds:account.manage} or {holds:sso.configure} or {system:sso}',
    '{system:sso}', '{system:sso}', '{me} or {holds:account.manage} or {holds:sso.configure} or {system:sso}');

-- As with password links: whoever hands over a way in for somebody with more than their own records needs the right
-- to give roles, and nobody hands one to themself.
alter table sso_permits enable row level security; alter table sso_permits force row level security;
call app_secure('sso_permits', '{holds:account.manage} or {holds:sso.configure} or {system:sso}',
    '{holds:account.manage} and not ({me}) and ({holds:role.grant} or not app_is_privileged(person_id))', null,
    '{holds:account.manage} or {holds:sso.configure} or {system:sso}');

alter table sso_sessions enable row level security; alter table sso_sessions force row level security;
call app_secure('sso_sessions', '{system:sso}', '{system:sso}', null, '{system:sso}');

alter table sso_logouts enable row level security; alter table sso_logouts force row level security;
call app_secure('sso_logouts', '{system:sso}', '{system:sso}', null, '{system:sso}');

alter table sign_in_methods enable row level security; alter table sign_in_methods force row level security;
call app_secure('sign_in_methods',
    '{holds:signin.configure} or {holds:sso.configure} or {holds:account.manage} or {system:sign-in} or {system:sso}',
    '{holds:signin.configure}', '{holds:signin.configure}', null);

-- Somebody who left keeps no link: were they to come back, it is made anew.
create function app_person_left_sso() returns trigger
language plpgsql security definer set search_path = pg_catalog, public as $$
begin
    delete from sso_links where organisation_id = new.organisation_id and person_id = new.id;
    delete from sso_permits where organisation_id = new.organisation_id and person_id = new.id;
    return null;
end $$;
create trigger person_left_sso after update of left_at on people
    for each row when (new.left_at is not null and old.left_at is null) execute function app_person_left_sso();

create policy definer_reads on sso_links for select to watchroom_owner
    using (organisation_id = (select current_setting('app.organisation', true)::uuid));
create policy definer_removes on sso_links for delete to watchroom_owner
    using (organisation_id = (select current_setting('app.organisation', true)::uuid));
create policy definer_reads on sso_permits for select to watchroom_owner
    using (organisation_id = (select current_setting('app.organisation', true)::uuid));
create policy definer_removes on sso_permits for delete to watchroom_owner
    using (organisation_id = (select current_setting('app.organisation', true)::uuid));

-- Whether a person can give roles in the whole organisation: for them a password always works.
create function app_gives_roles(somebody uuid) returns boolean
language sql stable security definer set search_path = pg_catalog, public as $$
    select exists (
        select 1
          from role_grants g
          join role_permissions p on p.organisation_id = g.organisation_id and p.role_id = g.role_id
         where g.organisation_id = (select current_setting('app.organisation', true)::uuid)
           and g.person_id = somebody
           and (g.starts_at is null or g.starts_at <= now()) and (g.ends_at is null or g.ends_at > now())
           and p.permission = 'role.grant' and p.scope = 'organisation')
$$;

-- Those of them who have a password: the way in when a provider is away. The same people as app_keep_an_owner counts.
create function app_owners() returns setof uuid
language sql stable security definer set search_path = pg_catalog, public as $$
    select distinct g.person_id
      from role_grants g
      join role_permissions p on p.organisation_id = g.organisation_id and p.role_id = g.role_id
      join people h on h.organisation_id = g.organisation_id and h.id = g.person_id
      join accounts a on a.organisation_id = g.organisation_id and a.person_id = g.person_id
     where g.organisation_id = (select current_setting('app.organisation', true)::uuid)
       and p.permission = 'role.grant' and p.scope = 'organisation'
       and g.ends_at is null and (g.starts_at is null or g.starts_at <= now())
       and h.left_at is null and a.disabled_at is null and a.password_hash is not null
$$;
revoke all on function app_gives_roles(uuid), app_owners() from public;
grant execute on function app_gives_roles(uuid), app_owners() to watchroom_app;
