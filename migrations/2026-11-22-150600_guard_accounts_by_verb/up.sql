-- Whoever changes how somebody signs in could sign in as them. So for somebody who may do more than keep their own
-- records it takes the right to give roles, by raw SQL as by the page; and of an account each permission opens only the
-- columns that its deed needs.
-- One trigger says all of it, in the place of the one that knew fewer columns.

drop trigger by_column on accounts;
drop function app_accounts_by_column();

call app_secure_anew('accounts',
    '{me} or {system:sign-in} or {system:operator} or {holds:account.manage} or {holds:password.link} or {holds:people.leave}',
    '({holds:account.manage} and password_hash is null and ({holds:role.grant} or not app_is_privileged(person_id)))
     or {system:set-up} or {system:operator} or {system:import}',
    '{me} or {system:sign-in} or {system:operator} or {holds:people.leave}
     or ({holds:account.manage} and ({holds:role.grant} or not app_is_privileged(person_id)))', null);

create function app_accounts_by_verb() returns trigger
language plpgsql set search_path = pg_catalog, public as $$
declare
    own constant boolean := new.person_id::text = current_setting('app.person', true);
begin
    -- What background work may change, the policies of its system say.
    if current_user <> 'watchroom_app' or coalesce(current_setting('app.system', true), '') <> '' then
        return new;
    end if;
    if new.email is distinct from old.email and not app_holds('account.manage') then
        raise exception 'account.manage is not held' using errcode = 'insufficient_privilege';
    end if;
    if new.email is distinct from old.email and app_is_privileged(new.person_id) and not app_holds('role.grant') then
        raise exception 'role.grant is not held, and this person may do more than keep their own records'
            using errcode = 'insufficient_privilege';
    end if;
    -- Coming back, an account is switched on without its password; nobody switches their own.
    if new.disabled_at is distinct from old.disabled_at
       and (own or not app_holds('people.leave') or (new.disabled_at is null and new.password_hash is not null)) then
        raise exception 'people.leave is not held for this account' using errcode = 'insufficient_privilege';
    end if;
    -- A password is its person's to choose.
    if (new.password_hash, new.password_changed_at) is distinct from (old.password_hash, old.password_changed_at)
       and not own
       and not (new.password_hash is null and old.disabled_at is not null and app_holds('people.leave')) then
        raise exception 'a password is its person''s to choose' using errcode = 'insufficient_privilege';
    end if;
    return new;
end $$;
create trigger by_verb before update on accounts for each row execute function app_accounts_by_verb();

-- An invitation opens an account as account.manage does, and under the same guard: for somebody who may do more than keep
-- their own records it takes the right to give roles too.
alter policy invite_adds on accounts with check (
    organisation_id = (select current_setting('app.organisation', true)::uuid) and (select app_holds('invite.send'))
    and password_hash is null and ((select app_holds('role.grant')) or not app_is_privileged(person_id)));
