drop function app_cover(uuid, timestamptz, timestamptz);
drop trigger oncall_follows on people;
drop table cover_needs;
drop table oncall_unavailable;
drop table oncall_contracts;
drop function app_oncall_follows();
