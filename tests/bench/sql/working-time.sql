-- A service of its own with one contract group for all: people with 26 weeks of two days, two nights and four days off.
--
-- psql variables: organisation; people; today, the day on which the record ends.
set session_replication_role = replica;
set synchronous_commit = off;
insert into organisations (organisation_id, name, service, created_at)
values (:'organisation'::uuid, 'Southmoor', 'fire', timestamptz '2020-01-01');
insert into units (organisation_id, id, parent_id, kind, name, code, created_at)
values (:'organisation'::uuid, :'organisation'::uuid, null, 'service', 'Southmoor', 'S', timestamptz '2020-01-01');
insert into people (organisation_id, id, unit_id, given_name, family_name, email, created_at)
select :'organisation'::uuid, ('00000000-0000-7000-c000-' || lpad(n::text, 12, '0'))::uuid, :'organisation'::uuid, 'Ada',
       'Tester ' || n, 'w' || n || '@bench.example', timestamptz '2020-01-01'
  from generate_series(1, :people) n;
-- The command line knows the organisations in which somebody signs in.
insert into sign_in_directory (email_key, organisation_id) values (sha256('w1@bench.example'), :'organisation'::uuid);
insert into duty_kinds (organisation_id, id, parent_id, level, code, name, position)
values (:'organisation'::uuid, :'organisation'::uuid, null, 1, 'shift', 'Shift', 1);
insert into contract_groups (organisation_id, id, name, reference_weeks, civil_protection, standby, weekly_rest, breaks_count,
                             special_hazards, notice_days, action, for_all, created_at)
values (:'organisation'::uuid, :'organisation'::uuid, 'Wholetime', 26, true, 'turnout-only', 'twice-a-fortnight', false, false, 7,
        'warn', true, now());
insert into duties (organisation_id, id, person_id, unit_id, started_at, ended_at, started_on, break_minutes, type_id, source,
                    created_at, created_by, changed_at)
select :'organisation'::uuid, gen_random_uuid(), p.id, :'organisation'::uuid, d.began,
       d.began + case when d.turn < 2 then interval '9 hours' else interval '15 hours' end, d.day,
       case when d.turn < 2 then 60 else 0 end, :'organisation'::uuid, 'manual', now(), p.id, now()
  from (select id, row_number() over (order by id) as n from people where organisation_id = :'organisation'::uuid) p
 cross join lateral (
       select g.day::date as day, (g.day::date - date '2020-01-01' + p.n) % 8 as turn,
              g.day::date + case when (g.day::date - date '2020-01-01' + p.n) % 8 < 2 then time '09:00' else time '18:00' end as began
         from generate_series(:'today'::date - 182, :'today'::date - 1, interval '1 day') g(day)) d
 where d.turn < 4;
reset session_replication_role;
reset synchronous_commit;
vacuum (analyze) duties;
vacuum (analyze) people;
checkpoint;
