alter policy invite_adds on accounts with check (
    organisation_id = (select current_setting('app.organisation', true)::uuid) and (select app_holds('invite.send'))
    and password_hash is null);
