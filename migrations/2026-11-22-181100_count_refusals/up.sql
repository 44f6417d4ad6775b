-- How often the rate limits refused somebody: of each meter a number for each hour, all nodes and organisations together.
create table rate_limit_refusals (
    hour timestamptz not null,
    meter text not null check (meter in ('address', 'door', 'public', 'account', 'token', 'costly')),
    refused bigint not null check (refused > 0),
    primary key (hour, meter)
);
comment on table rate_limit_refusals is 'Numbers only: neither who nor from where. Kept for 31 days. The application reaches it by two functions.';

-- Adds what one node refused since it told the last time, and forgets what is old.
create function app_count_refusals(moment timestamptz, meters text[], counts bigint[]) returns void
language plpgsql volatile security definer set search_path = pg_catalog, public as $$
begin
    if current_setting('app.system', true) is distinct from 'limits' then
        raise insufficient_privilege using message = 'only the exchange of counts adds refusals';
    end if;
    insert into rate_limit_refusals as held (hour, meter, refused)
    select date_trunc('hour', moment, 'UTC'), told.meter, told.refused
      from unnest(meters, counts) as told (meter, refused)
     where told.refused > 0
     order by told.meter
    on conflict (hour, meter) do update set refused = held.refused + excluded.refused;
    delete from rate_limit_refusals where hour < moment - interval '31 days';
end $$;

-- What was refused in this hour and the one before, in the last 24 hours and in 30 days, to holders of limit.read.
create function app_refusals(moment timestamptz) returns table (meter text, hour_refused bigint, day_refused bigint, month_refused bigint)
language sql stable security definer set search_path = pg_catalog, public as $$
    select meter,
           coalesce(sum(refused) filter (where hour >= moment - interval '2 hours'), 0)::bigint,
           coalesce(sum(refused) filter (where hour >= moment - interval '25 hours'), 0)::bigint,
           sum(refused)::bigint
      from rate_limit_refusals
     where hour >= moment - interval '30 days' and app_holds('limit.read')
     group by meter
$$;

revoke all on function app_count_refusals(timestamptz, text[], bigint[]), app_refusals(timestamptz) from public;
grant execute on function app_count_refusals(timestamptz, text[], bigint[]), app_refusals(timestamptz) to watchroom_app;
