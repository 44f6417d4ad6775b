-- A record of one's own development, which others read only where it was shared with them; and certificates, which
-- the service keeps about its people.

insert into permissions (code, area, summary, weight) values
    ('cpd.keep', 'CPD and competence', 'Keep a CPD record of one''s own and make a profile of it', 'plain'),
    ('cpd.read', 'CPD and competence', 'Read the CPD entries that people shared with their manager', 'personal'),
    ('cpd.verify', 'CPD and competence', 'Confirm CPD entries of others who ask one by name', 'plain'),
    ('certificate.read', 'CPD and competence', 'Read certificates and competences, and what is missing', 'personal'),
    ('certificate.write', 'CPD and competence', 'Record, change and end certificates of others', 'plain'),
    ('certificate.export', 'CPD and competence', 'Download competences that one may read as a table', 'personal'),
    ('competence.manage', 'CPD and competence', 'Edit the kinds of competence and who needs them', 'plain');

insert into permission_scopes (permission, scope) values
    ('cpd.keep', 'own'), ('cpd.read', 'unit'), ('cpd.read', 'below'), ('cpd.read', 'organisation'),
    ('cpd.verify', 'own'), ('certificate.read', 'own'), ('certificate.read', 'unit'), ('certificate.read', 'below'),
    ('certificate.read', 'organisation'), ('certificate.write', 'unit'), ('certificate.write', 'below'),
    ('certificate.write', 'organisation'), ('certificate.export', 'unit'), ('certificate.export', 'below'),
    ('certificate.export', 'organisation'), ('competence.manage', 'organisation');

insert into built_in_role_permissions (role, permission, scope) values
    ('member', 'cpd.keep', 'own'), ('member', 'cpd.verify', 'own'), ('member', 'certificate.read', 'own'),
    ('manager', 'cpd.verify', 'own'), ('manager', 'cpd.read', 'below'), ('manager', 'certificate.read', 'below'),
    ('manager', 'certificate.write', 'below'), ('manager', 'certificate.export', 'below'),
    ('hr', 'certificate.read', 'organisation'), ('hr', 'certificate.export', 'organisation'),
    ('administrator', 'competence.manage', 'organisation');

call app_settle_built_in_roles();
