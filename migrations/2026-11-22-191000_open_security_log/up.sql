-- The security log: what of the trail is about access and configuration. Holders of security.read see exactly these
-- entries, of their organisation; every other entry stays with audit.read.

create function app_security_deeds() returns text[]
language sql immutable parallel safe set search_path = pg_catalog, public as $$
    select array[
        -- Sign-ins and sessions.
        'session.begin', 'session.end', 'session.end-all', 'session.half', 'session.revoke', 'session.step-up',
        -- Failures.
        'network.refused', 'password.refused', 'session.factor-refused', 'session.refused', 'session.step-up-refused',
        'session.throttled',
        -- Accounts and what one signs in with.
        'account.open', 'account.unlock', 'factor.enrol', 'factor.recovery-codes', 'factor.remove', 'factor.reset',
        'factor.reset-ask', 'factor.reset-refuse', 'invitation.revoke', 'invitation.send', 'invitation.send-all',
        'password.change', 'password.choose', 'password.forgotten', 'password.import', 'password.link',
        'person.leave', 'person.reinstate', 'scim.user-change', 'scim.user-create', 'scim.user-delete', 'sso.link',
        'sso.permit', 'sso.permit-withdraw', 'sso.unlink',
        -- Roles.
        'role.approve', 'role.change', 'role.design', 'role.grant', 'role.keep', 'role.refuse', 'role.request',
        'role.retire', 'role.revoke', 'role.withdraw', 'role.withhold', 'scim.group-change', 'scim.group-create',
        'scim.group-delete',
        -- Tokens.
        'scim.token-make', 'scim.token-revoke', 'token.make', 'token.revoke', 'token.rotate',
        -- Configuration.
        'kind.add', 'kind.delete', 'kind.rename', 'kind.reorder', 'kind.restore', 'kind.retire', 'mail.test',
        'network.add', 'network.lift-lockout', 'network.remove', 'network.switch-off', 'network.switch-on',
        'organisation.configure', 'organisation.found', 'plugin.disable', 'plugin.enable', 'plugin.grant',
        'plugin.remove', 'plugin.settings', 'plugin.upload', 'setup.link', 'sign-in.configure', 'signin.configure',
        'sso.add', 'sso.change', 'sso.remove', 'sso.rule-add', 'sso.rule-remove', 'sso.switch', 'unit.add',
        'unit.close', 'unit.move', 'unit.rename', 'unit.reopen'
    ]
$$;
comment on function app_security_deeds is
    'The deeds of the security log: those that src/audit/deeds.rs puts there. Changed together with it; a test compares.';
revoke all on function app_security_deeds() from public;
grant execute on function app_security_deeds() to watchroom_app;

alter policy reads on audit_entries using (
    organisation_id = (select current_setting('app.organisation', true)::uuid)
    and ((select app_holds('audit.read'))
         or (action = any (app_security_deeds()) and (select app_holds('security.read')))));

-- Its entries lie thinly among those of the daily work: they have an index of their own, newest first. The list stands in
-- it word by word, so that the index stays true to itself when the function changes; make it anew then, or it is of no use.
do $$ begin
    execute format('create index audit_entries_security on audit_entries (organisation_id, at desc, id desc) '
                   'where action = any (%L::text[])', app_security_deeds());
end $$;

-- Whoever reads the security log sees the names of the people in it, and of nobody else.
create function app_in_security_log(organisation uuid, person uuid) returns boolean
language sql stable parallel safe security definer set search_path = pg_catalog, public as $$
    select organisation = (select current_setting('app.organisation', true)::uuid)
       and (select app_holds('security.read'))
       and (exists (select from audit_entries e where e.organisation_id = organisation and e.actor_id = person
                       and e.action = any (app_security_deeds()))
            or exists (select from audit_entries e where e.organisation_id = organisation and e.subject_id = person
                          and e.action = any (app_security_deeds())))
$$;
comment on function app_in_security_log is 'Whether somebody stands in the security log, for whoever may read it.';
revoke all on function app_in_security_log(uuid, uuid) from public;

create or replace function app_audit_names(wanted uuid[]) returns table (id uuid, name text)
language sql stable security definer set search_path = pg_catalog, public as $$
    select p.id, p.given_name || ' ' || p.family_name from people p
     where p.organisation_id = (select current_setting('app.organisation', true)::uuid)
       and p.id = any (wanted)
       and ((select app_holds('audit.read')) or app_in_security_log(p.organisation_id, p.id))
$$;
comment on function app_audit_names is
    'Names for ids, for whoever may read the audit trail; of those in the security log, for whoever may read that.';

create or replace function app_audit_people(wanted text) returns setof uuid
language sql stable security definer set search_path = pg_catalog, public as $$
    select p.id from people p
     where p.organisation_id = (select current_setting('app.organisation', true)::uuid)
       and (lower(p.given_name || ' ' || p.family_name) = lower(wanted) or p.employee_number = wanted)
       and ((select app_holds('audit.read')) or app_in_security_log(p.organisation_id, p.id))
     order by p.id limit 2
$$;
comment on function app_audit_people is
    'Who bears exactly this name or number, of those whose names the caller may read: at most two, which is one too many.';
