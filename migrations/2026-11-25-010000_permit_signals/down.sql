set constraints all immediate;
alter table role_permissions no force row level security;
delete from role_permissions p using permissions c where c.code = p.permission and c.area = 'Signals';
alter table role_permissions force row level security;
delete from built_in_role_permissions b using permissions c where c.code = b.permission and c.area = 'Signals';
delete from permission_scopes s using permissions c where c.code = s.permission and c.area = 'Signals';
delete from permissions where area = 'Signals';
