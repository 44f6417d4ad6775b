drop table duty_requests;
