drop policy definer_ends on plugin_runs;
drop policy definer_reads on plugin_runs;
drop trigger end_runs_of_leaver on people;
drop function app_end_runs_of_leaver();
