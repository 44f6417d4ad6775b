drop function app_what_ends(uuid, timestamptz);
alter table accounts drop column welcomed_at;
drop policy invite_reads on mail_outbox;
drop policy invite_adds on accounts;
drop policy invite_reads on accounts;
