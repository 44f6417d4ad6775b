-- An invitation opens an account as account.manage does, and under the same guard: for somebody who may do more than keep
-- their own records it takes the right to give roles too.
alter policy invite_adds on accounts with check (
    organisation_id = (select current_setting('app.organisation', true)::uuid) and (select app_holds('invite.send'))
    and password_hash is null and ((select app_holds('role.grant')) or not app_is_privileged(person_id)));
