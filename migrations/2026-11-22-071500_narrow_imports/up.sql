-- Imports of duties are for those who may run them, imports of people for those who may run these; and what the
-- background worker writes into duties is what an import makes, nothing else.

alter table imports add column records_made bigint not null default 0;
comment on column imports.records_made is 'Duties or people: what the ready rows make, or made. One row may make several.';
comment on column imports.mapping is 'How to read the file: its shape, header, which column is what, and its second file.';

drop policy floor on imports;
drop policy reads on imports;
drop policy adds on imports;
drop policy changes on imports;
call app_secure('imports',
    '({holds:import.run} and kind = ''duties'') or ({holds:import.people} and kind = ''people'') or {system:import}',
    '({holds:import.run} and kind = ''duties'') or ({holds:import.people} and kind = ''people'')',
    '({holds:import.run} and kind = ''duties'') or ({holds:import.people} and kind = ''people'') or {system:import}',
    null);

alter policy adds on duties with check (
    organisation_id = (select current_setting('app.organisation', true)::uuid)
    and (person_id = (select current_setting('app.person', true)::uuid)
        or ((select current_setting('app.system', true)) = 'import'
            and source = 'import' and import_id is not null and source_key is not null)));
