-- Built-in roles get back what they had; there were no others.
drop procedure app_settle_built_in_roles();
alter table role_permissions no force row level security;
alter table roles no force row level security;
alter table role_permissions drop constraint role_permissions_permission_scope_fkey;
delete from role_permissions;
drop table built_in_role_permissions;
drop table permission_scopes;
delete from permissions;
alter table permissions drop column weight;

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


alter table role_permissions add check (scope in ('own', 'unit', 'organisation'));
comment on column role_permissions.scope is 'own: the holder''s records; unit: those of the granted unit and all below; organisation: all.';
insert into role_permissions (organisation_id, role_id, permission, scope)
select r.organisation_id, r.id, had.permission, had.scope
  from roles r join (values
    ('member', 'duty.read', 'own'), ('member', 'duty.log', 'own'), ('member', 'duty.note.read', 'own'),
    ('member', 'report.run', 'own'), ('manager', 'duty.read', 'unit'), ('manager', 'duty.note.read', 'unit'),
    ('manager', 'people.read', 'unit'), ('manager', 'report.run', 'unit'), ('hr', 'hours.read', 'organisation'),
    ('hr', 'hr.read', 'organisation'), ('hr', 'hr.write', 'organisation'), ('hr', 'people.read', 'organisation'),
    ('hr', 'people.manage', 'organisation'), ('hr', 'import.people', 'organisation'),
    ('hr', 'report.run', 'organisation'), ('auditor', 'audit.read', 'organisation'),
    ('administrator', 'organisation.configure', 'organisation'), ('administrator', 'unit.manage', 'organisation'),
    ('administrator', 'kind.manage', 'organisation'), ('administrator', 'people.read', 'organisation'),
    ('administrator', 'people.manage', 'organisation'), ('administrator', 'role.grant', 'organisation'),
    ('administrator', 'crew.manage', 'organisation'), ('administrator', 'import.run', 'organisation'),
    ('administrator', 'import.people', 'organisation'), ('administrator', 'plugin.manage', 'organisation'),
    ('administrator', 'report.run', 'own')) had (role, permission, scope) on had.role = r.code
 where r.built_in;
alter table role_permissions force row level security;
alter table roles force row level security;
