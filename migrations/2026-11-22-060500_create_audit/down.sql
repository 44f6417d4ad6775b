drop function app_audit_tail(xid8, bigint, integer);
drop table audit_checkpoints;
drop table audit_entries;
drop function app_append_only();
