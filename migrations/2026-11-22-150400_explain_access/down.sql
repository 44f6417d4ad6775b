create or replace function app_permissions() returns table (permission text, scope text, unit_id uuid, role text)
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
drop policy definer_reads on duties;
drop function app_duty_subject(uuid);
drop function app_receipts(timestamptz, bigint, integer);
drop function app_who_reads(text, uuid, uuid);
drop function app_may_ask(text, uuid, uuid);
drop function app_policy_names(text);
