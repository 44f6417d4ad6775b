drop table sign_in_steps;
drop index sessions_previous;
drop index sessions_public;
alter table sessions drop column previous_until, drop column previous_hash, drop column privileges,
    drop column confined, drop column proof, drop column proved_at, drop column public_id, drop column device;
alter table sessions add column device text;
