alter policy invite_adds on accounts with check (
    organisation_id = (select current_setting('app.organisation', true)::uuid) and (select app_holds('invite.send'))
    and password_hash is null);
drop trigger by_verb on accounts;
drop function app_accounts_by_verb();
call app_secure_anew('accounts',
    '{me} or {system:sign-in} or {system:operator} or {holds:account.manage} or {holds:password.link} or {holds:people.leave}',
    '{holds:account.manage} or {system:set-up} or {system:operator} or {system:import}',
    '{me} or {system:sign-in} or {system:operator} or {holds:account.manage} or {holds:people.leave}', null);
create function app_accounts_by_column() returns trigger
language plpgsql set search_path = pg_catalog, public as $$
begin
    -- What background work and the owner's own functions may change, the policies say.
    if current_user <> 'watchroom_app' or coalesce(current_setting('app.system', true), '') <> ''
       or new.person_id::text = current_setting('app.person', true) then
        return new;
    end if;
    if new.email is distinct from old.email and app_is_privileged(new.person_id) and not app_holds('role.grant') then
        raise exception 'role.grant is not held, and this person may do more than keep their own records'
            using errcode = 'insufficient_privilege';
    end if;
    -- Without a password nobody signs in: that much is for whoever brings somebody back.
    if new.password_hash is distinct from old.password_hash and new.password_hash is not null then
        raise exception 'a password is its person''s to choose' using errcode = 'insufficient_privilege';
    end if;
    return new;
end $$;
create trigger by_column before update on accounts for each row execute function app_accounts_by_column();
