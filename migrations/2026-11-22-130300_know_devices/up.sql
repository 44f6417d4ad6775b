-- From which browsers and networks somebody has signed in before, as a digest: enough to tell them of a new one.
create table known_devices (
    organisation_id uuid not null,
    person_id uuid not null,
    device_key bytea not null check (length(device_key) = 32),
    first_seen_at timestamptz not null,
    last_seen_at timestamptz not null,
    primary key (organisation_id, person_id, device_key),
    foreign key (organisation_id, person_id) references people (organisation_id, id)
);
comment on table known_devices is 'Browsers and networks that somebody has signed in from; those unused for a year are forgotten.';
comment on column known_devices.device_key is 'SHA-256 of the person, the browser''s name and the masked network.';
alter table known_devices enable row level security; alter table known_devices force row level security;
call app_secure('known_devices', '{me} or {system:sign-in}', '{system:sign-in}', '{system:sign-in}', '{me} or {system:sign-in}');

create function app_person_left_devices() returns trigger
language plpgsql security definer set search_path = pg_catalog, public as $$
begin
    delete from known_devices where organisation_id = new.organisation_id and person_id = new.id;
    return null;
end $$;
create trigger person_left_devices after update of left_at on people
    for each row when (new.left_at is not null and old.left_at is null) execute function app_person_left_devices();
create policy definer_reads on known_devices for select to watchroom_owner
    using (organisation_id = (select current_setting('app.organisation', true)::uuid));
create policy definer_removes on known_devices for delete to watchroom_owner
    using (organisation_id = (select current_setting('app.organisation', true)::uuid));
