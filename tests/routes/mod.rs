//! By address.

mod kinds;
mod set_up;
mod sign_in;
mod units;
