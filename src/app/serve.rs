//! The server: from a configuration to answered requests, and back to nothing in good order.
//!
//! Start: database, migrations, parts, workers, listeners. Stop: no new connections, requests in flight finish, then
//! jobs, then the audit log's last checkpoint, then the private cluster; all within the configured time.

use std::io;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use actix_web::dev::{Server, ServerHandle};
use anyhow::Context;
use tokio::signal::unix::{Signal, SignalKind, signal};

use super::database::{Database, Purpose};
use super::listener::{self, Transport};
use super::wiring::{self, Background, Parts};
use super::{metrics, redirect};
use crate::config::Config;
use crate::http::tls::Certificates;
use crate::identity::setup;
use crate::kernel::clock::{Clock, SystemClock};

/// What is told once the server answers.
#[derive(Debug, Clone)]
pub struct Started {
    /// The address that people type.
    pub url: String,
    /// SHA-256 of the certificate, when TLS is ours and it is self-signed.
    pub fingerprint: Option<String>,
    /// The one-time set-up link, on first start.
    pub setup_link: Option<String>,
}

/// Serves until it is told to stop.
///
/// `prepare` runs when everything is wired, before the first request (the demonstration fills its database there);
/// `started` runs when requests are answered.
///
/// # Errors
/// Whatever keeps it from starting, with what to do about it.
pub fn run(
    config: Config,
    prepare: impl FnOnce(&Parts) -> anyhow::Result<()>,
    started: impl FnOnce(&Started),
) -> anyhow::Result<()> {
    let config = Arc::new(config);
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    std::fs::create_dir_all(&config.state.dir)
        .with_context(|| format!("cannot make the state directory {}", config.state.dir.display()))?;
    crate::cpd::clear_incoming(&config.state.dir).context("cannot remove what uploads left behind")?;
    let metrics = metrics::install()?;
    let database = Database::open(&config, Purpose::Serve)?;
    database.migrate()?;
    let parts = wiring::build(Arc::clone(&config), database.app_url(), Arc::clone(&clock))?;
    parts.readiness.migrated.store(true, Ordering::Relaxed);
    prepare(&parts)?;
    let background = Background::start(&parts)?;
    let outcome = actix_web::rt::System::new().block_on(serve(&parts, metrics, clock.as_ref(), started));
    let clean = background.stop(config.server.shutdown_timeout());
    if !clean {
        tracing::warn!("some background work was cut short; it is done again at the next start");
    }
    // Its connections first, or Postgres cuts them off and the pool complains.
    drop(parts);
    database.stop();
    outcome
}

async fn serve(
    parts: &Parts,
    metrics: metrics::Handle,
    clock: &dyn Clock,
    started: impl FnOnce(&Started),
) -> anyhow::Result<()> {
    let config = Arc::clone(&parts.site.config);
    let (server, certificates) = listen(parts, clock)?;
    let handle = server.handle();
    let folding = actix_web::rt::spawn(metrics::keep_folding(metrics.clone()));
    let mut others: Vec<ServerHandle> = Vec::new();
    if config.metrics.enabled {
        let server = metrics::listen(config.metrics.listen, metrics, parts.site.db.clone())
            .with_context(|| format!("cannot listen on metrics.listen, {}", config.metrics.listen))?;
        others.push(server.handle());
        actix_web::rt::spawn(server);
    }
    if config.server.redirect.enabled {
        let server = redirect::listen(&config.server)
            .with_context(|| format!("cannot listen on server.redirect.listen, {}", config.server.redirect.listen))?;
        others.push(server.handle());
        actix_web::rt::spawn(server);
    }
    let running = actix_web::rt::spawn(server);
    let news = news(parts, certificates.as_deref(), clock)?;
    let stop = Stop::listen()?;
    started(&news);
    tell_systemd(&[sd_notify::NotifyState::Ready, sd_notify::NotifyState::Status("answering requests")]);
    let watcher = actix_web::rt::spawn(watch_certificates(parts.clone(), certificates));
    stop.asked().await;
    tell_systemd(&[sd_notify::NotifyState::Stopping]);
    tracing::info!("stopping: requests in flight finish first");
    watcher.abort();
    folding.abort();
    for other in others {
        other.stop(false).await;
    }
    handle.stop(true).await;
    running.await.context("the server's task was lost")?.context("the server failed")
}

fn listen(parts: &Parts, clock: &dyn Clock) -> anyhow::Result<(Server, Option<Arc<Certificates>>)> {
    let config = Arc::clone(&parts.site.config);
    let settings = &config.server;
    let (transport, certificates) = if settings.behind_proxy.enabled {
        (Transport::Plain, None)
    } else {
        let certificates = Certificates::open(&config.tls, &config.tls_dir(), clock.now())?;
        (Transport::tls(certificates.server_config(&config.tls)?), Some(certificates))
    };
    let server = listener::listen(parts, settings.listen, transport)
        .with_context(|| format!("cannot listen on server.listen, {}", settings.listen))?;
    Ok((server, certificates))
}

fn news(parts: &Parts, certificates: Option<&Certificates>, clock: &dyn Clock) -> anyhow::Result<Started> {
    let site = &parts.site;
    let url = public_url(&site.config);
    let setup_link = if setup::is_first_start(&site.db)? {
        Some(format!("{url}/set-up/{}", setup::new_link(&site.db, clock.now())?.reveal()))
    } else {
        None
    };
    let fingerprint = certificates.filter(|own| own.is_self_signed()).map(Certificates::fingerprint);
    Ok(Started { url, fingerprint, setup_link })
}

/// The address that people type: the configured one, or one made from the machine's name.
pub fn public_url(config: &Config) -> String {
    let host = nix::unistd::gethostname().ok().and_then(|name| name.into_string().ok());
    config.server.public_url(host.as_deref().unwrap_or("localhost"))
}

async fn watch_certificates(parts: Parts, certificates: Option<Arc<Certificates>>) {
    let Some(certificates) = certificates else { return };
    let interval = parts.site.config.tls.reload_interval().max(Duration::from_secs(1));
    loop {
        actix_web::rt::time::sleep(interval).await;
        match certificates.refresh(parts.site.clock.now()) {
            Ok(false) => {}
            Ok(true) => tracing::info!(fingerprint = certificates.fingerprint(), "a new certificate is in service"),
            Err(error) => tracing::error!(%error, "the new certificate cannot be used; the old one stays in service"),
        }
    }
}

/// The signals that ask the program to stop. Listened for before it says that it runs: whoever reads that may send one.
struct Stop {
    terminate: Signal,
    interrupt: Signal,
}

impl Stop {
    fn listen() -> io::Result<Self> {
        Ok(Self { terminate: signal(SignalKind::terminate())?, interrupt: signal(SignalKind::interrupt())? })
    }

    async fn asked(mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}

fn tell_systemd(states: &[sd_notify::NotifyState<'_>]) {
    if let Err(error) = sd_notify::notify(states) {
        tracing::debug!(%error, "systemd could not be told");
    }
}
