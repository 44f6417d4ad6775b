-- Refused imports become failed ones; the owner may touch rows only without row-level security, so it is off meanwhile.
alter table imports disable row level security;
update imports set state = 'failed' where state = 'refused';
alter table imports enable row level security;
alter table imports drop constraint imports_state_check;
alter table imports add constraint imports_state_check check (state in
    ('uploaded', 'checking', 'checked', 'committing', 'committed', 'failed', 'discarded'));
