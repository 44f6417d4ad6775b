-- A report belongs to whoever its run belongs to: nobody hangs one of theirs on somebody else's run.
alter policy adds on plugin_documents with check (
    organisation_id = (select current_setting('app.organisation', true)::uuid)
    and person_id = (select current_setting('app.person', true)::uuid)
    and exists (select from plugin_runs r
                 where r.organisation_id = plugin_documents.organisation_id and r.id = plugin_documents.run_id
                   and r.person_id = plugin_documents.person_id));
