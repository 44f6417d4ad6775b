-- Roles of the organisation's own lose them too: there is nothing left that they would open.
delete from built_in_role_permissions where permission in
    ('timesheet.submit', 'timesheet.read', 'timesheet.approve', 'claim.decide', 'payroll.export');
call app_settle_built_in_roles();
alter table role_permissions no force row level security;
delete from role_permissions where permission in
    ('timesheet.submit', 'timesheet.read', 'timesheet.approve', 'claim.decide', 'payroll.export');
alter table role_permissions force row level security;
delete from permission_scopes where permission in
    ('timesheet.submit', 'timesheet.read', 'timesheet.approve', 'claim.decide', 'payroll.export');
delete from permissions where code in
    ('timesheet.submit', 'timesheet.read', 'timesheet.approve', 'claim.decide', 'payroll.export');
