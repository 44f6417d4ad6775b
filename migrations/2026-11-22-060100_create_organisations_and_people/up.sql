create table organisations (
    organisation_id uuid primary key,
    name text not null check (length(name) between 1 and 200),
    service text not null check (service in ('fire', 'ambulance', 'both')),
    brand_colour text check (brand_colour ~ '^#[0-9a-f]{6}$'),
    created_at timestamptz not null
);
comment on table organisations is 'A fire and rescue service or an ambulance trust; one appliance may hold several.';

create table units (
    organisation_id uuid not null references organisations,
    id uuid not null,
    parent_id uuid,
    kind text not null check (kind in ('service', 'area', 'station', 'watch')),
    name text not null check (length(name) between 1 and 120),
    code text check (length(code) between 1 and 20),
    created_at timestamptz not null,
    closed_at timestamptz,
    primary key (organisation_id, id),
    foreign key (organisation_id, parent_id) references units (organisation_id, id)
);
comment on column units.code is 'What the control room calls it, such as H27.';
create unique index units_code on units (organisation_id, code) where code is not null and closed_at is null;
create index units_parent on units (organisation_id, parent_id);

create table people (
    organisation_id uuid not null references organisations,
    id uuid not null,
    unit_id uuid not null,
    given_name text not null check (length(given_name) between 1 and 100),
    family_name text not null check (length(family_name) between 1 and 100),
    employee_number text check (length(employee_number) between 1 and 40),
    email text check (length(email) between 3 and 254),
    phone text check (length(phone) between 3 and 40),
    created_at timestamptz not null,
    left_at timestamptz,
    access_version bigint not null default 1,
    primary key (organisation_id, id),
    foreign key (organisation_id, unit_id) references units (organisation_id, id)
);
comment on column people.unit_id is 'The home unit.';
comment on column people.access_version is 'Grows whenever what this person may do changes; signed-in callers compare it.';
create unique index people_employee_number on people (organisation_id, employee_number) where employee_number is not null;
create unique index people_email on people (organisation_id, lower(email)) where email is not null;
create index people_unit on people (organisation_id, unit_id, family_name, given_name, id);
create index people_name on people (organisation_id, family_name, given_name, id);

create table people_hr (
    organisation_id uuid not null,
    person_id uuid not null,
    contract_type text,
    contract_minutes_per_week integer check (contract_minutes_per_week between 0 and 10080),
    payroll_number text,
    started_on date,
    next_of_kin text,
    fitness_note text,
    changed_at timestamptz not null,
    primary key (organisation_id, person_id),
    foreign key (organisation_id, person_id) references people (organisation_id, id)
);
comment on table people_hr is 'What only HR and the person may read.';

create table roles (
    organisation_id uuid not null references organisations,
    id uuid not null,
    code text not null,
    name text not null,
    summary text not null,
    built_in boolean not null,
    primary key (organisation_id, id),
    unique (organisation_id, code)
);

create table role_permissions (
    organisation_id uuid not null,
    role_id uuid not null,
    permission text not null references permissions (code),
    scope text not null check (scope in ('own', 'unit', 'organisation')),
    primary key (organisation_id, role_id, permission, scope),
    foreign key (organisation_id, role_id) references roles (organisation_id, id)
);
comment on column role_permissions.scope is 'own: the holder''s records; unit: those of the granted unit and all below; organisation: all.';

create table role_grants (
    organisation_id uuid not null,
    id uuid not null,
    person_id uuid not null,
    role_id uuid not null,
    unit_id uuid,
    granted_by uuid,
    granted_at timestamptz not null,
    primary key (organisation_id, id),
    foreign key (organisation_id, person_id) references people (organisation_id, id),
    foreign key (organisation_id, role_id) references roles (organisation_id, id),
    foreign key (organisation_id, unit_id) references units (organisation_id, id)
);
comment on column role_grants.unit_id is 'The unit that a manager manages; null for roles that are for the whole organisation.';
create unique index role_grants_once on role_grants
    (organisation_id, person_id, role_id, coalesce(unit_id, '00000000-0000-0000-0000-000000000000'::uuid));

-- Whether the caller holds a permission for the whole organisation.
create function app_holds(wanted text) returns boolean
language sql stable security definer set search_path = pg_catalog, public as $$
    select exists (
        select 1
          from role_grants g
          join role_permissions p on p.organisation_id = g.organisation_id and p.role_id = g.role_id
         where g.organisation_id = (select current_setting('app.organisation', true)::uuid)
           and g.person_id = (select current_setting('app.person', true)::uuid)
           and p.permission = wanted and p.scope = 'organisation')
$$;

-- The units for which the caller holds a permission at scope "unit": those granted, and all below them.
create function app_units(wanted text) returns setof uuid
language sql stable security definer set search_path = pg_catalog, public as $$
    with recursive reach(id) as (
        select g.unit_id
          from role_grants g
          join role_permissions p on p.organisation_id = g.organisation_id and p.role_id = g.role_id
         where g.organisation_id = (select current_setting('app.organisation', true)::uuid)
           and g.person_id = (select current_setting('app.person', true)::uuid)
           and p.permission = wanted and p.scope = 'unit' and g.unit_id is not null
        union
        select u.id from units u join reach r on u.parent_id = r.id
         where u.organisation_id = (select current_setting('app.organisation', true)::uuid))
    select id from reach
$$;

-- What the caller may do, in one look: a row per permission and reach. unit_id is null except for scope "unit".
create function app_permissions() returns table (permission text, scope text, unit_id uuid)
language sql stable security definer set search_path = pg_catalog, public as $$
    select distinct p.permission, p.scope, null::uuid
      from role_grants g
      join role_permissions p on p.organisation_id = g.organisation_id and p.role_id = g.role_id
     where g.organisation_id = (select current_setting('app.organisation', true)::uuid)
       and g.person_id = (select current_setting('app.person', true)::uuid)
       and p.scope <> 'unit'
    union all
    select wanted.permission, 'unit', reach.id
      from (select distinct p.permission
              from role_grants g
              join role_permissions p on p.organisation_id = g.organisation_id and p.role_id = g.role_id
             where g.organisation_id = (select current_setting('app.organisation', true)::uuid)
               and g.person_id = (select current_setting('app.person', true)::uuid)
               and p.scope = 'unit') wanted,
           lateral app_units(wanted.permission) reach(id)
$$;

-- Anything that changes what somebody may do makes the callers that were signed in before look again.
create function app_access_changed() returns trigger
language plpgsql security definer set search_path = pg_catalog, public as $$
begin
    update people set access_version = access_version + 1
     where organisation_id = coalesce(new.organisation_id, old.organisation_id)
       and id in (new.person_id, old.person_id);
    return null;
end $$;
create trigger access_changed after insert or update or delete on role_grants
    for each row execute function app_access_changed();

-- A unit that moves changes what every manager above it reaches.
create function app_units_changed() returns trigger
language plpgsql security definer set search_path = pg_catalog, public as $$
begin
    update people set access_version = access_version + 1
     where organisation_id = new.organisation_id
       and id in (select person_id from role_grants where organisation_id = new.organisation_id and unit_id is not null);
    return null;
end $$;
create trigger units_changed after insert or update of parent_id on units
    for each row execute function app_units_changed();

alter table organisations enable row level security; alter table organisations force row level security;
call app_secure('organisations', 'true', '{system:set-up}', '{holds:organisation.configure}', null);

alter table units enable row level security; alter table units force row level security;
call app_secure('units', 'true', '{holds:unit.manage} or {system:set-up}', '{holds:unit.manage}', '{holds:unit.manage}');

alter table people enable row level security; alter table people force row level security;
call app_secure('people',
    'id = (select current_setting(''app.person'', true)::uuid) or {units:people.read} or {holds:people.read}
     or {system:sign-in} or {system:import} or {system:operator}',
    '{holds:people.manage} or {system:set-up} or {system:import}',
    '{holds:people.manage} or {system:import}', null);

alter table people_hr enable row level security; alter table people_hr force row level security;
call app_secure('people_hr', '{me} or {holds:hr.read}', '{holds:hr.write}', '{holds:hr.write}', null);

alter table roles enable row level security; alter table roles force row level security;
call app_secure('roles', 'true', '{system:set-up}', null, null);

alter table role_permissions enable row level security; alter table role_permissions force row level security;
call app_secure('role_permissions', 'true', '{system:set-up}', null, null);

alter table role_grants enable row level security; alter table role_grants force row level security;
call app_secure('role_grants', '{me} or {holds:role.grant} or {holds:people.read} or {system:operator}',
    '{holds:role.grant} or {system:set-up} or {system:operator} or {system:import}', null, '{holds:role.grant} or {system:operator}');

-- The definer functions above run as the owner, which is under forced row-level security too: it gets just what
-- they need, and only inside the organisation of the context.
create policy definer_reads on role_grants for select to watchroom_owner
    using (organisation_id = (select current_setting('app.organisation', true)::uuid));
create policy definer_reads on role_permissions for select to watchroom_owner
    using (organisation_id = (select current_setting('app.organisation', true)::uuid));
create policy definer_reads on units for select to watchroom_owner
    using (organisation_id = (select current_setting('app.organisation', true)::uuid));
create policy definer_reads on people for select to watchroom_owner
    using (organisation_id = (select current_setting('app.organisation', true)::uuid));
create policy definer_bumps on people for update to watchroom_owner
    using (organisation_id = (select current_setting('app.organisation', true)::uuid))
    with check (organisation_id = (select current_setting('app.organisation', true)::uuid));
