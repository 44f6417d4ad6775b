drop policy definer_reads on duties;
drop function app_duty_subject(uuid);
drop function app_receipts(timestamptz, bigint, integer);
drop function app_who_reads(text, uuid, uuid);
drop function app_policy_names(text);
