drop table duty_revisions;
drop table duty_private_notes;
drop table duty_shared_notes;
drop table duties;
drop table crew_assignments;
drop table imports;
drop table duty_kinds;
