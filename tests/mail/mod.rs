//! E-mail, through a real SMTP server: what is delivered, what waits, what is given up, and that nothing goes twice.

mod applications;
mod certificates;
mod console;
mod devices;
mod forgotten;
mod invitations;
mod killed;
mod sending;
mod troubles;
mod waiting;
mod world;
