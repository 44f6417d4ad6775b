drop function app_clear_figures(uuid[], date[]);
