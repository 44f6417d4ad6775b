drop trigger person_left_factors on people;
drop function app_person_left_factors();
drop policy definer_removes on sign_in_steps;
drop policy definer_reads on sign_in_steps;
drop table recovery_codes;
drop table passkey_ceremonies;
drop table passkeys;
drop table totp_secrets;
