create policy calendar_reads on notices for select to watchroom_app using (
    organisation_id = (select current_setting('app.organisation', true)::uuid)
    and (select current_setting('app.system', true)) = 'calendar' and on_day is not null);
create policy calendar_reads on notice_choices for select to watchroom_app using (
    organisation_id = (select current_setting('app.organisation', true)::uuid)
    and (select current_setting('app.system', true)) = 'calendar' and channel = 'calendar');
drop function app_rostered(uuid, date, date);
drop function app_days_away(uuid, date, date);
drop function app_worked_seconds(uuid, timestamptz, timestamptz);
