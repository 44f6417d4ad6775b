-- "See as": an administrator looks at the console as a role, in an organisation that is made up for it. Its id is the
-- real one's with version 8 instead of 7: what is made up shows in the id, and no row has to be asked for it. Nobody
-- signs in there, and for the people in it every transaction is read-only.

create function app_is_preview(organisation uuid) returns boolean
language sql immutable parallel safe set search_path = pg_catalog, public as $$
    select substr(organisation::text, 15, 1) = '8'
$$;
comment on function app_is_preview is 'Whether an organisation is made up, for looking at the console as a role.';

create or replace function app_enter(organisation uuid, person uuid, system_name text) returns bigint
language plpgsql volatile set search_path = pg_catalog, public as $$
begin
    perform set_config('app.organisation', organisation::text, true),
            set_config('app.person', person::text, true),
            set_config('app.system', system_name, true);
    if person <> '00000000-0000-0000-0000-000000000000'::uuid then
        if app_is_preview(organisation) then
            perform set_config('transaction_read_only', 'on', true);
        end if;
        return app_access_version(organisation, person);
    end if;
    return null;
end $$;

-- What the set-up writes into made-up organisations, and into those alone.
create policy preview_adds on duties for insert to watchroom_app
    with check (organisation_id = (select current_setting('app.organisation', true)::uuid)
        and (select current_setting('app.system', true)) = 'set-up' and app_is_preview(organisation_id));
create policy preview_adds on duty_shared_notes for insert to watchroom_app
    with check (organisation_id = (select current_setting('app.organisation', true)::uuid)
        and (select current_setting('app.system', true)) = 'set-up' and app_is_preview(organisation_id));
create policy preview_adds on hr_contracts for insert to watchroom_app
    with check (organisation_id = (select current_setting('app.organisation', true)::uuid)
        and (select current_setting('app.system', true)) = 'set-up' and app_is_preview(organisation_id));
create policy preview_adds on hr_payroll for insert to watchroom_app
    with check (organisation_id = (select current_setting('app.organisation', true)::uuid)
        and (select current_setting('app.system', true)) = 'set-up' and app_is_preview(organisation_id));
create policy preview_adds on hr_kin for insert to watchroom_app
    with check (organisation_id = (select current_setting('app.organisation', true)::uuid)
        and (select current_setting('app.system', true)) = 'set-up' and app_is_preview(organisation_id));
create policy preview_adds on hr_fitness for insert to watchroom_app
    with check (organisation_id = (select current_setting('app.organisation', true)::uuid)
        and (select current_setting('app.system', true)) = 'set-up' and app_is_preview(organisation_id));
create policy preview_adds on role_permissions for insert to watchroom_app
    with check (organisation_id = (select current_setting('app.organisation', true)::uuid)
        and (select current_setting('app.system', true)) = 'set-up' and app_is_preview(organisation_id));
create policy preview_removes on role_permissions for delete to watchroom_app
    using (organisation_id = (select current_setting('app.organisation', true)::uuid)
        and (select current_setting('app.system', true)) = 'set-up' and app_is_preview(organisation_id));
create policy preview_reads on people for select to watchroom_app
    using (organisation_id = (select current_setting('app.organisation', true)::uuid)
        and (select current_setting('app.system', true)) = 'set-up' and app_is_preview(organisation_id));
create policy preview_reads on role_grants for select to watchroom_app
    using (organisation_id = (select current_setting('app.organisation', true)::uuid)
        and (select current_setting('app.system', true)) = 'set-up' and app_is_preview(organisation_id));

-- There, nobody decides over anybody.
create or replace function app_roles_stay_light() returns trigger
language plpgsql security definer set search_path = pg_catalog, public as $$
begin
    if not app_is_preview(new.organisation_id) and exists (select from role_grants g
                where g.organisation_id = new.organisation_id and g.role_id = new.role_id
                  and (g.ends_at is null or g.ends_at > now()) and app_takes_two(g.person_id, new.role_id)) then
        raise exception 'somebody who has the role would hold too much'
            using errcode = 'check_violation', constraint = 'roles_stay_light', table = 'role_permissions';
    end if;
    return null;
end $$;

create or replace function app_keep_an_owner() returns trigger
language plpgsql security definer set search_path = pg_catalog, public as $$
declare
    theirs constant uuid := old.organisation_id;
    context constant text := coalesce(current_setting('app.organisation', true), '');
    touched boolean;
    kept boolean;
begin
    if app_is_preview(theirs) then
        return null;
    end if;
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
