drop trigger working_terms_follow on people;
drop table duty_kind_sources;
drop table other_employments;
drop table opt_outs;
drop table working_terms;
drop table contract_groups;
drop function app_working_terms_follow();
drop function app_opt_out_notice();
