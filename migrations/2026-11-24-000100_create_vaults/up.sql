-- A key pair of somebody's own. Whatever is meant for them is sealed to the public half; the private half stands here
-- only wrapped, by what they alone know. The appliance's own keys open none of it.

create table vault_keys (
    organisation_id uuid not null,
    person_id uuid not null,
    public_key bytea not null check (length(public_key) = 32),
    proof bytea not null check (length(proof) = 32),
    created_at timestamptz not null,
    primary key (organisation_id, person_id),
    foreign key (organisation_id, person_id) references people (organisation_id, id)
);
comment on table vault_keys is 'Whose vault has which public key.';
comment on column vault_keys.public_key is 'X25519. Sealing to it needs no secret; opening needs the private half.';
comment on column vault_keys.proof is
    'That the appliance wrote this row: a keyed hash of organisation, person and public key, without which nothing is sealed to it.';

create table vault_wraps (
    organisation_id uuid not null,
    id uuid not null,
    person_id uuid not null,
    kind text not null check (kind in ('passphrase', 'recovery')),
    salt bytea not null check (length(salt) = 16),
    params jsonb not null check (jsonb_typeof(params) = 'object'),
    sealed bytea not null check (length(sealed) between 49 and 512),
    created_at timestamptz not null,
    primary key (organisation_id, id),
    foreign key (organisation_id, person_id) references vault_keys (organisation_id, person_id) on delete cascade
);
comment on table vault_wraps is 'The private half of a vault''s key, once for each way to open it.';
comment on column vault_wraps.kind is 'By what it is wrapped. More kinds may come, and more than one of a kind.';
comment on column vault_wraps.params is 'How the wrapping key is derived, as far as that is not fixed by the kind.';
create unique index vault_wraps_one on vault_wraps (organisation_id, person_id, kind)
    where kind in ('passphrase', 'recovery');
create index vault_wraps_person on vault_wraps (organisation_id, person_id);

create table vault_receipts (
    organisation_id uuid not null,
    id uuid not null,
    person_id uuid not null,
    sealed bytea not null check (length(sealed) between 49 and 4096),
    primary key (organisation_id, id),
    foreign key (organisation_id, person_id) references vault_keys (organisation_id, person_id) on delete cascade
);
comment on table vault_receipts is
    'What was done with a vault, sealed to its person: they read it, and nobody counts it. It stands here and not in the audit trail.';
create index vault_receipts_person on vault_receipts (organisation_id, person_id);

-- Nobody but the person, whatever roles anybody has.
alter table vault_keys enable row level security; alter table vault_keys force row level security;
call app_secure('vault_keys', '{own:wellbeing.keep}', '{own:wellbeing.keep}', '{own:wellbeing.keep}', '{own:wellbeing.keep}');
-- The key stays; that the appliance vouches for it may have to be said anew.
revoke update on vault_keys from watchroom_app;
grant update (proof) on vault_keys to watchroom_app;
alter table vault_wraps enable row level security; alter table vault_wraps force row level security;
call app_secure('vault_wraps', '{own:wellbeing.keep}', '{own:wellbeing.keep}', null, '{own:wellbeing.keep}');
alter table vault_receipts enable row level security; alter table vault_receipts force row level security;
call app_secure('vault_receipts', '{own:wellbeing.keep}', '{own:wellbeing.keep}', null, '{own:wellbeing.keep}');

-- For functions that name those to whom something can be sealed.
create policy definer_reads on vault_keys for select to watchroom_owner
    using (organisation_id = (select current_setting('app.organisation', true)::uuid));
