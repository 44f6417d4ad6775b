-- Duty patterns as data; who works which from when; and which expected duties were confirmed.

create table duty_patterns (
    organisation_id uuid not null references organisations,
    id uuid not null,
    name text not null check (length(name) between 1 and 120),
    cycle_days integer not null check (cycle_days between 1 and 366),
    created_at timestamptz not null,
    retired_at timestamptz,
    primary key (organisation_id, id)
);
comment on table duty_patterns is 'A pattern of duties that comes again after so many days.';
comment on column duty_patterns.retired_at is 'Since when it is no longer offered; assignments to it go on.';
create unique index duty_patterns_name on duty_patterns (organisation_id, lower(name)) where retired_at is null;

create table duty_pattern_slots (
    organisation_id uuid not null,
    id uuid not null,
    pattern_id uuid not null,
    day integer not null check (day between 0 and 365),
    starts_minute integer not null check (starts_minute between 0 and 1439),
    ends_minute integer not null check (ends_minute between 0 and 1439),
    duty text not null check (duty in ('shift', 'standby')),
    break_minutes integer not null check (break_minutes between 0 and 720),
    primary key (organisation_id, id),
    foreign key (organisation_id, pattern_id) references duty_patterns (organisation_id, id) on delete cascade
);
comment on column duty_pattern_slots.day is 'The day of the cycle, counted from 0.';
comment on column duty_pattern_slots.starts_minute is 'Minutes after midnight on the wall clock of the United Kingdom.';
comment on column duty_pattern_slots.ends_minute is 'The same; not after the start means the day after.';
create unique index duty_pattern_slots_once on duty_pattern_slots (organisation_id, pattern_id, day, starts_minute);

create table rota_assignments (
    organisation_id uuid not null,
    id uuid not null,
    pattern_id uuid not null,
    person_id uuid,
    unit_id uuid not null,
    anchor_on date not null,
    from_on date not null,
    until_on date,
    created_by uuid not null,
    created_at timestamptz not null,
    primary key (organisation_id, id),
    foreign key (organisation_id, pattern_id) references duty_patterns (organisation_id, id),
    foreign key (organisation_id, person_id) references people (organisation_id, id),
    foreign key (organisation_id, unit_id) references units (organisation_id, id),
    check (until_on >= from_on - 1)
);
comment on column rota_assignments.person_id is 'Null: everybody whose home unit it is, but for those who have an assignment of their own.';
comment on column rota_assignments.unit_id is 'The unit that is assigned; of a person''s, their home unit, which it follows.';
comment on column rota_assignments.anchor_on is 'A day that is the first of the cycle.';
comment on column rota_assignments.until_on is 'The last day; the day before the first one means that it never counted.';
create index rota_assignments_person on rota_assignments (organisation_id, person_id) where person_id is not null;
create index rota_assignments_unit on rota_assignments (organisation_id, unit_id);
create index rota_assignments_pattern on rota_assignments (organisation_id, pattern_id);

create table rota_confirmations (
    organisation_id uuid not null,
    person_id uuid not null,
    slot_id uuid not null,
    day date not null,
    duty_id uuid not null,
    confirmed_at timestamptz not null,
    primary key (organisation_id, person_id, slot_id, day),
    foreign key (organisation_id, person_id) references people (organisation_id, id),
    foreign key (organisation_id, slot_id) references duty_pattern_slots (organisation_id, id)
);
comment on table rota_confirmations is 'Under which id an expected duty is logged, so that confirming it twice logs it once.';
comment on column rota_confirmations.duty_id is 'Chosen before the duty is logged: there may be none of it yet.';

-- What is in use stays as it is: what was expected of people in the past must not change.
create function app_pattern_in_use() returns trigger
language plpgsql security definer set search_path = pg_catalog, public as $$
declare
    pattern uuid := case tg_op when 'DELETE' then old.pattern_id else new.pattern_id end;
    organisation uuid := case tg_op when 'DELETE' then old.organisation_id else new.organisation_id end;
begin
    if exists (select from rota_assignments a where a.organisation_id = organisation and a.pattern_id = pattern) then
        raise exception 'the pattern is in use'
            using errcode = 'check_violation', constraint = 'duty_patterns_in_use', table = 'duty_pattern_slots';
    end if;
    return case tg_op when 'DELETE' then old else new end;
end $$;
create trigger in_use before insert or delete on duty_pattern_slots for each row execute function app_pattern_in_use();

create trigger home_unit before insert on rota_assignments
    for each row when (new.person_id is not null) execute function app_home_unit();
create function app_rota_follows() returns trigger
language plpgsql security definer set search_path = pg_catalog, public as $$
begin
    update rota_assignments set unit_id = new.unit_id where organisation_id = new.organisation_id and person_id = new.id;
    return null;
end $$;
create trigger rota_follows after update of unit_id on people
    for each row when (new.unit_id is distinct from old.unit_id) execute function app_rota_follows();

create function app_own_unit() returns uuid
language sql stable parallel safe security definer set search_path = pg_catalog, public as $$
    select p.unit_id from people p
     where p.organisation_id = (select current_setting('app.organisation', true)::uuid)
       and p.id = (select current_setting('app.person', true)::uuid) and p.left_at is null
$$;
comment on function app_own_unit is 'The caller''s home unit.';
revoke all on function app_own_unit() from public;
grant execute on function app_own_unit() to watchroom_app;

call app_secure('duty_patterns', 'true', '{holds:rota.configure}', '{holds:rota.configure}', null);
revoke update on duty_patterns from watchroom_app;
grant update (name, retired_at) on duty_patterns to watchroom_app;
call app_secure('duty_pattern_slots', 'true', '{holds:rota.configure}', null, '{holds:rota.configure}');

call app_secure('rota_assignments',
    '{reach:rota.read} or (person_id is null and unit_id = (select app_own_unit()) and (select app_own(''rota.read'')))',
    '({units:rota.assign} or {holds:rota.assign}) and created_by = (select current_setting(''app.person'', true)::uuid)',
    '{units:rota.assign} or {holds:rota.assign}', null);
revoke update on rota_assignments from watchroom_app;
grant update (until_on) on rota_assignments to watchroom_app;
create policy definer_reads on rota_assignments for select to watchroom_owner
    using (organisation_id = (select current_setting('app.organisation', true)::uuid));
create policy definer_moves on rota_assignments for update to watchroom_owner
    using (organisation_id = (select current_setting('app.organisation', true)::uuid));

call app_secure('rota_confirmations', '{own:rota.keep}', '{own:rota.keep}', '{own:rota.keep}', null);
revoke update on rota_confirmations from watchroom_app;
grant update (duty_id, confirmed_at) on rota_confirmations to watchroom_app;
