//! What every handler may reach: wired once by `app`, shared by all workers.

use std::sync::Arc;

use actix_web::HttpResponse;
use futures_util::future::LocalBoxFuture;

use super::session::Sessions;
use super::{Ask, Failure};
use crate::authz::Caller;
use crate::config::Config;
use crate::crypto::Keyring;
use crate::db::Db;
use crate::jobs::Queue;
use crate::kernel::clock::Clock;
use crate::limits::Limits;
use crate::views::{NavItem, Views};

/// Makes the page that asks for a proof: who asks, where the form was going, and the form itself as it was sent.
pub type AskForProof = fn(Ask, String, String) -> LocalBoxFuture<'static, Result<HttpResponse, Failure>>;

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
    /// How often who has asked.
    pub limits: Arc<Limits>,
    /// The sessions seen lately.
    pub sessions: Sessions,
    /// What the bar at the top offers this caller.
    pub navigation: fn(&Caller) -> Vec<NavItem>,
    /// Asks the caller to prove who they are before a form of theirs is taken, and keeps the form.
    pub ask_for_proof: AskForProof,
    /// The configuration as it was at start.
    pub config: Arc<Config>,
}
