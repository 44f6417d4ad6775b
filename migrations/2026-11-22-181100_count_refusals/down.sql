drop function app_refusals(timestamptz);
drop function app_count_refusals(timestamptz, text[], bigint[]);
drop table rate_limit_refusals;
