-- Submitting hours, approving them, and what payroll does with them: five permissions, and who has them from the start.

insert into permissions (code, area, summary, weight) values
    ('timesheet.submit', 'Hours and pay', 'Submit one''s hours for approval, propose corrections, claim extras', 'plain'),
    ('timesheet.read', 'Hours and pay', 'Read timesheets: hours by period, and what became of them', 'personal'),
    ('timesheet.approve', 'Hours and pay', 'Approve, return and reopen hours, and decide corrections', 'personal'),
    ('claim.decide', 'Hours and pay', 'Approve or refuse claims: overtime, disturbance, mileage', 'personal'),
    ('payroll.export', 'Hours and pay', 'Download approved hours and claims for payroll', 'personal');

insert into permission_scopes (permission, scope) values
    ('timesheet.submit', 'own'),
    ('timesheet.read', 'unit'), ('timesheet.read', 'below'), ('timesheet.read', 'organisation'),
    ('timesheet.approve', 'unit'), ('timesheet.approve', 'below'), ('timesheet.approve', 'organisation'),
    ('claim.decide', 'organisation'),
    ('payroll.export', 'organisation');

insert into built_in_role_permissions (role, permission, scope) values
    ('member', 'timesheet.submit', 'own'),
    ('manager', 'timesheet.approve', 'below'),
    ('hr', 'timesheet.read', 'organisation'),
    ('hr', 'claim.decide', 'organisation'),
    ('hr', 'payroll.export', 'organisation');
call app_settle_built_in_roles();
