//! Routes as data: each slice has a table, so that tests and documents can list them all.

use actix_web::http::Method;

use crate::authz::Scope;

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
    /// The handler.
    pub handler: fn() -> actix_web::Route,
}

impl Route {
    /// A route for reading.
    pub const fn get(
        name: &'static str,
        path: &'static str,
        access: Access,
        handler: fn() -> actix_web::Route,
    ) -> Self {
        Self { name, method: "GET", path, access, handler }
    }

    /// A route for doing.
    pub const fn post(
        name: &'static str,
        path: &'static str,
        access: Access,
        handler: fn() -> actix_web::Route,
    ) -> Self {
        Self { name, method: "POST", path, access, handler }
    }

    /// A route of the API with any other method.
    pub const fn with_method(mut self, method: &'static str) -> Self {
        self.method = method;
        self
    }

    /// The method as actix knows it.
    pub fn http_method(&self) -> Method {
        Method::from_bytes(self.method.as_bytes()).unwrap_or(Method::GET)
    }
}
