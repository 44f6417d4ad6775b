drop function app_anything_waits();
drop function app_hours_waiting(timestamptz, timestamptz);
drop function app_hours_address(uuid);
drop policy hours_read on notice_choices;
drop policy hours_add on mail_outbox;
