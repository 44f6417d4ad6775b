-- The catalogue in full: every permission with the scopes at which it may be given and what it weighs, and what the
-- built-in roles have of it. Permissions that covered several acts are split by act, and "unit" now means one unit:
-- what reached the units below as well is called "below".

alter table permissions add column weight text not null default 'plain' check (weight in ('plain', 'personal', 'administers'));
comment on column permissions.weight is
    'personal: opens personal records; administers: decides what others may do. To hold both takes a second person''s word.';

create table permission_scopes (
    permission text not null references permissions (code),
    scope text not null check (scope in ('own', 'unit', 'below', 'organisation')),
    primary key (permission, scope)
);
comment on table permission_scopes is 'At which scopes each permission may be given. The same for every organisation.';

create table built_in_role_permissions (
    role text not null,
    permission text not null,
    scope text not null,
    primary key (role, permission, scope),
    foreign key (permission, scope) references permission_scopes (permission, scope)
);
comment on table built_in_role_permissions is 'What the built-in roles may do, in every organisation alike; by the role''s code.';
grant select on permission_scopes, built_in_role_permissions to watchroom_app;

-- Rows of these two carry over by name only once the built-in roles are settled below.
alter table role_permissions no force row level security;
alter table roles no force row level security;
alter table role_permissions drop constraint role_permissions_scope_check;
delete from role_permissions;
delete from permissions;
alter table permissions alter column weight drop default;

insert into permissions (code, area, summary, weight) values
    ('duty.read', 'Duties', 'Read duties, without their notes', 'personal'),
    ('duty.log', 'Duties', 'Log duties', 'plain'),
    ('duty.edit', 'Duties', 'Change duties that were logged', 'plain'),
    ('duty.delete', 'Duties', 'Delete duties that were logged', 'plain'),
    ('duty.note.read', 'Duties', 'Read the shared notes of duties', 'personal'),
    ('duty.history.read', 'Duties', 'Read what duties said before they were changed, and why', 'personal'),
    ('duty.export', 'Duties', 'Download duties that one may read as a table', 'personal'),
    ('hours.read', 'Duties', 'Read when people worked and on what, without any note or detail', 'personal'),
    ('people.read', 'People', 'See people, their unit and how to reach them', 'plain'),
    ('people.add', 'People', 'Add people', 'plain'),
    ('people.edit', 'People', 'Change people''s names, numbers, addresses and home unit', 'plain'),
    ('people.leave', 'People', 'Record that people left or came back, which closes or opens their account', 'plain'),
    ('account.manage', 'People', 'Open accounts, and change what people sign in with', 'plain'),
    ('password.link', 'People', 'Hand over links by which people choose a password', 'plain'),
    ('invite.send', 'People', 'Invite people by e-mail', 'plain'),
    ('access.explain', 'People', 'See who can open a record of somebody else, and why', 'plain'),
    ('hr.contract.read', 'HR fields', 'Read contracts, their hours and first days of work', 'personal'),
    ('hr.contract.write', 'HR fields', 'Change contracts, their hours and first days of work', 'plain'),
    ('hr.payroll.read', 'HR fields', 'Read payroll numbers', 'personal'),
    ('hr.payroll.write', 'HR fields', 'Change payroll numbers', 'plain'),
    ('hr.kin.read', 'HR fields', 'Read next of kin', 'personal'),
    ('hr.kin.write', 'HR fields', 'Change next of kin', 'plain'),
    ('hr.fitness.read', 'HR fields', 'Read notes on fitness for duty', 'personal'),
    ('hr.fitness.write', 'HR fields', 'Change notes on fitness for duty', 'plain'),
    ('role.read', 'Roles', 'See which roles people have', 'plain'),
    ('role.grant', 'Roles', 'Give roles to people', 'administers'),
    ('role.revoke', 'Roles', 'Take roles away from people', 'administers'),
    ('role.design', 'Roles', 'Build, change and retire roles of the organisation''s own', 'administers'),
    ('role.approve', 'Roles', 'Approve or refuse roles that take a second person''s word', 'administers'),
    ('role.preview', 'Roles', 'See the console as a role, on made-up records', 'plain'),
    ('session.read', 'Signing in', 'See where people are signed in', 'plain'),
    ('session.revoke', 'Signing in', 'Sign people out', 'plain'),
    ('factor.reset', 'Signing in', 'Reset somebody''s second factor, with a second person', 'administers'),
    ('signin.configure', 'Signing in', 'Say how people sign in, and which roles need a second factor', 'administers'),
    ('sso.configure', 'Signing in', 'Connect a provider through which people sign in', 'administers'),
    ('scim.configure', 'Signing in', 'Connect a directory that adds people and closes their accounts', 'administers'),
    ('token.own', 'Tokens and network', 'Make tokens by which programs act for oneself', 'plain'),
    ('token.service', 'Tokens and network', 'Make tokens for programs that act for nobody', 'administers'),
    ('token.read', 'Tokens and network', 'See all tokens and how they are used', 'plain'),
    ('network.configure', 'Tokens and network', 'Say from which networks people and programs may come', 'administers'),
    ('limit.read', 'Tokens and network', 'See how often limits were reached', 'plain'),
    ('organisation.configure', 'Organisation', 'Change the organisation''s name, colours and settings', 'administers'),
    ('unit.manage', 'Organisation', 'Edit the tree of units', 'plain'),
    ('kind.manage', 'Organisation', 'Edit the types and categories of work', 'plain'),
    ('crew.manage', 'Organisation', 'Assign people to call signs', 'plain'),
    ('mail.configure', 'Organisation', 'Say how e-mail is sent', 'administers'),
    ('mail.read', 'Organisation', 'See which e-mails were sent and which failed, without their text', 'plain'),
    ('import.run', 'Files and reports', 'Import duties', 'plain'),
    ('import.people', 'Files and reports', 'Import people', 'plain'),
    ('report.run', 'Files and reports', 'Run reports on the records that one may read', 'plain'),
    ('plugin.manage', 'Files and reports', 'Install, configure, enable and remove plugins', 'administers'),
    ('audit.read', 'Oversight', 'Read the audit trail', 'plain'),
    ('audit.export', 'Oversight', 'Download the audit trail', 'plain'),
    ('security.read', 'Oversight', 'See the security log and the security overview', 'plain'),
    ('security.export', 'Oversight', 'Download the security log and the security overview', 'plain');

insert into permission_scopes (permission, scope) values
    ('duty.read', 'own'), ('duty.read', 'unit'), ('duty.read', 'below'), ('duty.read', 'organisation'),
    ('duty.log', 'own'), ('duty.edit', 'own'), ('duty.delete', 'own'), ('duty.note.read', 'unit'),
    ('duty.note.read', 'below'), ('duty.note.read', 'organisation'), ('duty.history.read', 'unit'),
    ('duty.history.read', 'below'), ('duty.history.read', 'organisation'), ('duty.export', 'own'),
    ('duty.export', 'unit'), ('duty.export', 'below'), ('duty.export', 'organisation'), ('hours.read', 'unit'),
    ('hours.read', 'below'), ('hours.read', 'organisation'), ('people.read', 'unit'), ('people.read', 'below'),
    ('people.read', 'organisation'), ('people.add', 'organisation'), ('people.edit', 'unit'),
    ('people.edit', 'below'), ('people.edit', 'organisation'), ('people.leave', 'organisation'),
    ('account.manage', 'organisation'), ('password.link', 'organisation'), ('invite.send', 'organisation'),
    ('access.explain', 'organisation'), ('hr.contract.read', 'organisation'), ('hr.contract.write', 'organisation'),
    ('hr.payroll.read', 'organisation'), ('hr.payroll.write', 'organisation'), ('hr.kin.read', 'organisation'),
    ('hr.kin.write', 'organisation'), ('hr.fitness.read', 'organisation'), ('hr.fitness.write', 'organisation'),
    ('role.read', 'organisation'), ('role.grant', 'organisation'), ('role.revoke', 'organisation'),
    ('role.design', 'organisation'), ('role.approve', 'organisation'), ('role.preview', 'organisation'),
    ('session.read', 'organisation'), ('session.revoke', 'organisation'), ('factor.reset', 'organisation'),
    ('signin.configure', 'organisation'), ('sso.configure', 'organisation'), ('scim.configure', 'organisation'),
    ('token.own', 'own'), ('token.service', 'organisation'), ('token.read', 'organisation'),
    ('network.configure', 'organisation'), ('limit.read', 'organisation'), ('organisation.configure', 'organisation'),
    ('unit.manage', 'organisation'), ('kind.manage', 'organisation'), ('crew.manage', 'organisation'),
    ('mail.configure', 'organisation'), ('mail.read', 'organisation'), ('import.run', 'organisation'),
    ('import.people', 'organisation'), ('report.run', 'own'), ('report.run', 'unit'), ('report.run', 'below'),
    ('report.run', 'organisation'), ('plugin.manage', 'organisation'), ('audit.read', 'organisation'),
    ('audit.export', 'organisation'), ('security.read', 'organisation'), ('security.export', 'organisation');

insert into built_in_role_permissions (role, permission, scope) values
    ('member', 'duty.read', 'own'), ('member', 'duty.log', 'own'), ('member', 'duty.edit', 'own'),
    ('member', 'duty.delete', 'own'), ('member', 'duty.export', 'own'), ('member', 'report.run', 'own'),
    ('member', 'token.own', 'own'), ('manager', 'duty.read', 'below'), ('manager', 'duty.note.read', 'below'),
    ('manager', 'duty.history.read', 'below'), ('manager', 'duty.export', 'below'),
    ('manager', 'people.read', 'below'), ('manager', 'report.run', 'below'), ('hr', 'hours.read', 'organisation'),
    ('hr', 'duty.export', 'organisation'), ('hr', 'people.read', 'organisation'),
    ('hr', 'people.add', 'organisation'), ('hr', 'people.edit', 'organisation'),
    ('hr', 'people.leave', 'organisation'), ('hr', 'account.manage', 'organisation'),
    ('hr', 'password.link', 'organisation'), ('hr', 'invite.send', 'organisation'),
    ('hr', 'role.read', 'organisation'), ('hr', 'hr.contract.read', 'organisation'),
    ('hr', 'hr.contract.write', 'organisation'), ('hr', 'hr.payroll.read', 'organisation'),
    ('hr', 'hr.payroll.write', 'organisation'), ('hr', 'hr.kin.read', 'organisation'),
    ('hr', 'hr.kin.write', 'organisation'), ('hr', 'hr.fitness.read', 'organisation'),
    ('hr', 'hr.fitness.write', 'organisation'), ('hr', 'import.people', 'organisation'),
    ('hr', 'report.run', 'organisation'), ('auditor', 'audit.read', 'organisation'),
    ('auditor', 'audit.export', 'organisation'), ('auditor', 'security.read', 'organisation'),
    ('auditor', 'security.export', 'organisation'), ('administrator', 'organisation.configure', 'organisation'),
    ('administrator', 'unit.manage', 'organisation'), ('administrator', 'kind.manage', 'organisation'),
    ('administrator', 'crew.manage', 'organisation'), ('administrator', 'people.read', 'organisation'),
    ('administrator', 'people.add', 'organisation'), ('administrator', 'people.edit', 'organisation'),
    ('administrator', 'people.leave', 'organisation'), ('administrator', 'account.manage', 'organisation'),
    ('administrator', 'password.link', 'organisation'), ('administrator', 'invite.send', 'organisation'),
    ('administrator', 'access.explain', 'organisation'), ('administrator', 'role.read', 'organisation'),
    ('administrator', 'role.grant', 'organisation'), ('administrator', 'role.revoke', 'organisation'),
    ('administrator', 'role.design', 'organisation'), ('administrator', 'role.approve', 'organisation'),
    ('administrator', 'role.preview', 'organisation'), ('administrator', 'session.read', 'organisation'),
    ('administrator', 'session.revoke', 'organisation'), ('administrator', 'factor.reset', 'organisation'),
    ('administrator', 'signin.configure', 'organisation'), ('administrator', 'sso.configure', 'organisation'),
    ('administrator', 'scim.configure', 'organisation'), ('administrator', 'token.service', 'organisation'),
    ('administrator', 'token.read', 'organisation'), ('administrator', 'network.configure', 'organisation'),
    ('administrator', 'limit.read', 'organisation'), ('administrator', 'mail.configure', 'organisation'),
    ('administrator', 'mail.read', 'organisation'), ('administrator', 'import.run', 'organisation'),
    ('administrator', 'import.people', 'organisation'), ('administrator', 'plugin.manage', 'organisation'),
    ('administrator', 'security.read', 'organisation'), ('administrator', 'security.export', 'organisation'),
    ('administrator', 'report.run', 'own');

alter table role_permissions add foreign key (permission, scope) references permission_scopes (permission, scope);
comment on column role_permissions.scope is
    'own: the holder''s records; unit: those of the granted unit; below: of it and all units below; organisation: all.';
alter table role_permissions force row level security;
alter table roles force row level security;

-- Makes the built-in roles of every organisation what built_in_role_permissions says. A migration that changes that
-- table calls it; nobody but the owner can. Row-level security binds the owner too, so it is lifted meanwhile.
create procedure app_settle_built_in_roles()
language plpgsql set search_path = pg_catalog, public as $$
begin
    set constraints all immediate;
    alter table role_permissions no force row level security;
    alter table roles no force row level security;
    delete from role_permissions p using roles r
     where r.organisation_id = p.organisation_id and r.id = p.role_id and r.built_in
       and not exists (select from built_in_role_permissions b
                        where b.role = r.code and b.permission = p.permission and b.scope = p.scope);
    insert into role_permissions (organisation_id, role_id, permission, scope)
    select r.organisation_id, r.id, b.permission, b.scope
      from roles r join built_in_role_permissions b on b.role = r.code
     where r.built_in
    on conflict do nothing;
    alter table role_permissions force row level security;
    alter table roles force row level security;
end $$;
revoke all on procedure app_settle_built_in_roles() from public;
call app_settle_built_in_roles();
