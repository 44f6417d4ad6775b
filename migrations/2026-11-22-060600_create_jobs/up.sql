create table jobs (
    id uuid primary key,
    organisation_id uuid not null,
    kind text not null,
    payload jsonb not null,
    run_at timestamptz not null,
    leased_until timestamptz,
    attempts integer not null default 0,
    dead_at timestamptz,
    last_error text,
    created_at timestamptz not null
);
comment on table jobs is 'Background work, enqueued in the transaction that asked for it. Payloads hold ids, never content.';
create index jobs_due on jobs (run_at, id) where dead_at is null;
grant select, insert, update, delete on jobs to watchroom_app;
