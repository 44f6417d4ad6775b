-- `watchroom user add`: the operator of the machine adds a person, with an account, and hands over a link. The
-- operator's other rights (accounts, role grants, sessions) stand where those tables are made.
alter policy adds on people with check (
    organisation_id = (select current_setting('app.organisation', true)::uuid)
    and ((select app_holds('people.manage'))
         or (select current_setting('app.system', true)) = 'set-up'
         or (select current_setting('app.system', true)) = 'import'
         or (select current_setting('app.system', true)) = 'operator'));
