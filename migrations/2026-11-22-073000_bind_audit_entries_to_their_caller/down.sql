alter policy adds on audit_entries with check (
    organisation_id = (select current_setting('app.organisation', true)::uuid) and (true));
