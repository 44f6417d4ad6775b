-- A run is made with the eyes of one person. When they leave, nobody could read its report and no worker may begin it
-- any more: it ends there and then, with a sentence for the history, instead of waiting for ever.
create function app_end_runs_of_leaver() returns trigger
language plpgsql security definer set search_path = pg_catalog, public as $$
begin
    update plugin_runs
       set state = 'refused', finished_at = new.left_at,
           outcome = 'The person for whom it was asked left before the report was made.'
     where organisation_id = new.organisation_id and person_id = new.id and state in ('queued', 'running');
    return null;
end $$;

create trigger end_runs_of_leaver after update of left_at on people
    for each row when (new.left_at is not null and old.left_at is null) execute function app_end_runs_of_leaver();

create policy definer_reads on plugin_runs for select to watchroom_owner
    using (organisation_id = (select current_setting('app.organisation', true)::uuid));
create policy definer_ends on plugin_runs for update to watchroom_owner
    using (organisation_id = (select current_setting('app.organisation', true)::uuid))
    with check (organisation_id = (select current_setting('app.organisation', true)::uuid));
