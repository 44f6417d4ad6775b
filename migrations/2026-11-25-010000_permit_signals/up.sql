-- Signals of one's own workload, which a member switches on one by one and tells whom they choose; and their rules, which
-- an organisation tunes.

insert into permissions (code, area, summary, weight) values
    ('signal.keep', 'Signals', 'Have signals of one''s own workload that nobody else sees, and choose who is told', 'plain'),
    ('signal.receive', 'Signals', 'Be told of a signal of somebody of one''s units who chose one for it', 'personal'),
    ('signal.manage', 'Signals', 'Tune the rules of signals, and never learn who uses them', 'plain');

insert into permission_scopes (permission, scope) values
    ('signal.keep', 'own'), ('signal.receive', 'unit'), ('signal.receive', 'below'), ('signal.receive', 'organisation'),
    ('signal.manage', 'organisation');

insert into built_in_role_permissions (role, permission, scope) values
    ('member', 'signal.keep', 'own'),
    ('manager', 'signal.receive', 'below'),
    ('trim-practitioner', 'signal.receive', 'organisation'),
    ('administrator', 'signal.manage', 'organisation');

call app_settle_built_in_roles();
