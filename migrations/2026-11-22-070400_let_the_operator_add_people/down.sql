alter policy adds on people with check (
    organisation_id = (select current_setting('app.organisation', true)::uuid)
    and ((select app_holds('people.manage'))
         or (select current_setting('app.system', true)) = 'set-up'
         or (select current_setting('app.system', true)) = 'import'));
