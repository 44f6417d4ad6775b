create function app_covered_until(person uuid, duty uuid, started timestamptz) returns timestamptz
language sql stable parallel safe set search_path = pg_catalog, public as $$
    select max(o.ended_at) from duties o
     where o.organisation_id = (select current_setting('app.organisation', true)::uuid) and o.person_id = person
       and o.deleted_at is null and o.started_at > started - interval '24 hours' and o.started_at <= started
       and (o.started_at, o.id) < (started, duty)
$$;
comment on function app_covered_until is 'Until when duties of somebody go on that began before this one; null when none did within a day.';

create function app_counted_minutes(person uuid, duty uuid, started timestamptz, ended timestamptz, worked integer)
returns integer language sql stable parallel safe set search_path = pg_catalog, public as $$
    select greatest(0, worked - greatest(0, (extract(epoch from
        least(ended, coalesce(app_covered_until(person, duty, started), started)) - started) / 60)::integer))
$$;
comment on function app_counted_minutes is 'What a duty adds to its person''s sum: its minutes worked without those at the same time as an earlier duty.';
revoke all on function app_covered_until(uuid, uuid, timestamptz),
    app_counted_minutes(uuid, uuid, timestamptz, timestamptz, integer) from public;
grant execute on function app_covered_until(uuid, uuid, timestamptz),
    app_counted_minutes(uuid, uuid, timestamptz, timestamptz, integer) to watchroom_app;

drop function app_overlaps(uuid, timestamptz, timestamptz);
create function app_overlaps(person uuid, first timestamptz, before timestamptz)
returns table (started_on date, week_start date, type_id uuid, category_id uuid, minutes bigint)
language sql stable parallel safe set search_path = pg_catalog, public as $$
    select x.started_on, x.week_start, x.type_id, x.category_id, sum(x.lost)
      from (select d.started_at, d.started_on, d.week_start, d.type_id, d.category_id,
                   least(d.worked_minutes, (extract(epoch from least(d.ended_at, coalesce(
                       max(d.ended_at) over (order by d.started_at, d.id rows between unbounded preceding and 1 preceding),
                       d.started_at)) - d.started_at) / 60)::integer) as lost
              from duties d
             where d.organisation_id = (select current_setting('app.organisation', true)::uuid) and d.person_id = person
               and d.deleted_at is null
               and (first is null or d.started_at > first - interval '24 hours') and (before is null or d.started_at < before)) x
     where x.lost > 0 and (first is null or x.started_at >= first)
     group by x.started_on, x.week_start, x.type_id, x.category_id
$$;
comment on function app_overlaps is 'Minutes that a person''s sums leave out, for an earlier duty counts them: by day and kind.';
revoke all on function app_overlaps(uuid, timestamptz, timestamptz) from public;
grant execute on function app_overlaps(uuid, timestamptz, timestamptz) to watchroom_app;

create or replace function app_period_hours(person uuid, first date, last date)
returns table (minutes integer, duties integer, lines jsonb)
language sql stable security definer set search_path = pg_catalog, public as $$
    select coalesce(sum(app_counted_minutes(d.person_id, d.id, d.started_at, d.ended_at, d.worked_minutes)), 0)::integer, count(*)::integer,
           coalesce(jsonb_object_agg(d.id, d.revision), '{}')
      from duties d
     where d.organisation_id = (select current_setting('app.organisation', true)::uuid) and d.person_id = person
       and d.deleted_at is null
       and d.started_at >= app_start_of_day(first) and d.started_at < app_start_of_day(last + 1)
$$;

drop function app_timesheet_duties(uuid[]);
create function app_timesheet_duties(sheets uuid[])
returns table (timesheet_id uuid, duty_id uuid, unit_id uuid, started_at timestamptz, ended_at timestamptz,
               break_minutes integer, worked_minutes integer, type_id uuid, category_id uuid, subcategory_id uuid,
               source text, revision integer, created_at timestamptz, covered_until timestamptz)
language sql stable security definer set search_path = pg_catalog, public as $$
    select t.id, d.id, d.unit_id, d.started_at, d.ended_at, d.break_minutes, d.worked_minutes, d.type_id, d.category_id,
           d.subcategory_id, d.source, d.revision, d.created_at, app_covered_until(d.person_id, d.id, d.started_at)
      from timesheets t
      join duties d on d.organisation_id = t.organisation_id and d.person_id = t.person_id and d.deleted_at is null
       and d.started_at >= app_start_of_day(t.period_from) and d.started_at < app_start_of_day(t.period_to + 1)
     where t.organisation_id = (select current_setting('app.organisation', true)::uuid) and t.id = any (sheets)
       and app_sees_timesheet(t)
     order by d.started_at, d.id
$$;
revoke all on function app_timesheet_duties(uuid[]) from public;
grant execute on function app_timesheet_duties(uuid[]) to watchroom_app;
