drop policy digest_adds on mail_outbox;
drop function app_digests_waiting();
drop table notice_digests;
drop function app_notify(uuid, uuid, text, uuid, date, boolean, boolean, bigint, timestamptz);
drop policy calendar_reads on notice_choices;
drop table notices;
