create table audit_entries (
    id bigint generated always as identity primary key,
    xid xid8 not null default pg_current_xact_id(),
    organisation_id uuid not null,
    at timestamptz not null,
    actor_kind text not null check (actor_kind in ('person', 'system', 'anonymous')),
    actor_id uuid,
    actor_label text not null,
    masked_address text,
    action text not null,
    object_kind text not null,
    object_id text,
    subject_id uuid,
    detail jsonb not null default '{}',
    salt bytea check (length(salt) = 16),
    commitment bytea not null check (length(commitment) = 32)
);
comment on table audit_entries is 'What happened: one row for each deed, in the deed''s own transaction. Append-only.';
comment on column audit_entries.organisation_id is 'The nil id for what concerns the appliance itself.';
comment on column audit_entries.xid is 'The transaction: the sequencer takes entries only of transactions that are over.';
comment on column audit_entries.subject_id is 'Whose record it was.';
comment on column audit_entries.commitment is 'SHA-256(salt || canonical body): what the Merkle tree holds.';
create index audit_entries_order on audit_entries (xid, id);
create index audit_entries_newest on audit_entries (organisation_id, id desc);
create index audit_entries_actor on audit_entries (organisation_id, actor_id, id desc);
create index audit_entries_subject on audit_entries (organisation_id, subject_id, id desc);
create index audit_entries_action on audit_entries (organisation_id, action, id desc);
create index audit_entries_object on audit_entries (organisation_id, object_kind, object_id, id desc);

create table audit_checkpoints (
    size bigint primary key,
    root bytea not null check (length(root) = 32),
    note text not null,
    last_xid xid8 not null,
    last_id bigint not null,
    at timestamptz not null
);
comment on table audit_checkpoints is 'The signed heads of the tree over audit_entries, each also in a file.';

create function app_append_only() returns trigger language plpgsql as $$
begin
    raise exception '% is append-only', tg_table_name using errcode = 'insufficient_privilege';
end $$;
create trigger append_only before update or delete on audit_entries for each row execute function app_append_only();
create trigger append_only_truncate before truncate on audit_entries execute function app_append_only();
create trigger append_only before update or delete on audit_checkpoints for each row execute function app_append_only();
create trigger append_only_truncate before truncate on audit_checkpoints execute function app_append_only();

alter table audit_entries enable row level security; alter table audit_entries force row level security;
call app_secure('audit_entries', '{holds:audit.read}', 'true', null, null);

-- The tree holds the entries of every organisation, so the owner reads them all: for the function below and for
-- `watchroom audit verify`. The application's own role stays on the floor.
drop policy floor on audit_entries;
create policy floor on audit_entries as restrictive to watchroom_app
    using (organisation_id = (select current_setting('app.organisation', true)::uuid))
    with check (organisation_id = (select current_setting('app.organisation', true)::uuid));
create policy owner_reads on audit_entries for select to watchroom_owner using (true);

-- The sequencer sees commitments only: through this function, never through the table.
create function app_audit_tail(after_xid xid8, after_id bigint, at_most integer)
returns table (id bigint, xid xid8, commitment bytea)
language sql stable security definer set search_path = pg_catalog, public as $$
    select e.id, e.xid, e.commitment from audit_entries e
     where (e.xid, e.id) > (after_xid, after_id) and e.xid < pg_snapshot_xmin(pg_current_snapshot())
     order by e.xid, e.id limit at_most
$$;
revoke all on function app_audit_tail(xid8, bigint, integer) from public;
grant execute on function app_audit_tail(xid8, bigint, integer) to watchroom_app;
grant select, insert on audit_checkpoints to watchroom_app;
