drop policy invite_removes on password_links;
drop policy invite_adds on password_links;
drop policy reset_adds on password_links;
drop policy mail_reads on password_links;
drop index password_links_open;
drop index password_links_id;
alter table password_links drop column purpose;
alter table password_links drop column id;
