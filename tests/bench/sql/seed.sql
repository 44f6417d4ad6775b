-- A service of 101 units, 5,000 people and 1,000,000 duties, the same every time it is run.
--
-- psql variables: organisation; week, the Monday on which the record ends; people and each, duties of a person.
-- Every person has a duty each 54 h 36 min, so that thirteen weeks hold 40 of each person's: 200,000 in all.
\set person '(''00000000-0000-7000-8000-'' || lpad(number::text, 12, ''0''))::uuid'

-- Nothing of this is checked row by row: what is written here is consistent, and would take minutes otherwise.
set session_replication_role = replica;
set synchronous_commit = off;

create temporary table root as
    select id from units where organisation_id = :'organisation'::uuid and parent_id is null;
create temporary table areas as
    select n, ('00000000-0000-7000-9000-' || lpad(n::text, 12, '0'))::uuid as id from generate_series(1, 10) n;
create temporary table stations as
    select n, ('00000000-0000-7000-a000-' || lpad(n::text, 12, '0'))::uuid as id from generate_series(1, 90) n;
insert into units (organisation_id, id, parent_id, kind, name, code, created_at)
select :'organisation'::uuid, id, (select id from root), 'area', 'Area ' || n, 'A' || lpad(n::text, 2, '0'), timestamptz '2020-01-01'
  from areas
union all
select :'organisation'::uuid, s.id, (select id from areas where n = (s.n - 1) % 10 + 1), 'station', 'Station ' || s.n,
       'S' || lpad(s.n::text, 2, '0'), timestamptz '2020-01-01'
  from stations s;

insert into people (organisation_id, id, unit_id, given_name, family_name, employee_number, email, created_at)
select :'organisation'::uuid, :person, (select id from stations where n = (number - 1) % 90 + 1),
       (array['Ada','Bryn','Cerys','Dele','Efa','Farah','Gwen','Huw','Isla','Jo'])[number % 10 + 1], 'Tester ' || number,
       'N' || lpad(number::text, 5, '0'), 'n' || number || '@bench.example', timestamptz '2020-01-01'
  from generate_series(1, :people) as p(number);
insert into role_grants (organisation_id, id, person_id, role_id, unit_id, granted_at)
select :'organisation'::uuid, gen_random_uuid(), :person, r.id, null, timestamptz '2020-01-01'
  from generate_series(1, :people) as p(number), roles r
 where r.organisation_id = :'organisation'::uuid and r.code = 'member';
-- Person 101 manages the whole service.
insert into role_grants (organisation_id, id, person_id, role_id, unit_id, granted_at)
select :'organisation'::uuid, gen_random_uuid(), ('00000000-0000-7000-8000-' || lpad('101', 12, '0'))::uuid, r.id,
       (select id from root), timestamptz '2020-01-01'
  from roles r where r.organisation_id = :'organisation'::uuid and r.code = 'manager';

-- Eight categories of work, each with its type.
create temporary table work as
    select row_number() over (order by c.code, t.code) - 1 as n, t.id as type_id, c.id as category_id
      from duty_kinds c join duty_kinds t on t.organisation_id = c.organisation_id and t.id = c.parent_id
     where c.organisation_id = :'organisation'::uuid and c.level = 2
     order by c.code, t.code limit 8;

insert into duties (organisation_id, id, person_id, unit_id, started_at, ended_at, started_on, break_minutes, type_id,
                    category_id, incident_number, job_role, call_sign, mileage_tenths, source, created_at, created_by,
                    changed_at)
select :'organisation'::uuid,
       -- A version 7 id made of the time, so that the primary key is in the order of the record, as in real life.
       (lpad(to_hex((extract(epoch from d.ended_at) * 1000)::bigint), 12, '0') || '7' || lpad(to_hex(d.k), 3, '0')
        || '8' || lpad(to_hex(d.number), 15, '0'))::uuid,
       :person, s.id, d.started_at, d.ended_at, (d.started_at at time zone 'Europe/London')::date,
       (d.number + d.k) % 4 * 15, w.type_id, w.category_id,
       case when (d.number + d.k) % 2 = 0 then 'INC' || lpad(((d.number * 200 + d.k) / 2)::text, 8, '0') end,
       case when d.k % 3 = 0 then 'crew' end, case when d.k % 2 = 0 then 'S' || lpad(s.n::text, 2, '0') || 'P1' end,
       case when d.k % 5 = 0 then (d.number + d.k) % 300 end, 'manual', d.ended_at, :person, d.ended_at
  from (select number, k, began as started_at, began + make_interval(mins => 240 + (number + k) % 7 * 60) as ended_at
          from generate_series(0, :each - 1) as k,
               generate_series(1, :people) as number,
               lateral (select timestamptz :'week' - (:each - k) * interval '196560 seconds'
                               + make_interval(mins => 120 + number % 40 * 60)) as b(began)) d
  join stations s on s.n = (d.number - 1) % 90 + 1
  join work w on w.n = (d.number * 3 + d.k) % 8
 order by d.started_at, d.number;

reset session_replication_role;
reset synchronous_commit;
vacuum (analyze) duties;
vacuum (analyze) people;
vacuum (analyze) units;
vacuum (analyze) role_grants;
checkpoint;
