-- Who sends messages asks whether somebody is on a shift that their roster expects, and learns nothing else of it.

-- Which patterns somebody works in these days, by themself or with their unit.
create function app_rostered(somebody uuid, first_day date, last_day date) returns setof rota_assignments
language sql stable parallel safe security definer set search_path = pg_catalog, public as $$
    select a.* from people p
      join rota_assignments a on a.organisation_id = p.organisation_id
       and (a.person_id = p.id or (a.person_id is null and a.unit_id = p.unit_id))
     where (select current_setting('app.system', true)) = 'mail'
       and p.organisation_id = (select current_setting('app.organisation', true)::uuid)
       and p.id = somebody and p.left_at is null
       and a.from_on <= last_day and (a.until_on is null or a.until_on >= first_day)
     order by a.id
$$;
comment on function app_rostered is 'For the work that sends messages: which patterns somebody works in these days.';

-- On which of these days somebody is away, and nothing of why.
create function app_days_away(somebody uuid, first_day date, last_day date) returns setof date
language sql stable parallel safe security definer set search_path = pg_catalog, public as $$
    select first_day + n from generate_series(0, least(last_day - first_day, 6)) n
     where (select current_setting('app.system', true)) = 'mail'
       and exists (select from absences a
                    where a.organisation_id = (select current_setting('app.organisation', true)::uuid)
                      and a.person_id = somebody and a.withdrawn_at is null
                      and a.first_on <= first_day + n and a.last_on >= first_day + n)
$$;
comment on function app_days_away is 'For the work that sends messages: days of a week at most on which somebody is away.';

-- How much of a stretch somebody has on record as duties: what is expected in it may be done already.
create function app_worked_seconds(somebody uuid, from_moment timestamptz, to_moment timestamptz) returns bigint
language sql stable parallel safe security definer set search_path = pg_catalog, public as $$
    select coalesce(sum(extract(epoch from least(d.ended_at, to_moment) - greatest(d.started_at, from_moment))), 0)::bigint
      from duties d
     where (select current_setting('app.system', true)) = 'mail'
       and d.organisation_id = (select current_setting('app.organisation', true)::uuid)
       and d.person_id = somebody and d.deleted_at is null
       and d.started_at < to_moment and d.ended_at > from_moment
       -- No duty is longer, so the index finds the few that can be meant.
       and d.started_at > from_moment - interval '24 hours'
$$;
comment on function app_worked_seconds is 'For the work that sends messages: seconds of a stretch that somebody logged duties for.';

revoke all on function app_rostered(uuid, date, date), app_days_away(uuid, date, date),
    app_worked_seconds(uuid, timestamptz, timestamptz) from public;
grant execute on function app_rostered(uuid, date, date), app_days_away(uuid, date, date),
    app_worked_seconds(uuid, timestamptz, timestamptz) to watchroom_app;

-- The feed reads as the person whose it is, once it knows who that is: its door needs nothing of anybody's notices.
drop policy calendar_reads on notices;
drop policy calendar_reads on notice_choices;
