-- Roles that an organisation built cannot be said in the old words: they go, and so do their grants.
drop trigger need_a_role on role_grants;
drop function app_role_grants_need_a_role();
drop trigger retire_unused on roles;
drop function app_roles_retire_unused();
grant update on roles to watchroom_app;
call app_secure_anew('role_permissions', 'true', '{system:set-up}', null, null);
call app_secure_anew('roles', 'true', '{system:set-up}', null, null);
drop function app_role_in_use(uuid);
drop function app_is_shipped(uuid, text, text);
drop function app_role_is_open(uuid);
alter table role_grants no force row level security;
alter table role_permissions no force row level security;
alter table roles no force row level security;
delete from role_grants g using roles r where r.organisation_id = g.organisation_id and r.id = g.role_id and not r.built_in;
delete from role_permissions p using roles r where r.organisation_id = p.organisation_id and r.id = p.role_id and not r.built_in;
delete from roles where not built_in;
set constraints all immediate;
alter table role_grants force row level security;
alter table role_permissions force row level security;
alter table roles force row level security;
drop index roles_name;
alter table roles drop constraint roles_name_length, drop constraint roles_summary_length, drop constraint roles_code_form,
    drop constraint roles_built_in_stay, drop column created_by, drop column created_at, drop column retired_at;
