drop trigger apart_still on absences;
drop trigger stays on absences;
drop function app_absence_stays();
alter policy changes on absences with check (
    organisation_id = (select current_setting('app.organisation', true)::uuid)
    and withdrawn_at is not null and withdrawn_by = (select current_setting('app.person', true)::uuid));
revoke update (kind, first_on, last_on, changed_at, changed_by) on absences from watchroom_app;
alter table absences drop column changed_at, drop column changed_by;
