drop table network_rules;
