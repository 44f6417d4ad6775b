alter policy removes on role_grants using (
    organisation_id = (select current_setting('app.organisation', true)::uuid)
    and ((select app_holds('role.grant')) or (select current_setting('app.system', true)) = 'operator'));

alter policy adds on role_grants with check (
    organisation_id = (select current_setting('app.organisation', true)::uuid)
    and ((select app_holds('role.grant'))
         or (select current_setting('app.system', true)) = 'set-up'
         or (select current_setting('app.system', true)) = 'operator'
         or (select current_setting('app.system', true)) = 'import'));

drop function app_is_privileged(uuid);
