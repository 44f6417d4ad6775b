-- People's own details: what they propose, what HR decides, and what holds. Nobody decides on their own, and nothing holds
-- that was not approved.

create table detail_changes (
    organisation_id uuid not null,
    id uuid not null,
    person_id uuid not null,
    part text not null check (part in ('name', 'phone', 'address', 'contact')),
    was jsonb not null,
    becomes jsonb not null,
    state text not null check (state in ('proposed', 'approved', 'returned', 'withdrawn')),
    proposed_at timestamptz not null,
    decided_by uuid,
    decided_at timestamptz,
    answer text check (length(answer) between 1 and 500),
    primary key (organisation_id, id),
    foreign key (organisation_id, person_id) references people (organisation_id, id),
    check ((state = 'proposed') = (decided_at is null)),
    check (state not in ('approved', 'returned') or (decided_by is not null and decided_by <> person_id)),
    check (state <> 'returned' or answer is not null)
);
comment on table detail_changes is 'What people proposed to change of their details: what it was and what it should become stay side by side.';
comment on column detail_changes.answer is 'Why it was returned, or a word beside the approval.';
create unique index detail_changes_open on detail_changes (organisation_id, person_id, part) where state = 'proposed';
create index detail_changes_waiting on detail_changes (organisation_id, proposed_at) where state = 'proposed';
create index detail_changes_person on detail_changes (organisation_id, person_id, proposed_at desc);

create table person_addresses (
    organisation_id uuid not null,
    person_id uuid not null,
    lines text not null check (length(lines) between 1 and 400),
    postcode text not null check (length(postcode) between 1 and 12),
    changed_at timestamptz not null,
    primary key (organisation_id, person_id),
    foreign key (organisation_id, person_id) references people (organisation_id, id)
);
comment on table person_addresses is 'Where people live: for themselves and HR.';

create table emergency_contacts (
    organisation_id uuid not null,
    person_id uuid not null,
    unit_id uuid not null,
    name text not null check (length(name) between 1 and 120),
    relation text not null check (length(relation) between 1 and 60),
    phone text not null check (length(phone) between 3 and 40),
    changed_at timestamptz not null,
    primary key (organisation_id, person_id),
    foreign key (organisation_id, person_id) references people (organisation_id, id),
    foreign key (organisation_id, unit_id) references units (organisation_id, id)
);
comment on table emergency_contacts is 'Whom to call when something happens to somebody: for themselves, HR and managers of their unit.';
comment on column emergency_contacts.unit_id is 'The home unit of the person, and follows them.';
create trigger home_unit before insert on emergency_contacts for each row execute function app_home_unit();

create function app_contacts_follow() returns trigger
language plpgsql security definer set search_path = pg_catalog, public as $$
begin
    update emergency_contacts set unit_id = new.unit_id where organisation_id = new.organisation_id and person_id = new.id;
    return null;
end $$;
create trigger contacts_follow after update of unit_id on people
    for each row when (new.unit_id is distinct from old.unit_id) execute function app_contacts_follow();

call app_secure('detail_changes', '{me} or {holds:detail.approve}',
    '{own:detail.propose} and state = ''proposed''', '{own:detail.propose} or ({holds:detail.approve} and not ({me}))', null);
revoke update on detail_changes from watchroom_app;
grant update (state, decided_by, decided_at, answer) on detail_changes to watchroom_app;

create function app_detail_changes_by_verb() returns trigger
language plpgsql set search_path = pg_catalog, public as $$
declare
    own constant boolean := new.person_id::text = current_setting('app.person', true);
begin
    if current_user <> 'watchroom_app' then
        return new;
    end if;
    if old.state <> 'proposed' then
        raise exception 'the change is settled' using errcode = 'insufficient_privilege';
    end if;
    if new.state in ('approved', 'returned')
       and (own or not app_holds('detail.approve') or new.decided_by::text <> current_setting('app.person', true)) then
        raise exception 'nobody decides on their own details' using errcode = 'insufficient_privilege';
    end if;
    if new.state = 'withdrawn' and not own then
        raise exception 'who proposed it takes it back' using errcode = 'insufficient_privilege';
    end if;
    return new;
end $$;
create trigger by_verb before update on detail_changes for each row execute function app_detail_changes_by_verb();

-- What holds was approved: each row is as old as the approval that it came with.
call app_secure('person_addresses', '{me} or {holds:detail.approve}',
    '{holds:detail.approve} and not ({me}) and exists (select from detail_changes d
        where d.organisation_id = person_addresses.organisation_id and d.person_id = person_addresses.person_id
          and d.part = ''address'' and d.state = ''approved'' and d.decided_at = person_addresses.changed_at)',
    '{holds:detail.approve} and not ({me}) and exists (select from detail_changes d
        where d.organisation_id = person_addresses.organisation_id and d.person_id = person_addresses.person_id
          and d.part = ''address'' and d.state = ''approved'' and d.decided_at = person_addresses.changed_at)', null);
call app_secure('emergency_contacts', '{me} or {units:contact.read} or {holds:contact.read} or {holds:detail.approve}',
    '{holds:detail.approve} and not ({me}) and exists (select from detail_changes d
        where d.organisation_id = emergency_contacts.organisation_id and d.person_id = emergency_contacts.person_id
          and d.part = ''contact'' and d.state = ''approved'' and d.decided_at = emergency_contacts.changed_at)',
    '{holds:detail.approve} and not ({me}) and exists (select from detail_changes d
        where d.organisation_id = emergency_contacts.organisation_id and d.person_id = emergency_contacts.person_id
          and d.part = ''contact'' and d.state = ''approved'' and d.decided_at = emergency_contacts.changed_at)', null);
create policy definer_reads on emergency_contacts for select to watchroom_owner
    using (organisation_id = (select current_setting('app.organisation', true)::uuid));
create policy definer_moves on emergency_contacts for update to watchroom_owner
    using (organisation_id = (select current_setting('app.organisation', true)::uuid));
