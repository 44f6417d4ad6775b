//! What every handler may reach: wired once by `app`, shared by all workers.

use std::sync::Arc;

use super::session::Sessions;
use crate::authz::Caller;
use crate::config::Config;
use crate::crypto::Keyring;
use crate::db::Db;
use crate::jobs::Queue;
use crate::kernel::clock::Clock;
use crate::views::{NavItem, Views};

/// The wired program, as the edge sees it.
pub struct Site {
    /// The door to the data.
    pub db: Db,
    /// The templates.
    pub views: Views,
    /// The appliance's keys.
    pub keys: Arc<Keyring>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// The queue of background work.
    pub queue: Queue,
    /// The sessions seen lately.
    pub sessions: Sessions,
    /// What the bar at the top offers this caller.
    pub navigation: fn(&Caller) -> Vec<NavItem>,
    /// The configuration as it was at start.
    pub config: Arc<Config>,
}
