delete from passkey_ceremonies where purpose in ('vault-add', 'vault-open');
alter table passkey_ceremonies
    drop constraint passkey_ceremonies_purpose_check,
    add constraint passkey_ceremonies_purpose_check check (purpose in ('enrol', 'factor', 'sign-in', 'step-up'));

delete from vault_wraps where kind = 'passkey';
alter table vault_wraps
    drop constraint vault_wraps_kind_check,
    add constraint vault_wraps_kind_check check (kind in ('passphrase', 'recovery')),
    drop column passkey_id;
drop index passkeys_of_person;
