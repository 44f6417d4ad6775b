-- Working time: the person and whoever plans their work read the figures; the person alone declares what only they know
-- (an opt-out, another employer); the administrator says which contract rules hold for whom.

insert into permissions (code, area, summary, weight) values
    ('worktime.read', 'Working time', 'Read working time: averages, rests and what is owed', 'personal'),
    ('worktime.declare', 'Working time', 'Declare an opt-out and other employments of one''s own', 'plain'),
    ('worktime.export', 'Working time', 'Download working time that one may read as a table', 'personal'),
    ('worktime.manage', 'Working time', 'Edit contract groups, and say who belongs to which', 'plain');

insert into permission_scopes (permission, scope) values
    ('worktime.read', 'own'), ('worktime.read', 'unit'), ('worktime.read', 'below'), ('worktime.read', 'organisation'),
    ('worktime.declare', 'own'), ('worktime.export', 'unit'), ('worktime.export', 'below'),
    ('worktime.export', 'organisation'), ('worktime.manage', 'organisation');

insert into built_in_role_permissions (role, permission, scope) values
    ('member', 'worktime.read', 'own'), ('member', 'worktime.declare', 'own'),
    ('manager', 'worktime.read', 'below'), ('manager', 'worktime.export', 'below'),
    ('hr', 'worktime.read', 'organisation'), ('hr', 'worktime.export', 'organisation'),
    ('administrator', 'worktime.manage', 'organisation');

call app_settle_built_in_roles();
