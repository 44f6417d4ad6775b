drop function app_claim_facts(uuid[]);
create or replace function app_hours_people(wanted uuid[]) returns table (id uuid, name text, employee_number text)
language sql stable security definer set search_path = pg_catalog, public as $$
    select p.id, p.given_name || ' ' || p.family_name, p.employee_number
      from people p
     where p.organisation_id = (select current_setting('app.organisation', true)::uuid) and p.id = any (wanted)
       and (exists (select from timesheets t
                     where t.organisation_id = p.organisation_id and t.person_id = p.id
                       and app_sees_timesheet(t))
            or exists (select from duty_corrections c
                        where c.organisation_id = p.organisation_id and c.person_id = p.id
                          and (app_holds('timesheet.approve') or c.unit_id in (select app_units('timesheet.approve')))))
$$;
drop trigger claims_follow on duties;
drop table claims;
drop table payroll_runs;
drop function app_claims_follow();
drop function app_payroll_run_named();
drop function app_claims_by_verb();
drop function app_hours_approved(uuid, date);
