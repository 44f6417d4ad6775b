drop trigger keep_an_owner on accounts;
drop trigger keep_an_owner on role_permissions;
drop trigger keep_an_owner on role_grants;
drop function app_keep_an_owner();
