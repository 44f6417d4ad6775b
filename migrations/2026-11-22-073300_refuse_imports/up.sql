-- Whoever asked for an import may have lost the right to it before a worker begins: then it is refused.
alter table imports drop constraint imports_state_check;
alter table imports add constraint imports_state_check check (state in
    ('uploaded', 'checking', 'checked', 'committing', 'committed', 'failed', 'refused', 'discarded'));
