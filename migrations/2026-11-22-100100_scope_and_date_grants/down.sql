-- Grants that carry a date, or reach one unit only, cannot be said in the old words: they go.
drop trigger role_changed on role_permissions;
drop function app_role_changed();
drop procedure app_secure_anew(regclass, text, text, text, text);
create or replace function app_enter(organisation uuid, person uuid, system_name text) returns bigint
language plpgsql volatile set search_path = pg_catalog, public as $$
declare
    version bigint;
begin
    perform set_config('app.organisation', organisation::text, true),
            set_config('app.person', person::text, true),
            set_config('app.system', system_name, true);
    if person <> '00000000-0000-0000-0000-000000000000'::uuid then
        select p.access_version into version from people p
         where p.organisation_id = organisation and p.id = person and p.left_at is null;
    end if;
    return version;
end $$;

create or replace function app_policy(expression text) returns text
language sql immutable set search_path = pg_catalog, public as $$
    select replace(
        regexp_replace(
            regexp_replace(
                regexp_replace(expression,
                    '\{system:([a-z.-]+)\}', '(select current_setting(''app.system'', true)) = ''\1''', 'g'),
                '\{units:([a-z.]+)\}', 'unit_id = any (array(select app_units(''\1'')))', 'g'),
            '\{holds:([a-z.]+)\}', '(select app_holds(''\1''))', 'g'),
        '{me}', 'person_id = (select current_setting(''app.person'', true)::uuid)')
$$;

create or replace function app_holds(wanted text) returns boolean
language sql stable security definer set search_path = pg_catalog, public as $$
    select exists (
        select 1
          from role_grants g
          join role_permissions p on p.organisation_id = g.organisation_id and p.role_id = g.role_id
         where g.organisation_id = (select current_setting('app.organisation', true)::uuid)
           and g.person_id = (select current_setting('app.person', true)::uuid)
           and p.permission = wanted and p.scope = 'organisation')
$$;

create or replace function app_units(wanted text) returns setof uuid
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

drop function app_permissions();
create or replace function app_permissions() returns table (permission text, scope text, unit_id uuid)
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

create or replace function app_is_privileged(somebody uuid) returns boolean
language sql stable security definer set search_path = pg_catalog, public as $$
    select exists (
        select 1
          from role_grants g
          join role_permissions p on p.organisation_id = g.organisation_id and p.role_id = g.role_id
         where g.organisation_id = (select current_setting('app.organisation', true)::uuid)
           and g.person_id = somebody
           and p.scope <> 'own')
$$;

drop policy definer_reads on roles;
drop function app_access_version(uuid, uuid);
drop function app_own(text);
drop view grants_in_force;
alter table role_grants no force row level security;
delete from role_grants where starts_at is not null or ends_at is not null;
alter table role_grants force row level security;
drop index role_grants_role;
drop index role_grants_dated;
drop index role_grants_once;
create unique index role_grants_once on role_grants
    (organisation_id, person_id, role_id, coalesce(unit_id, '00000000-0000-0000-0000-000000000000'::uuid));
alter table role_grants drop column starts_at, drop column ends_at;
