-- What the catalogue splits, the tables split too: each permission opens exactly what its sentence says, by page and
-- by raw SQL alike. A test tries every permission at every scope against every table.

call app_secure_anew('people',
    'id = (select current_setting(''app.person'', true)::uuid) or {units:people.read} or {holds:people.read}
     or {system:sign-in} or {system:import} or {system:operator}',
    '{holds:people.add} or {system:set-up} or {system:import} or {system:operator}',
    '{units:people.edit} or {holds:people.edit} or {holds:people.leave} or {system:import}', null);

-- Which columns, row-level security cannot say: leaving is one permission, the rest of the record another.
create function app_people_by_verb() returns trigger
language plpgsql set search_path = pg_catalog, public as $$
begin
    if current_user <> 'watchroom_app' or current_setting('app.system', true) = 'import' then
        return new;
    end if;
    if new.left_at is distinct from old.left_at and not app_holds('people.leave') then
        raise exception 'people.leave is not held' using errcode = 'insufficient_privilege';
    end if;
    if (new.given_name, new.family_name, new.employee_number, new.email, new.phone, new.unit_id)
           is distinct from (old.given_name, old.family_name, old.employee_number, old.email, old.phone, old.unit_id)
       and not app_holds('people.edit')
       and not (old.unit_id in (select app_units('people.edit')) and new.unit_id in (select app_units('people.edit'))) then
        raise exception 'people.edit is not held' using errcode = 'insufficient_privilege';
    end if;
    return new;
end $$;
create trigger by_verb before update on people for each row execute function app_people_by_verb();

call app_secure_anew('accounts',
    '{me} or {system:sign-in} or {system:operator} or {holds:account.manage} or {holds:password.link} or {holds:people.leave}',
    '{holds:account.manage} or {system:set-up} or {system:operator} or {system:import}',
    '{me} or {system:sign-in} or {system:operator} or {holds:account.manage} or {holds:people.leave}', null);

call app_secure_anew('sessions',
    '{me} or {system:sign-in} or {system:operator} or {holds:session.read}', '{system:sign-in}', '{system:sign-in}',
    '{me} or {system:sign-in} or {system:operator} or {holds:session.revoke}');

call app_secure_anew('password_links',
    '{system:sign-in} or {system:operator} or {holds:account.manage} or {holds:password.link} or {holds:people.leave}',
    '{system:operator} or ({holds:password.link} and not ({me})
        and ({holds:role.grant} or not app_is_privileged(person_id)))',
    '{system:sign-in}',
    '{system:operator} or {system:sign-in} or {holds:password.link}');

call app_secure_anew('role_grants', '{me} or {holds:role.read} or {system:operator}',
    '({holds:role.grant} and not ({me})) or {system:set-up} or {system:operator} or {system:import}', null,
    '({holds:role.revoke} and not ({me})) or {system:operator}');

call app_secure_anew('duties',
    '{reach:duty.read} or {units:hours.read} or {holds:hours.read} or {system:import}',
    '{own:duty.log} or ({system:import} and source = ''import'' and import_id is not null and source_key is not null)',
    '{own:duty.edit} or {own:duty.delete}', null);

create function app_duties_by_verb() returns trigger
language plpgsql set search_path = pg_catalog, public as $$
declare
    needed constant text := case when new.deleted_at is distinct from old.deleted_at then 'duty.delete' else 'duty.edit' end;
begin
    if current_user = 'watchroom_app' and not app_own(needed) then
        raise exception '% is not held', needed using errcode = 'insufficient_privilege';
    end if;
    return new;
end $$;
create trigger by_verb before update on duties for each row execute function app_duties_by_verb();

-- Notes and history of one's own duty come with the duty; those of others take a permission each. Each belongs to
-- whoever the duty belongs to on which it hangs.
call app_secure_anew('duty_shared_notes', '{own:duty.read} or {units:duty.note.read} or {holds:duty.note.read}',
    '({own:duty.log} or {own:duty.edit} or {system:import})
     and exists (select from duties d where d.organisation_id = duty_shared_notes.organisation_id
         and d.id = duty_shared_notes.duty_id and d.person_id = duty_shared_notes.person_id)',
    '{own:duty.edit}', '{own:duty.edit} or {own:duty.delete}');
call app_secure_anew('duty_private_notes', '{own:duty.read}',
    '({own:duty.log} or {own:duty.edit})
     and exists (select from duties d where d.organisation_id = duty_private_notes.organisation_id
         and d.id = duty_private_notes.duty_id and d.person_id = duty_private_notes.person_id)',
    '{own:duty.edit}', '{own:duty.edit} or {own:duty.delete}');
call app_secure_anew('duty_revisions', '{own:duty.read} or {units:duty.history.read} or {holds:duty.history.read}',
    '({own:duty.edit} or {own:duty.delete}) and changed_by = (select current_setting(''app.person'', true)::uuid)
     and exists (select from duties d where d.organisation_id = duty_revisions.organisation_id
         and d.id = duty_revisions.duty_id and d.person_id = duty_revisions.person_id)',
    null, null);
