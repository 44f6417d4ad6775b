-- What the page of one's own duties runs (src/duties/service/read.rs, list_own). -D organisation
\set who random(1, 32)
begin read only;
select app_enter(:organisation::uuid, ('00000000-0000-7000-8000-' || lpad(:who::text, 12, '0'))::uuid, '');
select id, person_id, unit_id, started_at, ended_at, week_start, break_minutes, worked_minutes, type_id, category_id,
       subcategory_id, incident_number, job_role, call_sign, mileage_tenths, turnout_seconds, travel_seconds,
       attendance_seconds, source, revision, created_at, created_by
  from duties
 where organisation_id = :organisation::uuid and person_id = ('00000000-0000-7000-8000-' || lpad(:who::text, 12, '0'))::uuid
   and deleted_at is null
 order by started_at desc, id desc limit 21;
select week_start, type_id, category_id, sum(worked_minutes), count(*)
  from duties
 where organisation_id = :organisation::uuid and person_id = ('00000000-0000-7000-8000-' || lpad(:who::text, 12, '0'))::uuid
   and deleted_at is null and started_at >= date_trunc('week', now()) - interval '21 days' and started_at < now()
 group by week_start, type_id, category_id;
select id, parent_id, code, name, retired_at is not null from duty_kinds
 where organisation_id = :organisation::uuid order by level, position, name;
select id, parent_id, kind, name, closed_at is not null from units
 where organisation_id = :organisation::uuid order by name, id;
commit;
