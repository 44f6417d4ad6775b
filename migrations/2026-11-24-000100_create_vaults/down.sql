drop table vault_receipts;
drop table vault_wraps;
drop table vault_keys;
