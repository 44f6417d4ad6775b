alter table units drop constraint units_not_below_itself;
drop trigger units_are_a_tree on units;
drop function app_units_stay_a_tree();
