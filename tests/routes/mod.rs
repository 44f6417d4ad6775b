//! By address.

mod audit;
mod duties;
mod kinds;
mod plugins;
mod set_up;
mod sign_in;
mod team;
mod units;
