alter function app_is_privileged(uuid) parallel unsafe;
alter function app_units(text) parallel unsafe;
alter function app_holds(text) parallel unsafe;
