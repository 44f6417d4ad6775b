-- Who is told by e-mail that hours wait for them, or that theirs were decided: background work finds addresses by these
-- functions, which answer nobody else, and writes into the outbox.

create policy hours_add on mail_outbox for insert to watchroom_app with check (
    organisation_id = (select current_setting('app.organisation', true)::uuid)
    and (select current_setting('app.system', true)) = 'hours');
create policy hours_read on notice_choices for select to watchroom_app using (
    organisation_id = (select current_setting('app.organisation', true)::uuid)
    and (select current_setting('app.system', true)) = 'hours');

create function app_hours_address(somebody uuid) returns text
language sql stable security definer set search_path = pg_catalog, public as $$
    select a.email from accounts a
      join people p on p.organisation_id = a.organisation_id and p.id = a.person_id and p.left_at is null
     where a.organisation_id = (select current_setting('app.organisation', true)::uuid) and a.person_id = somebody
       and a.disabled_at is null and (select current_setting('app.system', true)) = 'hours'
$$;
comment on function app_hours_address is 'Where somebody signs in from, for background work that tells them of their hours.';

-- Who is told this morning: whoever may decide on something that came since, or has waited for whole weeks. Whoever only
-- stands in for somebody decides on hours, not on corrections, and hears of no correction.
create function app_hours_waiting(since timestamptz, moment timestamptz) returns table (person_id uuid, email text)
language sql stable security definer set search_path = pg_catalog, public as $$
    with recursive today as (select (moment at time zone 'Europe/London')::date as day),
    waiting as (
        select t.unit_id, t.person_id as whose, true as sheet
          from timesheets t, today
         where t.organisation_id = (select current_setting('app.organisation', true)::uuid) and t.state = 'submitted'
           and (t.submitted_at > since or (today.day - (t.submitted_at at time zone 'Europe/London')::date) % 7 = 0)
        union
        select c.unit_id, c.person_id, false
          from duty_corrections c, today
         where c.organisation_id = (select current_setting('app.organisation', true)::uuid) and c.state = 'proposed'
           and (c.proposed_at > since or (today.day - (c.proposed_at at time zone 'Europe/London')::date) % 7 = 0)),
    above(start, unit) as (
        select distinct w.unit_id, w.unit_id from waiting w
        union
        select a.start, u.parent_id from units u join above a on u.id = a.unit
         where u.organisation_id = (select current_setting('app.organisation', true)::uuid) and u.parent_id is not null),
    deciding as (
        select f.person_id, w.whose, w.sheet
          from waiting w
          join grants_in_force f on f.organisation_id = (select current_setting('app.organisation', true)::uuid)
           and f.permission = 'timesheet.approve' and f.person_id <> w.whose
           and (f.scope = 'organisation' or (f.scope = 'unit' and f.unit_id = w.unit_id)
                or (f.scope = 'below' and f.unit_id in (select a.unit from above a where a.start = w.unit_id)))),
    told as (
        select d.person_id from deciding d
        union
        select s.delegate_id from deciding d
          join approval_delegations s on d.sheet and s.organisation_id = (select current_setting('app.organisation', true)::uuid)
           and s.person_id = d.person_id and s.ended_at is null and s.delegate_id <> d.whose
           and (select today.day from today) between s.from_day and s.to_day)
    select t.person_id, a.email
      from told t
      join people p on p.organisation_id = (select current_setting('app.organisation', true)::uuid) and p.id = t.person_id
       and p.left_at is null
      join accounts a on a.organisation_id = p.organisation_id and a.person_id = p.id and a.disabled_at is null
     where (select current_setting('app.system', true)) = 'hours'
$$;
comment on function app_hours_waiting is 'Who is told that submitted hours or corrections wait for their decision.';

create function app_anything_waits() returns boolean
language sql stable security definer set search_path = pg_catalog, public as $$
    select (select current_setting('app.system', true)) = 'hours'
       and (exists (select from timesheets t
                     where t.organisation_id = (select current_setting('app.organisation', true)::uuid) and t.state = 'submitted')
            or exists (select from duty_corrections c
                        where c.organisation_id = (select current_setting('app.organisation', true)::uuid) and c.state = 'proposed'))
$$;
revoke all on function app_hours_address(uuid), app_hours_waiting(timestamptz, timestamptz), app_anything_waits() from public;
grant execute on function app_hours_address(uuid), app_hours_waiting(timestamptz, timestamptz), app_anything_waits()
    to watchroom_app;
