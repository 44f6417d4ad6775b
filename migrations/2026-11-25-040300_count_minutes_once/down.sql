drop function app_timesheet_duties(uuid[]);
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
revoke all on function app_timesheet_duties(uuid[]) from public;
grant execute on function app_timesheet_duties(uuid[]) to watchroom_app;

create or replace function app_period_hours(person uuid, first date, last date)
returns table (minutes integer, duties integer, lines jsonb)
language sql stable security definer set search_path = pg_catalog, public as $$
    select coalesce(sum(d.worked_minutes), 0)::integer, count(*)::integer,
           coalesce(jsonb_object_agg(d.id, d.revision), '{}')
      from duties d
     where d.organisation_id = (select current_setting('app.organisation', true)::uuid) and d.person_id = person
       and d.deleted_at is null
       and d.started_at >= app_start_of_day(first) and d.started_at < app_start_of_day(last + 1)
$$;
drop function app_overlaps(uuid, timestamptz, timestamptz);
drop function app_counted_minutes(uuid, uuid, timestamptz, timestamptz, integer);
drop function app_covered_until(uuid, uuid, timestamptz);
