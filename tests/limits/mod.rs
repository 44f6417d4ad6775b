//! How often one may ask, how slowly and how much at once: by the routes, by several nodes, and by real sockets.

mod nodes;
mod rate;
mod sockets;
