-- Whoever writes an entry writes it as themself: a person under their own id, background work under its own name,
-- and only who is neither as nobody.
alter policy adds on audit_entries with check (
    organisation_id = (select current_setting('app.organisation', true)::uuid)
    and case actor_kind
        when 'person' then actor_id = (select current_setting('app.person', true)::uuid)
            and (select current_setting('app.system', true)) = ''
        when 'system' then (select current_setting('app.system', true)) <> ''
            and actor_label = (select current_setting('app.system', true))
        else actor_id is null and (select current_setting('app.system', true)) = ''
            and (select current_setting('app.person', true)) = '00000000-0000-0000-0000-000000000000'
    end);
