-- The kept rows that the page of one's own working time reads: the latest, and the averages of half a year. -D organisation
\set who random(1, 32)
begin read only;
select app_enter(:organisation::uuid, ('00000000-0000-7000-8000-' || lpad(:who::text, 12, '0'))::uuid, '');
select day, first_on, last_on, a_seconds, b_seconds, c_days, average_hundredths, headroom_seconds, standing, shortest_rest_seconds,
       owed_rest_seconds, due_on, longest_stretch_seconds, rule_version, more
  from working_time_figures
 where organisation_id = :organisation::uuid and person_id = ('00000000-0000-7000-8000-' || lpad(:who::text, 12, '0'))::uuid
   and day <= current_date order by day desc limit 1;
select day, average_hundredths from working_time_figures
 where organisation_id = :organisation::uuid and person_id = ('00000000-0000-7000-8000-' || lpad(:who::text, 12, '0'))::uuid
   and day >= current_date - 182 order by day;
commit;
