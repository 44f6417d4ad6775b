-- Links that go out by e-mail: invitations and forgotten passwords. Their token is made of their id and the appliance's
-- key whenever it is needed, so that it is stored nowhere, neither here nor in the outbox.
alter table password_links add column id uuid not null default gen_random_uuid();
alter table password_links add column purpose text not null default 'handed-over'
    check (purpose in ('handed-over', 'invitation', 'reset'));
comment on column password_links.id is 'Names the link on pages and in the outbox; opens nothing.';
comment on column password_links.purpose is 'handed-over: somebody gave it to them; invitation and reset: it goes out by e-mail.';
create unique index password_links_id on password_links (organisation_id, id);
create index password_links_open on password_links (organisation_id, purpose, created_at) where used_at is null;

-- The sender learns whether a link can still be used; whoever forgot their password gets one from the door itself,
-- which could set a password anyway; whoever invites makes and withdraws invitations, under the same limits as one who
-- hands links over: not to themself, and to nobody who may do more than keep their own records.
create policy mail_reads on password_links for select to watchroom_app using (
    organisation_id = (select current_setting('app.organisation', true)::uuid)
    and ((select current_setting('app.system', true)) = 'mail'
         or (purpose = 'invitation' and (select app_holds('invite.send')))));
create policy reset_adds on password_links for insert to watchroom_app with check (
    organisation_id = (select current_setting('app.organisation', true)::uuid)
    and purpose = 'reset' and (select current_setting('app.system', true)) = 'sign-in');
create policy invite_adds on password_links for insert to watchroom_app with check (
    organisation_id = (select current_setting('app.organisation', true)::uuid)
    and purpose = 'invitation' and (select app_holds('invite.send'))
    and person_id <> (select current_setting('app.person', true)::uuid)
    and ((select app_holds('role.grant')) or not app_is_privileged(person_id)));
create policy invite_removes on password_links for delete to watchroom_app using (
    organisation_id = (select current_setting('app.organisation', true)::uuid)
    and purpose = 'invitation' and (select app_holds('invite.send')));
