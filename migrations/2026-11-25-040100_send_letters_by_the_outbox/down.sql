comment on column application_letters.state is
    'waiting for its e-mail; leaving: the server may have it; sent; failed: given up; page-only: there is no mail server.';
grant update (state, settled_at) on application_letters to watchroom_app;
create policy changes on application_letters for update to watchroom_app
    using (organisation_id = (select current_setting('app.organisation', true)::uuid)
           and ((select current_setting('app.system', true)) = 'applications'))
    with check (organisation_id = (select current_setting('app.organisation', true)::uuid)
           and ((select current_setting('app.system', true)) = 'applications'));
drop trigger letters_follow on mail_outbox;
drop function app_letters_follow();
drop function app_applicant_of(uuid);
drop policy definer_follows on application_letters;
drop policy definer_reads on application_letters;
drop policy definer_reads on applications;
drop policy letters_only on mail_outbox;
drop policy letters_add on mail_outbox;
drop index mail_outbox_letter;
comment on column mail_outbox.about_id is 'What the message leads to: the link of an invitation or of a forgotten password. Its token is stored nowhere.';
comment on column mail_outbox.person_id is null;
alter table mail_outbox no force row level security;
delete from mail_outbox where person_id is null;
alter table mail_outbox force row level security;
alter table mail_outbox drop constraint mail_outbox_somebody, drop constraint mail_outbox_outside;
alter table mail_outbox alter column person_id set not null, alter column recipient set not null;
