-- What was approved stays as it was approved: the application can neither add, change nor delete a duty of an approved
-- period, by whatever way. Whoever writes holds the sheets of the days at hand until they commit, so that no sheet is
-- approved over hours that nobody has seen.

-- Which of these days of these people lie in an approved period, by their places in the lists: for one's own, and for
-- imports, which reject such rows before they write.
create function app_locked_places(people uuid[], days date[]) returns table (place integer, period_from date, period_to date)
language sql stable security definer set search_path = pg_catalog, public as $$
    select asked.place::integer, t.period_from, t.period_to
      from unnest(people, days) with ordinality asked(person, day, place)
      cross join lateral (
        select s.period_from, s.period_to, s.state from timesheets s
         where s.organisation_id = (select current_setting('app.organisation', true)::uuid)
           and s.person_id = asked.person and s.period_from <= asked.day
         order by s.period_from desc limit 1) t
     where t.period_to >= asked.day and t.state = 'approved'
       and (asked.person = (select current_setting('app.person', true)::uuid)
            or (select current_setting('app.system', true)) = 'import')
$$;

create function app_refuse_locked(people uuid[], days date[]) returns void
language plpgsql volatile security definer set search_path = pg_catalog, public as $$
declare
    sheet record;
begin
    for sheet in
        select s.state from timesheets s
         where s.organisation_id = (select current_setting('app.organisation', true)::uuid)
           and s.id in (
            select t.id from (select distinct asked.person, asked.day from unnest(people, days) asked(person, day)) asked
              cross join lateral (
                select p.id, p.period_to from timesheets p
                 where p.organisation_id = (select current_setting('app.organisation', true)::uuid)
                   and p.person_id = asked.person and p.period_from <= asked.day
                 order by p.period_from desc limit 1) t
             where t.period_to >= asked.day)
         order by s.id for share
    loop
        if sheet.state = 'approved' then
            raise exception 'the period is approved and locked'
                using errcode = 'check_violation', constraint = 'duties_of_an_approved_period_stay', table = 'duties';
        end if;
    end loop;
end $$;

create function app_refuse_locked_duties(wanted uuid[]) returns void
language plpgsql volatile security definer set search_path = pg_catalog, public as $$
begin
    perform app_refuse_locked(array_agg(d.person_id), array_agg(d.started_on)) from duties d
      where d.organisation_id = (select current_setting('app.organisation', true)::uuid) and d.id = any (wanted);
end $$;
revoke all on function app_locked_places(uuid[], date[]), app_refuse_locked(uuid[], date[]), app_refuse_locked_duties(uuid[])
    from public;
grant execute on function app_locked_places(uuid[], date[]), app_refuse_locked(uuid[], date[]),
    app_refuse_locked_duties(uuid[]) to watchroom_app;

-- Corrections that a manager accepted are written by a function of the owner's, which asks for itself.
create function app_duties_stay() returns trigger
language plpgsql set search_path = pg_catalog, public as $$
begin
    if current_user <> 'watchroom_app' then
        return null;
    end if;
    if tg_op = 'INSERT' then
        perform app_refuse_locked(array_agg(a.person_id), array_agg(a.started_on)) from added a;
    else
        perform app_refuse_locked(array_agg(b.person_id), array_agg(b.started_on))
           from (select a.person_id, a.started_on from added a union all select r.person_id, r.started_on from replaced r) b;
    end if;
    return null;
end $$;
create trigger stay_added after insert on duties referencing new table as added
    for each statement execute function app_duties_stay();
create trigger stay_changed after update on duties referencing old table as replaced new table as added
    for each statement execute function app_duties_stay();

-- The shared note is a part of the record that was approved. The private one is its writer's own, at any time.
create function app_notes_stay() returns trigger
language plpgsql set search_path = pg_catalog, public as $$
begin
    if current_user <> 'watchroom_app' then
        return null;
    end if;
    perform app_refuse_locked_duties(array_agg(a.duty_id)) from touched a;
    return null;
end $$;
create trigger stay_added after insert on duty_shared_notes referencing new table as touched
    for each statement execute function app_notes_stay();
create trigger stay_changed after update on duty_shared_notes referencing new table as touched
    for each statement execute function app_notes_stay();
create trigger stay_removed after delete on duty_shared_notes referencing old table as touched
    for each statement execute function app_notes_stay();
