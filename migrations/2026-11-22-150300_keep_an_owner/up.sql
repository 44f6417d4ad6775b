-- An organisation that had somebody who can sign in and give roles keeps one: by whatever way the last one would go
-- (a role taken away or narrowed, somebody who leaves, an account that is closed), the transaction is refused when it
-- commits. Whoever would go at the same moment waits for the other.
--
-- An owner, here, holds role.grant for the whole organisation by a grant without an end, has not left, and has an
-- account with a password that is on: whatever sign-in service is connected, one way in stays in the house.

create function app_keep_an_owner() returns trigger
language plpgsql security definer set search_path = pg_catalog, public as $$
declare
    theirs constant uuid := old.organisation_id;
    context constant text := coalesce(current_setting('app.organisation', true), '');
    touched boolean;
    kept boolean;
begin
    perform pg_advisory_xact_lock(hashtextextended('owners ' || theirs::text, 0));
    -- Row-level security shows even the owner of this function one organisation at a time.
    perform set_config('app.organisation', theirs::text, true);
    if tg_table_name = 'role_permissions' then
        touched := true;
    elsif tg_table_name = 'role_grants' then
        touched := exists (select from role_permissions p
                            where p.organisation_id = theirs and p.role_id = (to_jsonb(old) ->> 'role_id')::uuid
                              and p.permission = 'role.grant' and p.scope = 'organisation');
    else
        touched := exists (select from role_grants g
                             join role_permissions p on p.organisation_id = g.organisation_id and p.role_id = g.role_id
                            where g.organisation_id = theirs and g.person_id = old.person_id
                              and p.permission = 'role.grant' and p.scope = 'organisation');
    end if;
    if touched then
        kept := exists (
            select from role_grants g
              join role_permissions p on p.organisation_id = g.organisation_id and p.role_id = g.role_id
              join people h on h.organisation_id = g.organisation_id and h.id = g.person_id
              join accounts a on a.organisation_id = g.organisation_id and a.person_id = g.person_id
             where g.organisation_id = theirs and p.permission = 'role.grant' and p.scope = 'organisation'
               and g.ends_at is null and (g.starts_at is null or g.starts_at <= now())
               and h.left_at is null and a.disabled_at is null and a.password_hash is not null);
    end if;
    perform set_config('app.organisation', context, true);
    if touched and not kept then
        raise exception 'the last one who can sign in and give roles stays'
            using errcode = 'check_violation', constraint = 'organisation_keeps_an_owner', table = tg_table_name;
    end if;
    return null;
end $$;

create constraint trigger keep_an_owner after delete on role_grants deferrable initially deferred
    for each row execute function app_keep_an_owner();
create constraint trigger keep_an_owner after delete on role_permissions deferrable initially deferred
    for each row when (old.permission = 'role.grant' and old.scope = 'organisation') execute function app_keep_an_owner();
create constraint trigger keep_an_owner after update of disabled_at, password_hash on accounts deferrable initially deferred
    for each row when ((old.disabled_at is null and new.disabled_at is not null)
        or (old.password_hash is not null and new.password_hash is null)) execute function app_keep_an_owner();
