drop trigger stay_light on role_permissions;
drop function app_roles_stay_light();
call app_secure_anew('role_grants', '{me} or {holds:role.read} or {system:operator}',
    '({holds:role.grant} and not ({me})) or {system:set-up} or {system:operator} or {system:import}', null,
    '({holds:role.revoke} and not ({me})) or {system:operator}');
drop function app_approved(uuid, uuid, uuid, uuid, timestamptz, timestamptz);
drop function app_takes_two(uuid, uuid);
alter table role_grants drop column request_id, drop column approved_by;
drop table grant_requests;
