drop index jobs_kind;
drop table notice_choices;
drop table mail_outbox;
drop function app_mail_since(uuid, text, timestamptz);
