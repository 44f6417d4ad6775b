-- One statement for many people is planned by what is known of the table. While it is filled for the first time nothing is
-- known, and each batch read all of it: 10,000 people took six times as long. So each is looked up by the index.
create function app_clear_figures(people uuid[], firsts date[]) returns void
language plpgsql set search_path = pg_catalog, public set plan_cache_mode = force_custom_plan as $$
declare
    organisation uuid := current_setting('app.organisation', true)::uuid;
begin
    for i in 1 .. cardinality(people) loop
        delete from working_time_figures f
         where f.organisation_id = organisation and f.person_id = people[i] and (firsts[i] is null or f.day < firsts[i]);
    end loop;
end $$;
comment on function app_clear_figures is 'Removes figures of days before the first day that counts of each person, all where that is null.';
revoke all on function app_clear_figures(uuid[], date[]) from public;
grant execute on function app_clear_figures(uuid[], date[]) to watchroom_app;
