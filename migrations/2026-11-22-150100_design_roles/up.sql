-- Roles of the organisation's own, built from the catalogue. The built-in ones stay what this version ships: neither
-- a page nor raw SQL of the application changes or weakens them.

alter table roles add column created_by uuid, add column created_at timestamptz, add column retired_at timestamptz,
    add constraint roles_name_length check (length(name) between 1 and 80),
    add constraint roles_summary_length check (length(summary) between 1 and 300),
    add constraint roles_code_form check (code ~ '^[a-z0-9][a-z0-9-]{0,79}$'),
    add constraint roles_built_in_stay check (not built_in or retired_at is null);
comment on column roles.created_by is 'Who built it; null for the built-in ones.';
comment on column roles.created_at is 'When it was built; null for the built-in ones.';
comment on column roles.retired_at is 'Since when it can no longer be given.';
create unique index roles_name on roles (organisation_id, lower(name)) where retired_at is null;

-- What a designer may change: roles that are the organisation's own, still in use, and not held by the designer.
create function app_role_is_open(wanted uuid) returns boolean
language sql stable parallel safe security definer set search_path = pg_catalog, public as $$
    select exists (select from roles r
                    where r.organisation_id = (select current_setting('app.organisation', true)::uuid)
                      and r.id = wanted and not r.built_in and r.retired_at is null)
       and not exists (select from role_grants g
                        where g.organisation_id = (select current_setting('app.organisation', true)::uuid)
                          and g.person_id = (select current_setting('app.person', true)::uuid)
                          and g.role_id = wanted and (g.ends_at is null or g.ends_at > now()))
$$;
comment on function app_role_is_open is 'Whether the caller, as far as the role itself goes, may change what it allows.';

create function app_is_shipped(wanted_role uuid, wanted_permission text, wanted_scope text) returns boolean
language sql stable parallel safe security definer set search_path = pg_catalog, public as $$
    select exists (select from roles r join built_in_role_permissions b on b.role = r.code
                    where r.organisation_id = (select current_setting('app.organisation', true)::uuid)
                      and r.id = wanted_role and r.built_in
                      and b.permission = wanted_permission and b.scope = wanted_scope)
$$;
comment on function app_is_shipped is 'Whether a built-in role has that permission at that scope in this version.';

create function app_role_in_use(wanted uuid) returns boolean
language sql stable parallel safe security definer set search_path = pg_catalog, public as $$
    select exists (select from role_grants g
                    where g.organisation_id = (select current_setting('app.organisation', true)::uuid)
                      and g.role_id = wanted and (g.ends_at is null or g.ends_at > now()))
$$;
comment on function app_role_in_use is 'Whether anybody has the role, or will have it by a grant that begins later.';

revoke all on function app_role_is_open(uuid), app_is_shipped(uuid, text, text), app_role_in_use(uuid) from public;
grant execute on function app_role_is_open(uuid), app_is_shipped(uuid, text, text), app_role_in_use(uuid) to watchroom_app;

call app_secure_anew('roles', 'true', '{system:set-up} or ({holds:role.design} and not built_in)',
    '{holds:role.design} and not built_in and app_role_is_open(id)', null);
-- The row that retires a role is of a retired role: only the row before has to be open.
alter policy changes on roles with check (
    organisation_id = (select current_setting('app.organisation', true)::uuid)
    and (select app_holds('role.design')) and not built_in);
revoke update on roles from watchroom_app;
grant update (name, summary, retired_at) on roles to watchroom_app;

call app_secure_anew('role_permissions', 'true',
    '({system:set-up} and app_is_shipped(role_id, permission, scope)) or ({holds:role.design} and app_role_is_open(role_id))',
    null, '{holds:role.design} and app_role_is_open(role_id)');

-- A role that somebody has is taken away from them first; a retired role is given to nobody.
create function app_roles_retire_unused() returns trigger
language plpgsql set search_path = pg_catalog, public as $$
begin
    if app_role_in_use(new.id) then
        raise exception 'somebody has the role'
            using errcode = 'check_violation', constraint = 'roles_retire_unused', table = 'roles';
    end if;
    return new;
end $$;
create trigger retire_unused before update of retired_at on roles
    for each row when (new.retired_at is not null and old.retired_at is null) execute function app_roles_retire_unused();

create function app_role_grants_need_a_role() returns trigger
language plpgsql set search_path = pg_catalog, public as $$
begin
    if exists (select from roles r
                where r.organisation_id = new.organisation_id and r.id = new.role_id and r.retired_at is not null) then
        raise exception 'the role is retired'
            using errcode = 'check_violation', constraint = 'role_grants_role_in_use', table = 'role_grants';
    end if;
    return new;
end $$;
create trigger need_a_role before insert on role_grants for each row execute function app_role_grants_need_a_role();
