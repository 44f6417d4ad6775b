-- Somebody who left keeps nothing that opens a door, by whatever way the leaving was recorded. What they did stays.
create function app_person_left() returns trigger
language plpgsql security definer set search_path = pg_catalog, public as $$
begin
    update accounts set disabled_at = coalesce(disabled_at, new.left_at)
     where organisation_id = new.organisation_id and person_id = new.id;
    delete from sessions where organisation_id = new.organisation_id and person_id = new.id;
    delete from password_links where organisation_id = new.organisation_id and person_id = new.id;
    delete from role_grants where organisation_id = new.organisation_id and person_id = new.id;
    return null;
end $$;

create trigger person_left after update of left_at on people
    for each row when (new.left_at is not null and old.left_at is null) execute function app_person_left();

-- The trigger runs as the owner, which row-level security binds too: just these, and only inside the organisation
-- of the transaction.
create policy definer_reads on accounts for select to watchroom_owner
    using (organisation_id = (select current_setting('app.organisation', true)::uuid));
create policy definer_disables on accounts for update to watchroom_owner
    using (organisation_id = (select current_setting('app.organisation', true)::uuid))
    with check (organisation_id = (select current_setting('app.organisation', true)::uuid));
create policy definer_reads on sessions for select to watchroom_owner
    using (organisation_id = (select current_setting('app.organisation', true)::uuid));
create policy definer_removes on sessions for delete to watchroom_owner
    using (organisation_id = (select current_setting('app.organisation', true)::uuid));
create policy definer_reads on password_links for select to watchroom_owner
    using (organisation_id = (select current_setting('app.organisation', true)::uuid));
create policy definer_removes on password_links for delete to watchroom_owner
    using (organisation_id = (select current_setting('app.organisation', true)::uuid));
create policy definer_removes on role_grants for delete to watchroom_owner
    using (organisation_id = (select current_setting('app.organisation', true)::uuid));
