-- Leave and sickness: days on which somebody does not work. What it is for is read by the person and by those who look
-- after them; colleagues learn that somebody is away, and no more.

insert into permissions (code, area, summary, weight) values
    ('absence.read', 'Leave and rota', 'Read leave and sickness with their kind', 'personal'),
    ('absence.record', 'Leave and rota', 'Record leave and sickness, and withdraw what was recorded', 'plain');

insert into permission_scopes (permission, scope) values
    ('absence.read', 'own'), ('absence.read', 'unit'), ('absence.read', 'below'), ('absence.read', 'organisation'),
    ('absence.record', 'own'), ('absence.record', 'unit'), ('absence.record', 'below'), ('absence.record', 'organisation');

insert into built_in_role_permissions (role, permission, scope) values
    ('member', 'absence.read', 'own'), ('member', 'absence.record', 'own'),
    ('manager', 'absence.read', 'below'), ('manager', 'absence.record', 'below'),
    ('hr', 'absence.read', 'organisation'), ('hr', 'absence.record', 'organisation');

call app_settle_built_in_roles();

create table absences (
    organisation_id uuid not null references organisations,
    id uuid not null,
    person_id uuid not null,
    unit_id uuid not null,
    kind text not null check (kind in ('annual-leave', 'sick', 'family', 'other')),
    first_on date not null,
    last_on date not null,
    recorded_by uuid not null,
    created_at timestamptz not null,
    withdrawn_at timestamptz,
    withdrawn_by uuid,
    primary key (organisation_id, id),
    foreign key (organisation_id, person_id) references people (organisation_id, id),
    foreign key (organisation_id, unit_id) references units (organisation_id, id),
    check (last_on >= first_on and last_on - first_on < 400),
    check ((withdrawn_at is null) = (withdrawn_by is null))
);
comment on table absences is 'Whole days of the United Kingdom on which somebody does not work. There is no room for a reason beyond the kind.';
comment on column absences.unit_id is 'The home unit of the person, and follows them.';
comment on column absences.recorded_by is 'The person themself, or whoever looks after them.';
comment on column absences.withdrawn_at is 'When it was found not to be so. It stays on record and counts for nothing.';
create index absences_person on absences (organisation_id, person_id, first_on desc, id desc);
create index absences_unit on absences (organisation_id, unit_id, last_on) where withdrawn_at is null;
create index absences_all on absences (organisation_id, last_on) where withdrawn_at is null;

create trigger home_unit before insert on absences for each row execute function app_home_unit();

-- Nobody is away twice on one day. Two who record at once wait for each other.
create function app_absences_apart() returns trigger
language plpgsql security definer set search_path = pg_catalog, public as $$
begin
    perform pg_advisory_xact_lock(hashtextextended(new.person_id::text, 220000));
    if exists (select from absences a
                where a.organisation_id = new.organisation_id and a.person_id = new.person_id and a.withdrawn_at is null
                  and a.id <> new.id and a.first_on <= new.last_on and a.last_on >= new.first_on) then
        raise exception 'somebody is away on one of these days already'
            using errcode = 'check_violation', constraint = 'absences_apart', table = 'absences';
    end if;
    return new;
end $$;
create trigger apart before insert on absences for each row execute function app_absences_apart();

create function app_absences_follow() returns trigger
language plpgsql security definer set search_path = pg_catalog, public as $$
begin
    update absences set unit_id = new.unit_id where organisation_id = new.organisation_id and person_id = new.id;
    return null;
end $$;
create trigger absences_follow after update of unit_id on people
    for each row when (new.unit_id is distinct from old.unit_id) execute function app_absences_follow();

-- Whoever recorded it for somebody takes it back; the person themself only what they recorded.
call app_secure('absences', '{reach:absence.read} or {system:working-time}',
    '{reach:absence.record} and recorded_by = (select current_setting(''app.person'', true)::uuid) and withdrawn_at is null',
    '{reach:absence.record} and withdrawn_at is null
     and (not ({me}) or recorded_by = (select current_setting(''app.person'', true)::uuid))', null);
alter policy changes on absences with check (
    organisation_id = (select current_setting('app.organisation', true)::uuid)
    and withdrawn_at is not null and withdrawn_by = (select current_setting('app.person', true)::uuid));
revoke update on absences from watchroom_app;
grant update (withdrawn_at, withdrawn_by) on absences to watchroom_app;
create policy definer_reads on absences for select to watchroom_owner
    using (organisation_id = (select current_setting('app.organisation', true)::uuid));
create policy definer_moves on absences for update to watchroom_owner
    using (organisation_id = (select current_setting('app.organisation', true)::uuid));

-- Who of the caller's own unit is away, and nothing of why.
create function app_away(first_day date, last_day date) returns table (person_id uuid, name text, first_on date, last_on date)
language sql stable security definer set search_path = pg_catalog, public as $$
    select p.id, p.given_name || ' ' || p.family_name, greatest(a.first_on, first_day), least(a.last_on, last_day)
      from people me
      join absences a on a.organisation_id = me.organisation_id and a.unit_id = me.unit_id and a.withdrawn_at is null
      join people p on p.organisation_id = a.organisation_id and p.id = a.person_id and p.left_at is null
     where me.organisation_id = (select current_setting('app.organisation', true)::uuid)
       and me.id = (select current_setting('app.person', true)::uuid) and p.id <> me.id
       and a.first_on <= last_day and a.last_on >= first_day and last_day - first_day between 0 and 62
       and (select app_own('absence.read'))
     order by 3, 2, 1
$$;
comment on function app_away is 'Colleagues who are away on days of at most two months. The days outside are not told: how long an absence is may say why.';
revoke all on function app_away(date, date) from public;
grant execute on function app_away(date, date) to watchroom_app;
