drop function app_whom_it_concerns(text, uuid);
drop policy definer_reads on detail_changes;
drop policy definer_reads on vacancies;
