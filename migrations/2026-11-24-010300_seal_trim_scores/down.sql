drop function app_trim_key(uuid);
drop table trim_scores;
