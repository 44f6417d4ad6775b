-- Who handles applications to join, who proposes and who approves changes of people's own details, and who reads whom to
-- call in an emergency.

insert into permissions (code, area, summary, weight) values
    ('application.handle', 'Joining and details', 'Publish vacancies, and read, score and decide on applications for them', 'personal'),
    ('detail.propose', 'Joining and details', 'Propose changes to one''s own name, telephone, address and emergency contact', 'plain'),
    ('detail.approve', 'Joining and details', 'Read people''s addresses, and approve or return changes that they propose', 'personal'),
    ('contact.read', 'Joining and details', 'Read whom to call when something happens to somebody', 'personal');

insert into permission_scopes (permission, scope) values
    ('application.handle', 'unit'), ('application.handle', 'below'), ('application.handle', 'organisation'),
    ('detail.propose', 'own'), ('detail.approve', 'organisation'),
    ('contact.read', 'unit'), ('contact.read', 'below'), ('contact.read', 'organisation');

insert into built_in_role_permissions (role, permission, scope) values
    ('member', 'detail.propose', 'own'), ('manager', 'contact.read', 'below'),
    ('hr', 'application.handle', 'organisation'), ('hr', 'detail.approve', 'organisation'), ('hr', 'contact.read', 'organisation');

call app_settle_built_in_roles();
