drop policy competence_reads on notice_choices;
drop policy competence_adds on mail_outbox;
drop policy cpd_adds on mail_outbox;
drop function app_certificate_readers(uuid);
drop function app_cpd_counterpart(uuid);
