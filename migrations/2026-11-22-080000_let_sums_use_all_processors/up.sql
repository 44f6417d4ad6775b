-- A statement under row-level security may use several processors only when every function in its policies says that it
-- is safe there. These read tables and settings, and nothing else; Postgres takes "unsafe" for what is not said.
alter function app_holds(text) parallel safe;
alter function app_units(text) parallel safe;
alter function app_is_privileged(uuid) parallel safe;
