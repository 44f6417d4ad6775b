//! What every handler may reach: wired once by `app`, shared by all workers.

use std::net::IpAddr;
use std::sync::Arc;

use actix_web::HttpResponse;
use futures_util::future::{BoxFuture, LocalBoxFuture};

use super::bearer::Tokens;
use super::session::Sessions;
use super::{Ask, Failure};
use crate::authz::{Caller, Person};
use crate::config::Config;
use crate::crypto::Keyring;
use crate::db::{Db, DbError};
use crate::jobs::Queue;
use crate::kernel::clock::Clock;
use crate::kernel::ids::{OrganisationId, PersonId};
use crate::limits::Limits;
use crate::views::{NavItem, Views};

/// Makes the page that asks for a proof: who asks, where the form was going, and the form itself as it was sent.
pub type AskForProof = fn(Ask, String, String) -> LocalBoxFuture<'static, Result<HttpResponse, Failure>>;

/// Says whether people are let in from where they are; the network slice does.
pub trait NetworkGate: Send + Sync + 'static {
    /// `None` when this person is let in from `address`, to the console's pages if `console`; else what to tell them.
    ///
    /// # Errors
    /// [`DbError`] when the rules cannot be read and were never known.
    fn admit<'a>(
        &'a self,
        person: &'a Person,
        address: Option<IpAddr>,
        console: bool,
    ) -> BoxFuture<'a, Result<Option<String>, DbError>>;

    /// Drops what is known of an organisation's rules, when they have changed.
    fn forget(&self, organisation: OrganisationId);
}

/// What stands around every page of somebody who is signed in.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rung {
    /// How many notices they have not read.
    pub unread: i64,
    /// What whoever looks after the appliance has to hear, on the pages on which they do.
    pub alarm: Option<String>,
}

/// Says what stands around a page; the notices slice does. It never fails: a page stands without it.
pub trait Bell: Send + Sync + 'static {
    /// What the caller has to hear, as it was half a minute ago at most.
    fn look<'a>(&'a self, caller: &'a Caller) -> BoxFuture<'a, Rung>;

    /// Drops what is known of a person, when they have read something.
    fn forget(&self, person: PersonId);
}

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
    /// From where people are let in.
    pub gate: Box<dyn NetworkGate>,
    /// What people have not read.
    pub bell: Box<dyn Bell>,
    /// The tokens seen lately.
    pub tokens: Tokens,
    /// What the bar at the top offers this caller.
    pub navigation: fn(&Caller) -> Vec<NavItem>,
    /// Asks the caller to prove who they are before a form of theirs is taken, and keeps the form.
    pub ask_for_proof: AskForProof,
    /// The configuration as it was at start.
    pub config: Arc<Config>,
}
