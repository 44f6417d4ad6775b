-- Provisioning by a directory (SCIM 2.0): its tokens, what it says of people and its groups.

create table scim_tokens (
    organisation_id uuid not null references organisations,
    id uuid not null,
    token_hash bytea not null check (length(token_hash) = 32),
    name text not null check (length(name) between 1 and 60),
    default_unit_id uuid not null,
    default_role_id uuid,
    created_by uuid not null,
    created_at timestamptz not null,
    expires_at timestamptz,
    last_used_at timestamptz,
    revoked_at timestamptz,
    primary key (organisation_id, id),
    foreign key (organisation_id, default_unit_id) references units (organisation_id, id),
    foreign key (organisation_id, default_role_id) references roles (organisation_id, id),
    foreign key (organisation_id, created_by) references people (organisation_id, id)
);
comment on column scim_tokens.token_hash is 'SHA-256 of the token; the token itself is shown once and never stored.';
comment on column scim_tokens.default_unit_id is 'Where people belong whose department is no unit of ours.';
create unique index scim_tokens_hash on scim_tokens (organisation_id, token_hash);

create table scim_users (
    organisation_id uuid not null references organisations,
    person_id uuid not null,
    user_name text not null check (length(user_name) between 1 and 1000),
    external_id text check (length(external_id) between 1 and 1000),
    resource jsonb not null,
    joined boolean not null,
    version bigint not null default 1,
    created_at timestamptz not null,
    changed_at timestamptz not null,
    deleted_at timestamptz,
    primary key (organisation_id, person_id),
    foreign key (organisation_id, person_id) references people (organisation_id, id)
);
comment on column scim_users.resource is 'What the directory says of them, as far as it has a place here.';
comment on column scim_users.joined is 'Whether the directory made their record, or found it.';
comment on column scim_users.deleted_at is 'The directory deleted them: it sees them no more. Their record stays.';
create unique index scim_users_name on scim_users (organisation_id, lower(user_name)) where deleted_at is null;
create index scim_users_external on scim_users (organisation_id, external_id) where external_id is not null;

create table scim_groups (
    organisation_id uuid not null references organisations,
    id uuid not null,
    display_name text not null check (length(display_name) between 1 and 1000),
    external_id text check (length(external_id) between 1 and 1000),
    version bigint not null default 1,
    created_at timestamptz not null,
    changed_at timestamptz not null,
    primary key (organisation_id, id)
);
create index scim_groups_name on scim_groups (organisation_id, lower(display_name));

create table scim_members (
    organisation_id uuid not null,
    group_id uuid not null,
    person_id uuid not null,
    primary key (organisation_id, group_id, person_id),
    foreign key (organisation_id, group_id) references scim_groups (organisation_id, id) on delete cascade,
    foreign key (organisation_id, person_id) references people (organisation_id, id)
);
create index scim_members_person on scim_members (organisation_id, person_id);

alter table scim_tokens enable row level security; alter table scim_tokens force row level security;
call app_secure('scim_tokens', '{holds:scim.configure} or {system:scim}',
    '{holds:scim.configure} and {holds:role.grant} and created_by = (select current_setting(''app.person'', true)::uuid)',
    '{holds:scim.configure} or {system:scim}', null);

alter table scim_users enable row level security; alter table scim_users force row level security;
call app_secure('scim_users', '{holds:scim.configure} or {system:scim}', '{system:scim}', '{system:scim}', null);

alter table scim_groups enable row level security; alter table scim_groups force row level security;
call app_secure('scim_groups', '{holds:scim.configure} or {system:scim}', '{system:scim}', '{system:scim}', '{system:scim}');

alter table scim_members enable row level security; alter table scim_members force row level security;
call app_secure('scim_members', '{holds:scim.configure} or {system:scim}', '{system:scim}', null, '{system:scim}');

-- What the worker `scim` may do in tables that are not its own: make, change and close people, and give or take the
-- roles that rules give; never a role that was given by hand.
call app_also('people', 'scim', '{system:scim}', '{system:scim}', '{system:scim}', null);
call app_also('accounts', 'scim', '{system:scim}', '{system:scim}', '{system:scim}', null);
call app_also('role_grants', 'scim', '{system:scim}', '{system:scim} and source = ''scim''
    and request_id is null and approved_by is null and not app_takes_two(person_id, role_id)', null,
    '{system:scim} and source = ''scim''');
call app_also('sso_rules', 'scim', '{system:scim}', null, null, null);

-- A directory says of people what it says, leaving too: its policies above are what holds it.
create or replace function app_people_by_verb() returns trigger
language plpgsql set search_path = pg_catalog, public as $$
begin
    if current_user <> 'watchroom_app' or current_setting('app.system', true) in ('import', 'scim') then
        return new;
    end if;
    if new.left_at is distinct from old.left_at
       and (not app_holds('people.leave') or new.id::text = current_setting('app.person', true)) then
        raise exception 'people.leave is not held for this person' using errcode = 'insufficient_privilege';
    end if;
    if (new.given_name, new.family_name, new.employee_number, new.email, new.phone, new.unit_id)
           is distinct from (old.given_name, old.family_name, old.employee_number, old.email, old.phone, old.unit_id)
       and not app_holds('people.edit')
       and not (old.unit_id in (select app_units('people.edit')) and new.unit_id in (select app_units('people.edit'))) then
        raise exception 'people.edit is not held' using errcode = 'insufficient_privilege';
    end if;
    return new;
end $$;
