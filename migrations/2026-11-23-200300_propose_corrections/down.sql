drop function app_apply_correction(uuid);
drop function app_correct_duty(duty_corrections);
drop policy definer_reads on duty_kinds;
drop policy definer_removes on duty_private_notes;
drop policy definer_reads on duty_private_notes;
drop policy definer_removes on duty_shared_notes;
drop policy definer_moves on duty_shared_notes;
drop policy definer_reads on duty_shared_notes;
drop policy definer_adds on duty_revisions;
drop policy definer_corrects on duties;
drop policy definer_adds on duties;
create or replace function app_hours_people(wanted uuid[]) returns table (id uuid, name text, employee_number text)
language sql stable security definer set search_path = pg_catalog, public as $$
    select p.id, p.given_name || ' ' || p.family_name, p.employee_number
      from people p
     where p.organisation_id = (select current_setting('app.organisation', true)::uuid) and p.id = any (wanted)
       and exists (select from timesheets t
                    where t.organisation_id = p.organisation_id and t.person_id = p.id
                      and app_sees_timesheet(t))
$$;
drop table duty_corrections;
drop function app_correction_fits();
drop function app_duty_values(duties);
-- Where a correction was written, the history says that the duty was changed.
alter table duty_revisions no force row level security;
update duty_revisions set act = 'changed' where act = 'corrected';
alter table duty_revisions force row level security;
alter table duty_revisions drop constraint duty_revisions_act_check;
alter table duty_revisions add constraint duty_revisions_act_check check (act in ('changed', 'deleted'));
alter table duty_revisions drop column after;
