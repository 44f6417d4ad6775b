call app_secure_anew('duty_revisions', '{me} or {units:duty.read}',
    '{me} and changed_by = (select current_setting(''app.person'', true)::uuid)
     and exists (select from duties d where d.organisation_id = duty_revisions.organisation_id
         and d.id = duty_revisions.duty_id and d.person_id = duty_revisions.person_id)', null, null);
call app_secure_anew('duty_private_notes', '{me}', '{me} and exists (select from duties d where d.organisation_id = duty_private_notes.organisation_id
         and d.id = duty_private_notes.duty_id and d.person_id = duty_private_notes.person_id)', '{me}', '{me}');
call app_secure_anew('duty_shared_notes', '{me} or {units:duty.note.read}',
    '({me} or {system:import})
     and exists (select from duties d where d.organisation_id = duty_shared_notes.organisation_id
         and d.id = duty_shared_notes.duty_id and d.person_id = duty_shared_notes.person_id)', '{me}', '{me}');
drop trigger by_verb on duties;
drop function app_duties_by_verb();
call app_secure_anew('duties', '{me} or {units:duty.read} or {holds:hours.read} or {system:import}',
    '{me} or ({system:import} and source = ''import'' and import_id is not null and source_key is not null)', '{me}', null);
call app_secure_anew('role_grants', '{me} or {holds:role.grant} or {holds:people.read} or {system:operator}',
    '({holds:role.grant} and not ({me})) or {system:set-up} or {system:operator} or {system:import}', null,
    '({holds:role.grant} and not ({me})) or {system:operator}');
call app_secure_anew('password_links',
    '{system:sign-in} or {system:operator} or {holds:people.manage}',
    '{system:operator} or ({holds:people.manage} and not ({me})
        and ({holds:role.grant} or not app_is_privileged(person_id)))',
    '{system:sign-in}',
    '{system:operator} or {system:sign-in} or {holds:people.manage}');
call app_secure_anew('sessions', '{me} or {system:sign-in} or {system:operator}', '{system:sign-in}', '{system:sign-in}',
    '{me} or {system:sign-in} or {system:operator} or {holds:people.manage}');
call app_secure_anew('accounts',
    '{me} or {system:sign-in} or {system:operator} or {holds:people.manage}',
    '{holds:people.manage} or {system:set-up} or {system:operator} or {system:import}',
    '{me} or {system:sign-in} or {system:operator} or {holds:people.manage}', null);
drop trigger by_verb on people;
drop function app_people_by_verb();
call app_secure_anew('people',
    'id = (select current_setting(''app.person'', true)::uuid) or {units:people.read} or {holds:people.read}
     or {system:sign-in} or {system:import} or {system:operator}',
    '{holds:people.manage} or {system:set-up} or {system:import} or {system:operator}',
    '{holds:people.manage} or {system:import}', null);
