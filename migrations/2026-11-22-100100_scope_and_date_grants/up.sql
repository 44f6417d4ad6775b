-- Four scopes, and grants with a first and a last moment: acting-up and secondments end by themselves.

alter table role_grants add column starts_at timestamptz, add column ends_at timestamptz,
    add constraint role_grants_end_after_start check (ends_at > starts_at);
comment on column role_grants.starts_at is 'From when on it counts; null: from when it was given.';
comment on column role_grants.ends_at is 'When it stops to count; null: when it is taken away.';
comment on column role_grants.unit_id is 'The unit that a manager manages; null for roles that reach no unit.';
drop index role_grants_once;
create unique index role_grants_once on role_grants (organisation_id, person_id, role_id,
    coalesce(unit_id, '00000000-0000-0000-0000-000000000000'::uuid), coalesce(starts_at, '-infinity'::timestamptz));
create index role_grants_dated on role_grants (organisation_id, person_id) where starts_at is not null or ends_at is not null;
create index role_grants_role on role_grants (organisation_id, role_id);

-- What counts now: the one place that knows of dates. For the functions below, which run as the owner.
create view grants_in_force with (security_invoker = true) as
    select g.organisation_id, g.person_id, g.id as grant_id, g.role_id, g.unit_id, g.starts_at, g.ends_at,
           p.permission, p.scope
      from role_grants g
      join role_permissions p on p.organisation_id = g.organisation_id and p.role_id = g.role_id
     where (g.starts_at is null or g.starts_at <= now()) and (g.ends_at is null or g.ends_at > now());
comment on view grants_in_force is 'Who holds which permission now, by which grant. Not for the application.';

create or replace function app_holds(wanted text) returns boolean
language sql stable parallel safe security definer set search_path = pg_catalog, public as $$
    select exists (
        select 1 from grants_in_force f
         where f.organisation_id = (select current_setting('app.organisation', true)::uuid)
           and f.person_id = (select current_setting('app.person', true)::uuid)
           and f.permission = wanted and f.scope = 'organisation')
$$;
comment on function app_holds is 'Whether the caller holds a permission for the whole organisation.';

create function app_own(wanted text) returns boolean
language sql stable parallel safe security definer set search_path = pg_catalog, public as $$
    select exists (
        select 1 from grants_in_force f
         where f.organisation_id = (select current_setting('app.organisation', true)::uuid)
           and f.person_id = (select current_setting('app.person', true)::uuid)
           and f.permission = wanted and f.scope = 'own')
$$;
comment on function app_own is 'Whether the caller holds a permission for their own records.';
revoke all on function app_own(text) from public;
grant execute on function app_own(text) to watchroom_app;

create or replace function app_units(wanted text) returns setof uuid
language sql stable parallel safe security definer set search_path = pg_catalog, public as $$
    with recursive reach(id, below) as (
        select f.unit_id, f.scope = 'below' from grants_in_force f
         where f.organisation_id = (select current_setting('app.organisation', true)::uuid)
           and f.person_id = (select current_setting('app.person', true)::uuid)
           and f.permission = wanted and f.scope in ('unit', 'below') and f.unit_id is not null
        union
        select u.id, true from units u join reach r on r.below and u.parent_id = r.id
         where u.organisation_id = (select current_setting('app.organisation', true)::uuid))
    select distinct id from reach
$$;
comment on function app_units is 'The units for which the caller holds a permission: those granted, and those below where it reaches below.';

drop function app_permissions();
create function app_permissions() returns table (permission text, scope text, unit_id uuid, role text)
language sql stable parallel safe security definer set search_path = pg_catalog, public as $$
    with held as (
        select distinct f.permission, f.scope, f.role_id from grants_in_force f
         where f.organisation_id = (select current_setting('app.organisation', true)::uuid)
           and f.person_id = (select current_setting('app.person', true)::uuid))
    select distinct h.permission, h.scope, null::uuid, null::text from held h where h.scope in ('own', 'organisation')
    union all
    select wanted.permission, 'unit', reach.id, null
      from (select distinct h.permission from held h where h.scope in ('unit', 'below')) wanted,
           lateral app_units(wanted.permission) reach(id)
    union all
    select distinct h.permission, 'role', null::uuid, r.code
      from held h join roles r on r.id = h.role_id
     where r.organisation_id = (select current_setting('app.organisation', true)::uuid)
$$;
comment on function app_permissions is
    'What the caller may do, in one look: a row per permission and reach, units spelt out; and per permission and role that gives it.';
create policy definer_reads on roles for select to watchroom_owner
    using (organisation_id = (select current_setting('app.organisation', true)::uuid));

-- Whether somebody may do more than keep their own records, now or by a grant that begins later.
create or replace function app_is_privileged(somebody uuid) returns boolean
language sql stable parallel safe security definer set search_path = pg_catalog, public as $$
    select exists (
        select 1
          from role_grants g
          join role_permissions p on p.organisation_id = g.organisation_id and p.role_id = g.role_id
         where g.organisation_id = (select current_setting('app.organisation', true)::uuid)
           and g.person_id = somebody and (g.ends_at is null or g.ends_at > now())
           and p.scope <> 'own')
$$;

-- What a person may do changes when somebody changes it, and when a date of one of their grants passes. Both count:
-- the version is the number of changes and, behind it, the number of dates that have passed.
create function app_access_version(organisation uuid, person uuid) returns bigint
language sql stable parallel safe set search_path = pg_catalog, public as $$
    select p.access_version * 1048576 + (
               select count(*) filter (where g.starts_at <= now()) + count(*) filter (where g.ends_at <= now())
                 from role_grants g
                where g.organisation_id = organisation and g.person_id = person
                  and (g.starts_at is not null or g.ends_at is not null))
      from people p where p.organisation_id = organisation and p.id = person and p.left_at is null
$$;
comment on function app_access_version is 'Another number whenever what a person may do is something else; null for nobody.';

create or replace function app_enter(organisation uuid, person uuid, system_name text) returns bigint
language plpgsql volatile set search_path = pg_catalog, public as $$
begin
    perform set_config('app.organisation', organisation::text, true),
            set_config('app.person', person::text, true),
            set_config('app.system', system_name, true);
    if person <> '00000000-0000-0000-0000-000000000000'::uuid then
        return app_access_version(organisation, person);
    end if;
    return null;
end $$;

-- A role that changes changes what everybody may do who has it.
create function app_role_changed() returns trigger
language plpgsql security definer set search_path = pg_catalog, public as $$
begin
    update people set access_version = access_version + 1
     where organisation_id = coalesce(new.organisation_id, old.organisation_id)
       and id in (select g.person_id from role_grants g
                   where g.organisation_id = coalesce(new.organisation_id, old.organisation_id)
                     and g.role_id in (new.role_id, old.role_id));
    return null;
end $$;
create trigger role_changed after insert or update or delete on role_permissions
    for each row execute function app_role_changed();

-- More words for app_secure:
--   {own:p}     the row is the caller's own, and the caller holds p for their own records
--   {reach:p}   p reaches the row: own, by its unit, or for the whole organisation
create or replace function app_policy(expression text) returns text
language sql immutable set search_path = pg_catalog, public as $$
    select replace(
        regexp_replace(
            regexp_replace(
                regexp_replace(
                    regexp_replace(
                        regexp_replace(expression,
                            '\{reach:([a-z.]+)\}', '({own:\1} or {units:\1} or {holds:\1})', 'g'),
                        '\{own:([a-z.]+)\}', '({me} and (select app_own(''\1'')))', 'g'),
                    '\{system:([a-z.-]+)\}', '(select current_setting(''app.system'', true)) = ''\1''', 'g'),
                '\{units:([a-z.]+)\}', 'unit_id in (select held.id from app_units(''\1'') held(id))', 'g'),
            '\{holds:([a-z.]+)\}', '(select app_holds(''\1''))', 'g'),
        '{me}', 'person_id = (select current_setting(''app.person'', true)::uuid)')
$$;

-- Writes the policies of a table anew: what app_secure says, and nothing of what stood before.
create procedure app_secure_anew(tbl regclass, reads text, adds text, changes text, removes text)
language plpgsql set search_path = pg_catalog, public as $$
declare
    name text;
begin
    foreach name in array array['floor', 'reads', 'adds', 'changes', 'removes'] loop
        execute format('drop policy if exists %I on %s', name, tbl);
    end loop;
    execute format('revoke select, insert, update, delete on %s from watchroom_app', tbl);
    call app_secure(tbl, reads, adds, changes, removes);
end $$;
revoke all on procedure app_secure_anew(regclass, text, text, text, text) from public;
