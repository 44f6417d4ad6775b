-- Notes that belong to the member alone, sealed with a key that nobody else has; and receiving one that was shared.

insert into permissions (code, area, summary, weight) values
    ('wellbeing.keep', 'Wellbeing', 'Keep wellbeing notes of one''s own that nobody else can read', 'plain'),
    ('wellbeing.receive', 'Wellbeing', 'Read wellbeing notes that people share with one by name', 'personal');

insert into permission_scopes (permission, scope) values
    ('wellbeing.keep', 'own'), ('wellbeing.receive', 'own');

insert into built_in_role_permissions (role, permission, scope) values
    ('member', 'wellbeing.keep', 'own');

call app_settle_built_in_roles();
