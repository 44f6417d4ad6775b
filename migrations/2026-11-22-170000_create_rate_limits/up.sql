-- Requests counted by all nodes together. One number for each key that has been used in earnest: the instant at which
-- all that was asked under it is worked off at the agreed pace.
create table rate_limits (
    limit_key bytea primary key check (length(limit_key) = 32),
    free_at_us bigint not null
);
comment on table rate_limits is 'Keyed hashes of addresses, accounts and tokens with a time each; a logged table, so that a restart forgives nothing.';
comment on column rate_limits.free_at_us is 'Microseconds since 1970, by the clock of the nodes.';
create index rate_limits_free_at on rate_limits (free_at_us);

-- Adds what one node counted: per key how much (spent, in microseconds at the agreed pace), since when, how far ahead
-- that node thinks the key is, and the furthest that it may be. Returns the sums. Keys come in order, so that nodes
-- that tell of the same keys at once wait for each other and never in a circle.
create function app_share_limits(keys bytea[], since_us bigint[], spent_us bigint[], ahead_us bigint[], most_us bigint[])
returns table (limit_key bytea, free_at_us bigint)
language plpgsql volatile set search_path = pg_catalog, public as $$
#variable_conflict use_column
begin
    for i in 1 .. coalesce(array_length(keys, 1), 0) loop
        return query
            insert into rate_limits as held (limit_key, free_at_us)
            values (keys[i], least(ahead_us[i], most_us[i]))
            on conflict (limit_key) do update
               set free_at_us = least(greatest(greatest(held.free_at_us, since_us[i]) + spent_us[i], ahead_us[i]), most_us[i])
            returning held.limit_key, held.free_at_us;
    end loop;
end $$;

-- Nobody's data: keyed hashes and times, needed before there is an organisation to be in.
grant select, insert, update, delete on rate_limits to watchroom_app;
