-- What the worker `sso` may do in tables that are not its own: find a person, make one who is new, begin and end
-- their session, and give or take the roles that rules give. Never a role that was given by hand, and never one that
-- would take a second person.

-- A worker's own policies beside those of app_secure, under names of their own; the floor stays as it is.
create procedure app_also(tbl regclass, who text, reads text, adds text, changes text, removes text)
language plpgsql set search_path = pg_catalog, public as $$
declare
    own constant text := 'organisation_id = (select current_setting(''app.organisation'', true)::uuid)';
begin
    if reads is not null then
        execute format('grant select on %s to watchroom_app', tbl);
        execute format('create policy %I on %s for select to watchroom_app using (%s and (%s))', who || '_reads', tbl, own, app_policy(reads));
    end if;
    if adds is not null then
        execute format('grant insert on %s to watchroom_app', tbl);
        execute format('create policy %I on %s for insert to watchroom_app with check (%s and (%s))', who || '_adds', tbl, own, app_policy(adds));
    end if;
    if changes is not null then
        execute format('grant update on %s to watchroom_app', tbl);
        execute format('create policy %I on %s for update to watchroom_app using (%s and (%s)) with check (%s and (%s))',
            who || '_changes', tbl, own, app_policy(changes), own, app_policy(changes));
    end if;
    if removes is not null then
        execute format('grant delete on %s to watchroom_app', tbl);
        execute format('create policy %I on %s for delete to watchroom_app using (%s and (%s))', who || '_removes', tbl, own, app_policy(removes));
    end if;
end $$;
revoke all on procedure app_also(regclass, text, text, text, text, text) from public;

alter table role_grants add column source text not null default 'hand' check (source in ('hand', 'sso', 'scim'));
comment on column role_grants.source is 'Who gave it: a person by hand, or a rule at a sign-in or from a directory. Rules take away only what rules gave.';

call app_also('people', 'sso', '{system:sso}', '{system:sso}', null, null);
call app_also('accounts', 'sso', '{system:sso}', '{system:sso}', null, null);
-- Sessions begin at the door, for whoever has shown enough; this worker ends those whose provider says so.
call app_also('sessions', 'sso', '{system:sso}', null, null, '{system:sso}');
call app_also('sign_in_steps', 'sso', '{system:sso}', null, null, '{system:sso}');
call app_also('role_grants', 'sso', '{system:sso}', '{system:sso} and source = ''sso''
    and request_id is null and approved_by is null and not app_takes_two(person_id, role_id)', null,
    '{system:sso} and source = ''sso''');

-- Nobody else can pass a grant off as a rule's.
create policy sources_are_true on role_grants as restrictive for insert to watchroom_app
    with check (source = 'hand' or (select current_setting('app.system', true)) in ('sso', 'scim'));
