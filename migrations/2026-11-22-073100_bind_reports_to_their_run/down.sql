alter policy adds on plugin_documents with check (
    organisation_id = (select current_setting('app.organisation', true)::uuid)
    and person_id = (select current_setting('app.person', true)::uuid));
