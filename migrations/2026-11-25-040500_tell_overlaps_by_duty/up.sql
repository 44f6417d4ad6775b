-- Which minutes a sum leaves out stands in one place: by duty, for all duties of a person that begin in a time, in one look
-- at them. No duty lasts longer than a day, so the latest end before it is that of one which began within a day.
drop function app_overlaps(uuid, timestamptz, timestamptz);
create function app_overlaps(person uuid, first timestamptz, before timestamptz)
returns table (duty_id uuid, started_on date, week_start date, type_id uuid, category_id uuid, minutes integer)
language sql stable parallel safe set search_path = pg_catalog, public as $$
    select x.id, x.started_on, x.week_start, x.type_id, x.category_id, x.lost
      from (select d.id, d.started_at, d.started_on, d.week_start, d.type_id, d.category_id,
                   least(d.worked_minutes, (extract(epoch from least(d.ended_at, coalesce(
                       max(d.ended_at) over (order by d.started_at, d.id rows between unbounded preceding and 1 preceding),
                       d.started_at)) - d.started_at) / 60)::integer) as lost
              from duties d
             where d.organisation_id = (select current_setting('app.organisation', true)::uuid) and d.person_id = person
               and d.deleted_at is null
               and (first is null or d.started_at > first - interval '24 hours') and (before is null or d.started_at < before)) x
     where x.lost > 0 and (first is null or x.started_at >= first)
$$;
comment on function app_overlaps is 'Minutes of a person''s duties that a sum leaves out, for an earlier duty counts them.';
revoke all on function app_overlaps(uuid, timestamptz, timestamptz) from public;
grant execute on function app_overlaps(uuid, timestamptz, timestamptz) to watchroom_app;

create or replace function app_period_hours(person uuid, first date, last date)
returns table (minutes integer, duties integer, lines jsonb)
language sql stable security definer set search_path = pg_catalog, public as $$
    select coalesce(sum(d.worked_minutes - coalesce(o.minutes, 0)), 0)::integer, count(*)::integer,
           coalesce(jsonb_object_agg(d.id, d.revision), '{}')
      from duties d
      left join app_overlaps(person, app_start_of_day(first), app_start_of_day(last + 1)) o on o.duty_id = d.id
     where d.organisation_id = (select current_setting('app.organisation', true)::uuid) and d.person_id = person
       and d.deleted_at is null
       and d.started_at >= app_start_of_day(first) and d.started_at < app_start_of_day(last + 1)
$$;

drop function app_timesheet_duties(uuid[]);
create function app_timesheet_duties(sheets uuid[])
returns table (timesheet_id uuid, duty_id uuid, unit_id uuid, started_at timestamptz, ended_at timestamptz,
               break_minutes integer, worked_minutes integer, type_id uuid, category_id uuid, subcategory_id uuid,
               source text, revision integer, created_at timestamptz, counted_minutes integer)
language sql stable security definer set search_path = pg_catalog, public as $$
    select t.id, l.*
      from timesheets t
     cross join lateral (
        select d.id, d.unit_id, d.started_at, d.ended_at, d.break_minutes, d.worked_minutes, d.type_id, d.category_id,
               d.subcategory_id, d.source, d.revision, d.created_at, d.worked_minutes - coalesce(o.minutes, 0)
          from duties d
          left join app_overlaps(t.person_id, app_start_of_day(t.period_from), app_start_of_day(t.period_to + 1)) o
            on o.duty_id = d.id
         where d.organisation_id = t.organisation_id and d.person_id = t.person_id and d.deleted_at is null
           and d.started_at >= app_start_of_day(t.period_from) and d.started_at < app_start_of_day(t.period_to + 1)) l
     where t.organisation_id = (select current_setting('app.organisation', true)::uuid) and t.id = any (sheets)
       and app_sees_timesheet(t)
     order by l.started_at, l.id
$$;
revoke all on function app_timesheet_duties(uuid[]) from public;
grant execute on function app_timesheet_duties(uuid[]) to watchroom_app;

drop function app_counted_minutes(uuid, uuid, timestamptz, timestamptz, integer);
drop function app_covered_until(uuid, uuid, timestamptz);
