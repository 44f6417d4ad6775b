//! The program as it is wired in production, over a fresh database, with a clock moved by hand.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use actix_web::body::BoxBody;
use actix_web::dev::{Service as _, ServiceResponse};
use actix_web::test::{self, TestRequest};
use futures_util::FutureExt as _;
use futures_util::future::LocalBoxFuture;
use watchroom::app::wiring::{self, Parts};
use watchroom::authz::{Caller, SystemName};
use watchroom::config::Config;
use watchroom::identity::setup::{self, Founded, Founding};
use watchroom::kernel::clock::{Clock, ManualClock};
use watchroom::kernel::ids::OrganisationId;
use watchroom::kernel::secret::Secret;
use watchroom::organisation::Service;

use super::{Client, TestDatabase};

/// Everybody's password in tests.
pub const PASSWORD: &str = "three calm grey herons";

/// Where tests begin: a Sunday in winter.
const START: &str = "2026-11-22T09:00:00Z";

/// All of the edge, ready for requests.
type Edge = Rc<dyn Fn(TestRequest) -> LocalBoxFuture<'static, ServiceResponse>>;

thread_local! {
    /// The edges of this thread's programs, each built once: that compiles every route's pattern, which takes longer
    /// than most requests.
    static EDGES: RefCell<HashMap<u64, Edge>> = RefCell::new(HashMap::new());
}

/// By which number a program finds its edge, for as long as there is the program.
struct EdgeNumber(u64);

impl EdgeNumber {
    fn next() -> Self {
        static LAST: AtomicU64 = AtomicU64::new(0);
        Self(LAST.fetch_add(1, Ordering::Relaxed))
    }
}

impl Drop for EdgeNumber {
    fn drop(&mut self) {
        // Not with the thread: what an edge is made of needs values of the thread's that may be gone then.
        EDGES.with_borrow_mut(|edges| edges.remove(&self.0));
    }
}

/// A running program with nothing in it.
pub struct TestApp {
    pub database: Arc<TestDatabase>,
    pub parts: Parts,
    pub clock: Arc<ManualClock>,
    edge: EdgeNumber,
    config: Arc<Config>,
    state: Arc<tempfile::TempDir>,
}

impl TestApp {
    /// A fresh database, nobody in it.
    pub fn empty() -> Self {
        Self::with(|_config| {})
    }

    /// The same, with a configuration of the test's own.
    pub fn with(change: impl FnOnce(&mut Config)) -> Self {
        let database = Arc::new(TestDatabase::fresh());
        let state = Arc::new(tempfile::tempdir().expect("a directory"));
        let mut config = Config::default();
        config.state.dir = state.path().to_owned();
        // The real thing takes 30 ms of a core each; tests sign in hundreds of times.
        config.sign_in.argon2.memory_kib = 64;
        config.sign_in.argon2.iterations = 1;
        // Waiting tells a stranger nothing here.
        config.sign_in.refusal_ms = 0;
        // The clock stands still, so that no limit would ever be worked off; tests of the limits switch them on.
        config.rate_limits.enabled = false;
        change(&mut config);
        let clock = Arc::new(ManualClock::at(START.parse().expect("a time")));
        Self::wired(database, Arc::new(config), clock, state)
    }

    /// Another node on the same database, or the same one after a restart: nothing is remembered but what is stored.
    pub fn another_node(&self) -> Self {
        Self::wired(self.database.clone(), self.config.clone(), self.clock.clone(), self.state.clone())
    }

    fn wired(
        database: Arc<TestDatabase>,
        config: Arc<Config>,
        clock: Arc<ManualClock>,
        state: Arc<tempfile::TempDir>,
    ) -> Self {
        let shared: Arc<dyn Clock> = clock.clone();
        let parts = wiring::build(config.clone(), database.app_url(), shared).expect("the program is wired");
        Self { database, parts, clock, edge: EdgeNumber::next(), config, state }
    }

    /// Founds an organisation with its administrator, `admin@<slug>.example`.
    pub fn found(&self, slug: &str, service: Service) -> Founded {
        let site = &self.parts.site;
        let organisation = OrganisationId::new(self.clock.now());
        let founding = Founding {
            organisation: format!("{slug} service"),
            service,
            given_name: "Alex".to_owned(),
            family_name: "Admin".to_owned(),
            email: format!("admin@{slug}.example"),
        };
        let hash = self.parts.passwords.hash_blocking(&Secret::new(PASSWORD.to_owned())).expect("a hash");
        let key = site.keys.mac("sign-in.directory", founding.email.as_bytes());
        site.db
            .write_blocking(&Caller::system(SystemName::SetUp, organisation), |tx| {
                setup::found(tx, &founding, &hash, &key, self.clock.now())
            })
            .expect("an organisation")
    }

    /// Sends one request through all of the edge.
    pub async fn call(&self, request: TestRequest) -> ServiceResponse<BoxBody> {
        let known = EDGES.with_borrow(|edges| edges.get(&self.edge.0).map(Rc::clone));
        let edge = match known {
            Some(edge) => edge,
            None => self.build_edge().await,
        };
        edge(request).await
    }

    async fn build_edge(&self) -> Edge {
        let parts = self.parts.clone();
        let app = test::init_service(actix_web::App::new().configure(|service| parts.configure(service))).await;
        let answer = move |request: TestRequest| {
            app.call(request.to_request()).map(|answer| answer.expect("an answer")).boxed_local()
        };
        let edge: Edge = Rc::new(answer);
        EDGES.with_borrow_mut(|edges| edges.insert(self.edge.0, Rc::clone(&edge)));
        edge
    }

    /// Somebody who has not signed in.
    pub fn visitor(&self) -> Client<'_> {
        Client::new(self)
    }

    /// Somebody signed in.
    pub async fn signed_in(&self, email: &str) -> Client<'_> {
        let mut client = self.visitor();
        client.sign_in(email, PASSWORD).await.expect_status(303);
        client
    }
}
