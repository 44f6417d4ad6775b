drop trigger by_column on accounts;
drop function app_accounts_by_column();
