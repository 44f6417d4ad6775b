-- The figures of working time, kept: one row for a person a day, so that a page reads one row and not half a year of
-- duties. Whatever they are made of says in its own transaction whose have to be made again.

-- No foreign keys: the rows are made from people and their units alone, by one writer, two million at a time; looking each
-- of them up again took longer than writing them.
create table working_time_figures (
    organisation_id uuid not null,
    person_id uuid not null,
    day date not null,
    unit_id uuid not null,
    first_on date not null,
    last_on date not null,
    a_seconds bigint not null,
    b_seconds bigint not null,
    c_days integer not null check (c_days > 0),
    average_hundredths integer not null,
    headroom_seconds bigint not null,
    standing text not null check (standing in ('within', 'over', 'opted-out')),
    shortest_rest_seconds integer,
    owed_rest_seconds bigint not null,
    due_on date,
    longest_stretch_seconds integer,
    rule_version text not null,
    more jsonb,
    primary key (organisation_id, person_id, day)
);
comment on table working_time_figures is 'Working time by the Working Time Regulations 1998, one row for a person a day. Made from the record, never typed.';
comment on column working_time_figures.unit_id is 'The home unit of the person, and follows them.';
comment on column working_time_figures.first_on is 'The first day of the reference period.';
comment on column working_time_figures.a_seconds is 'A of (A + B) / C, regulation 4(6).';
comment on column working_time_figures.c_days is 'C in days.';
comment on column working_time_figures.average_hundredths is 'Hundredths of an hour a week.';
comment on column working_time_figures.headroom_seconds is 'What is left to the limit, a week; below zero above it.';
comment on column working_time_figures.owed_rest_seconds is 'Compensatory rest owed at the end of the day.';
comment on column working_time_figures.due_on is 'When the first of it falls due.';
comment on column working_time_figures.rule_version is 'The rule set that was in force on the day.';
comment on column working_time_figures.more is 'Debts, night work, limits under 18 and the rest; on the latest day alone.';

create table working_time_changes (
    organisation_id uuid not null references organisations,
    id bigint generated always as identity,
    person_id uuid not null,
    primary key (organisation_id, id)
);
comment on table working_time_changes is 'Whose figures have to be made again, written with what changed. A line is never changed, so that nobody waits for another.';

create table working_time_marks (
    organisation_id uuid not null,
    duty_id uuid not null,
    person_id uuid not null,
    unit_id uuid not null,
    said text not null check (length(said) between 1 and 1000),
    marked_at timestamptz not null,
    primary key (organisation_id, duty_id),
    foreign key (organisation_id, duty_id) references duties (organisation_id, id),
    foreign key (organisation_id, unit_id) references units (organisation_id, id)
);
comment on table working_time_marks is 'That a duty was logged although it breaks a limit or a rest, and what was said of it then.';
create index working_time_marks_person on working_time_marks (organisation_id, person_id, marked_at desc);

create trigger home_unit before insert on working_time_marks for each row execute function app_home_unit();

create function app_working_time_follows() returns trigger
language plpgsql security definer set search_path = pg_catalog, public as $$
begin
    update working_time_figures set unit_id = new.unit_id where organisation_id = new.organisation_id and person_id = new.id;
    update working_time_marks set unit_id = new.unit_id where organisation_id = new.organisation_id and person_id = new.id;
    return null;
end $$;
create trigger working_time_follows after update of unit_id on people
    for each row when (new.unit_id is distinct from old.unit_id) execute function app_working_time_follows();

-- Puts the work into the queue unless it waits there. The lock keeps a job that waits from being taken before this
-- transaction has committed: workers skip what is locked.
create function app_working_time_wanted(organisation uuid) returns void
language plpgsql volatile security definer set search_path = pg_catalog, public as $$
begin
    perform 1 from jobs j
      where j.organisation_id = organisation and j.kind = 'working-time.recompute' and j.dead_at is null
        and j.leased_until is null
      limit 1 for key share skip locked;
    if not found then
        insert into jobs (id, organisation_id, kind, payload, run_at, created_at)
        values (gen_random_uuid(), organisation, 'working-time.recompute', '{}', now(), now());
    end if;
end $$;

-- Notes whose figures changed. An organisation without contract groups has no figures.
create function app_working_time_changed(people uuid[]) returns void
language plpgsql volatile security definer set search_path = pg_catalog, public as $$
declare
    organisation constant uuid := (select current_setting('app.organisation', true)::uuid);
begin
    if people is null or not exists (select from contract_groups g where g.organisation_id = organisation) then
        return;
    end if;
    insert into working_time_changes (organisation_id, person_id)
    select distinct organisation, c.person from unnest(people) c(person);
    perform app_working_time_wanted(organisation);
end $$;

-- Everybody's; how many people that are.
create function app_working_time_everybody() returns bigint
language plpgsql volatile security definer set search_path = pg_catalog, public as $$
declare
    organisation constant uuid := (select current_setting('app.organisation', true)::uuid);
    noted bigint;
begin
    insert into working_time_changes (organisation_id, person_id)
    select p.organisation_id, p.id from people p where p.organisation_id = organisation and p.left_at is null;
    get diagnostics noted = row_count;
    if noted > 0 then
        perform app_working_time_wanted(organisation);
    end if;
    return noted;
end $$;

create function app_working_time_all() returns bigint
language plpgsql volatile security definer set search_path = pg_catalog, public as $$
begin
    if not (app_holds('worktime.manage') or current_setting('app.system', true) = 'working-time') then
        raise exception 'worktime.manage is not held' using errcode = 'insufficient_privilege';
    end if;
    return app_working_time_everybody();
end $$;
comment on function app_working_time_all is 'Has everybody''s figures made again, for whoever may; how many people that are.';

create function app_duties_change_working_time() returns trigger
language plpgsql security definer set search_path = pg_catalog, public as $$
begin
    if tg_op = 'INSERT' then
        perform app_working_time_changed(array_agg(a.person_id)) from added a;
    else
        perform app_working_time_changed(array_agg(a.person_id))
           from added a join replaced r on r.organisation_id = a.organisation_id and r.id = a.id
          where (a.started_at, a.ended_at, a.break_minutes, a.type_id, a.category_id, a.subcategory_id, a.deleted_at)
                is distinct from
                (r.started_at, r.ended_at, r.break_minutes, r.type_id, r.category_id, r.subcategory_id, r.deleted_at);
    end if;
    return null;
end $$;
create trigger working_time_added after insert on duties referencing new table as added
    for each statement execute function app_duties_change_working_time();
create trigger working_time_changed after update on duties referencing old table as replaced new table as added
    for each statement execute function app_duties_change_working_time();

create function app_terms_change_working_time() returns trigger
language plpgsql security definer set search_path = pg_catalog, public as $$
begin
    perform app_working_time_changed(array[coalesce(new.person_id, old.person_id)]);
    return null;
end $$;
create trigger working_time_changed after insert or delete on working_terms
    for each row execute function app_terms_change_working_time();
create trigger working_time_changed after insert or update of from_on, last_on on opt_outs
    for each row execute function app_terms_change_working_time();
create trigger working_time_changed after insert or update of first_on, last_on, kind, withdrawn_at on absences
    for each row execute function app_terms_change_working_time();
create trigger working_time_changed after insert or update of to_on, removed_at on other_employments
    for each row execute function app_terms_change_working_time();

-- A rule that changes, changes everybody's.
create function app_rules_change_working_time() returns trigger
language plpgsql security definer set search_path = pg_catalog, public as $$
begin
    perform app_working_time_everybody();
    return null;
end $$;
create trigger working_time_changed after insert or update on contract_groups
    for each statement execute function app_rules_change_working_time();
create trigger working_time_changed after insert or update or delete on duty_kind_sources
    for each statement execute function app_rules_change_working_time();

revoke all on function app_working_time_wanted(uuid), app_working_time_changed(uuid[]), app_working_time_everybody(),
    app_working_time_all() from public;
grant execute on function app_working_time_all() to watchroom_app;

alter table working_time_figures enable row level security; alter table working_time_figures force row level security;
call app_secure('working_time_figures', '{reach:worktime.read} or {system:working-time}', '{system:working-time}',
    '{system:working-time}', '{system:working-time}');
alter table working_time_changes enable row level security; alter table working_time_changes force row level security;
-- Taking a line to work on it locks it, which takes the right to change it.
call app_secure('working_time_changes', '{own:worktime.read} or {holds:worktime.manage} or {system:working-time}', null,
    '{system:working-time}', '{system:working-time}');
alter table working_time_marks enable row level security; alter table working_time_marks force row level security;
call app_secure('working_time_marks', '{reach:worktime.read}',
    '({own:duty.log} or {own:duty.edit}) and exists (select from duties d where d.organisation_id = working_time_marks.organisation_id
        and d.id = working_time_marks.duty_id and d.person_id = working_time_marks.person_id)',
    '{own:duty.edit}', null);
revoke update on working_time_marks from watchroom_app;
grant update (said, marked_at) on working_time_marks to watchroom_app;

create policy definer_moves on working_time_figures for update to watchroom_owner
    using (organisation_id = (select current_setting('app.organisation', true)::uuid));
create policy definer_reads on working_time_figures for select to watchroom_owner
    using (organisation_id = (select current_setting('app.organisation', true)::uuid));
create policy definer_moves on working_time_marks for update to watchroom_owner
    using (organisation_id = (select current_setting('app.organisation', true)::uuid));
create policy definer_reads on working_time_marks for select to watchroom_owner
    using (organisation_id = (select current_setting('app.organisation', true)::uuid));
create policy definer_adds on working_time_changes for insert to watchroom_owner
    with check (organisation_id = (select current_setting('app.organisation', true)::uuid));

create policy working_time_reads on duties for select to watchroom_app
    using (organisation_id = (select current_setting('app.organisation', true)::uuid)
        and (select current_setting('app.system', true)) = 'working-time');
create policy working_time_reads on people for select to watchroom_app
    using (organisation_id = (select current_setting('app.organisation', true)::uuid)
        and (select current_setting('app.system', true)) = 'working-time');
