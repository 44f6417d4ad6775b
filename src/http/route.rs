//! Routes as data: each slice has a table, so that tests and documents can list them all.

use actix_web::http::Method;

use crate::authz::{CATALOGUE, Scope};

/// Who may even try. The slice's policy decides the rest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Anybody.
    Public,
    /// Anybody who is signed in.
    Signed,
    /// Somebody who holds this permission in some way.
    Needs(&'static str),
    /// Somebody who holds one of these permissions in some way.
    NeedsOne(&'static [&'static str]),
    /// Somebody who holds one of these permissions at this scope or in a way that includes it.
    NeedsAt(Scope, &'static [&'static str]),
}

/// How the requests of a route are counted; all but the free ones count for their address as well.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    /// Not at all: files that the browser keeps, and the signs of life.
    Free,
    /// An attempt to get in: strictly, by address.
    Door,
    /// A page for everybody: by address, and by account for those who are signed in.
    Public,
    /// By account or token.
    Signed,
    /// By account or token, and once more strictly: exports, reports, uploads.
    Costly,
}

/// One method on one address.
#[derive(Clone, Copy)]
pub struct Route {
    /// `noun.verb`: the name in spans and metrics.
    pub name: &'static str,
    /// The method, as HTTP spells it.
    pub method: &'static str,
    /// The address, with `{names}` for its variable parts.
    pub path: &'static str,
    /// Who may even try.
    pub access: Access,
    /// What the session must be, beside whose.
    pub needs: Needs,
    /// How its requests are counted.
    pub class: Class,
    /// Whether its name stands in spans and metrics. Of some pages nobody may know that they were opened at all.
    pub seen: bool,
    /// The handler.
    pub handler: fn() -> actix_web::Route,
}

/// What a route asks of the session that it is opened with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Needs {
    /// That it is a whole one.
    Session,
    /// That its holder proved who they are a moment ago; else they are asked to first.
    FreshProof,
    /// Nothing: it may be one that is confined to enrolling a second factor.
    AnySession,
    /// As [`Needs::FreshProof`], and it may be a confined one.
    AnyFreshSession,
}

impl Needs {
    /// Whether the holder must have proved who they are a moment ago.
    pub const fn proof(self) -> bool {
        matches!(self, Self::FreshProof | Self::AnyFreshSession)
    }

    /// Whether a session that is confined to enrolling a second factor will do.
    pub const fn takes_confined(self) -> bool {
        matches!(self, Self::AnySession | Self::AnyFreshSession)
    }
}

impl Route {
    /// A route for reading. A table to download is costly.
    pub const fn get(
        name: &'static str,
        path: &'static str,
        access: Access,
        handler: fn() -> actix_web::Route,
    ) -> Self {
        let class = match access {
            Access::Public => Class::Public,
            _ if matches!(path.as_bytes(), [.., b'.', b'c', b's', b'v']) => Class::Costly,
            _ => Class::Signed,
        };
        Self { name, method: "GET", path, access, needs: Needs::Session, class, seen: true, handler }
    }

    /// A route for doing. What anybody may do is an attempt to get in.
    pub const fn post(
        name: &'static str,
        path: &'static str,
        access: Access,
        handler: fn() -> actix_web::Route,
    ) -> Self {
        let class = if matches!(access, Access::Public) { Class::Door } else { Class::Signed };
        Self { name, method: "POST", path, access, needs: Needs::Session, class, seen: true, handler }
    }

    /// A route for which one proves who one is again, unless that was a moment ago: exports, roles, plugins, factors.
    pub const fn step_up(mut self) -> Self {
        self.needs = if self.needs.takes_confined() { Needs::AnyFreshSession } else { Needs::FreshProof };
        self
    }

    /// A route that somebody may take who still has to enrol a second factor.
    pub const fn while_enrolling(mut self) -> Self {
        self.needs = if self.needs.proof() { Needs::AnyFreshSession } else { Needs::AnySession };
        self
    }

    /// A route that logs and figures know under one name with all others of its kind: what somebody does there concerns
    /// nobody, not even how often.
    pub const fn unseen(mut self) -> Self {
        self.seen = false;
        self
    }

    /// The name for spans and metrics.
    pub const fn shown_name(&self) -> &'static str {
        if self.seen { self.name } else { "unseen" }
    }

    /// A route of the API with any other method.
    pub const fn with_method(mut self, method: &'static str) -> Self {
        self.method = method;
        self
    }

    /// A route whose requests are counted in another way than its kind suggests.
    pub const fn counted(mut self, class: Class) -> Self {
        self.class = class;
        self
    }

    /// Whether it belongs to the console: what it takes to open it is held for the whole organisation or not at all. HR
    /// fields are somebody's daily work, and no administration.
    pub fn is_console(&self) -> bool {
        let administers = |code: &str| {
            CATALOGUE
                .iter()
                .find(|entry| entry.code == code)
                .is_some_and(|entry| entry.scopes == [Scope::Organisation] && entry.area != "HR fields")
        };
        match self.access {
            Access::Public | Access::Signed => false,
            Access::Needs(permission) => administers(permission),
            Access::NeedsOne(permissions) | Access::NeedsAt(_, permissions) => {
                permissions.iter().all(|permission| administers(permission))
            }
        }
    }

    /// The method as actix knows it.
    pub fn http_method(&self) -> Method {
        Method::from_bytes(self.method.as_bytes()).unwrap_or(Method::GET)
    }
}
