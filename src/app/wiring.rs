//! From a configuration and a database to a program that answers.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use actix_web::web::{Data, PayloadConfig, ServiceConfig};

use super::health::Readiness;
use super::{navigation, routes};
use crate::audit::{Sequencer, SequencerSettings};
use crate::config::Config;
use crate::crypto::Keyring;
use crate::db::{Db, PoolSettings};
use crate::extensions::job::Runner;
use crate::extensions::{self, Runtime};
use crate::http::session::Sessions;
use crate::http::{Site, edge};
use crate::identity::passwords::Passwords;
use crate::identity::{access, sessions::Resolver};
use crate::imports;
use crate::jobs::{Handler, Queue, Workers};
use crate::kernel::clock::Clock;
use crate::views::Views;

/// The parts that handlers share, each built once. Cheap to clone.
#[derive(Clone)]
pub struct Parts {
    /// What the edge and the slices use.
    pub site: Data<Site>,
    /// The password hasher.
    pub passwords: Data<Passwords>,
    /// What is known of the server's readiness.
    pub readiness: Data<Readiness>,
    /// The plugin runtime.
    pub plugins: Data<Runtime>,
}

/// Builds the parts. The database may be away: then what needs it answers 503 until it is back.
///
/// # Errors
/// When keys cannot be loaded, a template does not parse, or Argon2 refuses its settings.
pub fn build(config: Arc<Config>, app_url: String, clock: Arc<dyn Clock>) -> anyhow::Result<Parts> {
    let keys = Arc::new(Keyring::open_or_create(&config.state.dir.join("keys"))?);
    let pool = PoolSettings {
        url: app_url,
        size: config.database.connections().into(),
        connect_timeout: config.database.connect_timeout(),
        statement_timeout: config.database.statement_timeout(),
    };
    let db = Db::new(&pool, access::loader());
    let resolver = Resolver { db: db.clone(), settings: config.sign_in.session.clone(), clock: Arc::clone(&clock) };
    let plugins = Runtime::start(&config.plugins);
    let passwords = Passwords::new(&config.sign_in.argon2)?;
    let site = Site {
        db,
        views: Views::new()?,
        keys,
        clock,
        queue: Queue::default(),
        sessions: Sessions::new(Box::new(resolver)),
        navigation: navigation::of,
        config,
    };
    let readiness = Readiness::default();
    readiness.plugins.store(plugins.is_ready(), Ordering::Relaxed);
    Ok(Parts {
        site: Data::new(site),
        passwords: Data::new(passwords),
        readiness: Data::new(readiness),
        plugins: Data::new(plugins),
    })
}

/// What runs beside the requests.
pub struct Background {
    workers: Workers,
    sequencer: Sequencer,
}

impl Background {
    /// Starts the job workers and the audit log's sequencer.
    ///
    /// # Errors
    /// When the operating system gives no thread, or the log's directory cannot be made.
    pub fn start(parts: &Parts) -> anyhow::Result<Self> {
        let site = &parts.site;
        let settings = &site.config.jobs;
        let workers =
            Workers::start(&site.db, &site.queue, &site.clock, settings.workers, settings.poll(), parts.handlers())?;
        let log = &site.config.audit;
        let log = SequencerSettings {
            dir: site.config.state.dir.join("audit"),
            interval: log.sequence_interval(),
            checkpoint_interval: log.checkpoint_interval(),
        };
        let sequencer = Sequencer::start(&site.db, &site.keys, &site.clock, log)?;
        parts.readiness.audit.get_or_init(|| sequencer.health());
        Ok(Self { workers, sequencer })
    }

    /// Lets the workers finish, at most for `patience`, then signs the log's last checkpoint. Returns whether all
    /// that ran came to its end.
    pub fn stop(self, patience: std::time::Duration) -> bool {
        let clean = self.workers.stop(patience);
        self.sequencer.stop();
        clean
    }
}

impl Parts {
    /// What does which kind of job.
    pub fn handlers(&self) -> BTreeMap<&'static str, Handler> {
        let site = &self.site;
        let plugins = Runner {
            db: site.db.clone(),
            clock: Arc::clone(&site.clock),
            keys: Arc::clone(&site.keys),
            runtime: Arc::clone(&self.plugins),
        };
        let mut handlers = imports::jobs::handlers(&imports::jobs::Workshop {
            db: site.db.clone(),
            clock: Arc::clone(&site.clock),
            state: site.config.state.dir.clone(),
            batch_rows: usize::try_from(site.config.imports.batch_rows).unwrap_or(1_000),
        });
        handlers.insert(extensions::job::KIND, plugins.handler());
        handlers
    }

    /// Puts the parts and all routes into an actix application.
    pub fn configure(&self, service: &mut ServiceConfig) {
        service
            .app_data(self.site.clone())
            .app_data(self.passwords.clone())
            .app_data(self.readiness.clone())
            .app_data(self.plugins.clone())
            .app_data(PayloadConfig::new(self.site.config.server.body_bytes()));
        edge::mount(service, routes::ALL);
    }
}
