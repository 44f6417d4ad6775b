-- E-mails to applicants go through the outbox as all others. An applicant is no person of the organisation, so such a row
-- names nobody and no address: the sender looks the address up right before the message leaves, and whoever looks after
-- e-mail never sees it.
alter table mail_outbox alter column person_id drop not null, alter column recipient drop not null;
alter table mail_outbox add constraint mail_outbox_somebody check ((person_id is null) = (recipient is null)),
    add constraint mail_outbox_outside check (person_id is not null or (kind = 'application-news' and about_id is not null));
comment on column mail_outbox.person_id is 'To whom; null for an applicant, who is found by about_id.';
comment on column mail_outbox.about_id is
    'What the message leads to: the link of an invitation or of a forgotten password, whose token is stored nowhere; a letter to an applicant.';
-- One e-mail for a letter, whatever is done again.
create unique index mail_outbox_letter on mail_outbox (organisation_id, about_id) where person_id is null;

-- Who wrote the letter writes the row, in the same transaction; nobody else, whatever else they may put into the outbox.
create policy letters_add on mail_outbox for insert to watchroom_app with check (
    organisation_id = (select current_setting('app.organisation', true)::uuid)
    and person_id is null and kind = 'application-news' and state = 'waiting');
create policy letters_only on mail_outbox as restrictive for insert to watchroom_app with check (
    person_id is not null
    or exists (select from application_letters l
                where l.organisation_id = mail_outbox.organisation_id and l.id = mail_outbox.about_id and l.state = 'waiting'));

create policy definer_reads on applications for select to watchroom_owner
    using (organisation_id = (select current_setting('app.organisation', true)::uuid));
create policy definer_reads on application_letters for select to watchroom_owner
    using (organisation_id = (select current_setting('app.organisation', true)::uuid));
create policy definer_follows on application_letters for update to watchroom_owner
    using (organisation_id = (select current_setting('app.organisation', true)::uuid));

create function app_applicant_of(letter uuid) returns table (recipient text, reference text, written_at timestamptz)
language sql stable security definer set search_path = pg_catalog, public as $$
    select a.email, a.reference, l.written_at
      from application_letters l
      join applications a on a.organisation_id = l.organisation_id and a.id = l.application_id
     where l.organisation_id = (select current_setting('app.organisation', true)::uuid) and l.id = letter
       and (select current_setting('app.system', true)) = 'mail'
$$;
comment on function app_applicant_of is 'Where the e-mail about a letter goes, and what the applicant names: for the work that sends.';
revoke all on function app_applicant_of(uuid) from public;
grant execute on function app_applicant_of(uuid) to watchroom_app;

-- What became of the e-mail stands beside the letter, for those who handle applications.
create function app_letters_follow() returns trigger
language plpgsql security definer set search_path = pg_catalog, public as $$
begin
    update application_letters
       set state = case new.state when 'handing-over' then 'leaving' when 'sent' then 'sent' when 'dead' then 'failed'
                                  when 'discarded' then 'page-only' else 'waiting' end,
           settled_at = new.finished_at
     where organisation_id = new.organisation_id and id = new.about_id;
    return null;
end $$;
create trigger letters_follow after update of state on mail_outbox
    for each row when (new.person_id is null and new.state is distinct from old.state) execute function app_letters_follow();

drop policy changes on application_letters;
revoke update (state, settled_at) on application_letters from watchroom_app;
comment on column application_letters.state is
    'waiting for its e-mail; leaving: the server may have it; sent; failed: given up; page-only: no e-mail goes out.';
