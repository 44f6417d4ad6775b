-- On-call: who gives how many hours of cover a week, when they are not available, and how many riders a unit needs.

create table oncall_contracts (
    organisation_id uuid not null,
    person_id uuid not null,
    unit_id uuid not null,
    cover_minutes integer not null check (cover_minutes between 60 and 10080),
    from_on date not null,
    set_by uuid not null,
    changed_at timestamptz not null,
    primary key (organisation_id, person_id),
    foreign key (organisation_id, person_id) references people (organisation_id, id),
    foreign key (organisation_id, unit_id) references units (organisation_id, id)
);
comment on column oncall_contracts.unit_id is 'The home unit of the person, and follows them.';
comment on column oncall_contracts.cover_minutes is 'Cover that was agreed, in minutes a week.';
comment on column oncall_contracts.from_on is 'The first day on which they are available unless they book off.';
create index oncall_contracts_unit on oncall_contracts (organisation_id, unit_id);

create table oncall_unavailable (
    organisation_id uuid not null,
    id uuid not null,
    person_id uuid not null,
    unit_id uuid not null,
    starts_at timestamptz not null,
    ends_at timestamptz not null,
    reason text not null check (reason in ('at-work', 'sick', 'training', 'personal')),
    created_at timestamptz not null,
    primary key (organisation_id, id),
    foreign key (organisation_id, person_id) references people (organisation_id, id),
    foreign key (organisation_id, unit_id) references units (organisation_id, id),
    check (ends_at > starts_at),
    check (extract(epoch from starts_at)::bigint % 900 = 0 and extract(epoch from ends_at)::bigint % 900 = 0)
);
comment on table oncall_unavailable is 'Stretches of whole quarters of an hour in which somebody with an on-call contract is not available; otherwise they are.';
create index oncall_unavailable_person on oncall_unavailable (organisation_id, person_id, ends_at);
create index oncall_unavailable_unit on oncall_unavailable (organisation_id, unit_id, ends_at);

create table cover_needs (
    organisation_id uuid not null,
    unit_id uuid not null,
    full_riders integer not null check (full_riders between 1 and 100),
    least_riders integer not null check (least_riders between 1 and 100),
    changed_at timestamptz not null,
    primary key (organisation_id, unit_id),
    foreign key (organisation_id, unit_id) references units (organisation_id, id),
    check (least_riders <= full_riders)
);
comment on column cover_needs.full_riders is 'With so many the crew is full.';
comment on column cover_needs.least_riders is 'With fewer the unit is off the run.';

create trigger home_unit before insert on oncall_contracts for each row execute function app_home_unit();
create trigger home_unit before insert on oncall_unavailable for each row execute function app_home_unit();
create function app_oncall_follows() returns trigger
language plpgsql security definer set search_path = pg_catalog, public as $$
begin
    update oncall_contracts set unit_id = new.unit_id where organisation_id = new.organisation_id and person_id = new.id;
    update oncall_unavailable set unit_id = new.unit_id where organisation_id = new.organisation_id and person_id = new.id;
    return null;
end $$;
create trigger oncall_follows after update of unit_id on people
    for each row when (new.unit_id is distinct from old.unit_id) execute function app_oncall_follows();

call app_secure('oncall_contracts', '{reach:rota.read}',
    '({units:rota.assign} or {holds:rota.assign}) and set_by = (select current_setting(''app.person'', true)::uuid)',
    '({units:rota.assign} or {holds:rota.assign}) and set_by = (select current_setting(''app.person'', true)::uuid)',
    '{units:rota.assign} or {holds:rota.assign}');
-- Whoever changes one was not the last who did.
alter policy changes on oncall_contracts using (
    organisation_id = (select current_setting('app.organisation', true)::uuid)
    and (unit_id in (select held.id from app_units('rota.assign') held(id)) or (select app_holds('rota.assign'))));
revoke update on oncall_contracts from watchroom_app;
grant update (cover_minutes, from_on, set_by, changed_at) on oncall_contracts to watchroom_app;
call app_secure('oncall_unavailable', '{reach:rota.read}', '{own:rota.keep}', '{own:rota.keep}', '{own:rota.keep}');
revoke update on oncall_unavailable from watchroom_app;
grant update (ends_at) on oncall_unavailable to watchroom_app;
call app_secure('cover_needs', 'true', '{holds:rota.configure}', '{holds:rota.configure}', '{holds:rota.configure}');
revoke update on cover_needs from watchroom_app;
grant update (full_riders, least_riders, changed_at) on cover_needs to watchroom_app;

do $$
declare
    held text;
begin
    foreach held in array array['oncall_contracts', 'oncall_unavailable'] loop
        execute format('create policy definer_reads on %I for select to watchroom_owner
            using (organisation_id = (select current_setting(''app.organisation'', true)::uuid))', held);
        execute format('create policy definer_moves on %I for update to watchroom_owner
            using (organisation_id = (select current_setting(''app.organisation'', true)::uuid))', held);
    end loop;
end $$;

-- The riders of a unit without their names: a stretch under contract, and stretches in which that rider is off. For
-- people of the unit and for whoever reads its rota; why somebody is off is not told.
create function app_cover(cover_unit uuid, from_at timestamptz, to_at timestamptz)
returns table (rider bigint, is_off boolean, starts_at timestamptz, ends_at timestamptz)
language sql stable security definer set search_path = pg_catalog, public as $$
    with riders as (
        select c.person_id, row_number() over (order by md5(c.person_id::text)) as number,
               greatest(from_at, c.from_on::timestamp at time zone 'Europe/London') as since
          from oncall_contracts c
          join people p on p.organisation_id = c.organisation_id and p.id = c.person_id and p.left_at is null
         where c.organisation_id = (select current_setting('app.organisation', true)::uuid) and c.unit_id = cover_unit
           and c.from_on::timestamp at time zone 'Europe/London' < to_at and to_at > from_at
           and to_at - from_at <= interval '15 days'
           and ((cover_unit = (select app_own_unit()) and (select app_own('rota.read')))
                or cover_unit in (select held.id from app_units('rota.read') held(id)) or (select app_holds('rota.read'))))
    select number, false, since, to_at from riders
    union all
    select r.number, true, greatest(u.starts_at, from_at), least(u.ends_at, to_at)
      from riders r
      join oncall_unavailable u on u.organisation_id = (select current_setting('app.organisation', true)::uuid)
           and u.person_id = r.person_id and u.starts_at < to_at and u.ends_at > from_at
    union all
    select r.number, true, greatest(a.first_on::timestamp at time zone 'Europe/London', from_at),
           least((a.last_on + 1)::timestamp at time zone 'Europe/London', to_at)
      from riders r
      join absences a on a.organisation_id = (select current_setting('app.organisation', true)::uuid)
           and a.person_id = r.person_id and a.withdrawn_at is null
           and a.first_on::timestamp at time zone 'Europe/London' < to_at
           and (a.last_on + 1)::timestamp at time zone 'Europe/London' > from_at
$$;
revoke all on function app_cover(uuid, timestamptz, timestamptz) from public;
grant execute on function app_cover(uuid, timestamptz, timestamptz) to watchroom_app;
