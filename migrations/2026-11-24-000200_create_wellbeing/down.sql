drop table wellbeing_support;
drop table wellbeing_shares;
drop table wellbeing_choices;
drop table wellbeing_records;
drop function app_wellbeing_expire(date);
drop function app_wellbeing_receivers();
