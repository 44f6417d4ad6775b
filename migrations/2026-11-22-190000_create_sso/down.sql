drop function app_owners();
drop function app_gives_roles(uuid);
drop trigger person_left_sso on people;
drop function app_person_left_sso();
drop table sign_in_doors;
drop table sign_in_methods;
drop table sso_logouts;
alter table sign_in_steps drop column voucher;
delete from sessions where proof = 'provider';
alter table sessions drop column voucher, drop constraint sessions_proof_check,
    add constraint sessions_proof_check check (proof in ('password', 'totp', 'passkey', 'recovery'));
drop table sso_sessions;
drop table sso_permits;
drop table sso_links;
drop table sso_rules;
drop table sso_providers;
