-- A vault that opens with a passkey of the account: the private half of its key, wrapped by what the passkey's
-- authenticator makes of an input (WebAuthn, extension "prf"). One wrap for each passkey.

-- What a wrap is bound to: a passkey of the same person, and gone with it, whoever takes it from the account.
create unique index passkeys_of_person on passkeys (organisation_id, person_id, id);

alter table vault_wraps
    drop constraint vault_wraps_kind_check,
    add constraint vault_wraps_kind_check check (kind in ('passphrase', 'recovery', 'passkey')),
    add column passkey_id uuid,
    add constraint vault_wraps_passkey_check check ((kind = 'passkey') = (passkey_id is not null)),
    add constraint vault_wraps_passkey_fkey foreign key (organisation_id, person_id, passkey_id)
        references passkeys (organisation_id, person_id, id) on delete cascade;
comment on column vault_wraps.passkey_id is
    'The passkey whose authenticator gives the secret, for the kind passkey; nothing in this row is that secret.';
create unique index vault_wraps_passkey_once on vault_wraps (organisation_id, person_id, passkey_id)
    where passkey_id is not null;

-- A signature for a vault opens nothing else, and the other way round.
alter table passkey_ceremonies
    drop constraint passkey_ceremonies_purpose_check,
    add constraint passkey_ceremonies_purpose_check
        check (purpose in ('enrol', 'factor', 'sign-in', 'step-up', 'vault-add', 'vault-open'));
