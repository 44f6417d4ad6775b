alter policy reads on sessions using (
    organisation_id = (select current_setting('app.organisation', true)::uuid)
    and (person_id = (select current_setting('app.person', true)::uuid)
         or (select current_setting('app.system', true)) in ('sign-in', 'operator')
         or (select app_holds('session.read'))));
alter policy removes on sessions using (
    organisation_id = (select current_setting('app.organisation', true)::uuid)
    and (person_id = (select current_setting('app.person', true)::uuid)
         or (select current_setting('app.system', true)) in ('sign-in', 'operator')
         or (select app_holds('session.revoke'))));
alter policy removes on recovery_codes using (
    organisation_id = (select current_setting('app.organisation', true)::uuid)
    and (person_id = (select current_setting('app.person', true)::uuid)
         or (select current_setting('app.system', true)) = 'operator' or (select app_holds('factor.reset'))));
alter policy removes on passkeys using (
    organisation_id = (select current_setting('app.organisation', true)::uuid)
    and (person_id = (select current_setting('app.person', true)::uuid)
         or (select current_setting('app.system', true)) = 'operator' or (select app_holds('factor.reset'))));
alter policy removes on totp_secrets using (
    organisation_id = (select current_setting('app.organisation', true)::uuid)
    and (person_id = (select current_setting('app.person', true)::uuid)
         or (select current_setting('app.system', true)) = 'operator' or (select app_holds('factor.reset'))));
drop table factor_resets;
drop function app_factors_reset_by_me(uuid);
