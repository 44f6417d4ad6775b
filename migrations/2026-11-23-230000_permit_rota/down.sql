set constraints all immediate;
alter table role_permissions no force row level security;
delete from role_permissions where permission like 'rota.%';
alter table role_permissions force row level security;
delete from built_in_role_permissions where permission like 'rota.%';
delete from permission_scopes where permission like 'rota.%';
delete from permissions where code like 'rota.%';
