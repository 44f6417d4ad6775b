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
select d.id, d.revision, t.state, (t.submitted_lines ->> d.id::text)::integer as submitted,
       coalesce(d.source <> 'import' and d.created_at > d.ended_at + make_interval(hours => 24 * r.late_days), false) as late
  from duties d
  left join lateral app_timesheet_period(d.started_on) r on true
  left join lateral (select s.state, s.submitted_lines from timesheets s
                      where s.organisation_id = d.organisation_id and s.person_id = d.person_id
                        and s.period_from <= d.started_on and s.period_to >= d.started_on
                      order by s.period_from desc limit 1) t on true
 where d.organisation_id = :organisation::uuid and d.id = any (array(
       select id from duties
        where organisation_id = :organisation::uuid and person_id = ('00000000-0000-7000-8000-' || lpad(:who::text, 12, '0'))::uuid and deleted_at is null
        order by started_at desc, id desc limit 20));
select week_start, type_id, category_id, sum(worked_minutes), count(*)
  from duties
 where organisation_id = :organisation::uuid and person_id = ('00000000-0000-7000-8000-' || lpad(:who::text, 12, '0'))::uuid
   and deleted_at is null and started_at >= date_trunc('week', now()) - interval '21 days' and started_at < now()
 group by week_start, type_id, category_id;
select started_on, week_start, type_id, category_id, minutes
  from app_overlaps(('00000000-0000-7000-8000-' || lpad(:who::text, 12, '0'))::uuid, date_trunc('week', now()) - interval '21 days', now());
select id, parent_id, code, name, retired_at is not null from duty_kinds
 where organisation_id = :organisation::uuid order by level, position, name;
select id, parent_id, kind, name, closed_at is not null from units
 where organisation_id = :organisation::uuid order by name, id;
commit;
