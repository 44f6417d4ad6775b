drop table plugin_documents;
drop table plugin_runs;
drop table plugins;
