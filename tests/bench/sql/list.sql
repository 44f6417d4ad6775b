-- What one's own duties run through the API (src/duties/service/read.rs, page_own). -D organisation
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
commit;
