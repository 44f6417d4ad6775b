drop function app_factors_by_role();
drop function app_ending_tokens(timestamptz, timestamptz);
drop function app_open_leavers(timestamptz);
drop function app_open_accounts();
