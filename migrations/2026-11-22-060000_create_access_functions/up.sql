-- The words that every row-level policy is written in.
--
-- A transaction says once who is asking (app_enter, always SET LOCAL): the organisation, the person, and, for
-- background work, the name of the system caller. Policies compare scalars with those settings. With no context at
-- all they yield no row; after a transaction that had one, the empty setting does not cast and the query fails.

create table permissions (
    code text primary key,
    area text not null,
    summary text not null
);
comment on table permissions is 'The catalogue: what may be granted. The same for every organisation; nobody''s data.';

insert into permissions (code, area, summary) values
    ('duty.read', 'Duties', 'Read duties, without their private notes'),
    ('duty.log', 'Duties', 'Log, change and delete duties'),
    ('duty.note.read', 'Duties', 'Read the shared notes of duties'),
    ('hours.read', 'Duties', 'Read when people worked and on what, without any note'),
    ('kind.manage', 'Duties', 'Edit the types and categories of work'),
    ('people.read', 'People', 'See people, their unit and how to reach them'),
    ('people.manage', 'People', 'Add people, change their details, record that they left'),
    ('hr.read', 'People', 'Read HR fields: contract, payroll number, next of kin, fitness'),
    ('hr.write', 'People', 'Change HR fields'),
    ('role.grant', 'People', 'Give roles and take them away'),
    ('organisation.configure', 'Organisation', 'Change the organisation''s name, colours and settings'),
    ('unit.manage', 'Organisation', 'Edit the tree of units'),
    ('crew.manage', 'Organisation', 'Assign people to call signs'),
    ('import.run', 'Files', 'Import duties'),
    ('import.people', 'Files', 'Import people'),
    ('report.run', 'Reports', 'Run report plugins on the records one may read'),
    ('plugin.manage', 'Plugins', 'Install, configure, enable and remove plugins'),
    ('audit.read', 'Audit', 'Read the audit trail');

-- Enters a transaction as a caller. Returns the person's access version (null when there is no such active person
-- or no person is meant), so that a caller whose roles changed a moment ago is noticed before anything is read.
create function app_enter(organisation uuid, person uuid, system_name text) returns bigint
language plpgsql volatile set search_path = pg_catalog, public as $$
declare
    version bigint;
begin
    perform set_config('app.organisation', organisation::text, true),
            set_config('app.person', person::text, true),
            set_config('app.system', system_name, true);
    if person <> '00000000-0000-0000-0000-000000000000'::uuid then
        select p.access_version into version from people p
         where p.organisation_id = organisation and p.id = person and p.left_at is null;
    end if;
    return version;
end $$;

-- Expands the short words of app_secure into SQL.
create function app_policy(expression text) returns text
language sql immutable set search_path = pg_catalog, public as $$
    select replace(
        regexp_replace(
            regexp_replace(
                regexp_replace(expression,
                    '\{system:([a-z.-]+)\}', '(select current_setting(''app.system'', true)) = ''\1''', 'g'),
                '\{units:([a-z.]+)\}', 'unit_id = any (array(select app_units(''\1'')))', 'g'),
            '\{holds:([a-z.]+)\}', '(select app_holds(''\1''))', 'g'),
        '{me}', 'person_id = (select current_setting(''app.person'', true)::uuid)')
$$;

-- Puts a table under row-level security in the one form that the proof in `make test` knows: a policy per command
-- for the application role, and a restrictive floor that no later policy can widen. A null expression means that
-- the application may not do it at all. In expressions:
--   {me}            the row is the caller's own
--   {units:p}       the caller holds permission p for the row's unit or one above it
--   {holds:p}       the caller holds permission p for the whole organisation
--   {system:name}   the caller is this background worker
create procedure app_secure(tbl regclass, reads text, adds text, changes text, removes text)
language plpgsql set search_path = pg_catalog, public as $$
declare
    own constant text := 'organisation_id = (select current_setting(''app.organisation'', true)::uuid)';
begin
    execute format('alter table %s enable row level security', tbl);
    execute format('alter table %s force row level security', tbl);
    execute format('create policy floor on %s as restrictive to public using (%s) with check (%s)', tbl, own, own);
    if reads is not null then
        execute format('grant select on %s to watchroom_app', tbl);
        execute format('create policy reads on %s for select to watchroom_app using (%s and (%s))', tbl, own, app_policy(reads));
    end if;
    if adds is not null then
        execute format('grant insert on %s to watchroom_app', tbl);
        execute format('create policy adds on %s for insert to watchroom_app with check (%s and (%s))', tbl, own, app_policy(adds));
    end if;
    if changes is not null then
        execute format('grant update on %s to watchroom_app', tbl);
        execute format('create policy changes on %s for update to watchroom_app using (%s and (%s)) with check (%s and (%s))',
            tbl, own, app_policy(changes), own, app_policy(changes));
    end if;
    if removes is not null then
        execute format('grant delete on %s to watchroom_app', tbl);
        execute format('create policy removes on %s for delete to watchroom_app using (%s and (%s))', tbl, own, app_policy(removes));
    end if;
end $$;

revoke all on procedure app_secure(regclass, text, text, text, text) from public;
grant usage on schema public to watchroom_app;
grant select on permissions to watchroom_app;
