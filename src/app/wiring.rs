//! From a configuration and a database to a program that answers.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use actix_web::web::{Data, PayloadConfig, ServiceConfig};

use super::health::Readiness;
use super::{navigation, routes};
use crate::applications::{job::Sweeper, letters};
use crate::audit::{Sequencer, SequencerSettings};
use crate::competence::job::Look;
use crate::config::Config;
use crate::crypto::Keyring;
use crate::db::{Db, PoolSettings};
use crate::duties::port::Watch;
use crate::extensions::job::Runner;
use crate::extensions::{self, Runtime};
use crate::http::bearer::Tokens;
use crate::http::session::Sessions;
use crate::http::{Site, edge};
use crate::identity::invitation_job::Inviter;
use crate::identity::move_job::Mover;
use crate::identity::passwords::Passwords;
use crate::identity::{self, access, mailed_links, sessions::Resolver};
use crate::imports;
use crate::jobs::{Handler, Lane, Queue, Workers};
use crate::kernel::clock::Clock;
use crate::limits::{Limits, Sharer};
use crate::mail::{Mailer, Smtp, Templates};
use crate::network::gate::Gate;
use crate::notices;
use crate::notices::bell::Doorbell;
use crate::notices::desk::{Desk, MailHealth};
use crate::notices::digest::Summariser;
use crate::notices::hours::Crier;
use crate::notices::job::{self as post, Postman};
use crate::rota::{self, port::Reminder, port::Reminders};
use crate::signals;
use crate::sso::Federation;
use crate::tokens;
use crate::trim::job::Lookout;
use crate::vault::{Passkeys, Vaults};
use crate::views::Views;
use crate::wellbeing;
use crate::working_time::job::Recorder;
use crate::working_time::watch::Limits as WorkingLimits;

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
    /// The mail server, and what goes with sending.
    pub mail: Data<Desk>,
    /// How to speak with OpenID providers.
    pub federation: Data<Federation>,
    /// Who knows the limits and rests of work.
    pub watch: Data<Watch>,
    /// The vaults that are unlocked at the moment.
    pub vaults: Data<Vaults>,
    /// Who keeps the passkeys that vaults open with.
    pub passkeys: Data<dyn Passkeys>,
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
    let db = Db::new(&pool, tokens::loader(access::loader()));
    let resolver = Resolver { db: db.clone(), settings: config.sign_in.session.clone(), clock: Arc::clone(&clock) };
    let bearers = tokens::Resolver { db: db.clone(), clock: Arc::clone(&clock) };
    let plugins = Runtime::start(&config.plugins);
    let passwords = Passwords::new(&config.sign_in.argon2)?;
    let mail = desk(&config)?;
    let limits = Arc::new(Limits::new(&config.rate_limits, Arc::clone(&keys)));
    let gate = Gate::new(db.clone(), Arc::clone(&clock));
    let federation = Federation::new(&config.sso);
    let bell = Doorbell::new(db.clone(), Arc::clone(&clock));
    let vaults = Vaults::start(Arc::clone(&keys), Arc::clone(&clock))?;
    let site = Site {
        db,
        views: Views::new()?,
        keys,
        clock,
        queue: Queue::default(),
        limits,
        gate: Box::new(gate),
        bell: Box::new(bell),
        sessions: Sessions::new(Box::new(resolver)),
        tokens: Tokens::new(Box::new(bearers)),
        navigation: navigation::of,
        ask_for_proof: identity::pages::ask_for_proof,
        config,
    };
    let passkeys: Arc<dyn Passkeys> = Arc::new(identity::pages::AccountPasskeys);
    let readiness = Readiness::default();
    readiness.plugins.store(plugins.is_ready(), Ordering::Relaxed);
    Ok(Parts {
        site: Data::new(site),
        passwords: Data::new(passwords),
        readiness: Data::new(readiness),
        plugins: Data::new(plugins),
        mail: Data::new(mail),
        federation: Data::new(federation),
        watch: Data::new(Watch::by(WorkingLimits::shared())),
        vaults: Data::new(vaults),
        passkeys: Data::from(passkeys),
    })
}

/// What people want in their calendar feeds of what they are told.
fn reminders() -> Reminders {
    Reminders(|tx, person, from, to| {
        let entries = notices::calendar::entries(tx, person, from, to)?;
        let reminder = |entry: notices::calendar::CalendarEntry| Reminder {
            id: entry.id.0,
            day: entry.day,
            label: entry.label,
            path: entry.path,
        };
        Ok(entries.into_iter().map(reminder).collect())
    })
}

fn desk(config: &Config) -> anyhow::Result<Desk> {
    let public_url = super::serve::public_url(config);
    let host = public_url.trim_start_matches("https://").split(':').next().unwrap_or("localhost");
    Ok(Desk {
        mailer: Smtp::new(&config.mail, host).map(|smtp| -> Arc<dyn Mailer> { Arc::new(smtp) }),
        templates: Templates::new()?,
        settings: config.mail.clone(),
        find_link: mailed_links::find,
        find_outsider: letters::outsider,
        expected_duty: rota::service::on_shift_until,
        health: MailHealth::default(),
        public_url,
    })
}

/// What runs beside the requests.
pub struct Background {
    workers: Workers,
    /// Apart, so that a mail server that hangs holds up nothing else.
    senders: Workers,
    sequencer: Sequencer,
    sharer: Option<Sharer>,
    token_uses: tokens::usage::Writer,
}

impl Background {
    /// Starts the job workers, the audit log's sequencer, and the exchange of what the nodes counted.
    ///
    /// # Errors
    /// When the operating system gives no thread, or the log's directory cannot be made.
    pub fn start(parts: &Parts) -> anyhow::Result<Self> {
        let site = &parts.site;
        let settings = &site.config.jobs;
        // What waits for mail servers has workers of its own.
        const MAIL: &[&str] = post::KINDS;
        let start = |lane, count| {
            Workers::start(lane, &site.db, &site.queue, &site.clock, count, settings.poll(), parts.handlers())
        };
        let workers = start(Lane::AllBut(MAIL), settings.workers)?;
        let senders = start(Lane::Only(MAIL), site.config.mail.connections)?;
        let log = &site.config.audit;
        let log = SequencerSettings {
            dir: site.config.state.dir.join("audit"),
            interval: log.sequence_interval(),
            checkpoint_interval: log.checkpoint_interval(),
        };
        let sequencer = Sequencer::start(&site.db, &site.keys, &site.clock, log)?;
        parts.readiness.audit.get_or_init(|| sequencer.health());
        let limits = &site.config.rate_limits;
        let sharer =
            site.limits.enabled().then(|| Sharer::start(&site.limits, &site.db, &site.clock, limits.exchange()));
        let token_uses = tokens::usage::Writer::start(&site.db, &site.tokens.uses)?;
        Ok(Self { workers, senders, sequencer, sharer: sharer.transpose()?, token_uses })
    }

    /// Lets the workers finish, at most for `patience`, then signs the log's last checkpoint. Returns whether all
    /// that ran came to its end.
    pub fn stop(self, patience: std::time::Duration) -> bool {
        let until = std::time::Instant::now() + patience;
        // Both stop taking jobs at once; a conversation that has begun is finished.
        self.senders.ask_to_stop();
        let clean = self.workers.stop(patience);
        let rest = until.saturating_duration_since(std::time::Instant::now());
        let clean = self.senders.stop(rest) && clean;
        self.token_uses.stop();
        self.sequencer.stop();
        if let Some(sharer) = self.sharer {
            sharer.stop();
        }
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
        let postman = Postman {
            db: site.db.clone(),
            clock: Arc::clone(&site.clock),
            keys: Arc::clone(&site.keys),
            desk: self.mail.clone().into_inner(),
        };
        handlers.extend(postman.handlers());
        let crier = Crier { db: site.db.clone(), clock: Arc::clone(&site.clock), queue: site.queue.clone() };
        handlers.extend(crier.handlers());
        handlers.extend([crier.concerned()]);
        let inviter = Inviter {
            db: site.db.clone(),
            clock: Arc::clone(&site.clock),
            keys: Arc::clone(&site.keys),
            queue: site.queue.clone(),
        };
        let summariser = Summariser { db: site.db.clone(), clock: Arc::clone(&site.clock), queue: site.queue.clone() };
        let (morning, handler) = summariser.handler();
        handlers.insert(morning, handler);
        let look = Look { db: site.db.clone(), clock: Arc::clone(&site.clock), queue: site.queue.clone() };
        handlers.extend([inviter.handler(), look.handler()]);
        let recorder = Recorder { db: site.db.clone(), clock: Arc::clone(&site.clock), queue: site.queue.clone() };
        handlers.extend(recorder.handlers());
        let lookout = Lookout { db: site.db.clone(), clock: Arc::clone(&site.clock), queue: site.queue.clone() };
        handlers.extend(lookout.handlers());
        let expire = wellbeing::job::Expire { db: site.db.clone(), clock: Arc::clone(&site.clock) };
        let signals =
            signals::job::Look { db: site.db.clone(), clock: Arc::clone(&site.clock), queue: site.queue.clone() };
        handlers.extend([expire.handler(), signals.handler()]);
        let sweeper = Sweeper { db: site.db.clone(), clock: Arc::clone(&site.clock) };
        let mover = Mover { db: site.db.clone(), clock: Arc::clone(&site.clock), keys: Arc::clone(&site.keys) };
        handlers.extend([sweeper.handler(), mover.handler()]);
        let uses = tokens::purge::Purge {
            db: site.db.clone(),
            clock: Arc::clone(&site.clock),
            keep: site.config.tokens.usage(),
        };
        handlers.insert(tokens::purge::KIND, uses.handler());
        handlers
    }

    /// Puts the parts and all routes into an actix application.
    pub fn configure(&self, service: &mut ServiceConfig) {
        service
            .app_data(self.site.clone())
            .app_data(self.passwords.clone())
            .app_data(self.readiness.clone())
            .app_data(self.plugins.clone())
            .app_data(self.mail.clone())
            .app_data(self.federation.clone())
            .app_data(self.watch.clone())
            .app_data(Data::new(reminders()))
            .app_data(self.vaults.clone())
            .app_data(self.passkeys.clone())
            .app_data(PayloadConfig::new(self.site.config.server.body_bytes()));
        edge::mount(service, routes::ALL);
    }
}
