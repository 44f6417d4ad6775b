-- Hours are submitted by week or month and approved by a manager, or by somebody whom a manager named for while they are
-- away. What a sheet holds is counted by the database itself at each move, and each move leaves a line that stays.

create table timesheet_rules (
    organisation_id uuid not null references organisations,
    starts_on date not null,
    period text not null check (period in ('week', 'month')),
    late_days integer not null check (late_days between 0 and 90),
    due_days integer not null check (due_days between 0 and 60),
    created_by uuid not null,
    created_at timestamptz not null,
    primary key (organisation_id, starts_on),
    foreign key (organisation_id, created_by) references people (organisation_id, id),
    check (case period when 'week' then extract(isodow from starts_on) = 1 else extract(day from starts_on) = 1 end)
);
comment on table timesheet_rules is 'From which day on hours are submitted, and by which period; no row: they are not.';
comment on column timesheet_rules.starts_on is 'The Monday or the first of a month on which it begins; the period before ends the day before.';
comment on column timesheet_rules.late_days is 'A duty that is logged more days than that after its end is marked as late.';
comment on column timesheet_rules.due_days is 'Days after the end of a period until it should be submitted.';

create table approval_delegations (
    organisation_id uuid not null,
    id uuid not null,
    person_id uuid not null,
    delegate_id uuid not null,
    from_day date not null,
    to_day date not null,
    reason text check (length(reason) between 1 and 200),
    created_at timestamptz not null,
    ended_at timestamptz,
    primary key (organisation_id, id),
    foreign key (organisation_id, person_id) references people (organisation_id, id),
    foreign key (organisation_id, delegate_id) references people (organisation_id, id),
    check (delegate_id <> person_id),
    check (to_day between from_day and from_day + 91)
);
comment on table approval_delegations is
    'Who decides on submitted hours in whose stead. It gives what the other holds by roles at that moment, never what others gave them.';
comment on column approval_delegations.person_id is 'Who is away.';
comment on column approval_delegations.to_day is 'The last day; three months at most: who is away for longer has somebody acting up, by a role.';
comment on column approval_delegations.ended_at is 'When it was ended before its time.';
create index approval_delegations_person on approval_delegations (organisation_id, person_id, to_day desc, id desc);
create index approval_delegations_delegate on approval_delegations (organisation_id, delegate_id, to_day desc, id desc);

create table timesheets (
    organisation_id uuid not null,
    id uuid not null,
    person_id uuid not null,
    unit_id uuid not null,
    period_from date not null,
    period_to date not null,
    state text not null check (state in ('submitted', 'withdrawn', 'returned', 'approved', 'reopened')),
    revision integer not null default 1,
    reason text check (length(reason) between 1 and 500),
    moved_at timestamptz not null,
    moved_by uuid not null,
    delegation_id uuid,
    submitted_at timestamptz not null,
    submitted_minutes integer not null default 0,
    submitted_duties integer not null default 0,
    submitted_lines jsonb not null default '{}',
    approved_minutes integer,
    approved_duties integer,
    primary key (organisation_id, id),
    foreign key (organisation_id, person_id) references people (organisation_id, id),
    foreign key (organisation_id, unit_id) references units (organisation_id, id),
    foreign key (organisation_id, moved_by) references people (organisation_id, id),
    foreign key (organisation_id, delegation_id) references approval_delegations (organisation_id, id),
    check (period_to between period_from and period_from + 30),
    check (state not in ('returned', 'reopened') or reason is not null),
    check ((state = 'approved') = (approved_minutes is not null) and (state = 'approved') = (approved_duties is not null))
);
comment on table timesheets is 'A person''s hours of one period, from when they were first submitted on.';
comment on column timesheets.unit_id is 'The home unit when it was submitted: whoever approves for it decides.';
comment on column timesheets.revision is 'Grows with each move.';
comment on column timesheets.reason is 'Why it was returned or reopened.';
comment on column timesheets.moved_by is 'Who made the last move: submitted, took back, approved, returned, reopened.';
comment on column timesheets.delegation_id is 'In whose stead the last move was made.';
comment on column timesheets.submitted_lines is 'The duties that it held when it was submitted: id to revision.';
comment on column timesheets.approved_minutes is 'What was approved; null unless it is.';
create unique index timesheets_period on timesheets (organisation_id, person_id, period_from desc);
create index timesheets_newest on timesheets (organisation_id, submitted_at desc, id desc);
create index timesheets_waiting on timesheets (organisation_id, submitted_at, id) where state = 'submitted';

create table timesheet_events (
    organisation_id uuid not null,
    timesheet_id uuid not null,
    revision integer not null,
    state text not null,
    reason text,
    minutes integer not null,
    duties integer not null,
    moved_at timestamptz not null,
    moved_by uuid not null,
    moved_by_name text not null,
    in_stead_of uuid,
    in_stead_of_name text,
    primary key (organisation_id, timesheet_id, revision),
    foreign key (organisation_id, timesheet_id) references timesheets (organisation_id, id)
);
comment on table timesheet_events is 'Each move of a timesheet, with the hours that it held then. Written by the database alone.';
comment on column timesheet_events.moved_by_name is 'As they were called then: whoever reads the sheet need not be able to read the person.';

-- The period of the caller's organisation that a day lies in; no row: hours are not submitted for that day.
create function app_timesheet_period(day date)
returns table (period_from date, period_to date, period text, late_days integer, due_days integer)
language sql stable parallel safe security definer set search_path = pg_catalog, public as $$
    with rule as (
        select r.*, (select min(n.starts_on) from timesheet_rules n
                      where n.organisation_id = r.organisation_id and n.starts_on > r.starts_on) as next_on
          from timesheet_rules r
         where r.organisation_id = (select current_setting('app.organisation', true)::uuid) and r.starts_on <= day
         order by r.starts_on desc limit 1)
    select bounds.first, least(bounds.last, rule.next_on - 1), rule.period, rule.late_days, rule.due_days
      from rule, lateral (
        select case rule.period when 'week' then day - (extract(isodow from day)::integer - 1)
                    else date_trunc('month', day)::date end as first,
               case rule.period when 'week' then day + (7 - extract(isodow from day)::integer)
                    else (date_trunc('month', day) + interval '1 month - 1 day')::date end as last) bounds
$$;
comment on function app_timesheet_period is 'The period that a day lies in, and the rule that makes it.';

create function app_start_of_day(day date) returns timestamptz
language sql stable parallel safe set search_path = pg_catalog, public as $$
    select day::timestamp at time zone 'Europe/London'
$$;
comment on function app_start_of_day is 'The instant at which a day begins in the United Kingdom.';

-- What a person worked in a period, counted afresh: minutes, duties, and which duties at which revision.
create function app_period_hours(person uuid, first date, last date)
returns table (minutes integer, duties integer, lines jsonb)
language sql stable security definer set search_path = pg_catalog, public as $$
    select coalesce(sum(d.worked_minutes), 0)::integer, count(*)::integer,
           coalesce(jsonb_object_agg(d.id, d.revision), '{}')
      from duties d
     where d.organisation_id = (select current_setting('app.organisation', true)::uuid) and d.person_id = person
       and d.deleted_at is null
       and d.started_at >= app_start_of_day(first) and d.started_at < app_start_of_day(last + 1)
$$;
revoke all on function app_period_hours(uuid, date, date) from public;

-- For which units the caller stands in for somebody today, and for whom: what the other one holds by roles. What the
-- other one has by standing in is not among it, so there is no chain; nor does a token stand in for anybody.
create function app_delegated_units() returns table (unit_id uuid, delegation_id uuid, delegator uuid)
language sql stable parallel safe security definer set search_path = pg_catalog, public as $$
    with recursive mine as (
        select d.id, d.person_id
          from approval_delegations d
          join people p on p.organisation_id = d.organisation_id and p.id = d.person_id and p.left_at is null
         where d.organisation_id = (select current_setting('app.organisation', true)::uuid)
           and d.delegate_id = (select current_setting('app.person', true)::uuid)
           and d.ended_at is null and (now() at time zone 'Europe/London')::date between d.from_day and d.to_day
           and coalesce(current_setting('app.scopes', true), '') = ''),
    held as (
        select m.id, m.person_id, f.unit_id, f.scope
          from mine m
          join grants_in_force f on f.person_id = m.person_id and f.permission = 'timesheet.approve'
         where f.organisation_id = (select current_setting('app.organisation', true)::uuid)),
    reach(delegation, delegator, unit, below) as (
        (select h.id, h.person_id, h.unit_id, h.scope = 'below' from held h
          where h.scope in ('unit', 'below') and h.unit_id is not null
         union all
         select h.id, h.person_id, u.id, false from held h
           join units u on u.organisation_id = (select current_setting('app.organisation', true)::uuid)
          where h.scope = 'organisation')
        union
        select r.delegation, r.delegator, u.id, true from units u join reach r on r.below and u.parent_id = r.unit
         where u.organisation_id = (select current_setting('app.organisation', true)::uuid))
    select distinct r.unit, r.delegation, r.delegator from reach r
$$;
comment on function app_delegated_units is 'The units for which the caller decides in somebody''s stead today.';

-- Whom the caller may name: people whom they may see, and others who approve hours.
create function app_may_stand_in(somebody uuid) returns boolean
language sql stable parallel safe security definer set search_path = pg_catalog, public as $$
    select exists (
        select from people p
         where p.organisation_id = (select current_setting('app.organisation', true)::uuid)
           and p.id = somebody and p.id <> (select current_setting('app.person', true)::uuid) and p.left_at is null
           and (app_holds('people.read') or p.unit_id in (select app_units('people.read'))
                or exists (select from grants_in_force f
                            where f.organisation_id = p.organisation_id and f.person_id = p.id
                              and f.permission = 'timesheet.approve')))
       and (app_holds('timesheet.approve') or exists (select from app_units('timesheet.approve')))
$$;
comment on function app_may_stand_in is 'Whether the caller, who approves hours, may name somebody to decide in their stead.';

create function app_stand_ins(wanted text) returns table (id uuid, name text, employee_number text, unit_id uuid)
language sql stable security definer set search_path = pg_catalog, public as $$
    select p.id, p.given_name || ' ' || p.family_name, p.employee_number, p.unit_id
      from people p
     where p.organisation_id = (select current_setting('app.organisation', true)::uuid) and p.left_at is null
       and (position(lower(wanted) in lower(p.given_name || ' ' || p.family_name)) > 0 or p.employee_number = wanted)
       and app_may_stand_in(p.id)
     order by p.family_name, p.given_name, p.id limit 21
$$;
comment on function app_stand_ins is 'People of that name or number whom the caller may name to decide in their stead: 21 at most.';

-- Who decides for whom, by name, for the two of them.
create function app_delegation_names() returns table (id uuid, name text)
language sql stable security definer set search_path = pg_catalog, public as $$
    select distinct p.id, p.given_name || ' ' || p.family_name
      from approval_delegations d
      join people p on p.organisation_id = d.organisation_id and p.id in (d.person_id, d.delegate_id)
     where d.organisation_id = (select current_setting('app.organisation', true)::uuid)
       and (select current_setting('app.person', true)::uuid) in (d.person_id, d.delegate_id)
$$;

-- Whether the caller may see a timesheet: what its policy says, for the functions that run as the owner. Whoever stands in
-- for somebody sees what waits, and what they decided, until the last day.
create function app_sees_timesheet(t timesheets) returns boolean
language sql stable parallel safe security definer set search_path = pg_catalog, public as $$
    select (t.person_id = (select current_setting('app.person', true)::uuid) and app_own('timesheet.submit'))
        or app_holds('timesheet.read') or app_holds('timesheet.approve')
        or t.unit_id in (select app_units('timesheet.read')) or t.unit_id in (select app_units('timesheet.approve'))
        or exists (select from app_delegated_units() d
                    where d.unit_id = t.unit_id and d.delegator <> t.person_id
                      and (t.state = 'submitted' or (t.delegation_id = d.delegation_id
                           and t.moved_by = (select current_setting('app.person', true)::uuid))))
$$;
revoke all on function app_timesheet_period(date), app_start_of_day(date), app_delegated_units(), app_may_stand_in(uuid),
    app_stand_ins(text), app_delegation_names(), app_sees_timesheet(timesheets) from public;
grant execute on function app_timesheet_period(date), app_start_of_day(date), app_delegated_units(),
    app_may_stand_in(uuid), app_stand_ins(text), app_delegation_names() to watchroom_app;

call app_secure('timesheet_rules', 'true', '{holds:organisation.configure}', null, '{holds:organisation.configure}');

call app_secure('approval_delegations',
    '{me} or delegate_id = (select current_setting(''app.person'', true)::uuid)',
    '{me} and ended_at is null and app_may_stand_in(delegate_id)',
    '{me} and ended_at is null', null);
alter policy changes on approval_delegations with check (
    organisation_id = (select current_setting('app.organisation', true)::uuid)
    and person_id = (select current_setting('app.person', true)::uuid) and ended_at is not null);
revoke update on approval_delegations from watchroom_app;
grant update (ended_at) on approval_delegations to watchroom_app;

call app_secure('timesheets',
    '{own:timesheet.submit} or {holds:timesheet.read} or {holds:timesheet.approve}
     or {units:timesheet.read} or {units:timesheet.approve}
     or exists (select from app_delegated_units() d
                 where d.unit_id = timesheets.unit_id and d.delegator <> timesheets.person_id
                   and (timesheets.state = ''submitted'' or (timesheets.delegation_id = d.delegation_id
                        and timesheets.moved_by = (select current_setting(''app.person'', true)::uuid))))',
    '{own:timesheet.submit} and state = ''submitted'' and moved_by = (select current_setting(''app.person'', true)::uuid)',
    '({own:timesheet.submit} and state <> ''approved'')
     or (not ({me}) and state in (''submitted'', ''approved'') and ({holds:timesheet.approve} or {units:timesheet.approve}))
     or (not ({me}) and state = ''submitted'' and exists (
        select from app_delegated_units() d where d.unit_id = timesheets.unit_id and d.delegator <> timesheets.person_id))',
    null);
alter policy changes on timesheets with check (
    organisation_id = (select current_setting('app.organisation', true)::uuid)
    and moved_by = (select current_setting('app.person', true)::uuid)
    and ((person_id = moved_by and (select app_own('timesheet.submit'))
            and state in ('submitted', 'withdrawn') and delegation_id is null)
        or (person_id <> moved_by and state in ('approved', 'returned', 'reopened') and delegation_id is null
            and ((select app_holds('timesheet.approve'))
                or unit_id in (select held.id from app_units('timesheet.approve') held(id))))
        or (person_id <> moved_by and state in ('approved', 'returned') and exists (
            select from app_delegated_units() d where d.unit_id = timesheets.unit_id
               and d.delegation_id = timesheets.delegation_id and d.delegator <> timesheets.person_id))));
revoke update on timesheets from watchroom_app;
grant update (state, reason, moved_at, moved_by, delegation_id) on timesheets to watchroom_app;

call app_secure('timesheet_events',
    'exists (select from timesheets t where t.organisation_id = timesheet_events.organisation_id
        and t.id = timesheet_events.timesheet_id)', null, null, null);

create policy definer_reads on timesheet_rules for select to watchroom_owner
    using (organisation_id = (select current_setting('app.organisation', true)::uuid));
create policy definer_reads on approval_delegations for select to watchroom_owner
    using (organisation_id = (select current_setting('app.organisation', true)::uuid));
create policy definer_reads on timesheets for select to watchroom_owner
    using (organisation_id = (select current_setting('app.organisation', true)::uuid));
-- To hold a row while duties of its period are written, not to change it: that takes the right to, all the same.
create policy definer_holds on timesheets for update to watchroom_owner
    using (organisation_id = (select current_setting('app.organisation', true)::uuid))
    with check (organisation_id = (select current_setting('app.organisation', true)::uuid));
create policy definer_adds on timesheet_events for insert to watchroom_owner
    with check (organisation_id = (select current_setting('app.organisation', true)::uuid));

-- What a sheet may become, and what the database says of it whoever asks: the period, the unit, the hours.
create function app_timesheet_moves() returns trigger
language plpgsql security definer set search_path = pg_catalog, public as $$
declare
    hours record;
begin
    if tg_op = 'INSERT' then
        if new.state <> 'submitted' or not exists (
            select from app_timesheet_period(new.period_from) p
             where p.period_from = new.period_from and p.period_to = new.period_to) then
            raise exception 'no such period is submitted here'
                using errcode = 'check_violation', constraint = 'timesheets_are_of_a_period', table = 'timesheets';
        end if;
        new.revision := 1;
    else
        if not (old.state, new.state) in (('submitted', 'withdrawn'), ('submitted', 'approved'), ('submitted', 'returned'),
            ('approved', 'reopened'), ('withdrawn', 'submitted'), ('returned', 'submitted'), ('reopened', 'submitted')) then
            raise exception 'a timesheet that is % cannot become %', old.state, new.state
                using errcode = 'check_violation', constraint = 'timesheets_move_on', table = 'timesheets';
        end if;
        new.revision := old.revision + 1;
    end if;
    new.approved_minutes := null;
    new.approved_duties := null;
    if new.state in ('submitted', 'approved') then
        select * into hours from app_period_hours(new.person_id, new.period_from, new.period_to);
    end if;
    if new.state = 'submitted' then
        select p.unit_id into new.unit_id from people p
         where p.organisation_id = new.organisation_id and p.id = new.person_id;
        new.reason := null;
        new.delegation_id := null;
        new.submitted_at := new.moved_at;
        new.submitted_minutes := hours.minutes;
        new.submitted_duties := hours.duties;
        new.submitted_lines := hours.lines;
    elsif new.state = 'approved' then
        new.approved_minutes := hours.minutes;
        new.approved_duties := hours.duties;
    end if;
    return new;
end $$;
create trigger moves before insert or update of state, reason, moved_at, moved_by, delegation_id on timesheets
    for each row execute function app_timesheet_moves();

create function app_timesheet_moved() returns trigger
language plpgsql security definer set search_path = pg_catalog, public as $$
declare
    hours record;
begin
    select * into hours from app_period_hours(new.person_id, new.period_from, new.period_to);
    insert into timesheet_events (organisation_id, timesheet_id, revision, state, reason, minutes, duties, moved_at,
                                  moved_by, moved_by_name, in_stead_of, in_stead_of_name)
    select new.organisation_id, new.id, new.revision, new.state, new.reason, hours.minutes, hours.duties, new.moved_at,
           new.moved_by, mover.given_name || ' ' || mover.family_name, away.id, away.given_name || ' ' || away.family_name
      from people mover
      left join approval_delegations d on d.organisation_id = new.organisation_id and d.id = new.delegation_id
      left join people away on away.organisation_id = new.organisation_id and away.id = d.person_id
     where mover.organisation_id = new.organisation_id and mover.id = new.moved_by;
    return null;
end $$;
create trigger moved after insert or update of state, reason, moved_at, moved_by, delegation_id on timesheets
    for each row execute function app_timesheet_moved();

-- A rule that begins or goes must not cut through what was submitted.
create function app_timesheet_rules_spare() returns trigger
language plpgsql security definer set search_path = pg_catalog, public as $$
begin
    if exists (select from timesheets t where t.organisation_id = coalesce(new.organisation_id, old.organisation_id)
                  and t.period_to >= coalesce(new.starts_on, old.starts_on)) then
        raise exception 'hours of that time were submitted already'
            using errcode = 'check_violation', constraint = 'timesheet_rules_spare_what_was_submitted', table = 'timesheet_rules';
    end if;
    return coalesce(new, old);
end $$;
create trigger spare before insert or delete on timesheet_rules for each row execute function app_timesheet_rules_spare();

-- The hours of timesheets line by line, for whoever may see the sheet: when, where and what kind of work, as hours.read
-- shows them. Whoever decides must see on what; they need not be able to read the duties.
create function app_timesheet_duties(sheets uuid[])
returns table (timesheet_id uuid, duty_id uuid, unit_id uuid, started_at timestamptz, ended_at timestamptz,
               break_minutes integer, worked_minutes integer, type_id uuid, category_id uuid, subcategory_id uuid,
               source text, revision integer, created_at timestamptz)
language sql stable security definer set search_path = pg_catalog, public as $$
    select t.id, d.id, d.unit_id, d.started_at, d.ended_at, d.break_minutes, d.worked_minutes, d.type_id, d.category_id,
           d.subcategory_id, d.source, d.revision, d.created_at
      from timesheets t
      join duties d on d.organisation_id = t.organisation_id and d.person_id = t.person_id and d.deleted_at is null
       and d.started_at >= app_start_of_day(t.period_from) and d.started_at < app_start_of_day(t.period_to + 1)
     where t.organisation_id = (select current_setting('app.organisation', true)::uuid) and t.id = any (sheets)
       and app_sees_timesheet(t)
     order by d.started_at, d.id
$$;

-- Names of those whose hours the caller may see.
create function app_hours_people(wanted uuid[]) returns table (id uuid, name text, employee_number text)
language sql stable security definer set search_path = pg_catalog, public as $$
    select p.id, p.given_name || ' ' || p.family_name, p.employee_number
      from people p
     where p.organisation_id = (select current_setting('app.organisation', true)::uuid) and p.id = any (wanted)
       and exists (select from timesheets t
                    where t.organisation_id = p.organisation_id and t.person_id = p.id
                      and app_sees_timesheet(t))
$$;

-- What somebody's last four approved sheets before a day came to on average, for whoever may see the sheet at hand.
create function app_usual_minutes(sheets uuid[]) returns table (timesheet_id uuid, minutes integer)
language sql stable security definer set search_path = pg_catalog, public as $$
    select t.id, usual.minutes
      from timesheets t, lateral (
        select avg(before.approved_minutes)::integer as minutes, count(*) as known
          from (select b.approved_minutes from timesheets b
                 where b.organisation_id = t.organisation_id and b.person_id = t.person_id
                   and b.period_from < t.period_from and b.state = 'approved'
                   and (b.period_to - b.period_from) between (t.period_to - t.period_from) - 3 and (t.period_to - t.period_from) + 3
                 order by b.period_from desc limit 4) before) usual
     where t.organisation_id = (select current_setting('app.organisation', true)::uuid) and t.id = any (sheets)
       and usual.known = 4 and app_sees_timesheet(t)
$$;

-- Who has not submitted a period, by name: of the units that the caller may read or approve for, of those wanted.
create function app_timesheets_missing(first date, last date, units uuid[], after_person uuid, at_most integer)
returns table (person_id uuid, name text, employee_number text, unit_id uuid, state text, timesheet_id uuid,
               minutes integer, duties integer)
language sql stable security definer set search_path = pg_catalog, public as $$
    with last_seen as (
        select p.family_name, p.given_name, p.id from people p
         where p.organisation_id = (select current_setting('app.organisation', true)::uuid) and p.id = after_person),
    -- Their hours are counted for the page alone, not for everybody who is missing.
    page as (
        select p.id, p.given_name, p.family_name, p.employee_number, p.unit_id, t.state, t.id as sheet
          from people p
          left join timesheets t on t.organisation_id = p.organisation_id and t.person_id = p.id and t.period_from = first
         where p.organisation_id = (select current_setting('app.organisation', true)::uuid)
           and p.unit_id = any (units)
           and (app_holds('timesheet.approve') or app_holds('timesheet.read')
                or p.unit_id in (select app_units('timesheet.approve')) or p.unit_id in (select app_units('timesheet.read')))
           and (p.left_at is null or p.left_at >= app_start_of_day(first))
           and p.created_at < app_start_of_day(last + 1)
           and (t.state is null or t.state not in ('submitted', 'approved'))
           and exists (select from grants_in_force f
                        where f.organisation_id = p.organisation_id and f.person_id = p.id
                          and f.permission = 'timesheet.submit' and f.scope = 'own')
           and (after_person is null
                or (p.family_name, p.given_name, p.id) > (select l.family_name, l.given_name, l.id from last_seen l))
         order by p.family_name, p.given_name, p.id limit least(at_most, 201))
    select p.id, p.given_name || ' ' || p.family_name, p.employee_number, p.unit_id, p.state, p.sheet,
           hours.minutes, hours.duties
      from page p cross join lateral app_period_hours(p.id, first, last) hours
     order by p.family_name, p.given_name, p.id
$$;
revoke all on function app_timesheet_duties(uuid[]), app_hours_people(uuid[]), app_usual_minutes(uuid[]),
    app_timesheets_missing(date, date, uuid[], uuid, integer) from public;
grant execute on function app_timesheet_duties(uuid[]), app_hours_people(uuid[]), app_usual_minutes(uuid[]),
    app_timesheets_missing(date, date, uuid[], uuid, integer) to watchroom_app;
