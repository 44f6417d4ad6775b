-- Nobody gives themself a role or takes one from themself, whatever the program believes: the handler refuses it,
-- and these policies refuse it again.

-- Whether a person may do more than keep their own records: who may touch how such a person signs in is narrower.
create function app_is_privileged(somebody uuid) returns boolean
language sql stable security definer set search_path = pg_catalog, public as $$
    select exists (
        select 1
          from role_grants g
          join role_permissions p on p.organisation_id = g.organisation_id and p.role_id = g.role_id
         where g.organisation_id = (select current_setting('app.organisation', true)::uuid)
           and g.person_id = somebody
           and p.scope <> 'own')
$$;
revoke all on function app_is_privileged(uuid) from public;
grant execute on function app_is_privileged(uuid) to watchroom_app;

alter policy adds on role_grants with check (
    organisation_id = (select current_setting('app.organisation', true)::uuid)
    and (((select app_holds('role.grant')) and person_id <> (select current_setting('app.person', true)::uuid))
         or (select current_setting('app.system', true)) = 'set-up'
         or (select current_setting('app.system', true)) = 'operator'
         or (select current_setting('app.system', true)) = 'import'));

alter policy removes on role_grants using (
    organisation_id = (select current_setting('app.organisation', true)::uuid)
    and (((select app_holds('role.grant')) and person_id <> (select current_setting('app.person', true)::uuid))
         or (select current_setting('app.system', true)) = 'operator'));
