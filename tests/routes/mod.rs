//! By address.

mod set_up;
mod sign_in;
