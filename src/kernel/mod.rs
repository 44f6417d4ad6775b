//! Values that would serve any product unchanged: ids, time, secrets, sizes, cursors, addresses and networks.
//! No I/O and no framework; everything else may use it, it uses nothing of ours.

pub mod address;
pub mod bytes;
pub mod cidr;
pub mod civil;
pub mod clock;
pub mod cursor;
pub mod form_key;
pub mod ids;
pub mod network;
pub mod secret;
pub mod words;
