set constraints all immediate;
alter table role_permissions no force row level security;
alter table role_grants no force row level security;
alter table roles no force row level security;
delete from role_permissions p using permissions c where c.code = p.permission and c.area = 'Exposures and TRiM';
delete from role_grants g using roles r where r.organisation_id = g.organisation_id and r.id = g.role_id
   and r.built_in and r.code in ('exposure-reader', 'trim-practitioner');
delete from roles where built_in and code in ('exposure-reader', 'trim-practitioner');
alter table roles force row level security;
alter table role_grants force row level security;
alter table role_permissions force row level security;
delete from built_in_role_permissions b using permissions c where c.code = b.permission and c.area = 'Exposures and TRiM';
delete from permission_scopes s using permissions c where c.code = s.permission and c.area = 'Exposures and TRiM';
delete from permissions where area = 'Exposures and TRiM';
