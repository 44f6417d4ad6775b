-- What the sequencer needs to put entries in order, to find its way back after a crash, and to prove one entry;
-- and the indexes that the auditor's list pages along.

-- Newest first is by time: a filter by period must not read everything that came after it.
drop index audit_entries_newest;
drop index audit_entries_actor;
drop index audit_entries_subject;
drop index audit_entries_action;
drop index audit_entries_object;
create index audit_entries_newest on audit_entries (organisation_id, at desc, id desc);
create index audit_entries_action on audit_entries (organisation_id, action, at desc, id desc);
create index audit_entries_actor on audit_entries (organisation_id, actor_id, at desc, id desc)
    where actor_id is not null;
create index audit_entries_subject on audit_entries (organisation_id, subject_id, at desc, id desc)
    where subject_id is not null;
create index audit_entries_object on audit_entries (organisation_id, object_id, at desc, id desc)
    where object_id is not null;

comment on column audit_entries.id is 'Order within a transaction; gaps are deeds that were rolled back.';
comment on column audit_entries.at is 'When, by the server''s clock; the order of the log is the tree''s, never this.';
comment on column audit_entries.actor_kind is 'person, system (background work) or anonymous.';
comment on column audit_entries.actor_id is 'The person, or the one for whom background work did it.';
comment on column audit_entries.actor_label is 'The person''s roles at that time, or the name of the background work.';
comment on column audit_entries.masked_address is 'From where: the last IPv4 octet zeroed, IPv6 cut to its /64.';
comment on column audit_entries.action is 'noun.verb, as the permission and the route are named.';
comment on column audit_entries.object_kind is 'On what kind of record.';
comment on column audit_entries.object_id is 'On which record.';
comment on column audit_entries.detail is 'changed: fields with before and after, sensitive ones without; facts: anything else.';
comment on column audit_entries.salt is '16 random bytes that keep anybody from testing guesses against the commitment.';

comment on column audit_checkpoints.size is 'Entries in the tree.';
comment on column audit_checkpoints.root is 'RFC 6962 root of the tree of that size.';
comment on column audit_checkpoints.note is 'The C2SP signed note, as in the file.';
comment on column audit_checkpoints.last_xid is 'Transaction of the last entry in the tree.';
comment on column audit_checkpoints.last_id is 'The last entry in the tree.';
comment on column audit_checkpoints.at is 'When it was signed.';

-- The place in the order is Postgres's to give: the application may not choose it.
revoke insert on audit_entries from watchroom_app;
grant insert (organisation_id, at, actor_kind, actor_id, actor_label, masked_address, action, object_kind, object_id,
    subject_id, detail, salt, commitment) on audit_entries to watchroom_app;

create table audit_marks (
    size bigint primary key check (size > 0 and size % 256 = 0),
    last_xid xid8 not null,
    last_id bigint not null
);
comment on table audit_marks is 'Which entry is the last of every full tile: the way from an entry to its leaf and back.';
comment on column audit_marks.size is 'Entries in the tree up to and with that one.';
comment on column audit_marks.last_xid is 'Its transaction.';
comment on column audit_marks.last_id is 'Its id.';
create unique index audit_marks_place on audit_marks (last_xid, last_id);
create trigger append_only before update or delete on audit_marks for each row execute function app_append_only();
create trigger append_only_truncate before truncate on audit_marks execute function app_append_only();

-- Tree heads and marks hold nobody's data, but only the sequencer may add to them; it and the owner read them.
alter table audit_marks enable row level security; alter table audit_marks force row level security;
alter table audit_checkpoints enable row level security; alter table audit_checkpoints force row level security;
revoke all on audit_checkpoints from watchroom_app;
grant select, insert on audit_marks, audit_checkpoints to watchroom_app;
create policy floor on audit_marks as restrictive to watchroom_app
    using ((select current_setting('app.system', true)) = 'audit.sequencer')
    with check ((select current_setting('app.system', true)) = 'audit.sequencer');
create policy reads on audit_marks for select to watchroom_app
    using ((select current_setting('app.system', true)) = 'audit.sequencer');
create policy adds on audit_marks for insert to watchroom_app
    with check ((select current_setting('app.system', true)) = 'audit.sequencer');
create policy owner_reads on audit_marks for select to watchroom_owner using (true);
create policy floor on audit_checkpoints as restrictive to watchroom_app
    using ((select current_setting('app.system', true)) = 'audit.sequencer')
    with check ((select current_setting('app.system', true)) = 'audit.sequencer');
create policy reads on audit_checkpoints for select to watchroom_app
    using ((select current_setting('app.system', true)) = 'audit.sequencer');
create policy adds on audit_checkpoints for insert to watchroom_app
    with check ((select current_setting('app.system', true)) = 'audit.sequencer');
create policy owner_reads on audit_checkpoints for select to watchroom_owner using (true);

-- Anybody but the sequencer asks these in vain: without its context they have no rows.
drop function app_audit_tail(xid8, bigint, integer);
create function app_audit_tail(after_xid xid8, after_id bigint, at_most integer)
returns table (xid xid8, id bigint, at timestamptz, commitment bytea)
language sql stable security definer set search_path = pg_catalog, public as $$
    select e.xid, e.id, e.at, e.commitment from audit_entries e
     where (select current_setting('app.system', true)) = 'audit.sequencer'
       and (e.xid, e.id) > (after_xid, after_id) and e.xid < pg_snapshot_xmin(pg_current_snapshot())
     order by e.xid, e.id limit at_most
$$;
comment on function app_audit_tail is 'Entries in the order of the tree, of transactions that are over. Commitments only.';

create function app_audit_waiting(after_xid xid8, after_id bigint) returns timestamptz
language sql stable security definer set search_path = pg_catalog, public as $$
    select e.at from audit_entries e
     where (select current_setting('app.system', true)) = 'audit.sequencer'
       and (e.xid, e.id) > (after_xid, after_id)
     order by e.xid, e.id limit 1
$$;
comment on function app_audit_waiting is 'Since when the first entry that is not in the tree yet has been waiting.';

create function app_audit_holds(wanted_xid xid8, wanted_id bigint) returns boolean
language sql stable security definer set search_path = pg_catalog, public as $$
    select exists (select 1 from audit_entries e
                    where (select current_setting('app.system', true)) = 'audit.sequencer'
                      and e.xid = wanted_xid and e.id = wanted_id)
$$;
comment on function app_audit_holds is 'Whether the log still holds the entry at that place.';

-- The leaf of one entry: its distance from the mark before it, which is less than a tile. Null when there is no such
-- entry, or when it lies so far behind the last mark that it cannot be in the tree yet.
create function app_audit_leaf(wanted_id bigint) returns table (leaf bigint, xid xid8)
language sql stable security definer set search_path = pg_catalog, public as $$
    select coalesce(m.size, 0) + n.between_them, e.xid
      from audit_entries e
      left join lateral (
          select size, last_xid, last_id from audit_marks
           where (last_xid, last_id) < (e.xid, e.id) order by last_xid desc, last_id desc limit 1) m on true
     cross join lateral (
          select count(*) as between_them from (
              select 1 from audit_entries o
               where (o.xid, o.id) < (e.xid, e.id)
                 and (o.xid, o.id) > (coalesce(m.last_xid, '0'), coalesce(m.last_id, 0))
               limit 257) counted) n
     where (select current_setting('app.system', true)) = 'audit.sequencer'
       and e.id = wanted_id and n.between_them < 257
$$;
comment on function app_audit_leaf is 'Where an entry stands in the tree. Numbers only.';

-- Who did it is part of the trail: an auditor sees the names of the people in it, and nothing else of them.
create function app_audit_names(wanted uuid[]) returns table (id uuid, name text)
language sql stable security definer set search_path = pg_catalog, public as $$
    select p.id, p.given_name || ' ' || p.family_name from people p
     where (select app_holds('audit.read'))
       and p.organisation_id = (select current_setting('app.organisation', true)::uuid)
       and p.id = any (wanted)
$$;
comment on function app_audit_names is 'Names for ids, for whoever may read the audit trail.';

create function app_audit_people(wanted text) returns setof uuid
language sql stable security definer set search_path = pg_catalog, public as $$
    select p.id from people p
     where (select app_holds('audit.read'))
       and p.organisation_id = (select current_setting('app.organisation', true)::uuid)
       and (lower(p.given_name || ' ' || p.family_name) = lower(wanted) or p.employee_number = wanted)
     order by p.id limit 2
$$;
comment on function app_audit_people is 'Who bears exactly this name or number: at most two, which is one too many.';

-- The words that the trail knows for deeds, without reading it all: one step in the index for each.
create function app_audit_actions() returns setof text
language sql stable security definer set search_path = pg_catalog, public as $$
    with recursive known(action) as (
        (select min(e.action) from audit_entries e
          where e.organisation_id = (select current_setting('app.organisation', true)::uuid))
        union all
        select (select min(e.action) from audit_entries e
                 where e.organisation_id = (select current_setting('app.organisation', true)::uuid)
                   and e.action > k.action)
          from known k where k.action is not null)
    select action from known where action is not null and (select app_holds('audit.read'))
$$;
comment on function app_audit_actions is 'The actions in the organisation''s trail, for whoever may read it.';

revoke all on function app_audit_tail(xid8, bigint, integer), app_audit_waiting(xid8, bigint),
    app_audit_holds(xid8, bigint), app_audit_leaf(bigint), app_audit_names(uuid[]), app_audit_people(text),
    app_audit_actions() from public;
grant execute on function app_audit_tail(xid8, bigint, integer), app_audit_waiting(xid8, bigint),
    app_audit_holds(xid8, bigint), app_audit_leaf(bigint), app_audit_names(uuid[]), app_audit_people(text),
    app_audit_actions() to watchroom_app;
