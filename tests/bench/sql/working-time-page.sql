-- Half a year of figures for the members whose pages are read.
--
-- psql variable: organisation.
insert into working_time_figures (organisation_id, person_id, day, unit_id, first_on, last_on, a_seconds, b_seconds, c_days,
    average_hundredths, headroom_seconds, standing, shortest_rest_seconds, owed_rest_seconds, due_on, longest_stretch_seconds,
    rule_version, more)
select p.organisation_id, p.id, current_date - n, p.unit_id, current_date - n - 181, current_date - n, 3931200, 0, 182,
       4200 + n % 300, 21600, 'within', 32400, 0, null, 54000, 'GB WTR 1998, 2003-04-06',
       case when n = 0 then '{"limit": 172800, "look_back": 7, "missed": [1, 0, 0], "debts": []}'::jsonb end
  from people p, generate_series(0, 181) n
 where p.organisation_id = :'organisation'::uuid
   and p.id <= '00000000-0000-7000-8000-000000000032'::uuid and p.id >= '00000000-0000-7000-8000-000000000001'::uuid;
vacuum (analyze) working_time_figures;
