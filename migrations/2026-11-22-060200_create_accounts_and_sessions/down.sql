drop table setup_links;
drop table sign_in_throttle;
drop table sessions;
drop table sign_in_directory;
drop table accounts;
