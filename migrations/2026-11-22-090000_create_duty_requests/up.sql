-- What programs asked to be logged, by the key that they chose: a request that is sent twice makes one duty.
create table duty_requests (
    organisation_id uuid not null,
    person_id uuid not null,
    key_hash bytea not null check (length(key_hash) = 32),
    fingerprint bytea not null check (length(fingerprint) = 32),
    duty_id uuid not null,
    created_at timestamptz not null,
    primary key (organisation_id, person_id, key_hash),
    foreign key (organisation_id, person_id) references people (organisation_id, id)
);
comment on table duty_requests is 'Kept for two days, until the same person sends another.';
comment on column duty_requests.key_hash is 'SHA-256 of the Idempotency-Key header.';
comment on column duty_requests.fingerprint is 'SHA-256 of what was sent under the key: another body under it is refused.';
comment on column duty_requests.duty_id is 'Written before the duty, in its transaction, so that a second request waits for the first.';

alter table duty_requests enable row level security; alter table duty_requests force row level security;
call app_secure('duty_requests', '{me}', '{me}', null, '{me}');
