drop function app_audit_actions();
drop function app_audit_people(text);
drop function app_audit_names(uuid[]);
drop function app_audit_leaf(bigint);
drop function app_audit_holds(xid8, bigint);
drop function app_audit_waiting(xid8, bigint);
drop function app_audit_tail(xid8, bigint, integer);
create function app_audit_tail(after_xid xid8, after_id bigint, at_most integer)
returns table (id bigint, xid xid8, commitment bytea)
language sql stable security definer set search_path = pg_catalog, public as $$
    select e.id, e.xid, e.commitment from audit_entries e
     where (e.xid, e.id) > (after_xid, after_id) and e.xid < pg_snapshot_xmin(pg_current_snapshot())
     order by e.xid, e.id limit at_most
$$;
revoke all on function app_audit_tail(xid8, bigint, integer) from public;
grant execute on function app_audit_tail(xid8, bigint, integer) to watchroom_app;

drop policy owner_reads on audit_checkpoints;
drop policy adds on audit_checkpoints;
drop policy reads on audit_checkpoints;
drop policy floor on audit_checkpoints;
alter table audit_checkpoints no force row level security; alter table audit_checkpoints disable row level security;
drop table audit_marks;
grant insert on audit_entries to watchroom_app;

drop index audit_entries_object;
drop index audit_entries_subject;
drop index audit_entries_actor;
drop index audit_entries_action;
drop index audit_entries_newest;
create index audit_entries_newest on audit_entries (organisation_id, id desc);
create index audit_entries_actor on audit_entries (organisation_id, actor_id, id desc);
create index audit_entries_subject on audit_entries (organisation_id, subject_id, id desc);
create index audit_entries_action on audit_entries (organisation_id, action, id desc);
create index audit_entries_object on audit_entries (organisation_id, object_kind, object_id, id desc);
