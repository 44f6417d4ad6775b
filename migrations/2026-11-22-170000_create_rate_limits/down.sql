drop function app_share_limits(bytea[], bigint[], bigint[], bigint[], bigint[]);
drop table rate_limits;
