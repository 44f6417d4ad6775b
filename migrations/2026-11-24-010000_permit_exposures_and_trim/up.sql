-- What somebody was exposed to at work, which the member keeps; and TRiM, which the member accepts or declines in private.

insert into permissions (code, area, summary, weight) values
    ('exposure.keep', 'Exposures and TRiM', 'Keep a record of one''s own exposures', 'plain'),
    ('exposure.read', 'Exposures and TRiM', 'Read what people were exposed to, but traumatic events, for a medical professional', 'personal'),
    ('exposure.health.read', 'Exposures and TRiM', 'Read symptoms and health advice of exposures that one reads', 'personal'),
    ('exposure.manage', 'Exposures and TRiM', 'Edit which kinds of work propose an exposure', 'plain'),
    ('trim.answer', 'Exposures and TRiM', 'Be offered TRiM, accept or decline it, and ask for it oneself', 'plain'),
    ('trim.offer', 'Exposures and TRiM', 'Offer TRiM to people, and never learn what they answered', 'plain'),
    ('trim.count', 'Exposures and TRiM', 'See how many offers of TRiM were made, none under five', 'plain'),
    ('trim.practise', 'Exposures and TRiM', 'Look after people who accepted TRiM', 'personal'),
    ('trim.manage', 'Exposures and TRiM', 'Edit after which kinds of work TRiM is offered', 'plain');

insert into permission_scopes (permission, scope) values
    ('exposure.keep', 'own'), ('exposure.read', 'unit'), ('exposure.read', 'below'), ('exposure.read', 'organisation'),
    ('exposure.health.read', 'unit'), ('exposure.health.read', 'below'), ('exposure.health.read', 'organisation'),
    ('exposure.manage', 'organisation'), ('trim.answer', 'own'), ('trim.offer', 'unit'), ('trim.offer', 'below'),
    ('trim.offer', 'organisation'), ('trim.count', 'unit'), ('trim.count', 'below'), ('trim.count', 'organisation'),
    ('trim.practise', 'organisation'), ('trim.manage', 'organisation');

insert into built_in_role_permissions (role, permission, scope) values
    ('member', 'exposure.keep', 'own'), ('member', 'trim.answer', 'own'),
    ('manager', 'trim.offer', 'below'), ('manager', 'trim.count', 'below'),
    ('hr', 'trim.count', 'organisation'),
    ('administrator', 'exposure.manage', 'organisation'), ('administrator', 'trim.manage', 'organisation'),
    ('exposure-reader', 'exposure.read', 'below'), ('exposure-reader', 'exposure.health.read', 'below'),
    ('trim-practitioner', 'trim.practise', 'organisation');

-- Two roles that nobody has before somebody gives them.
set constraints all immediate;
alter table organisations no force row level security;
alter table roles no force row level security;
insert into roles (organisation_id, id, code, name, summary, built_in)
select o.organisation_id, gen_random_uuid(), made.code, made.name, made.summary, true
  from organisations o, (values
    ('exposure-reader', 'Exposure reader',
     'Reads at any hour what people of a unit and all units below were exposed to, for a medical professional.'),
    ('trim-practitioner', 'TRiM practitioner', 'Looks after people who accepted TRiM.')) made(code, name, summary)
on conflict do nothing;
alter table roles force row level security;
alter table organisations force row level security;

call app_settle_built_in_roles();
