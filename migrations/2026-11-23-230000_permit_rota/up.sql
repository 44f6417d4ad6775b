-- What people are expected to work, when they are available for on-call, and who says so.

insert into permissions (code, area, summary, weight) values
    ('rota.keep', 'Leave and rota', 'Confirm one''s expected duties, book one''s on-call availability, keep a calendar feed', 'plain'),
    ('rota.read', 'Leave and rota', 'Read expected duties and on-call availability with its reasons', 'personal'),
    ('rota.assign', 'Leave and rota', 'Assign people and units to duty patterns, and set on-call contracts', 'plain'),
    ('rota.configure', 'Leave and rota', 'Edit duty patterns and how many riders units need', 'plain');

insert into permission_scopes (permission, scope) values
    ('rota.keep', 'own'), ('rota.read', 'own'), ('rota.read', 'unit'), ('rota.read', 'below'), ('rota.read', 'organisation'),
    ('rota.assign', 'unit'), ('rota.assign', 'below'), ('rota.assign', 'organisation'), ('rota.configure', 'organisation');

insert into built_in_role_permissions (role, permission, scope) values
    ('member', 'rota.keep', 'own'), ('member', 'rota.read', 'own'),
    ('manager', 'rota.read', 'below'), ('manager', 'rota.assign', 'below'),
    ('administrator', 'rota.configure', 'organisation');

call app_settle_built_in_roles();
